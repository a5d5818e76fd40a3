"""The command line of verify.pyz: the same words and exit codes as `manage.py verify`, with a kit for a portal."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from credentials.checks.examine import examine, refused
from credentials.checks.report import Report
from credentials.checks.run import Ask, digest_of
from credentials.checks.states import Outcome
from credentials.documents.dates import read_stamp
from credentials.portable.folder import Kit, KitDamaged, broken_files
from credentials.reading import incoming
from credentials.reading.sources import FilesSource, Gathered

EXIT = {Outcome.PASS: 0, Outcome.FAIL: 1, Outcome.UNKNOWN: 2}
WRONG_USE = 64  # sysexits.h, EX_USAGE
Say = Callable[[str], object]


class Misused(Exception):
    """The words of the command cannot be followed."""


def main(words: Sequence[str], *, folder: Path, now: datetime, say: Say = print) -> int:
    """Check each file with the kit and return the exit code.

    folder: of the kit, unless --kit names another. now: unless --at names another moment.
    """
    given = _parser().parse_args(words)
    try:
        kit = Kit(Path(given.kit) if given.kit else folder)
        if given.check_kit:
            return _check_kit(kit, say)
        if not given.files:
            raise Misused("name at least one file")
        ask = _question(given, kit, now)
        reports = [_check(name, ask, kit, given.as_json, say) for name in given.files]
    except (Misused, KitDamaged, OSError, ValueError) as error:
        print(f"verify: {error}", file=sys.stderr)  # noqa: T201  (this is a program of the command line)
        return WRONG_USE
    return exit_code(reports)


def exit_code(reports: Sequence[Report]) -> int:
    """Return 1 if any is invalid, else 2 if any could not be checked, else 0."""
    codes = {EXIT[Outcome(report.conclusion)] for report in reports}
    return 1 if 1 in codes else 2 if 2 in codes else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify.pyz",
        description="Check credentials with this exit kit. Nothing is asked of any network. "
        "Exit code: 1 if any is invalid, else 2 if any could not be checked, else 0.",
    )
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="JSON, or a PNG, SVG or PDF that carries one"
    )
    parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object a line")
    parser.add_argument("--at", metavar="TIME", help="the moment to check for, as 2026-05-14T12:00:00Z")
    parser.add_argument("--kit", metavar="FOLDER", help="the exit kit; by default where verify.pyz lies")
    parser.add_argument("--map", action="append", default=[], metavar="PREFIX=PLACE", dest="places")
    parser.add_argument("--trust", action="append", default=[], metavar="DID", help="an issuer you know")
    parser.add_argument("--demand-known", action="store_true", help="an unknown issuer is a failure")
    parser.add_argument(
        "--check-kit", action="store_true", help="compare every file of the kit with its digest"
    )
    return parser


def _check_kit(kit: Kit, say: Say) -> int:
    broken = broken_files(kit.folder)
    for name in broken:
        say(f"{name}: changed or missing")
    if not broken:
        say("Every file of the kit is as it was when it was made.")
    return 1 if broken else 0


def _question(given: argparse.Namespace, kit: Kit, now: datetime) -> Ask:
    moment = read_stamp(given.at) if given.at else now
    if moment is None:
        raise Misused("--at wants a date and time with a zone, as 2026-05-14T12:00:00Z")
    return Ask(
        now=moment,
        source=Gathered([FilesSource.from_words(given.places), kit.source()], left=100_000),
        register=kit.register(given.trust),
        contexts=kit.contexts(),
        demand_known=given.demand_known,
        origin=kit.origin,
    )


def _check(name: str, ask: Ask, kit: Kit, as_json: bool, say: Say) -> Report:
    report = _report(Path(name).read_bytes(), ask)
    if as_json:
        line = {"file": name, "status_as_of": kit.as_of} | report.as_dict()
        say(json.dumps(line, ensure_ascii=False))
    else:
        say(f"{name}: {report.verdict}. {report.answer} (Withdrawals are known up to {kit.as_of}.)")
    return report


def _report(data: bytes, ask: Ask) -> Report:
    try:
        found = incoming.read(data)
    except incoming.NotRead as error:
        return refused(error.sentence, verdict=error.verdict, advice=error.advice)
    return examine(found.document, replace(ask), digest=digest_of(found.text), token=found.token)
