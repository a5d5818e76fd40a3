"""Digests beside a link, of Subresource Integrity and of Multihash, and whether some bytes have them.

Rule: Subresource Integrity (W3C), section 3.5; VC Data Integrity 1.0, section 2.6 (Resource Integrity).
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass

from credentials.canon.errors import VC, ProofError
from credentials.proofs import multibase

MAX_TEXT = 1_000

_SRI = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})(?:\?[\x21-\x7e]*)?\Z")
_MULTIHASH = {
    0x12: "sha256",
    0x13: "sha512",
    0x20: "sha384",
    0x14: "sha3_512",
    0x15: "sha3_384",
    0x16: "sha3_256",
}


@dataclass(frozen=True)
class Digest:
    """A digest, and the hashes that may have made it: one, unless the text does not say which."""

    names: tuple[str, ...]
    value: bytes

    @property
    def is_bare(self) -> bool:
        """True when only its length says of which kind it is."""
        return len(self.names) > 1

    def fits(self, data: bytes) -> bool:
        """Return whether it is the digest of these bytes."""
        return any(hashlib.new(name, data).digest() == self.value for name in self.names)


def read_sri(text: object) -> list[Digest]:
    """Return the digests of `digestSRI`, each of its right length. Raises ProofError "malformed"."""
    if not isinstance(text, str) or len(text) > MAX_TEXT or not text.split():
        raise _refusal("The digest is not of the form of Subresource Integrity.")
    return [_one_sri(part) for part in text.split()]


def read_multibase(text: object) -> Digest:
    """Return the digest of `digestMultibase`. Raises ProofError "malformed"."""
    data = multibase.decode(text if isinstance(text, str) and len(text) <= MAX_TEXT else None)
    if len(data) > 2 and data[0] in _MULTIHASH and data[1] == len(data) - 2 == _size(_MULTIHASH[data[0]]):
        return Digest((_MULTIHASH[data[0]],), data[2:])
    fitting = tuple(name for name in _MULTIHASH.values() if _size(name) == len(data))
    if not fitting:
        raise _refusal("The digest has a length that no digest has.")
    return Digest(fitting, data)


def sri_fits(digests: list[Digest], data: bytes) -> bool:
    """Return whether one of the strongest digests is that of these bytes, as Subresource Integrity has it."""
    longest = max(len(one.value) for one in digests)
    return any(one.fits(data) for one in digests if len(one.value) == longest)


def _one_sri(part: str) -> Digest:
    match = _SRI.match(part)
    try:
        value = b64decode(match[2], validate=True) if match else b""
    except NotBase64:
        value = b""
    if match is None or len(value) != _size(match[1]):
        raise _refusal("The digest is not of the form of Subresource Integrity.")
    return Digest((match[1],), value)


def _size(name: str) -> int:
    return hashlib.new(name).digest_size


def _refusal(detail: str) -> ProofError:
    return ProofError("malformed", detail, VC + "MALFORMED_VALUE_ERROR")
