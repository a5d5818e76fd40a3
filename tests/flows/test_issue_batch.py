"""A term's completions through HTTP and a real worker, from the file to the release."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from credentials.issuing.models import BatchRow, Credential, IssuanceBatch
from institution.imports.models import Upload
from tests.support import workers

ROWS = 2_000
NAMES = ("source_id", "name", "email", "code", "awarded_on", "result", "narrative", "evidence_url")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issuer(transactional_db, settings, tmp_path):
    from tests.credentials.issuing.samples import lay_issuer
    from tests.support.people import lay_college

    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    return lay_issuer(lay_college())


def upload(client, issuer, text) -> IssuanceBatch:
    """Walk the wizard as a registrar does."""
    file = SimpleUploadedFile("spring.csv", text.encode())
    client.post(reverse("issuing:upload"), {"org_unit": issuer.main.pk, "file": file})
    fresh = Upload.objects.order_by("-uploaded_at").first()
    columns = {f"column_{name}": str(index) for index, name in enumerate(NAMES)}
    client.post(reverse("issuing:columns", args=[fresh.pk]), columns)
    return fresh.batches.get()


def step(client, batch, name) -> None:
    answer = client.post(reverse("issuing:step", args=[batch.pk, name]))
    assert answer.status_code == 302, name
    batch.refresh_from_db()


def state_is(batch, state):
    return lambda: IssuanceBatch.objects.get(pk=batch.pk).state == state


class TestTwoThousandCompletions:
    def test_from_the_file_to_the_release_and_back(self, client, issuer):
        from tests.credentials.issuing.samples import csv_of, people, person

        client.force_login(issuer.registrar)
        rows = people(ROWS, awarded_on="2026-05-01")
        with workers.worker(concurrency=2):
            batch = upload(client, issuer, csv_of([*rows, person(9_999, code="NURS-12O")]))
            workers.wait_until(state_is(batch, "draft"), 60)
            batch.refresh_from_db()
            assert (batch.issue_count, batch.refused_count) == (ROWS, 1)
            assert not Credential.objects.exists()
            step(client, batch, "confirm")
            progress = client.get(reverse("issuing:progress", args=[batch.pk]))
            assert progress.status_code == 200
            workers.wait_until(state_is(batch, "signed"), 120)
            step(client, batch, "release")
            assert Credential.objects.filter(state="released").count() == ROWS
            self.check_every_row(batch)

            again = upload(client, issuer, csv_of(rows))
            workers.wait_until(state_is(again, "draft"), 60)
            again.refresh_from_db()
            assert (again.nothing_count, again.to_sign_count) == (ROWS, 0)

            changed = [{**row, "name": f"{row['name']} Jr."} for row in rows[:25]] + rows[25:]
            third = upload(client, issuer, csv_of(changed))
            workers.wait_until(state_is(third, "draft"), 60)
            step(client, third, "confirm")
            workers.wait_until(state_is(third, "signed"), 60)
            step(client, third, "release")
        assert Credential.objects.filter(state="superseded", successor__state="released").count() == 25
        assert Credential.objects.filter(state="released").count() == ROWS
        self.check_signatures(issuer)

    def check_signatures(self, issuer) -> None:
        from django.utils import timezone

        from credentials.proofs import data_integrity
        from credentials.proofs.public_key import PublicKey

        key = PublicKey.from_multikey(issuer.key.public_multibase)
        for one in Credential.objects.order_by("urn")[:20]:
            [outcome] = data_integrity.verify(
                json.loads(one.document), resolve=lambda url: key, now=timezone.now()
            )
            assert outcome.verified

    def check_every_row(self, batch) -> None:
        signed = BatchRow.objects.filter(batch=batch, state="signed")
        assert signed.count() == ROWS == signed.filter(credential__state="released").count()
        entries = Credential.objects.values_list("status_list", "status_index").distinct()
        assert entries.count() == Credential.objects.count()
        assert Credential.objects.values("digest").distinct().count() == ROWS

    def test_logs_and_messages_hold_no_names(self, client, issuer):
        from tests.credentials.issuing.samples import csv_of, people

        client.force_login(issuer.registrar)
        with workers.worker() as worker:
            batch = upload(client, issuer, csv_of(people(30)))
            step(client, batch, "confirm")
            workers.wait_until(state_is(batch, "signed"), 60)
            said = worker.log.read_text(errors="replace")
        assert "sign_batch" in said
        for secret in ("Learner 1", "@students.example", "S00001"):
            assert secret not in said
