"""The form of a digest beside a link. Whether it is the digest of what lies there, only who fetches it can tell.

Rule: Verifiable Credentials Data Model 2.0, section 5.3; Subresource Integrity, section 3.5; VC Data Integrity, section 2.6.
"""

import binascii
import re
from base64 import b64decode
from typing import Any

from credentials.canon.errors import ProofError
from credentials.lint.findings import Path, Report
from credentials.proofs import multibase

_SRI = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})(?:\?[\x21-\x7e]*)?\Z")
_SRI_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}
_HASH_BYTES = {
    0x12: 32,
    0x13: 64,
    0x20: 48,
    0x14: 64,
    0x15: 48,
    0x16: 32,
}  # of SHA-2 and SHA-3, by multihash code
MAX_TEXT = 1_000


def check_digests(report: Report, value: dict[str, Any], path: Path) -> None:
    """Check the digests that an object names."""
    if "digestSRI" in value and not _is_sri(value["digestSRI"]):
        report.must((path, "digestSRI"), "digest", "The digest is not of the form of Subresource Integrity.")
    if "digestMultibase" in value:
        _check_multibase(report, value["digestMultibase"], (path, "digestMultibase"))


def _is_sri(value: Any) -> bool:
    """Return whether a text is one or more digests with their names, each of its right length."""
    if type(value) is not str or len(value) > MAX_TEXT:
        return False
    parts = [_SRI.match(one) for one in value.split()]
    return bool(parts) and all(part is not None and _fits(part[1], part[2]) for part in parts)


def _fits(name: str, text: str) -> bool:
    try:
        return len(b64decode(text, validate=True)) == _SRI_BYTES[name]
    except binascii.Error:
        return False


def _check_multibase(report: Report, value: Any, path: Path) -> None:
    try:
        data = multibase.decode(value if type(value) is str and len(value) <= MAX_TEXT else None)
    except ProofError:
        report.must(path, "digest", "The digest is not of a base that is used here.")
        return
    if len(data) > 2 and data[1] == len(data) - 2 == _HASH_BYTES.get(data[0]):
        return
    if len(data) in _HASH_BYTES.values():
        report.should(path, "digest-bare", "The digest does not say of which kind it is.")
    else:
        report.must(path, "digest", "The digest has a length that no digest has.")
