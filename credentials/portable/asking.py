"""What `verify.pyz` and `manage.py verify` share: the words of the command, its lines and its exit code."""

import argparse
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from credentials.checks.report import Report
from credentials.checks.states import Outcome
from credentials.documents.dates import read_stamp

EXIT = {Outcome.PASS: 0, Outcome.FAIL: 1, Outcome.UNKNOWN: 2}
WRONG_USE = 64  # sysexits.h, EX_USAGE; 1 and 2 say something of a credential
ARGPARSE = 2  # what argparse ends with if it does not understand
RULE = (
    "Exit code: 1 if any is invalid, else 2 if any could not be checked, else 0; "
    "64 if a word of the command is not known, or a file or a value cannot be read."
)


class Misused(Exception):
    """The words of the command cannot be followed."""


def parsed(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace:
    """Return what the words ask for; those that are not understood end with WRONG_USE, for 2 speaks of a credential."""
    try:
        return parser.parse_args(words)
    except SystemExit as end:
        raise SystemExit(WRONG_USE if end.code == ARGPARSE else end.code) from None


def add_words(parser: argparse.ArgumentParser, *, files: str = "+") -> None:
    """Add the words that both commands understand. files: how many, as argparse writes it."""
    parser.add_argument(
        "files", nargs=files, metavar="FILE", help="JSON or a token, or a PNG, SVG or PDF that carries one"
    )
    parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object a line")
    parser.add_argument("--at", metavar="TIME", help="the moment to check for, as 2026-05-14T12:00:00Z")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="PREFIX=PLACE",
        dest="places",
        help="where saved documents lie",
    )
    parser.add_argument("--trust", action="append", default=[], metavar="DID", help="an issuer you know")
    parser.add_argument("--demand-known", action="store_true", help="an unknown issuer is a failure")


def moment(text: str | None, now: datetime) -> datetime:
    """Return the moment to check for: the one named, else now. Raises Misused."""
    if not text:
        return now
    found = read_stamp(text)
    if found is None:
        raise Misused("--at wants a date and time with a zone, as 2026-05-14T12:00:00Z")
    return found


def line(name: str, report: Report, *, as_json: bool, note: str = "", **more: Any) -> str:
    """Return the line about one file. more: members of its JSON; note: what its words end with."""
    if as_json:
        return json.dumps({"file": name} | more | report.as_dict(), ensure_ascii=False)
    return f"{name}: {report.verdict}. {report.answer}{note}"


def exit_code(reports: Sequence[Report]) -> int:
    """Return 1 if any is invalid, else 2 if any could not be checked, else 0."""
    codes = {EXIT[Outcome(report.conclusion)] for report in reports}
    return 1 if 1 in codes else 2 if 2 in codes else 0
