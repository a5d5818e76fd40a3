import copy
from datetime import UTC, datetime, timedelta

import pytest

from credentials.canon.errors import ProofError
from credentials.proofs.data_integrity import prepare, verify
from credentials.proofs.public_key import PublicKey

from .support import DOCUMENT, ED, EDDSA, NOW, P256, P384, method, resolve, sign_with

CREATED = "2026-05-20T10:00:00Z"
CRYPTOSUITES = ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019"]


def signed(document=None, *, cryptosuite="eddsa-rdfc-2022", key=None, purpose="assertionMethod", **options):
    key = key or (ED if cryptosuite.startswith("eddsa") else P256)
    kind = PublicKey.from_multikey(key["public"]).kind
    created = options.pop("created", CREATED)
    prepared = prepare(
        DOCUMENT if document is None else document,
        verification_method=method(key),
        created=created,
        cryptosuite=cryptosuite,
        purpose=purpose,
        kind=kind,
        options=options,
    )
    return prepared.secured(sign_with(key)(prepared.to_sign))


def only(secured, **how):
    [outcome] = verify(secured, **{"resolve": resolve, "now": NOW} | how)
    return outcome


def code(secured, **how):
    outcome = only(secured, **how)
    return outcome.error.code if outcome.error else "verified"


@pytest.mark.parametrize("cryptosuite", CRYPTOSUITES)
class TestAProof:
    def test_verifies(self, cryptosuite):
        outcome = only(signed(cryptosuite=cryptosuite))
        assert outcome.verified
        assert outcome.cryptosuite == cryptosuite
        assert outcome.verification_method.startswith("did:key:")

    @pytest.mark.parametrize(
        "change",
        [
            {"name": "Welding"},
            {"id": "urn:uuid:6e0e1d4c-3a6f-4f3f-9a55-000000000002"},
            {"issuer": "did:web:other.example"},
            {"type": ["VerifiableCredential"]},
            {"description": "added"},
            {"credentialSubject": {"id": "did:example:2", "type": ["AchievementSubject"]}},
        ],
    )
    def test_does_not_outlive_a_change(self, cryptosuite, change):
        assert code(signed(cryptosuite=cryptosuite) | change) == "signature-invalid"

    def test_does_not_outlive_a_member_removed(self, cryptosuite):
        secured = signed(cryptosuite=cryptosuite)
        del secured["name"]
        assert code(secured) == "signature-invalid"

    @pytest.mark.parametrize(
        "change",
        [
            {"created": "2026-05-20T10:00:01Z"},
            {"verificationMethod": method(EDDSA["keys"][1])},
            {"expires": "2030-01-01T00:00:00Z"},
            {"nonce": "x"},
        ],
    )
    def test_covers_its_own_members(self, cryptosuite, change):
        secured = signed(cryptosuite=cryptosuite)
        secured["proof"] |= change
        key = resolve(method(ED if cryptosuite.startswith("eddsa") else P256))
        assert code(secured, resolve=lambda url: key) == "signature-invalid"

    @pytest.mark.parametrize(
        "value", ["", "z", "zz", "z0OIl", "u" + "A" * 86, "z" + "1" * 64, "z" * 5_000, 7, None]
    )
    def test_refuses_a_value_that_is_no_signature(self, cryptosuite, value):
        secured = signed(cryptosuite=cryptosuite)
        secured["proof"]["proofValue"] = value
        assert code(secured) in ("signature-invalid", "malformed")

    def test_is_not_moved_to_another_suite(self, cryptosuite):
        secured = signed(cryptosuite=cryptosuite)
        for other in CRYPTOSUITES:
            if other != cryptosuite:
                moved = {**secured, "proof": {**secured["proof"], "cryptosuite": other}}
                assert code(moved) in ("signature-invalid", "key-unresolvable")

    def test_another_key_does_not_fit(self, cryptosuite):
        other = EDDSA["keys"][2] if cryptosuite.startswith("eddsa") else P384
        key = PublicKey.from_multikey(other["public"])
        assert code(signed(cryptosuite=cryptosuite), resolve=lambda url: key) == "signature-invalid"

    def test_a_key_of_another_kind_is_refused(self, cryptosuite):
        other = P256 if cryptosuite.startswith("eddsa") else ED
        key = PublicKey.from_multikey(other["public"])
        assert code(signed(cryptosuite=cryptosuite), resolve=lambda url: key) == "key-unresolvable"


