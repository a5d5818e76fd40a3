"""Our own lint: every rule of the standards' schemas, with the path where it does not hold."""

from typing import Any, Literal, cast

from credentials.documents.errors import DocumentError
from credentials.lint.badge import ACHIEVEMENT, PROFILE
from credentials.lint.credentials import lint_badge, lint_clr
from credentials.lint.findings import Finding, Path, Report
from credentials.lint.merging import merges
from credentials.lint.scan import scan
from credentials.lint.vcdm import check_vcdm

Profile = Literal["ob-3.0", "clr-2.0", "vcdm-2.0"]
_PROFILES = {"ob-3.0": lint_badge, "clr-2.0": lint_clr, "vcdm-2.0": check_vcdm}


class SharedParts:
    """An issuer and an achievement as JSON, checked once for the many documents that share them.

    They are known by identity: the same objects must stand in the documents, unchanged.
    """

    def __init__(self, issuer: dict[str, Any], achievement: dict[str, Any]) -> None:
        self.parts = (issuer, achievement)  # kept, so that no other object gets their identity
        report = Report(strict=True)
        if scan(report, {"issuer": issuer, "achievement": achievement}):
            PROFILE(report, issuer, (None, "issuer"))
            ACHIEVEMENT(report, achievement, ((None, "credentialSubject"), "achievement"))
        self.findings = tuple(report.findings)
        self.nodes = report.nodes
        self.known = frozenset(id(part) for part in self.parts)


def lint(
    document: object,
    profile: Profile = "ob-3.0",
    *,
    strict: bool = True,
    shared: SharedParts | None = None,
) -> list[Finding]:
    """Return what is wrong with a document; an empty list means nothing. Never raises on any JSON.

    strict: for our own documents before signing; every deviation is an error. Otherwise a must of
    the VC data model broken is an error and a deviation from 1EdTech's schemas a warning.
    shared: parts checked before; their findings come again with each document.
    """
    check = _PROFILES.get(profile)
    if check is None:
        raise DocumentError("lint-profile-unknown", str(profile)[:40])
    report = Report(strict)
    if shared is not None:
        report.known, report.nodes = shared.known, dict(shared.nodes)
        report.findings.extend(shared.findings)
    if type(document) is not dict:
        report.must(None, "not-object", "A document is a JSON object.")
    elif scan(report, cast(dict[str, Any], document)):
        check(report, document, None)
        if strict and shared is None:
            _note_merging(report, cast(dict[str, Any], document))
    return report.findings


def _note_merging(report: Report, document: dict[str, Any]) -> None:
    where = merges(document)
    if where:
        path: Path = None
        for name in where.split("/")[1:]:
            path = (path, name)
        report.should(path, "id-merges", "Objects of one id say different things, and RDF would join them.")


def errors_in(findings: list[Finding]) -> list[Finding]:
    """Return the findings that forbid signing."""
    return [finding for finding in findings if finding.severity == "error"]


__all__ = ["Finding", "Profile", "SharedParts", "errors_in", "lint"]
