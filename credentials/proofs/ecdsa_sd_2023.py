"""The cryptosuite ecdsa-sd-2023: an issuer signs once, a holder shows a part, a verifier checks it.

Rule: VC Data Integrity ECDSA Cryptosuites v1.0, sections 3.5 (functions) and 3.6 (the suite).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from credentials.canon import jsonld, rdfc, selective
from credentials.canon.contexts import Contexts, as_loader
from credentials.canon.errors import ProofError
from credentials.canon.jsonld import LIMITS, Limits
from credentials.canon.nquads import Quad
from credentials.canon.selection import select_json_ld
from credentials.proofs import multibase
from credentials.proofs.multibase import P256, PUBLIC_PREFIXES
from credentials.proofs.public_key import PublicKey
from credentials.proofs.sd_proof_value import (
    MAX_SIGNATURES,
    BaseProofValue,
    DerivedProofValue,
    parse_base_proof_value,
    parse_derived_proof_value,
    serialize_base_proof_value,
    serialize_derived_proof_value,
)
from credentials.proofs.suite import Document, Prepared, Suite

NAME = "ecdsa-sd-2023"
SUITE = Suite(NAME, "rdfc", (P256,))
HMAC_KEY_BYTES = 32  # section 3.6.2: as long as the digest

# What a verifier needs in order to judge: never left to the holder.
ALWAYS_SHOWN = "type issuer validFrom validUntil credentialStatus credentialSchema refreshService termsOfUse relatedResource"

_SHA256 = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


@dataclass(frozen=True)
class VerifyData:
    """What a verifier computes of a derived proof. Rule: section 3.5.9."""

    value: DerivedProofValue
    proof_hash: bytes
    mandatory_hash: bytes
    non_mandatory: list[str]


def mandatory_pointers_for(document: Document, more: Sequence[str] = ()) -> list[str]:
    """Return the pointers to what a verifier needs in this document, and more that the issuer wants shown.

    A holder who could leave out the end or the status would hold a credential that never ends.
    """
    return [*(f"/{name}" for name in ALWAYS_SHOWN.split() if name in document), *more]


def create_base_proof(
    document: Document,
    options: Mapping[str, Any],
    *,
    mandatory_pointers: Sequence[str],
    hmac_key: bytes,
    proof_key: ec.EllipticCurvePrivateKey,
    contexts: Contexts = None,
) -> Prepared:
    """Return the bytes for the issuer's signer, and how to put its signature into a base proof.

    document: without proofs. options: verificationMethod, created, proofPurpose (see
    data_integrity.proof_options). mandatory_pointers: JSON Pointers to what every derived document
    shows. hmac_key: 32 random bytes; proof_key: a fresh P-256 key; both for this one proof, the
    private key to be forgotten after. The result is for the holder only. Raises ProofError.
    """
    if len(hmac_key) != HMAC_KEY_BYTES or not isinstance(proof_key.curve, ec.SECP256R1):
        raise ProofError("proof-generation", "The keys of a selective disclosure proof have other sizes.")
    proof = SUITE.options_for(document, options)
    configuration = SUITE.proof_configuration(proof, document, contexts=contexts)
    group = _transform(document, mandatory_pointers, hmac_key, contexts)
    public_key = _public_bytes(proof_key)
    mandatory_hash = hash_mandatory_nquads(list(group.matching.values()))
    to_sign = serialize_sign_data(sha256(configuration).digest(), public_key, mandatory_hash)
    signatures = [_sign(proof_key, line) for line in group.non_matching.values()]

    def secured(signature: bytes) -> Document:
        if len(signature) != 64:
            raise ProofError("proof-generation", "The signature has a length that its kind does not know.")
        value = BaseProofValue(signature, public_key, hmac_key, signatures, list(mandatory_pointers))
        return {**document, "proof": {**proof, "proofValue": serialize_base_proof_value(value)}}

    return Prepared(to_sign, secured)


def add_derived_proof(
    document: Document, proof: Document, *, selective_pointers: Sequence[str], contexts: Contexts = None
) -> Document:
    """Return what a holder shows: the mandatory and the selected parts, with a derived proof.

    document: without proofs. proof: the base proof. Raises ProofError.
    """
    value, revealed = create_disclosure_data(document, proof, selective_pointers, contexts)
    return {**revealed, "proof": {**proof, "proofValue": serialize_derived_proof_value(value)}}


def verify_derived_proof(
    document: Document,
    proof: Document,
    *,
    key: PublicKey,
    contexts: Contexts = None,
    limits: Limits = LIMITS,
    max_steps: int = rdfc.MAX_STEPS,
) -> None:
    """Check a derived proof of a document without it; return only if it holds. Raises ProofError.

    key: of the proof's verification method, already found to be the issuer's. A base proof never
    holds here: it is not for verifiers.
    """
    SUITE.hash_name(key.kind)
    data = create_verify_data(document, proof, contexts, limits=limits, max_steps=max_steps)
    value = data.value
    if len(value.signatures) != len(data.non_mandatory):
        raise ProofError("signature-invalid", "There is not one signature for each statement shown.")
    to_verify = serialize_sign_data(data.proof_hash, value.public_key, data.mandatory_hash)
    scoped = _proof_scoped_key(value.public_key)
    held = key.verify(value.base_signature, to_verify) and all(
        scoped.verify(signature, line.encode())
        for signature, line in zip(value.signatures, data.non_mandatory, strict=True)
    )
    if not held:
        raise ProofError("signature-invalid", "The signature does not match the document and the key.")


def verify_base_proof(
    document: Document, proof: Document, *, key: PublicKey, contexts: Contexts = None
) -> None:
    """Check a base proof as its holder does before keeping it; return only if it holds. Raises ProofError."""
    SUITE.hash_name(key.kind)
    value = parse_base_proof_value(proof.get("proofValue"))
    group = _transform(document, value.mandatory_pointers, value.hmac_key, contexts)
    configuration = SUITE.proof_configuration(proof, document, contexts=contexts)
    mandatory_hash = hash_mandatory_nquads(list(group.matching.values()))
    to_verify = serialize_sign_data(sha256(configuration).digest(), value.public_key, mandatory_hash)
    scoped, lines = _proof_scoped_key(value.public_key), list(group.non_matching.values())
    held = len(lines) == len(value.signatures) and key.verify(value.base_signature, to_verify)
    pairs = zip(value.signatures, lines, strict=False)
    if not held or not all(scoped.verify(signature, line.encode()) for signature, line in pairs):
        raise ProofError("signature-invalid", "The signature does not match the document and the key.")


def create_disclosure_data(
    document: Document, proof: Document, selective_pointers: Sequence[str], contexts: Contexts = None
) -> tuple[DerivedProofValue, Document]:
    """Return the parts of the derived proof's value, and the document to reveal. Rule: section 3.5.4."""
    base = parse_base_proof_value(proof.get("proofValue"))
    combined = [*base.mandatory_pointers, *selective_pointers]
    jsonld.check_bounds(document, as_loader(contexts))
    revealed = select_json_ld(combined, document)
    if revealed is None:
        raise ProofError("proof-generation", "Nothing is mandatory and nothing was selected.")
    definitions = {
        "mandatory": base.mandatory_pointers,
        "selective": list(selective_pointers),
        "combined": combined,
    }
    factory = selective.create_hmac_id_label_map_function(base.hmac_key)
    grouped = selective.canonicalize_and_group(document, factory, definitions, contexts)
    mandatory, chosen, shown = (grouped.groups[name] for name in ("mandatory", "selective", "combined"))
    indexes = [place for place, index in enumerate(shown.matching) if index in mandatory.matching]
    if len(base.signatures) != len(mandatory.non_matching):
        raise ProofError("signature-invalid", "There is not one signature for each statement.")
    signatures = [
        signature
        for index, signature in zip(mandatory.non_matching, base.signatures, strict=True)
        if index in chosen.matching
    ]
    labels = _verifier_label_map(shown.deskolemized, grouped.label_map)
    value = DerivedProofValue(base.base_signature, base.public_key, signatures, labels, indexes)
    return value, revealed


