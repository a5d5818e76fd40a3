"""The members of a proof (VC Data Integrity 1.0, section 2.1; Proof in the 1EdTech schemas)."""

from typing import Any

from credentials.documents.dates import read_stamp
from credentials.lint.findings import Path, Report
from credentials.lint.kinds import Shape, own_id, text, uri


def _texts(report: Report, value: Any, path: Path) -> None:
    """One text, or an array of them that is not empty."""
    for one in value if type(value) is list and value else [value]:
        text(report, one, path)


def _stamp(report: Report, value: Any, path: Path) -> None:
    """A moment with zone; fractions of a second are the signer's affair."""
    if read_stamp(value) is None:
        report.should(path, "not-date-time", "A date and time with zone is needed here.")


PROOF = Shape(
    "Proof",
    {
        "id": own_id,
        "created": _stamp,
        "expires": _stamp,
        "verificationMethod": uri,
        "domain": _texts,
        "previousProof": _texts,
        **dict.fromkeys(("cryptosuite", "proofPurpose", "proofValue", "challenge", "nonce"), text),
    },
    ("type",),
    shares_id=True,
)
