"""Several reports as one table: how many hold, and which need to be read first."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from credentials.checks.report import Report
from credentials.checks.states import MARKS, ORDER, Outcome, Verdict, verdict_label

_FIRST = {Outcome.FAIL: 0, Outcome.UNKNOWN: 1, Outcome.PASS: 2}
_MARK_OF_TONE = {Outcome.PASS: "valid", Outcome.FAIL: "failed", Outcome.UNKNOWN: "unknown"}


@dataclass(frozen=True)
class Row:
    """One line of the table: the report, its place in what was given, its mark and its word."""

    number: int
    report: Report
    mark: str
    label: str


def mark_of(report: Report) -> str:
    """Return the state whose shape and tone stand for a report (ui.STATES)."""
    if report.tone == Outcome.PASS:
        return "valid"
    plain = MARKS.get(Verdict(report.verdict), "") if report.verdict in ORDER and not report.ok else ""
    return plain or _MARK_OF_TONE[Outcome(report.tone)]


def label_of(report: Report) -> str:
    """Return the word for a report: its verdict's, or that the issuer is unknown."""
    if report.trial:
        return str(_("Trial"))
    if report.ok and "legacy" in report.reasons:
        return str(_("Older version"))
    if report.ok and report.tone != Outcome.PASS:
        return (
            Verdict.ISSUER_UNKNOWN.label
            if Verdict.ISSUER_UNKNOWN in report.reasons
            else verdict_label("valid")
        )
    return verdict_label(report.verdict)


def overview(reports: list[Report]) -> dict[str, Any]:
    """Return rows with the gravest first, and the counts that the first sentence tells."""
    rows = [Row(number, one, mark_of(one), label_of(one)) for number, one in enumerate(reports, 1)]
    rows.sort(key=lambda row: (_FIRST[Outcome(row.report.tone)], row.number))
    tones = [one.tone for one in reports]
    return {
        "rows": rows,
        "count": len(reports),
        "good_count": tones.count(Outcome.PASS),
        "bad_count": tones.count(Outcome.FAIL),
        "unsure_count": tones.count(Outcome.UNKNOWN),
    }
