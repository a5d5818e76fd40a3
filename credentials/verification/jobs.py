"""Documents that are checked by a worker: put aside for minutes, never in a table."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import translation

from credentials.checks.report import Report
from credentials.verification.errors import CheckCutOff, ReportGone

KEEP_SECONDS = 600  # decisions 19
LOST_AFTER = timedelta(seconds=75)  # a worker has 60 seconds; who is silent for longer was killed
MOST_TRIES = 2  # a document that ends its worker must not end every worker


@dataclass(frozen=True)
class Job:
    """What waits for a worker: labeled documents, an address to compare, the reader's language."""

    documents: tuple[tuple[str, bytes], ...]
    recipient: str
    language: str


@dataclass(frozen=True)
class Trace:
    """What is known of a job: how often a worker took it, and when it was last sent or taken."""

    tries: int
    at: datetime


def put_aside(documents: list[tuple[str, bytes]], *, recipient: str = "", now: datetime) -> str:
    """Keep documents for ten minutes; return the ticket under which their report will be found."""
    ticket = secrets.token_urlsafe(18)
    job = Job(tuple(documents), recipient, translation.get_language() or "en")
    cache.set(f"verify:job:{ticket}", job, KEEP_SECONDS)
    _note(ticket, Trace(0, now))
    return ticket


def take(ticket: str, *, now: datetime) -> Job | None:
    """Return what waits under a ticket; None once it is done, forgotten, or was cut off too often."""
    job: Job | None = cache.get(f"verify:job:{ticket}")
    trace = _trace(ticket)
    if job is None or trace is None or trace.tries >= MOST_TRIES:
        return None
    _note(ticket, Trace(trace.tries + 1, now))
    return job


def finish(ticket: str, reports: list[Report]) -> None:
    """Keep the reports for ten minutes, and forget the documents."""
    cache.set(f"verify:report:{ticket}", reports, KEEP_SECONDS)
    cache.delete_many([f"verify:job:{ticket}", f"verify:trace:{ticket}"])


def reports_for(ticket: str) -> list[Report] | None:
    """Return the reports under a ticket, None while a worker is at it. Raises ReportGone."""
    reports: list[Report] | None = cache.get(f"verify:report:{ticket}")
    if reports is None and _trace(ticket) is None:
        reports = cache.get(f"verify:report:{ticket}")  # finished between the two looks
        if reports is None:
            raise ReportGone()
    return reports


def send_again(ticket: str, *, now: datetime) -> bool:
    """Return whether a job's worker is lost and the job is to be sent again; True once for each loss.

    Raises CheckCutOff if that happened too often: there will be no report.
    """
    trace = _trace(ticket)
    if trace is None or now < trace.at + LOST_AFTER:
        return False
    if trace.tries >= MOST_TRIES:
        raise CheckCutOff()
    _note(ticket, Trace(trace.tries, now))
    return True


def _trace(ticket: str) -> Trace | None:
    trace: Trace | None = cache.get(f"verify:trace:{ticket}")
    return trace


def _note(ticket: str, trace: Trace) -> None:
    cache.set(f"verify:trace:{ticket}", trace, KEEP_SECONDS)
