import copy
import json
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from openvc.keys import P256SigningKey
from openvc.proof.ecdsa_sd import EcdsaSdProofSuite

from credentials.canon.errors import ProofError
from credentials.proofs import data_integrity, ecdsa_sd_2023, multibase
from credentials.proofs import sd_proof_value as values
from credentials.proofs.data_integrity import proof_options, verify
from credentials.proofs.multibase import decode_secret_multikey
from credentials.proofs.public_key import PublicKey

from .support import NOW, P256, P384, VECTORS, method, resolve, sign_with

SD = json.loads((VECTORS / "vc-di-ecdsa-sd" / "figures.json").read_text())
CASES = pytest.mark.parametrize("case", SD["cases"], ids=lambda case: case["name"])
CONTEXTS = SD["contexts"]
HMAC = bytes.fromhex(SD["keys"]["hmac"])

BADGE = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "urn:uuid:6e0e1d4c-3a6f-4f3f-9a55-000000000001",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:web:college.example", "type": ["Profile"], "name": "Riverbend"},
    "validFrom": "2026-05-01T10:00:00Z",
    "name": "Glazing",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": "sha256$00",
                "identityType": "emailAddress",
            }
        ],
        "result": [
            {"type": ["Result"], "resultDescription": "urn:r:1", "value": "A"},
            {"type": ["Result"], "resultDescription": "urn:r:2", "value": "17.5"},
            {"type": ["Result"], "resultDescription": "urn:r:2", "value": "A"},
        ],
        "achievement": {
            "id": "urn:a:1",
            "type": ["Achievement"],
            "name": "Glazing",
            "criteria": {"narrative": "Glaze."},
            "alignment": [
                {"type": ["Alignment"], "targetName": "Cut", "targetUrl": "https://a.example/1"},
                {"type": ["Alignment"], "targetName": "Fit", "targetUrl": "https://a.example/2"},
            ],
            "resultDescription": [
                {
                    "id": "urn:r:1",
                    "type": ["ResultDescription"],
                    "name": "Grade",
                    "resultType": "LetterGrade",
                    "allowedValue": ["A", "B", "C"],
                }
            ],
        },
    },
}
MANDATORY = ["/issuer", "/validFrom", "/credentialSubject/achievement/name"]


def private(multikey: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode_secret_multikey(multikey)[1]), ec.SECP256R1())


def base(document=BADGE, mandatory=MANDATORY, contexts=None):
    prepared = ecdsa_sd_2023.create_base_proof(
        document,
        proof_options(method(P256), "2026-05-20T10:00:00Z", "assertionMethod"),
        mandatory_pointers=mandatory,
        hmac_key=HMAC,
        proof_key=private(SD["keys"]["proof"]["secretKeyMultibase"]),
        contexts=contexts,
    )
    return prepared.secured(sign_with(P256)(prepared.to_sign))


def derive(secured, selective=(), contexts=None):
    document = {name: value for name, value in secured.items() if name != "proof"}
    return ecdsa_sd_2023.add_derived_proof(
        document, secured["proof"], selective_pointers=list(selective), contexts=contexts
    )


def code(secured, **how):
    try:
        [outcome] = verify(secured, **{"resolve": resolve, "now": NOW} | how)
    except ProofError as error:
        return error.code
    return outcome.error.code if outcome.error else "verified"


SECURED = base()
DERIVED = derive(SECURED, ["/credentialSubject/result/1", "/credentialSubject/identifier"])


class TestPublishedVectors:
    @CASES
    def test_the_base_proof_is_made_again_byte_for_byte(self, case):
        document = {name: value for name, value in case["secured"].items() if name != "proof"}
        options = {
            name: case["secured"]["proof"][name] for name in ("created", "verificationMethod", "proofPurpose")
        }
        prepared = ecdsa_sd_2023.create_base_proof(
            document,
            options,
            mandatory_pointers=case["mandatory_pointers"],
            hmac_key=HMAC,
            proof_key=private(SD["keys"]["proof"]["secretKeyMultibase"]),
            contexts=CONTEXTS,
        )
        assert prepared.to_sign[:32].hex() == case["proof_hash"]
        assert prepared.to_sign[-32:].hex() == case["mandatory_hash"]
        secured = prepared.secured(bytes.fromhex(case["base_signature"]))
        assert secured == case["secured"]
        parts = values.parse_base_proof_value(secured["proof"]["proofValue"])
        assert len(parts.signatures) == case["statements"]
        assert parts.signatures[-1].hex() == case["last_statement_signature"]

    @CASES
    def test_the_derived_document_is_made_again_byte_for_byte(self, case):
        assert derive(case["secured"], case["selective_pointers"], CONTEXTS) == case["derived"]

    @CASES
    def test_the_derived_document_verifies(self, case):
        assert code(case["derived"], contexts=CONTEXTS) == "verified"
        assert code(case["derived"] | {"validUntil": "2099-01-01T00:00:00Z"}, contexts=CONTEXTS) != "verified"

    @CASES
    def test_the_base_proof_holds_for_its_holder_only(self, case):
        document = {name: value for name, value in case["secured"].items() if name != "proof"}
        key = PublicKey.from_multikey(SD["keys"]["base"]["publicKeyMultibase"])
        ecdsa_sd_2023.verify_base_proof(document, case["secured"]["proof"], key=key, contexts=CONTEXTS)
        changed = document | {"name": "Other"}
        with pytest.raises(ProofError):
            ecdsa_sd_2023.verify_base_proof(changed, case["secured"]["proof"], key=key, contexts=CONTEXTS)
        assert code(case["secured"], contexts=CONTEXTS) == "signature-invalid"

    @pytest.mark.parametrize("case", SD["enhanced"], ids=lambda case: case["kind"])
    def test_the_enhanced_examples_of_ecdsa_rdfc_2019_verify(self, case):
        assert code(case["secured"], contexts=CONTEXTS) == "verified"
        suite = data_integrity.SUITES["ecdsa-rdfc-2019"]
        document = {name: value for name, value in case["secured"].items() if name != "proof"}
        how = {"kind": case["kind"], "contexts": CONTEXTS}
        configuration = suite.proof_configuration(case["secured"]["proof"], document, **how)
        hashed = suite.hash_data(suite.transform(document, **how), configuration, kind=case["kind"])
        assert hashed.hex() == case["proof_hash"] + case["document_hash"]


