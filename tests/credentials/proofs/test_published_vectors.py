import pytest

from credentials.canon.errors import ProofError
from credentials.proofs import data_integrity, ed25519_signature_2020
from credentials.proofs.data_integrity import SUITES, prepare, verify
from credentials.proofs.public_key import PublicKey

from .support import BADGES, ECDSA, ED, EDDSA, NOW, P256, P384, resolve, sign_with

SUITE_FIGURES = [
    (EDDSA, "eddsa-rdfc-2022", "eddsa-rdfc-2022", ED),
    (EDDSA, "eddsa-jcs-2022", "eddsa-jcs-2022", ED),
    (ECDSA, "ecdsa-rdfc-2019 P-256", "ecdsa-rdfc-2019", P256),
    (ECDSA, "ecdsa-rdfc-2019 P-384", "ecdsa-rdfc-2019", P384),
    (ECDSA, "ecdsa-jcs-2019 P-256", "ecdsa-jcs-2019", P256),
    (ECDSA, "ecdsa-jcs-2019 P-384", "ecdsa-jcs-2019", P384),
]


@pytest.mark.parametrize(("figures", "name", "cryptosuite", "key"), SUITE_FIGURES)
class TestTheCryptosuites:
    def test_give_the_published_digests(self, figures, name, cryptosuite, key):
        suite, kind = SUITES[cryptosuite], PublicKey.from_multikey(key["public"]).kind
        contexts, document, proof = figures["contexts"], figures["document"], figures[name]["proof"]
        configuration = suite.proof_configuration(proof, document, kind=kind, contexts=contexts)
        transformed = suite.transform(document, kind=kind, contexts=contexts)
        hash_data = suite.hash_data(transformed, configuration, kind=kind)
        assert hash_data.hex() == figures[name]["proof_hash"] + figures[name]["document_hash"]

    def test_accept_the_published_proof(self, figures, name, cryptosuite, key):
        secured = {**figures["document"], "proof": figures[name]["proof"]}
        [outcome] = verify(secured, resolve=resolve, now=NOW, contexts=figures["contexts"])
        assert outcome.verified, outcome.error

    def test_accept_it_step_by_step(self, figures, name, cryptosuite, key):
        how = {"key": PublicKey.from_multikey(key["public"]), "contexts": figures["contexts"]}
        proof = figures[name]["proof"]
        SUITES[cryptosuite].verify_proof(figures["document"], proof, **how)
        with pytest.raises(ProofError):
            SUITES[cryptosuite].verify_proof({**figures["document"], "name": "x"}, proof, **how)

    def test_refuse_it_for_another_document(self, figures, name, cryptosuite, key):
        secured = {**figures["document"], "name": "Other", "proof": figures[name]["proof"]}
        [outcome] = verify(secured, resolve=resolve, now=NOW, contexts=figures["contexts"])
        assert outcome.error.code == "signature-invalid"

    def test_make_a_proof_that_verifies(self, figures, name, cryptosuite, key):
        published = figures[name]["proof"]
        prepared = prepare(
            figures["document"],
            verification_method=published["verificationMethod"],
            created=published["created"],
            cryptosuite=cryptosuite,
            kind=PublicKey.from_multikey(key["public"]).kind,
            contexts=figures["contexts"],
        )
        secured = prepared.secured(sign_with(key)(prepared.to_sign))
        [outcome] = verify(secured, resolve=resolve, now=NOW, contexts=figures["contexts"])
        assert outcome.verified, outcome.error
        whole = SUITES[cryptosuite].create_proof(
            figures["document"],
            {
                name: value
                for name, value in published.items()
                if name not in ("type", "cryptosuite", "proofValue", "@context")
            },
            sign=sign_with(key),
            kind=PublicKey.from_multikey(key["public"]).kind,
            contexts=figures["contexts"],
        )
        assert whole.keys() == published.keys()
        if "eddsa" in cryptosuite.split("-"):  # Ed25519 gives the same signature every time
            assert secured["proof"] == published


class TestTheEnhancedExample:
    def test_gives_the_published_digests_and_verifies(self):
        figures, suite = EDDSA["enhanced"], SUITES["eddsa-rdfc-2022"]
        secured, contexts = figures["secured"], figures["contexts"]
        document = data_integrity.without_proof(secured)
        configuration = suite.proof_configuration(secured["proof"], document, contexts=contexts)
        hash_data = suite.hash_data(suite.transform(document, contexts=contexts), configuration)
        assert hash_data.hex() == figures["proof_hash"] + figures["document_hash"]
        [outcome] = verify(secured, resolve=resolve, now=NOW, contexts=contexts)
        assert outcome.verified, outcome.error


