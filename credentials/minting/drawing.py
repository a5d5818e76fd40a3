"""Ids and salts of a chunk's credentials, all from one random seed: stored once, drawn again after a crash."""

import hashlib
from typing import NamedTuple

SEED_BYTES = 32
SALT_BYTES = 16
_WIDTH = 3 * 16 + SALT_BYTES
_UUID = bytes.fromhex("ffffffff ffff 0fff 3fff ffffffffffff")  # what is random of a UUID of version 4
_VERSION = bytes.fromhex("00000000 0000 4000 8000 000000000000")


class Drawn(NamedTuple):
    """What is random of one credential. pk: of its row; urn: of the document; subject_urn: of its subject.

    own: pk, urn and subject_urn as 16 bytes each.
    """

    own: bytes
    urn: str
    subject_urn: str
    salt: bytes


def draw(seed: bytes, count: int) -> list[Drawn]:
    """Return what the first `count` credentials of a seed have; more of them begin with the same.

    Rule: SHAKE256 (FIPS 202) of a secret seed of 256 random bits, read as UUIDs of version 4 (RFC 9562
    section 5.4) and salts of 128 bits. Raises ValueError for a seed of another length.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError("a seed has 32 bytes")
    kept = int.from_bytes((_UUID * 3 + b"\xff" * SALT_BYTES) * count)
    told = int.from_bytes((_VERSION * 3 + bytes(SALT_BYTES)) * count)
    stream = int.from_bytes(hashlib.shake_256(seed).digest(_WIDTH * count)) & kept | told
    data = stream.to_bytes(_WIDTH * count)
    return [_drawn(data[at : at + _WIDTH]) for at in range(0, len(data), _WIDTH)]


def _drawn(data: bytes) -> Drawn:
    a = data.hex()
    return Drawn(
        data[:48],
        f"{a[32:40]}-{a[40:44]}-{a[44:48]}-{a[48:52]}-{a[52:64]}",
        f"{a[64:72]}-{a[72:76]}-{a[76:80]}-{a[80:84]}-{a[84:96]}",
        data[48:],
    )
