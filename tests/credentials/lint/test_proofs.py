"""The members of proofs, in our own documents and in foreign ones."""

import pytest

from credentials.lint import lint

PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-05-01T10:00:00.5Z",
    "expires": "2027-05-01T10:00:00+02:00",
    "verificationMethod": "did:web:college.example#k",
    "proofPurpose": "assertionMethod",
    "proofValue": "z1",
    "domain": ["https://a.example", "https://b.example"],
    "challenge": "c",
    "nonce": "n",
    "id": "urn:p:2",
    "previousProof": ["urn:p:1"],
}


def found(proof, **how):
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": "did:web:college.example",
        "credentialSubject": {"id": "urn:x:1"},
        "proof": proof,
    }
    return [(one.path, one.rule, one.severity) for one in lint(document, "vcdm-2.0", **how)]


class TestProof:
    def test_takes_every_member_as_the_standard_has_it(self):
        assert found(PROOF) == []
        assert found([PROOF, {**PROOF, "domain": "https://a.example", "previousProof": "urn:p:1"}]) == []

    @pytest.mark.parametrize(
        ("member", "value", "rule"),
        [
            ("created", "2026-05-01T10:00:00", "not-date-time"),
            ("created", 7, "not-date-time"),
            ("expires", "2027-05-01", "not-date-time"),
            ("verificationMethod", "key-1", "not-uri"),
            ("verificationMethod", ["did:web:a.example#k"], "not-uri"),
            ("id", "_:b0", "not-uri"),
            *(
                (name, 7, "not-text")
                for name in ("cryptosuite", "proofPurpose", "proofValue", "challenge", "nonce")
            ),
            ("domain", [], "not-text"),
            ("domain", ["a", 7], "not-text"),
            ("previousProof", {}, "not-text"),
        ],
    )
    def test_names_path_and_rule_of_what_is_wrong(self, member, value, rule):
        [(path, name, severity)] = found([PROOF | {member: value}], strict=False)
        assert (path, name) == (f"/proof/0/{member}", rule)
        assert severity == ("error" if member == "id" else "warning")

    @pytest.mark.parametrize("proof", [{**PROOF, "type": ["a", "b"]}, {"cryptosuite": "x"}, 7, [7], []])
    def test_needs_one_type_and_objects(self, proof):
        assert any(severity == "error" for _, _, severity in found(proof, strict=False))
