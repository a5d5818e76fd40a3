"""The worker's door: check what was put aside."""

from celery import shared_task
from django.utils import timezone, translation

from credentials.reading import incoming
from credentials.verification import jobs, links, services


@shared_task(acks_late=True, time_limit=60, soft_time_limit=50)
def check_documents(*, ticket: str) -> int:
    """Check the documents under a ticket and keep the reports ten minutes; return how many.

    Safe to run twice: a finished ticket has nothing left to check.
    """
    job = jobs.take(ticket)
    if job is None:
        return 0
    now = timezone.now()
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
