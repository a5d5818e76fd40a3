"""A keyed permutation of 0..length-1: positions come out scattered, none twice, none stored.

Four rounds of a balanced Feistel network over the next even number of bits; a value beyond the
length is permuted again until it falls inside (cycle walking), which keeps it a permutation.
"""

import functools
import hashlib

ROUNDS = 4


def scatter(first: int, end: int, *, length: int, secret: bytes) -> list[int]:
    """Return the positions that belong to the entries from `first` up to and without `end`."""
    if not 0 <= first <= end <= length:
        raise ValueError("the places lie outside the list")
    half = half_bits(length)
    low = (1 << half) - 1
    one, two, three, four = _round_tables(secret, half)
    found = []
    for value in range(first, end):
        while True:
            left, right = value >> half, value & low
            left ^= one[right]
            right ^= two[left]
            left ^= three[right]
            right ^= four[left]
            value = left << half | right  # noqa: PLW2901 - walks until it falls inside
            if value < length:
                break
        found.append(value)
    return found


def half_bits(length: int) -> int:
    """Return half the number of bits, rounded up, that positions of a list have."""
    return max(1, ((length - 1).bit_length() + 1) // 2)


@functools.lru_cache(maxsize=64)
def _round_tables(secret: bytes, half: int) -> tuple[tuple[int, ...], ...]:
    """Return each round's function as a table; 4 x 512 keyed hashes for the usual list."""
    mask = (1 << half) - 1

    def entry(number: int, value: int) -> int:
        data = number.to_bytes(1, "big") + value.to_bytes(4, "big")
        return int.from_bytes(hashlib.blake2b(data, key=secret, digest_size=8).digest(), "big") & mask

    return tuple(tuple(entry(number, value) for value in range(1 << half)) for number in range(ROUNDS))
