"""Documents that are checked by a worker: put aside for minutes, never in a table."""

import secrets
from dataclasses import dataclass

from django.core.cache import cache
from django.utils import translation

from credentials.checks.report import Report
from credentials.verification.errors import ReportGone

KEEP_SECONDS = 600  # decisions 19


@dataclass(frozen=True)
class Job:
    """What waits for a worker: labeled documents, an address to compare, the reader's language."""

    documents: tuple[tuple[str, bytes], ...]
    recipient: str
    language: str


def put_aside(documents: list[tuple[str, bytes]], *, recipient: str = "") -> str:
    """Keep documents for ten minutes; return the ticket under which their report will be found."""
    ticket = secrets.token_urlsafe(18)
    job = Job(tuple(documents), recipient, translation.get_language() or "en")
    cache.set(f"verify:job:{ticket}", job, KEEP_SECONDS)
    return ticket


def take(ticket: str) -> Job | None:
    """Return what waits under a ticket; None once it is done or forgotten."""
    job: Job | None = cache.get(f"verify:job:{ticket}")
    return job


def finish(ticket: str, reports: list[Report]) -> None:
    """Keep the reports for ten minutes, and forget the documents."""
    cache.set(f"verify:report:{ticket}", reports, KEEP_SECONDS)
    cache.delete(f"verify:job:{ticket}")


def reports_for(ticket: str) -> list[Report] | None:
    """Return the reports under a ticket, None while a worker is at it. Raises ReportGone."""
    reports: list[Report] | None = cache.get(f"verify:report:{ticket}")
    if reports is None and take(ticket) is None:
        reports = cache.get(f"verify:report:{ticket}")  # finished between the two looks
        if reports is None:
            raise ReportGone()
    return reports
