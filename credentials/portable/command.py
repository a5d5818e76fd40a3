"""The command line of verify.pyz: the same words and exit codes as `manage.py verify`, with a kit for a portal."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from credentials.checks.examine import examine, refused
from credentials.checks.report import Report
from credentials.checks.run import Ask, digest_of
from credentials.portable.asking import RULE, WRONG_USE, Misused, add_words, exit_code, line, moment, parsed
from credentials.portable.folder import Kit, KitDamaged, broken_files
from credentials.reading import incoming
from credentials.reading.sources import FilesSource, Gathered

Say = Callable[[str], object]


def main(words: Sequence[str], *, folder: Path, now: datetime, say: Say = print) -> int:
    """Check each file with the kit and return the exit code.

    folder: of the kit, unless --kit names another. now: unless --at names another moment.
    """
    given = parsed(_parser(), words)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify.pyz",
        description=f"Check credentials with this exit kit. Nothing is asked of any network. {RULE}",
    )
    add_words(parser, files="*")
    parser.add_argument("--kit", metavar="FOLDER", help="the exit kit; by default where verify.pyz lies")
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
    return Ask(
        now=moment(given.at, now),
        source=Gathered([FilesSource.from_words(given.places), kit.source()], left=100_000),
        register=kit.register(given.trust),
        contexts=kit.contexts(),
        demand_known=given.demand_known,
        origin=kit.origin,
    )


def _check(name: str, ask: Ask, kit: Kit, as_json: bool, say: Say) -> Report:
    report = _report(Path(name).read_bytes(), ask)
    note = f" (Withdrawals are known up to {kit.as_of}.)"
    say(line(name, report, as_json=as_json, note=note, status_as_of=kit.as_of))
    return report


def _report(data: bytes, ask: Ask) -> Report:
    try:
        found = incoming.read(data)
    except incoming.NotRead as error:
        return refused(error.sentence, verdict=error.verdict, advice=error.advice)
    return examine(found.document, replace(ask), digest=digest_of(found.text), token=found.token)
