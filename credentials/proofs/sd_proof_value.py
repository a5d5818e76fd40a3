"""Proof values of ecdsa-sd-2023: CBOR behind a header, in base64url, read strictly.

Rule: VC Data Integrity ECDSA Cryptosuites v1.0, sections 3.5.2 to 3.5.8; RFC 8949, sections 4.1, 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from credentials.canon.errors import ProofError
from credentials.proofs import multibase

BASE_HEADER = b"\xd9\x5d\x00"
DERIVED_HEADER = b"\xd9\x5d\x01"
MAX_PROOF_VALUE = 512 * 1024  # characters
MAX_SIGNATURES = 2_000  # each costs a tenth of a millisecond
PUBLIC_KEY_BYTES = 35  # a P-256 Multikey; the "36" of section 3.5.7 is a slip, its own vectors have 35
_DEPTH = 4


@dataclass(frozen=True)
class BaseProofValue:
    """What the issuer gives to the holder, who must not pass it on: it holds the HMAC key."""

    base_signature: bytes
    public_key: bytes
    hmac_key: bytes
    signatures: list[bytes]
    mandatory_pointers: list[str]


@dataclass(frozen=True)
class DerivedProofValue:
    """What a verifier gets. label_map: "c14n0" to "u…"."""

    base_signature: bytes
    public_key: bytes
    signatures: list[bytes]
    label_map: dict[str, str]
    mandatory_indexes: list[int]


def serialize_base_proof_value(value: BaseProofValue) -> str:
    """Return the text of a base proof's value. Raises ProofError "unsupported-proof" without cbor2."""
    components = [
        value.base_signature,
        value.public_key,
        value.hmac_key,
        value.signatures,
        value.mandatory_pointers,
    ]
    return _pack(BASE_HEADER, components)


def parse_base_proof_value(text: object) -> BaseProofValue:
    """Return the parts of a base proof's value. Raises ProofError "signature-invalid"."""
    parts = _unpack(text, BASE_HEADER)
    signature, public_key, hmac_key, signatures, pointers = parts
    _check_common(signature, public_key, signatures)
    if not _is_bytes(hmac_key, 32):
        raise _refusal("its HMAC key")
    if type(pointers) is not list or not all(type(one) is str for one in pointers):
        raise _refusal("its pointers")
    return BaseProofValue(*parts)


def serialize_derived_proof_value(value: DerivedProofValue) -> str:
    """Return the text of a derived proof's value. Raises ProofError "unsupported-proof" without cbor2."""
    components = [
        value.base_signature,
        value.public_key,
        value.signatures,
        compress_label_map(value.label_map),
        value.mandatory_indexes,
    ]
    return _pack(DERIVED_HEADER, components)


def parse_derived_proof_value(text: object) -> DerivedProofValue:
    """Return the parts of a derived proof's value. Raises ProofError "signature-invalid"."""
    signature, public_key, signatures, labels, indexes = _unpack(text, DERIVED_HEADER)
    _check_common(signature, public_key, signatures)
    if type(indexes) is not list or not all(type(one) is int and one >= 0 for one in indexes):
        raise _refusal("its indexes")
    if any(later <= earlier for earlier, later in zip(indexes, indexes[1:], strict=False)):
        raise _refusal("the order of its indexes")
    return DerivedProofValue(signature, public_key, signatures, decompress_label_map(labels), indexes)


def compress_label_map(labels: Mapping[str, str]) -> dict[int, bytes]:
    """Return the label map as numbers and bytes, in the order of the numbers."""
    pairs = ((int(key.removeprefix("c14n")), multibase.decode(value, "u")) for key, value in labels.items())
    return dict(sorted(pairs))


def decompress_label_map(labels: Any) -> dict[str, str]:
    """Return the label map with its prefixes. Raises ProofError "signature-invalid"."""
    if type(labels) is not dict or not all(type(key) is int and key >= 0 for key in labels):
        raise _refusal("its labels")
    if not all(_is_bytes(value, 32) for value in labels.values()):
        raise _refusal("its labels")
    return {f"c14n{key}": multibase.encode(value, "u") for key, value in labels.items()}


def _check_common(signature: Any, public_key: Any, signatures: Any) -> None:
    if not _is_bytes(signature, 64) or not _is_bytes(public_key, PUBLIC_KEY_BYTES):
        raise _refusal("its signature or key")
    if type(signatures) is not list or len(signatures) > MAX_SIGNATURES:
        raise _refusal("the number of its signatures")
    if not all(_is_bytes(one, 64) for one in signatures):
        raise _refusal("its signatures")


def _is_bytes(value: Any, length: int) -> bool:
    return type(value) is bytes and len(value) == length


def _cbor() -> ModuleType:
    """Import cbor2 when it is needed: the single-file verifier runs without it."""
    try:
        import cbor2
    except ImportError as error:
        raise ProofError("unsupported-proof", "Selective disclosure needs cbor2, which is absent.") from error
    return cbor2


def _pack(header: bytes, components: Sequence[Any]) -> str:
    return multibase.encode(header + _cbor().dumps(list(components)), "u")


def _unpack(text: object, header: bytes) -> list[Any]:
    """Return the five components; only their one shortest encoding is taken."""
    cbor2 = _cbor()
    if not isinstance(text, str) or len(text) > MAX_PROOF_VALUE:
        raise _refusal("its form")
    try:
        data = multibase.decode(text, "u")
    except ProofError as error:
        raise _refusal("its form") from error
    if not data.startswith(header):
        raise _refusal("its header")
    body = data[len(header) :]
    try:
        parts = cbor2.loads(body, max_depth=_DEPTH, allow_indefinite=False, allow_duplicate_keys=False)
        again = cbor2.dumps(parts)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise _refusal("its encoding") from error
    # Tags, bytes behind the end and longer forms of a length do not come out as they went in.
    if type(parts) is not list or len(parts) != 5 or again != body:
        raise _refusal("its encoding")
    return parts


def _refusal(what: str) -> ProofError:
    return ProofError("signature-invalid", f"The value of a selective disclosure proof is wrong in {what}.")
