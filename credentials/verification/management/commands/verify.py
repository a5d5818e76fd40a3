"""Check credential files by command: one line each, and an exit code for scripts."""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from credentials.checks.report import Report
from credentials.checks.run import Known, Register
from credentials.checks.states import Outcome, Verdict
from credentials.documents.dates import read_stamp
from credentials.reading import incoming
from credentials.reading.sources import Gathered, Source, SourceFailed
from credentials.verification import selectors, services
from credentials.verification.sources import FetchSource, MappedSource

EXIT = {Outcome.PASS: 0, Outcome.FAIL: 1, Outcome.UNKNOWN: 2}


class Command(BaseCommand):
    help = (
        "Check credentials in files. Exit code: 1 if any is invalid, else 2 if any could not be checked, else 0. "
        "Without --online nothing is asked of any network; --map says where saved documents are."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object a line")
        parser.add_argument("--map", action="append", default=[], metavar="PREFIX=PLACE", dest="places")
        parser.add_argument("--at", metavar="TIME", help="the moment to check for, as 2026-05-14T12:00:00Z")
        parser.add_argument("--online", action="store_true", help="ask public https addresses too")
        parser.add_argument("--trust", action="append", default=[], metavar="DID", help="an issuer you know")
        parser.add_argument("--demand-known", action="store_true", help="an unknown issuer is a failure")
        parser.add_argument("--register", action="store_true", help="ask this portal's database as well")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check each file and end with the gravest exit code."""
        now = _moment(options["at"])
        source = _source(options)
        register = _register(options)
        reports = []
        with translation.override(settings.LANGUAGE_CODE):
            for name in options["files"]:
                report = _check(name, now, source, register, options["demand_known"])
                reports.append(report)
                self.stdout.write(_line(name, report, as_json=options["as_json"]))
        conclusions = {EXIT[Outcome(report.conclusion)] for report in reports}
        code = 1 if 1 in conclusions else 2 if 2 in conclusions else 0
        if code:
            raise SystemExit(code)


def _moment(text: str | None) -> datetime:
    if not text:
        return timezone.now()
    moment = read_stamp(text)
    if moment is None:
        raise CommandError("--at wants a date and time with a zone, as 2026-05-14T12:00:00Z")
    return moment


def _source(options: dict[str, Any]) -> Source:
    try:
        sources: list[Source] = [MappedSource.from_words(options["places"])]
    except (OSError, ValueError, AttributeError) as error:
        raise CommandError(f"--map cannot be read: {type(error).__name__}") from None
    if options["online"]:
        sources.append(FetchSource())
    return Gathered(sources, left=10_000)


def _register(options: dict[str, Any]) -> Register:
    if options["register"]:
        try:
            selectors.known_issuer("did:web:nobody.example")
        except OperationalError:
            raise CommandError("--register needs the database, which does not answer") from None
        return selectors.register()
    trusted = frozenset(options["trust"])
    return Register(issuer=lambda did: Known(did, provenance="administrator") if did in trusted else None)


def _check(name: str, now: datetime, source: Source, register: Register, demand_known: bool) -> Report:
    try:
        data = Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None
    return services.verify(
        data,
        now=now,
        source=source,
        register=register,
        demand_known=demand_known,
        max_bytes=incoming.QUEUE_BYTES,
        follow=lambda url: _follow(source, url),
    )


def _follow(source: Source, url: str) -> bytes:
    """Return what stands at the address in a picture's code, from where the command may look."""
    try:
        return source.get(url)
    except SourceFailed:
        raise incoming.NotRead(
            _("It holds a link, which was not opened."),
            _("Use --online, or --map with a saved copy."),
            Verdict.UNSUPPORTED_PROOF,
        ) from None


def _line(name: str, report: Report, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"file": name} | report.as_dict(), ensure_ascii=False)
    return f"{name}: {report.verdict}. {report.answer}"
