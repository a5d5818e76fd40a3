"""Workers and beat are killed at random moments of a batch; at the end every row is signed exactly once."""

import random
import time

import pytest

from credentials.issuing import services, tasks
from credentials.issuing.models import BatchRow, Credential, IssuanceBatch, SigningChunk
from institution.events.models import Event
from tests.support import workers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issuer(transactional_db, settings, tmp_path):
    from tests.credentials.issuing.samples import lay_issuer
    from tests.support.people import lay_college

    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    return lay_issuer(lay_college())


def check_every_row_once(batch, rows) -> None:
    """Count by queries: rows, credentials, status entries, chunks, events."""
    batch.refresh_from_db()
    assert (batch.state, batch.signed_count, batch.failed_count) == ("signed", rows, 0)
    assert BatchRow.objects.filter(batch=batch, state="signed").count() == rows
    credentials = Credential.objects.filter(batch=batch)
    assert credentials.count() == rows
    assert credentials.filter(state="signed", digest__isnull=False).exclude(document="").count() == rows
    assert credentials.values("status_list", "status_index").distinct().count() == rows
    assert credentials.values("award_key").distinct().count() == rows
    assert not SigningChunk.objects.filter(batch=batch, finished_at=None).exists()
    told = Event.objects.filter(kind="batch.chunk_signed", target_id=str(batch.pk))
    assert sum(event.data["signed"] for event in told) == rows
    assert told.count() == SigningChunk.objects.filter(batch=batch).count()
    assert Event.objects.filter(kind="batch.signed", target_id=str(batch.pk)).count() == 1


def sign_under_fire(issuer, kills: int, rows: int, chunk_rows: int, monkeypatch, seed: int) -> int:
    """Sign a batch while killing the worker or beat; return how many kills found the batch unfinished."""
    from django.utils import timezone

    from credentials.issuing.services import running
    from tests.credentials.issuing.samples import make_draft, people

    chance = random.Random(seed)
    monkeypatch.setattr(running, "CHUNK_ROWS", chunk_rows)
    batch = make_draft(issuer, people(rows))
    workers.purge()
    worker, beat = workers.start_worker(concurrency=2), workers.start_beat()
    landed = 0
    try:
        services.confirm_batch(batch, actor=issuer.registrar, now=timezone.now())
        tasks.start_signing(batch.pk)
        for number in range(kills):
            began = SigningChunk.objects.filter(batch=batch, finished_at__isnull=False).count()
            until = time.monotonic() + 20
            while time.monotonic() < until:  # let it sign a little, then hit it in the middle
                finished = SigningChunk.objects.filter(batch=batch, finished_at__isnull=False).count()
                if finished > began or IssuanceBatch.objects.get(pk=batch.pk).state == "signed":
                    break
                time.sleep(0.02)
            time.sleep(chance.uniform(0, 0.15))
            landed += IssuanceBatch.objects.get(pk=batch.pk).state == "queued"
            worker.kill()
            worker = workers.start_worker(concurrency=2)
            if number % 4 == 2:
                beat.kill()
                beat = workers.start_beat()
        workers.wait_until(lambda: IssuanceBatch.objects.get(pk=batch.pk).state == "signed", 120)
    finally:
        worker.kill()
        beat.kill()
    check_every_row_once(batch, rows)
    return landed


class TestKilledWorkers:
    @pytest.mark.timeout(280)
    def test_five_kills_lose_and_double_nothing(self, issuer, monkeypatch):
        landed = sign_under_fire(issuer, 5, 12_000, 25, monkeypatch, seed=5)
        assert landed >= 4

    @pytest.mark.long
    @pytest.mark.timeout(1_200)
    def test_twenty_kills_lose_and_double_nothing(self, issuer, monkeypatch):
        landed = sign_under_fire(issuer, 20, 20_000, 40, monkeypatch, seed=20)
        assert landed >= 18
