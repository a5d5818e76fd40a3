"""Flaws of the signature, of the key, and of who stands behind it."""

from typing import Any

from credentials.proofs import multibase
from tests.support.hostile.cases import (
    COLLEGE,
    GUILD,
    STRANGER,
    Json,
    badge,
    case,
    spoiled,
    unsigned,
)
from tests.support.issuers import NOW, KeyState, Signing

ORDER_OF_THE_CURVE = 2**252 + 27742317777372353535851937790883648493
DID = COLLEGE.did_url


def _value(document: Json, change: Any) -> None:
    signature = multibase.decode(document["proof"]["proofValue"])
    document["proof"]["proofValue"] = multibase.encode(change(signature))


def _with_larger_s(signature: bytes) -> bytes:
    number = int.from_bytes(signature[32:], "little") + ORDER_OF_THE_CURVE
    return signature[:32] + number.to_bytes(32, "little")


def _set(**members: Any) -> Any:
    return lambda d: d["proof"].update(members)


spoiled(
    "signature-invalid",
    name_changed=lambda d: d["credentialSubject"].update(name="Somebody Else"),
    name_with_another_letter=lambda d: d["credentialSubject"].update(name="Amаra Nwosu"),
    title_changed=lambda d: d["credentialSubject"]["achievement"].update(name="Doctor of Medicine"),
    date_changed=lambda d: d.update(awardedDate="2024-05-14T12:00:00-05:00"),
    id_changed=lambda d: d.update(id="urn:uuid:00000000-0000-4000-8000-000000000000"),
    end_removed=lambda d: d.update(validUntil="2099-01-01T00:00:00Z"),
    status_removed=lambda d: d.pop("credentialStatus"),
    status_moved_to_another_index=lambda d: d["credentialStatus"].update(statusListIndex="7"),
    status_moved_to_another_list=lambda d: d["credentialStatus"].update(
        statusListCredential=STRANGER.list_url
    ),
    issuer_name_changed=lambda d: d["issuer"].update(name="A Famous University"),
    evidence_added=lambda d: d["evidence"].append({"id": "https://x.example/", "type": ["Evidence"]}),
    identifier_replaced=lambda d: d["credentialSubject"]["identifier"][0].update(
        identityHash="sha256$" + "0" * 64
    ),
    endorsement_added=lambda d: d.update(endorsement=[GUILD.endorsement()]),
    language_moved=lambda d: d["credentialSubject"]["achievement"].update(inLanguage="es"),
    signature_of_one_more_bit=lambda d: _value(d, lambda s: s[:-1] + bytes([s[-1] ^ 1])),
    signature_malleated=lambda d: _value(d, _with_larger_s),
    signature_too_short=lambda d: _value(d, lambda s: s[:63]),
    signature_too_long=lambda d: _value(d, lambda s: s + b"\0"),
    signature_of_zeros=lambda d: _value(d, lambda s: bytes(64)),
    signature_empty=_set(proofValue="z"),
    signature_of_100000_letters=_set(proofValue="z" + "2" * 100_000),
    signature_in_another_base=lambda d: d["proof"].update(
        proofValue=multibase.encode(multibase.decode(d["proof"]["proofValue"]), "u")
    ),
    signature_with_a_space=lambda d: d["proof"].update(proofValue=d["proof"]["proofValue"] + " "),
    suite_swapped_for_jcs=_set(cryptosuite="eddsa-jcs-2022"),
    proof_backdated=_set(created="2020-01-01T00:00:00Z"),
    proof_prolonged=_set(expires="2099-01-01T00:00:00Z"),
    proof_for_a_domain=_set(domain="college.example"),
    proof_for_another_purpose=_set(proofPurpose="authentication"),
    proof_that_builds_on_nothing=_set(previousProof="urn:uuid:11111111-0000-4000-8000-000000000000"),
    proof_that_builds_on_itself=_set(
        id="urn:uuid:22222222-0000-4000-8000-000000000000",
        previousProof="urn:uuid:22222222-0000-4000-8000-000000000000",
    ),
)
spoiled(
    "no-proof",
    proof_removed=lambda d: d.pop("proof"),
)
spoiled(
    "malformed",
    proofs_empty=lambda d: d.update(proof=[]),
    key_in_a_data_address=_set(verificationMethod="data:application/json,{}#key-1"),
    proof_is_text=lambda d: d.update(proof="signed"),
    proofs_2000=lambda d: d.update(proof=[d["proof"]] * 2_000),
    proof_without_value=lambda d: d["proof"].pop("proofValue"),
    proof_without_method=lambda d: d["proof"].pop("verificationMethod"),
    proof_date_without_zone=_set(created="2026-05-18T14:30:06"),
    key_as_an_object=_set(verificationMethod={"id": COLLEGE.method, "publicKeyMultibase": STRANGER.multikey}),
)
spoiled(
    "jsonld-error",
    proof_moved_into_the_subject=lambda d: d["credentialSubject"].update(proof=d.pop("proof")),
    member_in_the_proof=_set(publicKeyMultibase2="z6Mk"),
    graph_injected=lambda d: d.update({"@included": [{"id": "urn:x:y", "name": "z"}]}),
)
spoiled(
    "unsupported-proof",
    suite_nobody_has=_set(cryptosuite="eddsa-none-2099"),
    suite_is_a_list=_set(cryptosuite=["eddsa-rdfc-2022"]),
    proof_of_another_type=_set(type="RsaSignature2018"),
)
spoiled(
    "key-unresolvable",
    key_in_the_fragment=_set(verificationMethod=f"{COLLEGE.did}#{STRANGER.multikey}"),
    key_without_fragment=_set(verificationMethod=COLLEGE.did),
    key_by_plain_http=_set(verificationMethod="http://college.example/key#1"),
    key_of_an_unknown_method=_set(verificationMethod="did:example:123#key-1"),
    key_on_this_machine=_set(verificationMethod="did:web:localhost#key-1"),
    key_at_an_ip_address=_set(verificationMethod="did:web:127.0.0.1#key-1"),
    key_with_a_hidden_slash=_set(verificationMethod="did:web:college.example%2Fevil#key-1"),
    key_with_a_hidden_user=_set(verificationMethod="did:web:a%40college.example#key-1"),
    key_up_the_folders=_set(verificationMethod="did:web:credentials.college.example:..:k#key-1"),
)


