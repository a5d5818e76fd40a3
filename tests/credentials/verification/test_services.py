"""What our own issuer signed, checked with no favor; issuers and contexts that administrators add."""

import hashlib
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from credentials.issuing.models import Credential
from credentials.issuing.services import revoke_credentials
from credentials.issuing.states import RevocationCode
from credentials.keys.services import mark_compromised
from credentials.reading.sources import SourceFailed
from credentials.status.services import publish_waiting
from credentials.verification import selectors, services
from credentials.verification.errors import ContextDigestDiffers, IssuerAlreadyKnown
from credentials.verification.models import TrustedIssuer, VerificationCount
from credentials.verification.sources import InternalSource
from institution.errors import InvalidInput, NotAllowed
from institution.events.models import Event
from tests.credentials.issuing.samples import NOW, lay_issuer, make_released, person

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def issued(college: SimpleNamespace, settings: Any, tmp_path: Any) -> SimpleNamespace:
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    lay_issuer(college)
    make_released(college)
    college.credential = Credential.objects.select_related("profile", "status_list").order_by("id")[0]
    return college


def check(document: Any, **how: Any) -> Any:
    return services.verify(document, **({"now": NOW, "source": InternalSource()} | how))


class TestVerifyOurOwn:
    def test_says_who_what_and_to_whom(self, issued):
        report = check(issued.credential.document)
        assert (report.ok, report.tone) == (True, "pass")
        assert report.summary.issuer.listing == "own"
        assert report.summary.recipient.startswith("Learner ")
        assert report.summary.basis == "assessed"
        assert ", assessed, to Learner" in report.answer

    def test_by_a_link_to_it_in_the_page(self, issued, monkeypatch):
        answer = Client().post(reverse("verification:verify"), {"text": issued.credential.document})
        assert answer.status_code == 200

    def test_revoked_says_the_public_reason_and_never_the_note(self, issued):
        revoke_credentials(
            [issued.credential], code=RevocationCode.ISSUED_IN_ERROR, note="sent by mistake to a cousin",
            actor=issued.registrar, now=NOW,
        )  # fmt: skip
        publish_waiting(now=NOW)
        report = check(issued.credential.document)
        assert report.verdict == "revoked"
        assert "It was issued in error." in report.answer
        assert "cousin" not in json.dumps(report.as_dict())

    def test_corrected_names_the_day_of_the_newer_one(self, issued):
        from credentials.issuing import services as issuing
        from tests.credentials.issuing.samples import make_draft, sign

        before = Credential.objects.get(recipient__source_id="S00001")
        batch = sign(issued, make_draft(issued, [person(1, result="Beginner")]), now=LATER)
        issuing.release_batch(batch, actor=issued.registrar, now=LATER)
        publish_waiting(now=LATER)
        before.refresh_from_db()
        report = check(before.document, now=LATER)
        assert report.verdict == "revoked"
        assert "superseded" in report.reasons
        assert "corrected one on May 20, 2026" in " ".join(one.sentence for one in report.checks)
        newer = Credential.objects.get(supersedes=before)
        assert check(newer.document, now=LATER).ok

    def test_a_changed_copy_is_no_favorite(self, issued):
        changed = issued.credential.document.replace("Learner", "Lerner")
        assert check(changed).verdict == "signature-invalid"

    def test_a_compromised_key_leaves_only_what_the_register_holds_from_before(self, issued):
        mark_compromised(issued.key, actor=issued.administrator, now=LATER)
        after = LATER + timedelta(minutes=10)
        report = check(issued.credential.document, now=after)
        assert [one.outcome for one in report.checks if one.code in {"signature", "key"}] == ["pass", "pass"]
        spaced = json.dumps(json.loads(issued.credential.document), indent=1)
        assert check(spaced, now=after).verdict == report.verdict
        Credential.objects.filter(pk=issued.credential.pk).update(signed_at=after)
        assert check(issued.credential.document, now=after).verdict == "key-unresolvable"

    def test_the_issuers_row_is_not_enough(self, issued, settings):
        text = issued.credential.document
        settings.ISSUER_ORIGIN = "https://elsewhere.example"
        assert check(text).verdict == "key-unresolvable"

    def test_costs_few_queries(self, issued, django_assert_max_num_queries):
        text = issued.credential.document
        check(text)
        with django_assert_max_num_queries(9):
            check(text)


class TestInternalSource:
    def test_gives_the_same_bytes_as_the_public_addresses(self, issued):
        document = json.loads(issued.credential.document)
        paths = [
            f"/i/{issued.profile.key}/did.json",
            f"/i/{issued.profile.key}/status/1",
            document["credentialSubject"]["achievement"]["id"].removeprefix(InternalSource().origin),
        ]
        for path in paths:
            assert InternalSource().get(InternalSource().origin + path) == Client().get(path).content

    @pytest.mark.parametrize(
        "path",
        ["/desk/", "/i/nobody/did.json", "/i/../desk/did.json", "/admin/", "/i/x/status/99", "/a/none/1"],
    )
    def test_gives_nothing_else(self, db, path):
        with pytest.raises(SourceFailed):
            InternalSource().get(InternalSource().origin + path)

    def test_speaks_for_our_origin_only(self, db):
        source = InternalSource()
        assert not source.covers("https://credentials.riverbend.example.evil.example/i/x/did.json")
        with pytest.raises(SourceFailed):
            source.get("https://elsewhere.example/i/x/did.json")


