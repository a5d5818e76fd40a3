"""What is said of a flaw is what is the case: whose name it bears, what is wrong with the key, the day, the place."""

from typing import Any

import pytest

from tests.credentials.checks.checking import SIGNER, check, found, knows, world
from tests.support.issuers import Signing

LOOKALIKE = Signing(7, "did:web:xn--riverbend-evil.example", name="Riverbend Community College")
NOBODY = knows("did:web:another.example")


class TestWhoSignedIt:
    def test_a_known_issuer_is_named(self):
        report = check(SIGNER.credential(), _silent(SIGNER))
        assert report.headline.startswith("It was signed by Riverbend Community College and not changed.")

    def test_an_unknown_one_is_named_by_its_host_and_never_by_its_word_alone(self):
        report = check(LOOKALIKE.credential(), _silent(LOOKALIKE), register=NOBODY)
        assert report.verdict == "status-unavailable"
        assert report.headline.startswith(
            "It was signed at xn--riverbend-evil.example and not changed. We do not know the issuer, who goes by the "
            "name Riverbend Community College."
        )

    def test_one_without_a_host_is_somebody(self):
        report = check(Signing(5, "did:key").credential(), register=NOBODY)
        assert report.verdict == "status-unavailable"
        assert report.headline.startswith(
            "Unchanged since it was signed, by somebody we do not know who calls itself"
        )


class TestWhatIsWrong:
    def test_a_signature_of_a_day_to_come_was_not_changed(self):
        later = SIGNER.sign(SIGNER.unsigned(), created="2026-06-09T12:00:00Z")
        sentence = found(check(later), "signature").sentence
        assert sentence == "Its signature bears a later day than the one it is checked for: June 9, 2026."

    @pytest.mark.parametrize("member", ["secretKeyMultibase", "privateKeyJwk"])
    def test_a_key_whose_secret_half_was_published(self, member):
        saved = world()
        document = SIGNER.did_document()
        document["verificationMethod"][0][member] = "z3u2"
        saved.save(SIGNER.did_url, document)
        report = check(SIGNER.credential(), saved)
        assert report.verdict == "key-unresolvable"
        assert "has published the private half of the key" in found(report, "key").sentence

    @pytest.mark.parametrize("index", ["7abc", "999999999", True])
    def test_a_place_that_is_none_is_no_fault_of_the_list(self, index):
        document = SIGNER.unsigned()
        document["credentialStatus"]["statusListIndex"] = index
        report = check(SIGNER.sign(document))
        assert report.verdict == "status-invalid"
        assert "It names a place that is none on the list" in found(report, "status").sentence

    @pytest.mark.parametrize("signatures", [{"signatures": []}, {"protected": "e30", "signature": "AA"}])
    def test_a_european_one_is_known_by_its_payload_in_either_envelope(self, signatures):
        payload = "eyJ0eXBlIjpbIlZlcmlmaWFibGVDcmVkZW50aWFsIiwiRXVyb3BlYW5EaWdpdGFsQ3JlZGVudGlhbCJdfQ"
        report = check({"payload": payload} | signatures)
        assert report.verdict == "unsupported-proof"
        assert "European Digital Credential" in report.answer


def _silent(issuer: Signing) -> Any:
    """Return a world in which the issuer's list does not answer."""
    saved = issuer.publish(world())
    del saved.answers[issuer.list_url]
    return saved
