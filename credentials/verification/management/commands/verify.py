"""Check credential files by command: one line each, and an exit code for scripts."""

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
from credentials.checks.states import Verdict
from credentials.portable.asking import RULE, WRONG_USE, Misused, add_words, exit_code, line, moment, parsed
from credentials.reading import incoming
from credentials.reading.sources import Gathered, Source, SourceFailed
from credentials.verification import selectors, services
from credentials.verification.sources import ANY_TYPE, FetchSource, MappedSource
from institution import fetch


class Command(BaseCommand):
    help = (
        f"Check credentials in files. {RULE} "
        "Without --online nothing is asked of any network; --map says where saved documents are."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_words(parser)
        parser.add_argument("--online", action="store_true", help="ask public https addresses too")
        parser.add_argument("--register", action="store_true", help="ask this portal's database as well")

    def run_from_argv(self, argv: list[str]) -> None:
        """Read the words once before Django does, which ends with 2 for those it does not know."""
        parser = self.create_parser(argv[0], argv[1])
        parser.called_from_command_line = True
        parsed(parser, argv[2:])
        super().run_from_argv(argv)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check each file and end with the gravest exit code."""
        try:
            now = moment(options["at"], timezone.now())
        except Misused as error:
            raise _misused(str(error)) from None
        sources = _sources(options, fetch.JSON_TYPES), _sources(options, ANY_TYPE)
        register = _register(options)
        reports = []
        with translation.override(settings.LANGUAGE_CODE):
            for name in options["files"]:
                report = _check(name, now, sources, register, options["demand_known"])
                reports.append(report)
                self.stdout.write(line(name, report, as_json=options["as_json"]))
        code = exit_code(reports)
        if code:
            raise SystemExit(code)


def _misused(words: str) -> CommandError:
    """Return the error of a command that cannot be followed; its exit code says nothing of a credential."""
    return CommandError(words, returncode=WRONG_USE)


def _sources(options: dict[str, Any], types: tuple[str, ...]) -> Source:
    try:
        sources: list[Source] = [MappedSource.from_words(options["places"])]
    except (OSError, ValueError, AttributeError) as error:
        raise _misused(f"--map cannot be read: {type(error).__name__}") from None
    if options["online"]:
        sources.append(FetchSource(types=types))
    return Gathered(sources, left=10_000)


def _register(options: dict[str, Any]) -> Register:
    if options["register"]:
        try:
            selectors.known_issuer("did:web:nobody.example")
        except OperationalError:
            raise _misused("--register needs the database, which does not answer") from None
        return selectors.register()
    trusted = frozenset(options["trust"])
    return Register(issuer=lambda did: Known(did, provenance="administrator") if did in trusted else None)


def _check(
    name: str, now: datetime, sources: tuple[Source, Source], register: Register, demand_known: bool
) -> Report:
    source, resources = sources
    try:
        data = Path(name).read_bytes()
    except OSError as error:
        raise _misused(f"{name}: {error.strerror}") from None
    return services.verify(
        data,
        now=now,
        source=source,
        register=register,
        demand_known=demand_known,
        max_bytes=incoming.QUEUE_BYTES,
        follow=lambda url: _follow(source, url),
        resources=resources,
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