class TestSafeMode:
    def test_a_member_that_no_context_defines_cannot_be_signed(self):
        with pytest.raises(ProofError) as caught:
            signed({**DOCUMENT, "hidden": "x"})
        assert caught.value.code == "jsonld-error"

    def test_a_member_added_afterwards_that_no_context_defines_is_seen(self):
        assert code(signed() | {"hidden": "x"}) == "jsonld-error"

    def test_a_member_added_to_the_proof_is_seen(self):
        secured = signed()
        secured["proof"]["hidden"] = "x"
        assert code(secured) == "jsonld-error"

    def test_contexts_of_the_proof_must_be_those_of_the_document(self):
        secured = signed()
        secured["proof"]["@context"] = ["https://www.w3.org/ns/credentials/v2"]
        assert code(secured) == "jsonld-error"

    def test_an_unknown_context_is_named_as_such(self):
        secured = signed()
        secured["@context"] = [*secured["@context"], "https://x.example/unknown"]
        assert code(secured) == "context-unavailable"

    def test_contexts_swapped_for_other_known_ones_break_the_proof(self):
        secured = signed()
        secured["@context"] = ["https://www.w3.org/2018/credentials/v1", secured["@context"][1]]
        assert code(secured) in ("signature-invalid", "jsonld-error")

    def test_a_document_without_context_cannot_be_signed(self):
        with pytest.raises(ProofError):
            signed({"id": "urn:x:1"})


class TestJcsContexts:
    def test_are_carried_in_the_proof(self):
        assert signed(cryptosuite="eddsa-jcs-2022")["proof"]["@context"] == DOCUMENT["@context"]

    def test_must_stand_first_in_the_document(self):
        secured = signed(cryptosuite="eddsa-jcs-2022")
        secured["@context"] = secured["@context"][::-1]
        assert code(secured) == "signature-invalid"

    def test_may_be_followed_by_others(self):
        secured = signed(cryptosuite="eddsa-jcs-2022")
        secured["@context"] = [*secured["@context"], "https://x.example/more"]
        assert code(secured) == "verified"

    def test_a_document_without_context_is_signed(self):
        assert code(signed({"name": "x", "n": [1, 1.5]}, cryptosuite="eddsa-jcs-2022")) == "verified"


class TestPurposeDatesAndAnswers:
    def test_another_purpose_is_refused(self):
        assert code(signed(purpose="authentication")) == "signature-invalid"
        assert code(signed(purpose="authentication"), purpose="authentication") == "verified"
        assert code(signed(purpose="authentication"), purpose=None) == "verified"

    def test_a_proof_from_the_future_is_refused(self):
        now = datetime(2026, 5, 20, 10, tzinfo=UTC)
        assert code(signed(), now=now - timedelta(minutes=4)) == "verified"
        assert code(signed(), now=now - timedelta(minutes=6)) == "signature-invalid"

    def test_an_expired_proof_is_refused(self):
        secured = signed(expires="2026-06-01T02:00:00+02:00")
        assert code(secured, now=NOW) == "proof-expired"
        assert code(secured, now=NOW - timedelta(seconds=1)) == "verified"

    @pytest.mark.parametrize("member", ["created", "expires"])
    @pytest.mark.parametrize(
        "value",
        [
            "2026-05-20",
            "2026-05-20T10:00:00",
            "2026-13-01T00:00:00Z",
            "2026-05-20 10:00:00Z",
            "",
            7,
            None,
            [],
        ],
    )
    def test_a_date_without_zone_is_malformed(self, member, value):
        secured = signed()
        secured["proof"][member] = value
        assert code(secured) == "malformed"

    def test_challenge_and_domain_are_compared(self):
        secured = signed(purpose="authentication", challenge="c", domain="d.example")
        how = {"purpose": "authentication"}
        assert code(secured, challenge="c", domain="d.example", **how) == "verified"
        assert code(secured, **how) == "verified"
        assert only(secured, challenge="x", **how).error.problem.endswith("INVALID_CHALLENGE_ERROR")
        assert only(secured, domain="x", **how).error.problem.endswith("INVALID_DOMAIN_ERROR")
        assert code(signed(purpose="authentication"), challenge="c", **how) == "signature-invalid"
        assert code(signed(purpose="authentication"), domain="d", **how) == "signature-invalid"