class TestEd25519Signature2020:
    def test_accepts_the_published_proof(self):
        figures = EDDSA["Ed25519Signature2020"]
        document = {**EDDSA["document"], "@context": figures["contexts"]}
        suite, contexts = ed25519_signature_2020.SUITE, EDDSA["contexts"]
        configuration = suite.proof_configuration(figures["proof"], document, contexts=contexts)
        hash_data = suite.hash_data(suite.transform(document, contexts=contexts), configuration)
        assert hash_data.hex() == figures["proof_hash"] + figures["document_hash"]
        secured = {**document, "proof": figures["proof"]}
        [outcome] = verify(secured, resolve=resolve, now=NOW, contexts=contexts)
        assert outcome.verified, outcome.error

    def test_is_not_made_any_more(self):
        assert "Ed25519Signature2020" not in SUITES


class TestProofSetsAndChains:
    def secured(self, *numbers):
        return {**EDDSA["document"], "proof": [EDDSA["chain"][number] for number in numbers]}

    def outcomes(self, secured):
        return verify(secured, resolve=resolve, now=NOW, contexts=EDDSA["contexts"])

    @pytest.mark.parametrize("numbers", [(0,), (0, 1), (0, 1, 2), (0, 1, 2, 3), (3, 2, 1, 0)])
    def test_every_published_stage_verifies(self, numbers):
        assert all(outcome.verified for outcome in self.outcomes(self.secured(*numbers)))

    @pytest.mark.parametrize("numbers", [(0, 2), (2,), (0, 1, 3)])
    def test_a_missing_link_fails(self, numbers):
        outcomes = self.outcomes(self.secured(*numbers))
        assert outcomes[-1].error.code == "signature-invalid"

    def test_a_chained_proof_without_its_dependency_named_fails(self):
        secured = self.secured(0, 1, 2)
        secured["proof"][2] = {n: v for n, v in secured["proof"][2].items() if n != "previousProof"}
        assert self.outcomes(secured)[2].error.code == "signature-invalid"

    def test_what_builds_on_a_broken_proof_fails_with_it(self):
        secured = self.secured(0, 1, 2, 3)
        secured["proof"][0] = {**secured["proof"][0], "proofValue": secured["proof"][1]["proofValue"]}
        assert [outcome.verified for outcome in self.outcomes(secured)] == [False, True, False, False]

    def test_a_proof_that_builds_on_itself_fails(self):
        secured = self.secured(0)
        secured["proof"][0] = {**secured["proof"][0], "previousProof": secured["proof"][0]["id"]}
        assert not self.outcomes(secured)[0].verified

    def test_two_proofs_of_one_id_cannot_be_built_on(self):
        secured = self.secured(0, 1, 1, 2)
        assert not self.outcomes(secured)[3].verified


class TestOpenBadges:
    @pytest.mark.parametrize("name", ["open-badge", "clr"])
    def test_the_published_sample_verifies(self, name):
        figures = BADGES[name]
        key = PublicKey("Ed25519", bytes.fromhex(figures["public_key"]))
        [outcome] = verify(figures["secured"], resolve=lambda url: key, now=NOW)
        assert outcome.verified, outcome.error

    def test_the_member_of_the_published_record_verifies(self):
        [member] = BADGES["clr"]["secured"]["credentialSubject"]["verifiableCredential"]
        [outcome] = verify(
            member, resolve=lambda url: PublicKey.from_multikey(url.partition("#")[2]), now=NOW
        )
        assert outcome.verified, outcome.error

    @pytest.mark.parametrize("name", ["open-badge", "clr"])
    def test_gives_the_published_digests(self, name):
        figures = BADGES[name]
        document = data_integrity.without_proof(figures["secured"])
        [proof] = data_integrity.proofs_of(figures["secured"])
        suite = SUITES["eddsa-rdfc-2022"]
        configuration = suite.proof_configuration(proof, document)
        hash_data = suite.hash_data(suite.transform(document), configuration)
        assert hash_data.hex() == figures["proof_hash"] + figures["document_hash"]