class TestRegister:
    def test_knows_a_text_by_its_digest(self, issued):
        digest = hashlib.sha256(issued.credential.document.encode()).hexdigest()
        assert selectors.registered(digest).signed_at == issued.credential.signed_at
        assert selectors.registered("0" * 64) is None
        assert selectors.registered("") is None

    def test_knows_our_own_issuers_and_listed_ones(self, issued):
        assert selectors.known_issuer(issued.profile.did).provenance == "own"
        assert selectors.known_issuer(issued.profile.did + "x") is None
        TrustedIssuer.objects.create(did="did:web:a.example", name="A", provenance="registry", added_at=NOW)
        assert selectors.known_issuer("did:web:a.example").provenance == "registry"


DID = "did:web:guild.example"


class TestAddIssuer:
    def test_puts_it_on_the_list_and_into_the_trail(self, college):
        row = services.add_issuer(DID, "Guild", actor=college.administrator, now=NOW)
        assert (row.provenance, row.added_by) == ("administrator", college.administrator)
        assert Event.objects.get(kind="issuer.trusted").target_id == str(row.pk)

    def test_twice_is_refused(self, college):
        services.add_issuer(DID, "Guild", actor=college.administrator, now=NOW)
        with pytest.raises(IssuerAlreadyKnown):
            services.add_issuer(DID, "Guild", actor=college.administrator, now=NOW)

    @pytest.mark.parametrize("did", ["", "guild.example", "did:web:10.0.0.1", "http://a.example"])
    def test_refuses_what_is_no_name_of_an_issuer(self, college, did):
        with pytest.raises(InvalidInput):
            services.add_issuer(did, "Guild", actor=college.administrator, now=NOW)

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "registrar", "dean", "auditor"])
    def test_others_are_refused(self, college, who):
        actor = getattr(college, who)
        with pytest.raises(NotAllowed):
            services.add_issuer(DID, "Guild", actor=actor, now=NOW)
        row = services.add_issuer(DID, "Guild", actor=college.administrator, now=NOW)
        with pytest.raises(NotAllowed):
            services.remove_issuer(row, actor=actor, now=NOW)

    def test_removing_twice_is_once(self, college):
        row = services.add_issuer(DID, "Guild", actor=college.administrator, now=NOW)
        for _ in range(2):
            services.remove_issuer(TrustedIssuer(pk=row.pk, did=DID), actor=college.administrator, now=NOW)
        assert Event.objects.filter(kind="issuer.untrusted").count() == 1


CONTEXT = '{"@context": {"distinction": "https://guild.example/terms#distinction"}}'
CONTEXT_URL = "https://guild.example/context.json"


class TestAddContext:
    def digest(self, text: str = CONTEXT) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    def test_lets_its_terms_be_signed(self, college):
        from tests.support.issuers import NOW as then
        from tests.support.issuers import Saved, Signing

        guild = Signing(3, DID)
        document = guild.unsigned(status=None)
        document["@context"].append(CONTEXT_URL)
        document["distinction"] = "with honors"
        signed = guild.sign(document, contexts={CONTEXT_URL: json.loads(CONTEXT)})
        saved = guild.publish(Saved())
        assert services.verify(signed, now=then, source=saved).verdict == "context-unavailable"
        services.add_context(CONTEXT_URL, CONTEXT, self.digest(), actor=college.administrator, now=NOW)
        assert services.verify(signed, now=then, source=saved).verdict == "valid"

    def test_refuses_another_text_than_the_digests(self, college):
        with pytest.raises(ContextDigestDiffers):
            services.add_context(
                CONTEXT_URL, CONTEXT + " ", self.digest(), actor=college.administrator, now=NOW
            )

    @pytest.mark.parametrize(
        ("url", "text"),
        [(CONTEXT_URL, "[]"), (CONTEXT_URL, "{"), ("https://www.w3.org/ns/credentials/v2", CONTEXT)],
    )
    def test_refuses_what_is_no_context_or_built_in(self, college, url, text):
        with pytest.raises(InvalidInput):
            services.add_context(url, text, self.digest(text), actor=college.administrator, now=NOW)

    def test_the_same_address_again_is_refused(self, college):
        services.add_context(CONTEXT_URL, CONTEXT, self.digest(), actor=college.administrator, now=NOW)
        with pytest.raises(InvalidInput):
            services.add_context(CONTEXT_URL, CONTEXT, self.digest(), actor=college.administrator, now=NOW)

    def test_a_stranger_is_refused(self, college):
        with pytest.raises(NotAllowed):
            services.add_context(CONTEXT_URL, CONTEXT, self.digest(), actor=college.stranger, now=NOW)


class TestCount:
    def test_adds_up_by_day_and_verdict(self, db):
        reports = [services.verify("{", now=NOW) for _ in range(3)]
        services.count(reports, now=NOW)
        services.count(reports[:1], now=NOW + timedelta(days=1))
        found = VerificationCount.objects.order_by("day").values_list("verdict", "count")
        assert list(found) == [("malformed", 3), ("malformed", 1)]