class TestTheListOfProofs:
    @pytest.mark.parametrize("proof", [None, []])
    def test_none_is_no_proof(self, proof):
        with pytest.raises(ProofError) as caught:
            verify({**DOCUMENT, "proof": proof}, resolve=resolve, now=NOW)
        assert caught.value.code == "no-proof"

    def test_a_document_without_the_member_has_no_proof(self):
        with pytest.raises(ProofError) as caught:
            verify(DOCUMENT, resolve=resolve, now=NOW)
        assert caught.value.code == "no-proof"

    @pytest.mark.parametrize("proof", ["x", 7, [7], [[]], [{}] * 17, [{}] * 2_000])
    def test_other_things_are_malformed(self, proof):
        with pytest.raises(ProofError) as caught:
            verify({**DOCUMENT, "proof": proof}, resolve=resolve, now=NOW)
        assert caught.value.code == "malformed"

    def test_a_document_that_is_no_object_is_malformed(self):
        with pytest.raises(ProofError):
            verify([], resolve=resolve, now=NOW)

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"type": "Invented"}, "unsupported-proof"),
            ({"type": None}, "unsupported-proof"),
            ({"type": ["DataIntegrityProof"]}, "unsupported-proof"),
            ({"cryptosuite": "bbs-2023"}, "unsupported-proof"),
            ({"cryptosuite": None}, "unsupported-proof"),
            ({"cryptosuite": {}}, "unsupported-proof"),
            ({"verificationMethod": None}, "malformed"),
            ({"verificationMethod": {"id": "x"}}, "malformed"),
            ({"verificationMethod": "key-1"}, "malformed"),
            ({"proofPurpose": None}, "malformed"),
            ({"proofValue": ["z"]}, "malformed"),
            ({"previousProof": "urn:x"}, "signature-invalid"),
            ({"previousProof": []}, "signature-invalid"),
            ({"previousProof": [{"a": []}]}, "signature-invalid"),
            ({"previousProof": None}, "signature-invalid"),
            ({"verificationMethod": "did:web:unknown.example#k"}, "key-unresolvable"),
        ],
    )
    def test_a_broken_proof_has_its_code(self, change, expected):
        secured = signed()
        secured["proof"] |= change
        assert code(secured) == expected

    def test_a_second_signer_stands_beside_the_first(self):
        both = signed(signed(), key=EDDSA["keys"][1])
        outcomes = verify(both, resolve=resolve, now=NOW)
        assert [outcome.verified for outcome in outcomes] == [True, True]

    def test_a_broken_document_fails_every_proof(self):
        both = signed(signed(), key=EDDSA["keys"][1]) | {"hidden": "x"}
        outcomes = verify(both, resolve=resolve, now=NOW)
        assert [outcome.error.code for outcome in outcomes] == ["jsonld-error", "jsonld-error"]

    def test_bottomless_proofs_are_refused(self):
        deep: list = []
        for _ in range(50_000):
            deep = [deep]
        for cryptosuite in CRYPTOSUITES:
            secured = signed(cryptosuite=cryptosuite)
            secured["proof"]["nonce"] = deep
            assert code(secured) in ("malformed", "jsonld-error")


class TestPrepare:
    def test_leaves_the_document_alone(self):
        document = copy.deepcopy(DOCUMENT)
        signed(document)
        assert document == DOCUMENT

    def test_twice_gives_the_same_bytes(self):
        assert signed() == signed()

    @pytest.mark.parametrize(
        "change",
        [{"created": "yesterday"}, {"verification_method": "key-1"}, {"cryptosuite": "bbs-2023"}],
    )
    def test_refuses_bad_options(self, change):
        options = {"verification_method": method(ED), "created": CREATED}
        with pytest.raises(ProofError):
            prepare(DOCUMENT, **options | change)

    def test_refuses_a_signature_of_another_length(self):
        prepared = prepare(DOCUMENT, verification_method=method(ED), created=CREATED)
        assert len(prepared.to_sign) == 64
        with pytest.raises(ProofError) as caught:
            prepared.secured(b"\0" * 63)
        assert caught.value.code == "proof-generation"

    def test_the_proof_stands_last(self):
        assert list(signed())[-1] == "proof"
