"""The bitstring of a status list: written from a table, read from strangers.

Rule: Bitstring Status List v1.0, sections 3.3 (Bitstring Generation) and 3.2 (Validate).
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Mapping

from credentials.canon.errors import STATUS_LIST, ProofError
from credentials.proofs import multibase

MIN_ENTRIES = 131_072  # section 3.1: so that one credential hides in a crowd
MAX_BYTES = 4 * 1024 * 1024  # 33 million entries
MAX_SIZE = 32  # bits of one entry
GZIP_LEVEL = 6

_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,15})\Z", re.ASCII)


def encode(indexes: Iterable[int], *, length: int = MIN_ENTRIES) -> str:
    """Return `encodedList` with the bit of each index set. Entry 0 is the left-most bit.

    The same input gives the same text. Raises ProofError "status-invalid" (RANGE_ERROR).
    """
    _check_length(length, 1)
    bits = bytearray((length + 7) // 8)
    for index in indexes:
        if not 0 <= index < length:
            raise _refusal("RANGE_ERROR", "An index is beyond the list.")
        bits[index >> 3] |= 0x80 >> (index & 7)
    return _pack(bits)


def encode_values(values: Mapping[int, int], *, size: int, length: int = MIN_ENTRIES) -> str:
    """Return `encodedList` of entries of several bits each, left to right."""
    _check_length(length, size)
    bits = bytearray((length * size + 7) // 8)
    for index, value in values.items():
        if not 0 <= index < length or not 0 <= value < 1 << size:
            raise _refusal("RANGE_ERROR", "An index or a status is beyond the list.")
        for offset in range(size):
            if value >> (size - 1 - offset) & 1:
                place = index * size + offset
                bits[place >> 3] |= 0x80 >> (place & 7)
    return _pack(bits)


class Bitstring:
    """A decoded list. bits: at least 131,072 entries of size bits."""

    __slots__ = ("bits", "size")

    def __init__(self, bits: bytes, size: int = 1) -> None:
        self.bits = bits
        self.size = size

    def __len__(self) -> int:
        return len(self.bits) * 8 // self.size

    def get(self, index: int) -> int:
        """Return the status at an index; 0 means nothing is set. Raises ProofError (RANGE_ERROR)."""
        if not 0 <= index < len(self):
            raise _refusal("RANGE_ERROR", "The index is beyond the list.")
        first = index * self.size
        last = first + self.size
        window = int.from_bytes(self.bits[first >> 3 : (last + 7) >> 3])
        return window >> (-last % 8) & ((1 << self.size) - 1)


def decode(encoded: object, *, size: int = 1, max_bytes: int = MAX_BYTES) -> Bitstring:
    """Return the list behind `encodedList`. Raises ProofError "status-invalid".

    max_bytes: how long the unpacked list may be; a longer one is refused before it is unpacked.
    """
    if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= MAX_SIZE:
        raise _refusal("MALFORMED_VALUE_ERROR", "statusSize is not a small positive integer.")
    if not isinstance(encoded, str) or len(encoded) > max_bytes * 2:
        raise _refusal("MALFORMED_VALUE_ERROR", "encodedList is not a text, or far too long.")
    try:
        packed = multibase.decode(encoded, "u")
    except ProofError as error:
        raise _refusal("MALFORMED_VALUE_ERROR", "encodedList is not base64url with its prefix.") from error
    bits = _unpack(packed, max_bytes)
    if len(bits) * 8 // size < MIN_ENTRIES:
        raise _refusal("STATUS_LIST_LENGTH_ERROR", f"The list has fewer than {MIN_ENTRIES} entries.")
    return Bitstring(bits, size)


def parse_index(value: object) -> int:
    """Return `statusListIndex` as a number: a string of digits, without sign, space or leading zero."""
    if not isinstance(value, str) or not _INDEX.match(value):
        raise _refusal("MALFORMED_VALUE_ERROR", "statusListIndex is not a decimal number in a string.")
    return int(value)


def _check_length(length: int, size: int) -> None:
    if length < MIN_ENTRIES:
        raise _refusal("STATUS_LIST_LENGTH_ERROR", f"A list has at least {MIN_ENTRIES} entries.")
    if not 1 <= size <= MAX_SIZE:
        raise _refusal("MALFORMED_VALUE_ERROR", "statusSize is not a small positive integer.")


def _pack(bits: bytearray) -> str:
    return multibase.encode(gzip.compress(bits, GZIP_LEVEL, mtime=0), "u")


def _unpack(packed: bytes, max_bytes: int) -> bytes:
    reader = zlib.decompressobj(wbits=31)  # 31: the gzip container
    try:
        bits = reader.decompress(packed, max_bytes + 1)
    except zlib.error as error:
        raise _refusal("MALFORMED_VALUE_ERROR", "encodedList is not GZIP.") from error
    if len(bits) > max_bytes:
        raise _refusal("MALFORMED_VALUE_ERROR", f"The list unpacks to more than {max_bytes} bytes.")
    if not reader.eof or reader.unused_data:
        raise _refusal("MALFORMED_VALUE_ERROR", "encodedList ends too early or too late.")
    return bits


def _refusal(problem: str, detail: str) -> ProofError:
    return ProofError("status-invalid", detail, STATUS_LIST + problem)
