"""One document from end to end: each verdict, its gravity, its words, and what is never fetched."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from credentials.checks.run import Registered
from credentials.checks.states import ORDER, Verdict
from credentials.documents.model import StatusEntry
from credentials.proofs.multibase import base64url_encode
from tests.credentials.checks.checking import SIGNER, check, found, knows, world
from tests.support.issuers import ADDRESS, NOW, KeyState, Saved, Signing

STRANGER = Signing(2, "did:web:stranger.example", name="Riverbend Community College")


class TestAValidCredential:
    def test_says_who_what_to_whom_and_when(self):
        report = check(SIGNER.credential())
        assert report.ok
        assert report.verdict == "valid"
        assert report.answer == (
            "Issued by Riverbend Community College, unchanged, not withdrawn. "
            "“Clinical Skills II”, Level 2, assessed, to Amara Nwosu, May 14, 2026."
        )

    def test_shows_results_skills_evidence_and_criteria(self):
        summary = check(SIGNER.credential()).summary
        assert [(one.name, one.value) for one in summary.results] == [("Level of mastery", "Proficient")]
        assert [one.name for one in summary.skills] == ["Take vital signs", "Give medicines safely"]
        assert summary.evidence[0].url == "https://portfolio.college.example/7"
        assert "practical examination" in summary.criteria

    def test_is_the_same_from_bytes_text_and_json(self):
        document = SIGNER.credential()
        text = json.dumps(document, indent=2)
        verdicts = {check(one).verdict for one in (document, text, text.encode())}
        assert verdicts == {"valid"}

    def test_without_status_entry_says_that_nobody_can_see_a_withdrawal(self):
        report = check(SIGNER.credential(status=None))
        assert report.ok
        assert "Nobody can see whether it was withdrawn." in report.answer
        assert "not withdrawn" not in report.answer

    def test_of_an_unknown_issuer_is_valid_and_never_green(self):
        report = check(SIGNER.credential(), register=knows("did:web:another.example"))
        assert (report.verdict, report.reasons, report.tone) == ("valid", ("issuer-unknown",), "unknown")
        assert "We do not know the issuer" in report.answer
        assert "credentials.college.example" in report.answer

    def test_of_an_unknown_issuer_fails_where_policy_demands_a_known_one(self):
        report = check(SIGNER.credential(), register=knows("did:web:another.example"), demand_known=True)
        assert (report.ok, report.verdict, report.conclusion) == (False, "issuer-unknown", "unknown")

    def test_of_did_key_is_of_an_unknown_issuer(self):
        trial = Signing(5, "did:key")
        report = check(trial.credential(status=None))
        assert (report.verdict, report.tone) == ("valid", "unknown")
        assert "somebody we do not know" in report.answer

    def test_shows_level_and_basis_only_of_what_our_own_issuer_signed(self):
        report = check(SIGNER.credential(), register=knows(provenance="administrator"))
        assert (report.summary.level, report.summary.basis) == ("", "")

    def test_takes_the_name_from_the_list_not_from_the_document(self):
        posing = Signing(7, "did:web:small.example", name="A Famous University")
        saved = posing.publish(Saved())
        report = check(posing.credential(), saved, register=knows(posing.did, provenance="registry"))
        assert report.answer.startswith("Issued by Riverbend,")


class TestAChangedCredential:
    @pytest.mark.parametrize(
        "change",
        [
            lambda d: d["credentialSubject"].update(name="Amara Nwosa"),
            lambda d: d["credentialSubject"]["achievement"].update(name="Clinical Skills III"),
            lambda d: d.update(validFrom="2026-05-18T14:30:04Z"),
            lambda d: d["credentialStatus"].update(statusListIndex="40962"),
            lambda d: d["proof"].update(created="2026-05-18T14:30:07Z"),
            lambda d: d["evidence"].pop(),
        ],
    )
    def test_is_refused_first_of_all(self, change):
        document = SIGNER.credential()
        assert check(document).ok
        change(document)
        report = check(document)
        assert report.verdict == "signature-invalid"
        assert report.answer.startswith("Do not rely on this. It was changed after it was signed")
        assert report.advice == "Ask the college that issued it for a new copy."

    def test_fetches_nothing_but_the_issuers_keys(self):
        document, saved = SIGNER.credential(), world()
        document["name"] = "Another"
        check(document, saved)
        assert saved.asked == [SIGNER.did_url]

    def test_an_undefined_member_is_not_covered(self):
        report = check(SIGNER.credential() | {"distinction": "summa cum laude"})
        assert report.verdict == "jsonld-error"
        assert "not covered by the signature" in report.answer

    def test_never_claims_what_it_did_not_check(self):
        document = SIGNER.credential()
        document["name"] = "Another"
        report = check(document)
        assert {one.code for one in report.checks} == {"format", "context", "signature"}
        assert "withdrawn" not in report.answer


class TestKeys:
    def test_a_strangers_key_under_our_name_breaks_the_signature(self):
        forger = Signing(2, SIGNER.did)
        assert check(forger.credential()).verdict == "signature-invalid"

    def test_a_stranger_who_signs_with_their_own_name_is_not_the_issuer(self):
        document = STRANGER.sign(SIGNER.unsigned())
        report = check(document, STRANGER.publish(world()))
        assert report.verdict == "issuer-mismatch"
        assert "stranger.example" in report.answer

    def test_a_key_in_the_fragment_is_not_taken(self):
        document = SIGNER.sign(SIGNER.unsigned(), method=f"{SIGNER.did}#{SIGNER.multikey}")
        assert check(document).verdict == "key-unresolvable"

    def test_a_key_in_the_proof_is_not_taken(self):
        forger = Signing(2, SIGNER.did)
        document = forger.credential()
        document["proof"]["publicKeyMultibase"] = forger.multikey
        assert not check(document).ok

    def test_a_silent_site_could_not_be_checked(self):
        report = check(SIGNER.credential(), Saved())
        assert (report.verdict, report.conclusion) == ("key-unresolvable", "unknown")
        assert report.answer.startswith("We could not check this. credentials.college.example did not answer")

    def test_a_retired_key_holds_for_ever(self):
        saved = world()
        saved.save(SIGNER.did_url, SIGNER.did_document(state=KeyState.RETIRED))
        assert check(SIGNER.credential(), saved).ok

    def test_a_key_not_listed_for_credentials_is_refused(self):
        saved = world()
        saved.save(SIGNER.did_url, SIGNER.did_document() | {"assertionMethod": []})
        assert check(SIGNER.credential(), saved).verdict == "key-unresolvable"

    def test_a_did_document_of_somebody_else_is_refused(self):
        saved = world()
        saved.save(SIGNER.did_url, STRANGER.did_document())
        assert check(SIGNER.credential(), saved).verdict == "key-unresolvable"


class TestDatesAndProofs:
    def test_expired(self):
        report = check(SIGNER.credential(valid_until=datetime(2026, 5, 30, 12, tzinfo=UTC)))
        assert report.verdict == "expired"
        assert report.answer == "This no longer counts. It has expired. It was valid until May 30, 2026."

    def test_not_yet_valid(self):
        report = check(SIGNER.credential(valid_from=datetime(2026, 9, 1, 12, tzinfo=UTC)))
        assert report.verdict == "not-yet-valid"
        assert "It begins on Sept. 1, 2026." in report.answer

    def test_a_proof_for_a_limited_time(self):
        document = SIGNER.sign(SIGNER.unsigned(), options={"expires": "2026-06-01T13:00:00Z"})
        assert check(document).ok
        assert check(document, now=NOW + timedelta(hours=2)).verdict == "proof-expired"

    def test_a_proof_for_another_purpose(self):
        assert check(SIGNER.sign(SIGNER.unsigned(), purpose="authentication")).verdict == "signature-invalid"

    def test_no_proof(self):
        report = check(SIGNER.unsigned())
        assert report.verdict == "no-proof"
        assert "Nobody has signed it" in report.answer

    def test_a_kind_of_proof_we_do_not_know(self):
        document = SIGNER.credential()
        document["proof"]["cryptosuite"] = "bbs-2023"
        report = check(document)
        assert (report.verdict, report.conclusion) == ("unsupported-proof", "unknown")

    def test_every_proof_of_a_set_counts(self):
        document = SIGNER.credential()
        second = SIGNER.sign(document)
        assert check(second).ok
        second["proof"][1]["proofValue"] = second["proof"][1]["proofValue"][:-2] + "11"
        assert check(second).verdict == "signature-invalid"


class TestStatus:
    def test_revoked(self):
        report = check(SIGNER.credential(), world(40_961))
        assert report.verdict == "revoked"
        assert report.answer == "Do not rely on this. The issuer has withdrawn it."

    def test_a_neighbour_on_the_list_changes_nothing(self):
        assert check(SIGNER.credential(), world(40_960, 40_962)).ok

    @pytest.mark.parametrize(("purpose", "verdict"), [("suspension", "suspended"), ("refresh", "superseded")])
    def test_other_purposes(self, purpose, verdict):
        saved = world()
        saved.save(SIGNER.list_url, SIGNER.status_list(7, purpose=purpose))
        document = SIGNER.credential(status=StatusEntry(SIGNER.list_url, 7, purpose))
        assert check(document, saved).verdict == verdict

    def test_a_silent_list_is_unknown_and_not_valid(self):
        saved = world()
        del saved.answers[SIGNER.list_url]
        report = check(SIGNER.credential(), saved)
        assert (report.verdict, report.conclusion) == ("status-unavailable", "unknown")
        assert report.answer.startswith("It was signed by Riverbend Community College and not changed.")

    @pytest.mark.parametrize(
        "listed",
        [
            STRANGER.status_list(url=SIGNER.list_url),
            SIGNER.status_list(url="https://credentials.college.example/i/k7f3/status/2"),
            SIGNER.status_list(valid_until=NOW - timedelta(minutes=1)),
            SIGNER.status_list(purpose="suspension"),
            SIGNER.credential(),
            {"a": 1},
            b"<html>",
        ],
        ids=["stranger", "another", "stale", "purpose", "badge", "data", "page"],
    )
    def test_a_list_that_cannot_be_relied_on(self, listed):
        saved = world()
        STRANGER.publish(saved)
        saved.save(SIGNER.list_url, listed)
        assert check(SIGNER.credential(), saved).verdict == "status-invalid"

    def test_a_list_that_was_changed(self):
        saved, listed = world(), SIGNER.status_list(40_961)
        listed["credentialSubject"]["encodedList"] = SIGNER.status_list()["credentialSubject"]["encodedList"]
        saved.save(SIGNER.list_url, listed)
        assert check(SIGNER.credential(), saved).verdict == "status-invalid"


class TestSuccessor:
    def text(self) -> tuple[bytes, str]:
        text = json.dumps(SIGNER.credential()).encode()
        return text, hashlib.sha256(text).hexdigest()

    def test_names_the_day_of_the_correction_beside_the_withdrawal(self):
        text, digest = self.text()
        register = knows(**{digest: Registered(replaced_on="2026-05-20")})
        report = check(text, world(40_961), register=register)
        assert (report.verdict, report.reasons) == ("revoked", ("revoked", "superseded"))
        assert "May 20, 2026" in found(report, "successor").sentence
        assert report.advice == "Ask the holder for the corrected one."
        assert check(text, world(40_961)).advice == "Ask the holder what happened."

    def test_is_never_a_favor(self):
        text, digest = self.text()
        register = knows(**{digest: Registered(signed_at=NOW - timedelta(days=30))})
        changed = text.replace(b"Amara Nwosu", b"Amara Nwosa")
        assert check(changed, register=register).verdict == "signature-invalid"
        assert check(text, world(40_961), register=register).verdict == "revoked"


class TestRecipient:
    @pytest.mark.parametrize("typed", [ADDRESS, ADDRESS.upper(), f" {ADDRESS} "])
    def test_matches_the_hashed_address(self, typed):
        assert found(check(SIGNER.credential(), expected_recipient=typed), "recipient").outcome == "pass"

    def test_says_first_that_it_is_not_theirs(self):
        report = check(SIGNER.credential(), expected_recipient="someone@else.example")
        assert report.verdict == "valid"
        assert report.tone == "unknown"
        assert report.answer.startswith("It was not issued to the address that you typed.")

    def test_without_an_address_it_says_that_it_cannot_tell(self):
        assert found(check(SIGNER.credential()), "recipient").outcome == "unknown"


class TestNested:
    def test_a_record_with_good_members(self):
        report = check(SIGNER.record(SIGNER.credential()))
        assert report.ok
        assert [member.verdict for member in report.members] == ["valid"]

    def test_a_revoked_member_fails_the_whole(self):
        report = check(SIGNER.record(SIGNER.credential()), world(40_961))
        assert (report.verdict, report.conclusion) == ("nested-revoked", "fail")
        assert report.answer.startswith("Do not rely on this record as a whole.")

    def test_a_changed_member_is_graver_than_a_revoked_record(self):
        member = SIGNER.credential()
        member["credentialSubject"]["name"] = "Another"
        report = check(SIGNER.record(member), world(40_970))
        assert report.reasons[:2] == ("nested-signature-invalid", "revoked")

    def test_a_good_endorsement_is_named(self):
        guild = Signing(3, "did:web:guild.example", name="Welders’ guild")
        saved = guild.publish(world())
        report = check(SIGNER.credential(endorsements=(guild.endorsement(),)), saved)
        assert report.ok
        assert found(report, "endorsement").sentence == "Welders’ guild endorses it, and signed that."

    def test_an_endorsement_of_the_credential_itself_stands_inside_it(self):
        guild = Signing(3, "did:web:guild.example", name="Welders’ guild")
        endorsement = guild.endorsement(endorsed_id=SIGNER.award().credential_id)
        report = check(SIGNER.credential(endorsements=(endorsement,)), guild.publish(world()))
        assert (report.verdict, report.reasons) == ("valid", ())

    def test_a_bad_endorsement_warns_and_changes_nothing(self):
        guild = Signing(3, "did:web:guild.example", name="Welders’ guild")
        saved = guild.publish(world())
        endorsement = guild.endorsement()
        endorsement["credentialSubject"]["endorsementComment"] = "Hire at once."
        report = check(SIGNER.credential(endorsements=(endorsement,)), saved)
        assert (report.verdict, report.reasons) == ("valid", ("nested-signature-invalid",))
        assert report.tone == "unknown"


def european_seal() -> dict:
    """Return a European credential inside its seal (JAdES), as its files come."""
    payload = json.dumps({"type": ["VerifiableCredential", "EuropeanDigitalCredential"]})
    return {"payload": base64url_encode(payload.encode()), "signatures": []}


class TestOlderKinds:
    @pytest.mark.parametrize(
        ("document", "words"),
        [
            ({"@context": "https://w3id.org/openbadges/v2", "type": "BadgeClass"}, "older version"),
            ({"@context": "https://w3id.org/openbadges/v1", "type": "Assertion"}, "older version"),
            ({"@context": ["x"], "type": ["VerifiableCredential", "EuropeanDigitalCredential"]}, "European"),
            (european_seal(), "European"),
            ({"payload": "e30", "signatures": []}, "a signature of a kind that we do not check"),
        ],
    )
    def test_are_refused_in_plain_words(self, document, words):
        report = check(document)
        assert (report.verdict, report.conclusion) == ("unsupported-proof", "unknown")
        assert words in report.answer

    @pytest.mark.parametrize(
        "document", ["", "[]", "{", "hello", "{}", '{"a": 1}', b"\xff\xfe", "<html>", "null"]
    )
    def test_anything_else_is_not_a_credential(self, document):
        report = check(document)
        assert (report.verdict, report.ok) == ("malformed", False)


class TestOrder:
    def test_is_the_order_of_gravity_that_was_agreed(self):
        assert list(ORDER) == [
            "malformed", "context-unavailable", "jsonld-error", "no-proof", "unsupported-proof",
            "key-unresolvable", "signature-invalid", "issuer-mismatch", "proof-expired", "revoked", "suspended",
            "superseded", "not-yet-valid", "expired", "status-invalid", "status-unavailable", "issuer-unknown",
            "valid",
        ]  # fmt: skip

    def test_every_verdict_has_a_word(self):
        assert all(verdict.label for verdict in Verdict)

    def test_several_reasons_come_gravest_first(self):
        document = SIGNER.credential(valid_until=datetime(2026, 5, 30, 12, tzinfo=UTC))
        assert check(document, world(40_961)).reasons == ("revoked", "expired")
