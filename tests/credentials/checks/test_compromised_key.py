"""What a compromised key signed: refused, unless our own register is the witness (docs/decisions/0016)."""

import hashlib
import json
from datetime import timedelta

from credentials.checks.run import Registered
from credentials.documents.dates import instant_text
from tests.credentials.checks.checking import SIGNER, check, knows, world
from tests.support.issuers import NOW, KeyState


class TestACompromisedKey:
    def test_a_compromised_key_is_refused(self):
        saved = world()
        saved.save(SIGNER.did_url, SIGNER.did_document(state=KeyState.COMPROMISED, revoked_at=NOW))
        report = check(SIGNER.credential(), saved)
        assert (report.verdict, report.conclusion) == ("key-unresolvable", "fail")
        assert f"wrong hands since {NOW:%B} {NOW.day}" in report.answer

    def test_a_compromised_key_of_ours_holds_for_what_the_register_has_from_before(self, settings):
        settings.ISSUER_ORIGIN = "https://credentials.college.example"
        text = json.dumps(SIGNER.credential(status=None)).encode()
        digest, revoked = hashlib.sha256(text).hexdigest(), NOW - timedelta(days=1)
        saved = world()
        saved.save(SIGNER.did_url, SIGNER.did_document(state=KeyState.COMPROMISED, revoked_at=revoked))
        before, after = (Registered(signed_at=revoked + timedelta(hours=hours)) for hours in (-1, 1))
        held = check(text, saved, register=knows(**{digest: before}))
        assert held.verdict == "valid"
        assert ["does not trust the key" in one.sentence for one in held.checks if one.code == "key"] == [
            True
        ]
        assert check(text, saved, register=knows(**{digest: after})).verdict == "key-unresolvable"
        assert check(text, saved, register=knows()).verdict == "key-unresolvable"

    def test_a_date_that_the_thief_wrote_is_no_evidence(self, settings):
        """`created` lies before the leak and is signed; it proves nothing, for who has the key writes it."""
        settings.ISSUER_ORIGIN = "https://credentials.college.example"
        forged = SIGNER.credential(status=None)
        revoked = NOW - timedelta(days=1)
        assert forged["proof"]["created"] < instant_text(revoked)
        saved = world()
        saved.save(SIGNER.did_url, SIGNER.did_document(state=KeyState.COMPROMISED, revoked_at=revoked))
        assert check(forged, saved).verdict == "key-unresolvable"

    def test_a_register_speaks_only_for_our_own_keys(self, settings):
        settings.ISSUER_ORIGIN = "https://elsewhere.example"
        text = json.dumps(SIGNER.credential(status=None)).encode()
        saved = world()
        saved.save(SIGNER.did_url, SIGNER.did_document(state=KeyState.COMPROMISED, revoked_at=NOW))
        register = knows(**{hashlib.sha256(text).hexdigest(): Registered(signed_at=NOW - timedelta(days=9))})
        assert check(text, saved, register=register).verdict == "key-unresolvable"