class TestBesideOpenvc:
    KEY = P256SigningKey.generate(kid="did:web:college.example#k")
    PUBLIC = PublicKey.from_jwk({n: v for n, v in KEY.public_jwk().items() if n in ("kty", "crv", "x", "y")})

    def test_takes_its_base_proofs_and_it_takes_our_derived_ones(self):
        suite, contexts = EcdsaSdProofSuite(), {"extra_contexts": CONTEXTS}
        case = SD["cases"][0]
        document = {name: value for name, value in case["secured"].items() if name != "proof"}
        theirs = suite.add_base_proof(
            document,
            signing_key=self.KEY,
            verification_method=self.KEY.kid,
            mandatory_pointers=["/issuer", "/validUntil"],
            created=NOW,
            **contexts,
        )
        chosen = ["/credentialSubject/permanentResidentCard/lprNumber", "/name"]
        ours = derive(theirs, chosen, CONTEXTS)
        assert code(ours, resolve=lambda url: self.PUBLIC, contexts=CONTEXTS) == "verified"
        assert suite.verify(ours, public_key_jwk=self.KEY.public_jwk(), check_temporal=False, **contexts)


class TestDerive:
    @pytest.mark.parametrize(
        "selective",
        [
            [],
            [""],
            ["/credentialSubject/result"],
            [
                "/credentialSubject/result/0",
                "/credentialSubject/result/2",
                "/credentialSubject/result/0/value",
            ],
            ["/credentialSubject/achievement/alignment/1/targetName", "/name", "/type"],
            ["/credentialSubject/achievement/resultDescription/0/allowedValue"],
            ["/credentialSubject"],
        ],
    )
    def test_shows_what_was_chosen_and_no_more(self, selective):
        derived = derive(SECURED, selective)
        assert code(derived) == "verified"
        assert derived["issuer"] == BADGE["issuer"]
        assert ("name" in derived) == ("/name" in selective or "" in selective)
        assert multibase.decode(derived["proof"]["proofValue"])[2] == 1
        assert HMAC not in multibase.decode(derived["proof"]["proofValue"])

    def test_what_a_verifier_needs_is_always_shown(self):
        document = BADGE | {"validUntil": "2027-05-01T10:00:00Z"}
        pointers = ecdsa_sd_2023.mandatory_pointers_for(document, ["/credentialSubject/achievement/name"])
        assert pointers == [
            "/type",
            "/issuer",
            "/validFrom",
            "/validUntil",
            "/credentialSubject/achievement/name",
        ]
        derived = derive(base(document, pointers))
        assert code(derived) == "verified"
        assert derived["validUntil"] == document["validUntil"]

    def test_keeps_the_place_of_an_item_of_an_array(self):
        derived = derive(SECURED, ["/credentialSubject/result/1/value"])
        assert derived["credentialSubject"]["result"] == [{"type": ["Result"], "value": "17.5"}]

    @pytest.mark.parametrize(
        "pointer", ["name", "/nothing", "/credentialSubject/result/9", "/a~2", "/name/x", "/type/-1", 7]
    )
    def test_refuses_a_pointer_to_nothing(self, pointer):
        with pytest.raises(ProofError) as caught:
            derive(SECURED, [pointer])
        assert caught.value.code == "malformed"

    def test_refuses_to_cut_an_ordered_list(self):
        with pytest.raises(ProofError) as caught:
            derive(SECURED, ["/credentialSubject/achievement/resultDescription/0/allowedValue/1"])
        assert caught.value.code == "proof-generation"

    def test_refuses_to_show_nothing(self):
        with pytest.raises(ProofError) as caught:
            derive(base(mandatory=[]))
        assert caught.value.code == "proof-generation"

    def test_takes_nodes_named_by_the_document_and_nested_graphs(self):
        inner = {**DERIVED, "id": "urn:uuid:2"}
        document = {
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            ],
            "id": "_:b1",
            "type": ["VerifiableCredential", "ClrCredential"],
            "issuer": "did:web:college.example",
            "validFrom": "2026-05-01T10:00:00Z",
            "name": "Record",
            "credentialSubject": {
                "type": ["ClrSubject"],
                "verifiableCredential": [inner, {**inner, "id": "urn:3"}],
            },
        }
        secured = base(document, ["/issuer"])
        derived = derive(secured, ["/credentialSubject/verifiableCredential/1"])
        assert code(derived) == "verified"
        assert derived["credentialSubject"]["verifiableCredential"] == [{**inner, "id": "urn:3"}]

    def test_refuses_a_document_without_bounds_before_walking_it(self):
        deep: dict = {}
        for _ in range(5_000):
            deep = {"evidence": deep}
        document = {name: value for name, value in SECURED.items() if name != "proof"} | {"evidence": deep}
        for refuse in (lambda: base(document), lambda: derive(document | {"proof": SECURED["proof"]})):
            with pytest.raises(ProofError) as caught:
                refuse()
            assert caught.value.code == "malformed"

    def test_refuses_ids_of_the_form_that_it_uses_itself(self):
        with pytest.raises(ProofError):
            base(BADGE | {"id": "urn:bnid:n0"})


