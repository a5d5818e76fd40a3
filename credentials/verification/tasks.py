"""The worker's door: check what was put aside."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone, translation

from credentials.checks.report import Report
from credentials.reading import incoming
from credentials.verification import jobs, links, services


@shared_task(acks_late=True, time_limit=60, soft_time_limit=50)
def check_documents(*, ticket: str) -> int:
    """Check the documents under a ticket and keep the reports ten minutes; return how many.

    Safe to run twice: a finished ticket has nothing left to check.
    """
    now = timezone.now()
    job = jobs.take(ticket, now=now)
    if job is None:
        return 0
    with translation.override(job.language):
        reports = services.verify_many(
            job.documents,
            now=now,
            expected_recipient=job.recipient,
            max_bytes=incoming.QUEUE_BYTES,
            follow=links.Follower(),
        )
    jobs.finish(ticket, reports)
    services.count(reports, now=now)
    return len(reports)


def hand_over(documents: list[tuple[str, bytes]], *, recipient: str = "", now: datetime) -> str:
    """Put documents aside for a worker; return the ticket under which their report will be found."""
    ticket = jobs.put_aside(documents, recipient=recipient, now=now)
    check_documents.delay(ticket=ticket)
    return ticket


def look(ticket: str, *, now: datetime) -> list[Report] | None:
    """Return the reports under a ticket, None while a worker is at it; what a dead one left is sent again.

    Raises ReportGone, CheckCutOff.
    """
    reports = jobs.reports_for(ticket)
    if reports is None and jobs.send_again(ticket, now=now):
        check_documents.delay(ticket=ticket)
    return reports