def create_verify_data(
    document: Document,
    proof: Document,
    contexts: Contexts = None,
    *,
    limits: Limits = LIMITS,
    max_steps: int = rdfc.MAX_STEPS,
) -> VerifyData:
    """Return what the signatures of a derived proof must cover. Raises ProofError."""
    value = parse_derived_proof_value(proof.get("proofValue"))
    loader = as_loader(contexts)
    configuration = SUITE.proof_configuration(proof, document, contexts=loader)
    factory = selective.create_label_map_function(value.label_map)
    nquads, _ = selective.label_replacement_canonicalize_json_ld(
        document, factory, loader, limits=limits, max_steps=max_steps
    )
    mandatory = set(value.mandatory_indexes)
    if value.mandatory_indexes and value.mandatory_indexes[-1] >= len(nquads):
        raise ProofError("signature-invalid", "The proof points beyond the document.")
    return VerifyData(
        value,
        sha256(configuration).digest(),
        hash_mandatory_nquads([line for index, line in enumerate(nquads) if index in mandatory]),
        [line for index, line in enumerate(nquads) if index not in mandatory],
    )


def serialize_sign_data(proof_hash: bytes, public_key: bytes, mandatory_hash: bytes) -> bytes:
    """Return the bytes that the issuer's key signs."""
    return proof_hash + public_key + mandatory_hash


def hash_mandatory_nquads(mandatory: Sequence[str]) -> bytes:
    """Return the digest of the statements that every derived document shows."""
    return sha256("".join(mandatory).encode()).digest()


def _transform(
    document: Document, pointers: Sequence[str], hmac_key: bytes, contexts: Contexts
) -> selective.Group:
    """Return the statements in the group of the mandatory ones. Rule: section 3.6.2."""
    factory = selective.create_hmac_id_label_map_function(hmac_key)
    definitions = {"mandatory": list(pointers)}
    grouped = selective.canonicalize_and_group(document, factory, definitions, contexts)
    group = grouped.groups["mandatory"]
    if len(group.non_matching) > MAX_SIGNATURES:
        raise ProofError("proof-generation", f"The document has more than {MAX_SIGNATURES} statements.")
    return group


def _verifier_label_map(revealed: list[Quad], label_map: selective.LabelMap) -> dict[str, str]:
    canonical = rdfc.issue_labels(revealed)
    return {label[2:]: label_map[given][2:] for given, label in canonical.items()}


def _public_bytes(private: ec.EllipticCurvePrivateKey) -> bytes:
    numbers = private.public_key().public_numbers()
    return PUBLIC_PREFIXES[P256] + bytes([2 + (numbers.y & 1)]) + numbers.x.to_bytes(32)


def _proof_scoped_key(data: bytes) -> PublicKey:
    try:
        return PublicKey.from_multikey(multibase.encode(data))
    except ProofError as error:
        raise ProofError("signature-invalid", "The proof holds a key that is none.") from error


def _sign(private: ec.EllipticCurvePrivateKey, line: str) -> bytes:
    r, s = decode_dss_signature(private.sign(line.encode(), _SHA256))
    return r.to_bytes(32) + s.to_bytes(32)
