"""What workers are told: enough messages to go on after a loss, never more than the work began with."""

from datetime import timedelta

import pytest
from django.utils import timezone

from credentials.issuing import services, tasks
from credentials.issuing.models import SigningChunk
from credentials.issuing.services import running
from tests.credentials.issuing.samples import NOW, csv_of, make_draft, people, upload_file
from tests.support import workers


@pytest.fixture
def queue():
    """An empty queue before and after."""
    workers.purge()
    yield tasks.waiting
    workers.purge()


@pytest.fixture
def batch(issuer, monkeypatch):
    """A confirmed batch of several parts that stands still: its messages are lost."""
    monkeypatch.setattr(running, "CHUNK_ROWS", 2)
    return services.confirm_batch(make_draft(issuer, people(6)), actor=issuer.registrar, now=NOW)


class TestSweep:
    def test_sends_again_what_was_lost_and_no_more_than_a_batch_begins_with(self, queue, batch):
        for _ in range(3 * tasks.AT_ONCE):
            tasks.sweep()
        assert queue() == tasks.AT_ONCE

    def test_sends_nothing_beside_what_a_stopped_worker_left(
        self, queue, batch, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.start_signing(batch.pk)
        assert (tasks.sweep(), queue()) == (0, tasks.AT_ONCE)

    def test_leaves_a_batch_alone_that_moves(self, queue, batch):
        services.sign_chunk(batch.pk, now=timezone.now())
        assert tasks.sweep() == 0
        SigningChunk.objects.update(reserved_at=NOW)
        SigningChunk.objects.exclude(finished_at=None).update(finished_at=timezone.now() - timedelta(hours=1))
        assert tasks.sweep() == 1

    def test_the_batch_whose_messages_are_lost_gets_one_beside_another_that_waits(
        self, queue, batch, issuer, django_capture_on_commit_callbacks
    ):
        other = make_draft(issuer, people(2, code="WELD-109", result=""))
        services.confirm_batch(other, actor=issuer.registrar, now=timezone.now())
        with django_capture_on_commit_callbacks(execute=True):
            tasks.start_signing(other.pk)
        assert (tasks.sweep(), queue()) == (1, tasks.AT_ONCE + 1)

    def test_a_file_is_asked_for_once_while_workers_are_away(self, queue, issuer):
        upload = upload_file(issuer, csv_of(people(2)))
        services.batch_from_upload(upload, actor=issuer.registrar, now=NOW)
        assert [tasks.sweep() for _ in range(3)] == [1, 0, 0]

    def test_ends_a_cancel_whose_message_was_lost(self, queue, batch, issuer):
        services.cancel_batch(batch, actor=issuer.registrar, now=NOW)
        assert tasks.sweep() == 1
        assert tasks.sign_batch(batch_id=str(batch.pk)) == 0
        batch.refresh_from_db()
        assert batch.state == "canceled"
