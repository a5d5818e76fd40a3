"""Newer versions that an issuer's service gives, and credentials shown together by who holds them."""

from datetime import timedelta

import pytest

from tests.credentials.checks.checking import SIGNER, check, found, world
from tests.support.issuers import SIGNED, Signing

SERVICE = "https://credentials.college.example/refresh/8d1f"
STRANGER = Signing(2, "did:web:stranger.example")
HOLDER = Signing(8, "did:key")


def offering(newer: dict | bytes | None, **how) -> tuple:
    """Return the report on a badge that names the service, and what was asked."""
    saved = world()
    if newer is not None:
        saved.save(SERVICE, newer)
    document = SIGNER.credential(refresh_url=SERVICE)
    return check(document, saved, **how), saved


class TestRefresh:
    def test_a_newer_one_that_holds_supersedes(self):
        newer = SIGNER.credential(
            refresh_url=SERVICE, recipient_name="Amara N.", valid_from=SIGNED + timedelta(days=3)
        )
        report, saved = offering(newer)
        assert (report.verdict, report.newer.verdict) == ("superseded", "valid")
        assert report.newer.summary.recipient == "Amara N."
        assert saved.asked.count(SERVICE) == 1
        assert report.as_dict()["newer"]["ok"]

    def test_the_same_one_is_the_newest(self):
        report, _saved = offering(SIGNER.credential(refresh_url=SERVICE))
        assert (report.verdict, found(report, "refresh").outcome) == ("valid", "pass")

    @pytest.mark.parametrize(
        "newer",
        [
            None,
            b"<html>",
            SIGNER.credential(valid_from=SIGNED + timedelta(days=3)) | {"name": "Another"},
            STRANGER.credential(valid_from=SIGNED + timedelta(days=3)),
            SIGNER.credential(valid_from=SIGNED - timedelta(days=3)),
        ],
        ids=["silent", "page", "changed", "stranger", "older"],
    )
    def test_nothing_else_changes_the_verdict(self, newer):
        report, saved = offering(newer)
        assert (report.verdict, report.newer) == ("valid", None)
        assert saved.asked.count(SERVICE) == 1

    def test_is_not_asked_for_what_does_not_hold(self):
        saved = world()
        check(SIGNER.credential(refresh_url=SERVICE) | {"name": "Another"}, saved)
        assert SERVICE not in saved.asked


def presentation(*members: dict, holder: str = HOLDER.did) -> dict:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": list(members),
    }


def shown(*members: dict, by: Signing = HOLDER, holder: str = HOLDER.did, **how) -> dict:
    how = {"purpose": "authentication", "options": {"challenge": "c-1"}} | how
    return by.sign(presentation(*members, holder=holder), **how)


class TestPresentation:
    def test_holds_if_its_holder_signed_it_and_each_one_holds(self):
        report = check(shown(SIGNER.credential(), SIGNER.credential()))
        assert (report.verdict, len(report.members)) == ("valid", 2)
        assert report.answer == (
            "Several credentials, shown together. Each of the 2 credentials inside holds on its own."
        )
        assert found(report, "presented").outcome == "unknown"

    def test_one_bad_credential_fails_the_whole(self):
        report = check(shown(SIGNER.credential(), SIGNER.credential() | {"name": "Another"}))
        assert (report.verdict, report.members[0].verdict) == ("nested-signature-invalid", "valid")

    @pytest.mark.parametrize(
        ("document", "verdict"),
        [
            (shown(SIGNER.credential(), by=STRANGER), "issuer-mismatch"),
            (shown(SIGNER.credential()) | {"id": "urn:x:y"}, "signature-invalid"),
            (shown(SIGNER.credential(), purpose="keyAgreement"), "signature-invalid"),
            (presentation(SIGNER.credential()), "no-proof"),
        ],
        ids=["another holder", "changed", "purpose", "unsigned"],
    )
    def test_does_not_hold(self, document, verdict):
        saved = STRANGER.publish(world())
        saved.save(STRANGER.did_url, STRANGER.did_document() | {"authentication": [STRANGER.method]})
        report = check(document, saved)
        assert (report.verdict, report.members[0].verdict) == (verdict, "valid")

    def test_asks_for_a_key_that_its_holder_lists_for_that(self):
        document = shown(SIGNER.credential(), by=STRANGER, holder=STRANGER.did)
        assert check(document, STRANGER.publish(world())).verdict == "key-unresolvable"
        saved = STRANGER.publish(world())
        saved.save(STRANGER.did_url, STRANGER.did_document() | {"authentication": [STRANGER.method]})
        assert check(document, saved).verdict == "valid"
