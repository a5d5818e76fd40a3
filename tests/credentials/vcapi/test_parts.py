"""Credentials of the VC-API whose holder shows parts of them."""

import pytest

from credentials.proofs.sd_proof_value import parse_base_proof_value
from tests.credentials.vcapi.samples import CREDENTIAL, DERIVE, ISSUE, KEYS, VERIFY, issued, post


@pytest.mark.django_db
class TestParts:
    """ecdsa-sd-2023: signed for the holder, of which parts are shown."""

    CREDENTIAL = CREDENTIAL | {
        "issuer": KEYS[1].did,
        "validUntil": "2090-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:subject", "name": "Somebody", "description": "Quiet"},
    }

    def test_what_is_not_selected_is_gone_and_the_rest_verifies(self):
        signed = issued(
            self.CREDENTIAL,
            cryptosuite="ecdsa-sd-2023",
            mandatoryPointers=["/issuer", "/credentialSubject/id"],
        )
        assert (
            post(VERIFY, {"verifiableCredential": signed}).json()["verified"] is False
        )  # the holder's alone
        asked = {
            "verifiableCredential": signed,
            "options": {"selectivePointers": ["/credentialSubject/name"]},
        }
        answer = post(DERIVE, asked)
        assert answer.status_code == 201, answer.json()
        shown = answer.json()["verifiableCredential"]
        assert shown["credentialSubject"] == {"id": "did:example:subject", "name": "Somebody"}
        assert shown["validUntil"] == "2090-01-01T00:00:00Z"  # never left to the holder
        answer = post(VERIFY, {"verifiableCredential": shown}).json()
        assert answer["verified"] is True, answer
        shown["credentialSubject"]["name"] = "Somebodx"
        assert post(VERIFY, {"verifiableCredential": shown}).json()["verified"] is False

    def test_two_signatures_share_no_key(self):
        one, other = (
            parse_base_proof_value(
                issued(self.CREDENTIAL, cryptosuite="ecdsa-sd-2023")["proof"]["proofValue"]
            )
            for _ in range(2)
        )
        assert one.hmac_key != other.hmac_key
        assert one.public_key != other.public_key

    @pytest.mark.parametrize(
        ("more", "options"),
        [
            ({"issuer": KEYS[0].did}, {}),
            ({"issuer": KEYS[2].did}, {}),
            ({}, {"mandatoryPointers": ["/nowhere"]}),
            ({}, {"mandatoryPointers": ["no pointer"]}),
            ({}, {"mandatoryPointers": "/issuer"}),
            ({}, {"mandatoryPointers": ["/issuer"] * 1000}),
            ({"proof": {"type": "DataIntegrityProof"}}, {}),
        ],
        ids=["ed25519", "p-384", "nowhere", "no pointer", "text", "many", "has a proof"],
    )
    def test_refuses_to_sign(self, more, options):
        asked = {"credential": self.CREDENTIAL | more, "options": {"cryptosuite": "ecdsa-sd-2023"} | options}
        assert post(ISSUE, asked).status_code == 400

    @pytest.mark.parametrize(
        "proof", ["", None, [], 7, {"cryptosuite": "eddsa-rdfc-2022"}, {"cryptosuite": "ecdsa-sd-2023"}]
    )
    def test_refuses_to_derive_from_another_proof(self, proof):
        assert post(DERIVE, {"verifiableCredential": self.CREDENTIAL | {"proof": proof}}).status_code == 400

    @pytest.mark.parametrize("pointers", [["/nowhere"], ["no pointer"], "/issuer", [7]])
    def test_refuses_to_select_what_is_not_there(self, pointers):
        signed = issued(self.CREDENTIAL, cryptosuite="ecdsa-sd-2023")
        asked = {"verifiableCredential": signed, "options": {"selectivePointers": pointers}}
        assert post(DERIVE, asked).status_code == 400