@case("signature-invalid")
def strangers_key_under_our_name() -> Json:
    return Signing(2, COLLEGE.did).sign(unsigned())


@case("issuer-mismatch")
def strangers_name_on_our_badge() -> Json:
    return STRANGER.sign(unsigned())


@case("issuer-mismatch")
def did_key_for_our_name() -> Json:
    return Signing(9, "did:key").sign(unsigned())


@case("signature-invalid")
def issuer_swapped_after_signing() -> Json:
    document = STRANGER.sign(unsigned() | {"issuer": {**unsigned()["issuer"], "id": STRANGER.did}})
    document["issuer"]["id"] = COLLEGE.did
    return document


@case("issuer-mismatch")
def second_proof_of_a_stranger() -> Json:
    return STRANGER.sign(badge())


@case("signature-invalid")
def second_proof_spoiled() -> Json:
    document = COLLEGE.sign(badge(), created="2026-05-19T08:00:00Z")
    document["proof"][1]["proofValue"] = document["proof"][0]["proofValue"]
    return document


@case("signature-invalid")
def proof_from_the_future() -> Json:
    return COLLEGE.sign(unsigned(), created="2031-01-01T00:00:00Z")


@case("proof-expired")
def proof_that_ran_out() -> Json:
    return COLLEGE.sign(unsigned(), options={"expires": "2026-05-30T00:00:00Z"})


@case("signature-invalid")
def proof_of_another_document() -> Json:
    other = COLLEGE.sign(unsigned() | {"name": "Another"})
    return badge() | {"proof": other["proof"]}


@case("key-unresolvable")
def key_compromised() -> tuple[Json, Json]:
    return badge(), {DID: COLLEGE.did_document(state=KeyState.COMPROMISED, revoked_at=NOW)}


def _did(**members: Any) -> tuple[Json, Json]:
    return badge(), {DID: COLLEGE.did_document() | members}


def _method(**members: Any) -> tuple[Json, Json]:
    document = COLLEGE.did_document()
    document["verificationMethod"][0].update(members)
    return badge(), {DID: document}


def _world(name: str, make: Any) -> None:
    make.__name__ = name
    case("key-unresolvable")(make)


_world("key_for_signing_in_only", lambda: _did(assertionMethod=[], authentication=[COLLEGE.method]))
_world("key_removed", lambda: _did(verificationMethod=[], assertionMethod=[COLLEGE.method]))
_world("key_listed_as_a_strangers", lambda: _method(controller=STRANGER.did))
_world("key_that_ran_out", lambda: _method(expires="2026-05-30T00:00:00Z"))
_world("key_with_a_date_that_is_none", lambda: _method(revoked="soon"))
_world(
    "key_of_a_kind_nobody_has",
    lambda: _method(publicKeyMultibase="z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc"),
)
_world("key_of_zero_length", lambda: _method(publicKeyMultibase="z"))
_world("key_of_100000_letters", lambda: _method(publicKeyMultibase="z" + "2" * 100_000))
_world("key_with_its_private_part", lambda: _private())
_world("did_document_of_a_stranger", lambda: (badge(), {DID: STRANGER.did_document()}))
_world("did_document_without_id", lambda: _did(id=None))
_world("did_document_is_a_page", lambda: (badge(), {DID: b"<html><body>Welcome</body></html>"}))
_world(
    "did_document_with_two_ids", lambda: (badge(), {DID: b'{"id":"x","id":"' + COLLEGE.did.encode() + b'"}'})
)
_world(
    "did_document_of_a_thousand_levels",
    lambda: (badge(), {DID: b'{"id":' + b"[" * 1_000 + b"]" * 1_000 + b"}"}),
)
_world("did_document_silent", lambda: (badge(), {DID: None}))
_world(
    "two_keys_under_one_name",
    lambda: _did(verificationMethod=COLLEGE.did_document()["verificationMethod"] * 2),
)


def _private() -> tuple[Json, Json]:
    document = COLLEGE.did_document()
    method = document["verificationMethod"][0]
    del method["publicKeyMultibase"]
    method["publicKeyJwk"] = {"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "AA"}
    return badge(), {DID: document}
