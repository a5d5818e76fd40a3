"""The form of a digest beside a link. Whether it is the digest of what lies there, credentials.checks compares.

Rule: Verifiable Credentials Data Model 2.0, section 5.3.
"""

from typing import Any

from credentials.canon.errors import ProofError
from credentials.lint.findings import Path, Report
from credentials.proofs import digests


def check_digests(report: Report, value: dict[str, Any], path: Path) -> None:
    """Check the digests that an object names."""
    if "digestSRI" in value:
        try:
            digests.read_sri(value["digestSRI"])
        except ProofError as error:
            report.must((path, "digestSRI"), "digest", error.detail)
    if "digestMultibase" in value:
        _check_multibase(report, value["digestMultibase"], (path, "digestMultibase"))


def _check_multibase(report: Report, value: Any, path: Path) -> None:
    try:
        found = digests.read_multibase(value)
    except ProofError as error:
        report.must(path, "digest", error.detail)
        return
    if found.is_bare:
        report.should(path, "digest-bare", "The digest does not say of which kind it is.")