def changed(**parts):
    """Return the derived document with some components of its proof value replaced."""
    value = values.parse_derived_proof_value(DERIVED["proof"]["proofValue"])
    fields = {name: getattr(value, name) for name in value.__dataclass_fields__} | parts
    text = values.serialize_derived_proof_value(values.DerivedProofValue(**fields))
    return {**DERIVED, "proof": {**DERIVED["proof"], "proofValue": text}}


VALUE = values.parse_derived_proof_value(DERIVED["proof"]["proofValue"])
LABELS = list(VALUE.label_map)


class TestVerify:
    def test_the_untampered_twin_verifies(self):
        assert code(DERIVED) == "verified"
        assert code(changed()) == "verified"

    @pytest.mark.parametrize(
        "parts",
        [
            {"base_signature": VALUE.base_signature[::-1]},
            {"public_key": VALUE.public_key[:-1] + b"\0"},
            {"public_key": b"\x80\x24\x02" + b"\xff" * 32},
            {"signatures": VALUE.signatures[::-1]},
            {"signatures": VALUE.signatures[:-1]},
            {"signatures": [*VALUE.signatures, VALUE.signatures[0]]},
            {"label_map": dict(list(VALUE.label_map.items())[:-1])},
            {"label_map": VALUE.label_map | {f"c14n{len(LABELS)}": "u" + "A" * 43}},
            {"label_map": VALUE.label_map | {LABELS[0]: VALUE.label_map[LABELS[1]]}},
            {"label_map": dict(zip(LABELS, list(VALUE.label_map.values())[::-1], strict=True))},
            {"mandatory_indexes": VALUE.mandatory_indexes[:-1]},
            {"mandatory_indexes": VALUE.mandatory_indexes[::-1]},
            {"mandatory_indexes": [*VALUE.mandatory_indexes, 10_000]},
            {"mandatory_indexes": []},
        ],
    )
    def test_no_component_of_the_value_can_be_replaced(self, parts):
        assert code(changed(**parts)) == "signature-invalid"

    @pytest.mark.parametrize(
        "change",
        [
            {"name": "Glazing"},
            {"validFrom": "2025-05-01T10:00:00Z"},
            {"issuer": {**BADGE["issuer"], "name": "Other"}},
            {"type": ["VerifiableCredential"]},
        ],
    )
    def test_nothing_can_be_added_or_changed(self, change):
        assert code(DERIVED | change) == "signature-invalid"

    def test_nothing_more_can_be_left_out(self):
        document = copy.deepcopy(DERIVED)
        del document["credentialSubject"]["identifier"]
        assert code(document) == "signature-invalid"

    def test_a_thing_cannot_be_torn_into_two(self):
        document = copy.deepcopy(DERIVED)
        [result] = document["credentialSubject"]["result"]
        value = result.pop("value")
        document["credentialSubject"]["result"].append({"value": value, "type": ["Result"]})
        assert code(document) == "signature-invalid"

    def test_needs_a_key_of_its_kind(self):
        other = PublicKey.from_multikey(P384["public"])
        assert code(DERIVED, resolve=lambda url: other) == "key-unresolvable"

    def test_is_covered_by_its_proof_options(self):
        document = {**DERIVED, "proof": {**DERIVED["proof"], "created": "2026-05-20T10:00:01Z"}}
        assert code(document) == "signature-invalid"

    def test_is_not_made_by_the_common_way(self):
        with pytest.raises(ProofError) as caught:
            data_integrity.prepare(
                BADGE,
                verification_method=method(P256),
                created="2026-05-20T10:00:00Z",
                cryptosuite="ecdsa-sd-2023",
            )
        assert caught.value.code == "proof-generation"

    def test_is_unsupported_where_cbor2_is_absent(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "cbor2", None)
        assert code(DERIVED) == "unsupported-proof"
