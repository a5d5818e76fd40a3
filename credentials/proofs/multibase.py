"""Multibase text and Multikey, as far as the cryptosuites use them.

Rule: Controlled Identifiers v1.0, sections 2.4 (Multibase) and 2.2.2 (Multikey).
"""

from __future__ import annotations

import base64
import binascii
import functools
import re

from credentials.canon.errors import ProofError

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MAX_BASE58 = 1_024  # characters; the conversion is quadratic

ED25519, P256, P384 = "Ed25519", "P-256", "P-384"
PUBLIC_PREFIXES = {ED25519: b"\xed\x01", P256: b"\x80\x24", P384: b"\x81\x24"}
SECRET_PREFIXES = {ED25519: b"\x80\x26", P256: b"\x86\x26", P384: b"\x87\x26"}
PUBLIC_LENGTHS = {ED25519: 32, P256: 33, P384: 49}
SECRET_LENGTHS = {ED25519: 32, P256: 32, P384: 48}

FIELD_DIGITS = 16  # a power of two
_FIELD = 58**FIELD_DIGITS
_LETTERS = ALPHABET.encode().ljust(256)
_NO_DIGIT = b"\xff"
_DIGITS = bytes(ALPHABET.find(chr(byte)) % 256 for byte in range(256))
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z")
_ALL64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# By the length left over: the characters a canonical text may end with (RFC 4648, section 3.5).
_LAST = {0: _ALL64, 2: _ALL64[::16], 3: _ALL64[::4]}


def base58_encode(data: bytes) -> str:
    """Return the base58btc text of some bytes, without a multibase prefix."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number, fields, width = int.from_bytes(data), 0, 0
    while number:
        number, field = divmod(number, _FIELD)
        fields |= field << width
        width += 16 * FIELD_DIGITS
    # All fields are parted at once: sixteen digits to two times eight, and so on, down to a digit in two bytes.
    for reciprocal, shift, halves, apart in _partings(width):
        fields += (fields * reciprocal >> shift & halves) * apart
    digits = fields.to_bytes(width // 8)[1::2].translate(_LETTERS)
    return "1" * zeros + digits.lstrip(b"1").decode()


@functools.cache
def _partings(width: int) -> list[tuple[int, int, int, int]]:
    """Return how to part fields in so many bits: a reciprocal and a shift that divide, where the upper
    halves then stand, and what moves each of them up from where it was counted."""
    steps, digits = [], FIELD_DIGITS
    while digits > 1:
        base = 58 ** (digits // 2)
        # The quotient of any number below the square of a base is exact by a reciprocal of twice its length.
        shift = (base * base).bit_length() + base.bit_length()
        halves = sum(((1 << base.bit_length()) - 1) << place for place in range(0, width, 16 * digits))
        steps.append((-(-(1 << shift) // base), shift, halves, (1 << 8 * digits) - base))
        digits //= 2
    return steps


def base58_decode(text: str) -> bytes:
    """Return the bytes of base58btc text without its prefix. Raises ProofError "malformed"."""
    if len(text) > MAX_BASE58:
        raise ProofError("malformed", f"A base58 text is longer than {MAX_BASE58} characters.")
    digits = text.encode("utf-8", "replace").translate(_DIGITS)
    if _NO_DIGIT in digits:
        raise ProofError("malformed", "A base58 text holds a character of another alphabet.")
    # All neighbours are put together at once: digits to pairs, pairs to fours, and so on.
    number = int.from_bytes(digits)
    for bits, every_other, base in _joinings(len(digits)):
        number = (number & every_other) + (number >> bits & every_other) * base
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


@functools.cache
def _joinings(digits: int) -> list[tuple[int, int, int]]:
    """Return how to join neighbors, for a byte per digit: the bits of a field, a mask of every other field
    with the lowest first, and what an upper neighbor counts."""
    steps, bits, base = [], 8, 58
    while bits < 8 * digits:
        mask = sum(((1 << bits) - 1) << place for place in range(0, 8 * digits, 2 * bits))
        steps.append((bits, mask, base))
        bits, base = 2 * bits, base * base
    return steps


def base64url_encode(data: bytes) -> str:
    """Return base64url text without padding and without a multibase prefix."""
    return binascii.b2a_base64(data, newline=False).translate(_URL_SAFE, b"=").decode()


def base64url_decode(text: str) -> bytes:
    """Return the bytes of base64url text without padding; each has one text. Raises ProofError "malformed"."""
    if not _BASE64URL.match(text) or len(text) % 4 == 1:
        raise ProofError("malformed", "A text is not base64url without padding.")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise ProofError("malformed", "A text is not base64url.") from error
    if text[-1:] not in _LAST[len(text) % 4]:
        raise ProofError("malformed", "A base64url text has bits left over that are not zero.")
    return data


def encode(data: bytes, base: str = "z") -> str:
    """Return multibase text: "z" is base58btc, "u" is base64url without padding."""
    if base == "z":
        return "z" + base58_encode(data)
    if base == "u":
        return "u" + base64url_encode(data)
    raise ProofError("malformed", f"The multibase prefix {base[:8]!r} is not used here.")


def decode(text: object, bases: str = "zu") -> bytes:
    """Return the bytes of multibase text whose prefix is one of bases. Raises ProofError "malformed"."""
    if not isinstance(text, str) or not text or text[0] not in bases:
        raise ProofError("malformed", "A value is not multibase text of the expected base.")
    return base58_decode(text[1:]) if text[0] == "z" else base64url_decode(text[1:])


def encode_multikey(kind: str, public: bytes) -> str:
    """Return the Multikey text of a public key: raw for Ed25519, compressed for P-256 and P-384."""
    if PUBLIC_LENGTHS.get(kind) != len(public):
        raise ProofError("malformed", "A public key has a length that its kind does not know.")
    return encode(PUBLIC_PREFIXES[kind] + public)


def decode_multikey(text: object) -> tuple[str, bytes]:
    """Return kind and bytes of a public Multikey. Raises ProofError "key-unresolvable"."""
    return _decode_key(text, PUBLIC_PREFIXES, PUBLIC_LENGTHS)


def encode_secret_multikey(kind: str, secret: bytes) -> str:
    """Return the Multikey text of a secret key."""
    if SECRET_LENGTHS.get(kind) != len(secret):
        raise ProofError("malformed", "A secret key has a length that its kind does not know.")
    return encode(SECRET_PREFIXES[kind] + secret)


def decode_secret_multikey(text: object) -> tuple[str, bytes]:
    """Return kind and bytes of a secret Multikey. Raises ProofError "key-unresolvable"."""
    return _decode_key(text, SECRET_PREFIXES, SECRET_LENGTHS)


def _decode_key(text: object, prefixes: dict[str, bytes], lengths: dict[str, int]) -> tuple[str, bytes]:
    try:
        data = decode(text, "z")
    except ProofError as error:
        raise ProofError("key-unresolvable", "A key is not Multikey text.") from error
    for kind, prefix in prefixes.items():
        if data.startswith(prefix) and len(data) == lengths[kind] + 2:
            return kind, data[2:]
    raise ProofError("key-unresolvable", "A Multikey is of a kind that is not used here.")
