"""The whole line over HTTP with real workers: 2,000 completions, from the file to a stranger's check.

Nothing here calls a service: pages are opened, forms sent as they are shown. Counts are asked of the tables.
"""

import re

import httpx
import pytest
from django.urls import reverse

from credentials.issuing.models import BatchRow, Credential, IssuanceBatch
from institution.notices.models import MailboxMessage, Notice
from learners.records.models import IdentityClaim, Learner
from learners.sharing.models import AccessLog, Consent
from tests.credentials.issuing.samples import csv_of, lay_issuer, people, person
from tests.support import workers
from tests.support.http import Caller
from tests.support.people import lay_college

ROWS = 2_000
FAULTY = [person(9_001, code="NURS-12O"), person(9_002, email="nobody@"), person(9_003, awarded_on="soon")]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(280)]


@pytest.fixture
def college(transactional_db, settings, tmp_path):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    settings.DEMO = True
    return lay_issuer(lay_college())


@pytest.fixture
def running(college, portal):
    """Two worker processes and beat, with an outbox that sends as fast as it can."""
    told = {"NOTICES_PER_MINUTE": "60000"}
    workers.purge()
    groups = [workers.start_worker(concurrency=2, environment=told), workers.start_beat(environment=told)]
    yield portal
    for group in reversed(groups):
        group.stop()


def report_of(registrar: Caller, college) -> IssuanceBatch:
    """Upload the file, accept the columns as guessed, and wait for the report."""
    rows = [*people(ROWS, awarded_on="2026-05-01"), *FAULTY]
    registrar.open(reverse("issuing:upload"))
    form = registrar.form("org_unit")
    page = registrar.send(
        form, files={"file": ("spring.csv", csv_of(rows).encode())}, org_unit=college.main.pk
    )
    assert "What does each column hold?" in page
    form = registrar.form("column_source_id")
    assert form.values["column_code"] == ["3"], "the header is understood"
    registrar.send(form)
    batch = IssuanceBatch.objects.get()
    workers.wait_until(lambda: IssuanceBatch.objects.get().state == "draft", 60)
    return batch


def take(registrar: Caller, batch: IssuanceBatch, step: str) -> str:
    """Take a step as the page offers it: its link, then its one button."""
    address = reverse("issuing:step", args=[batch.pk, step])
    page = registrar.open(reverse("issuing:detail", args=[batch.pk]))
    batch.refresh_from_db()
    assert address in page, f"{step} is not offered while the batch is {batch.state}"
    registrar.open(address)
    return registrar.send(registrar.form(to=""))


def watch(registrar: Caller, batch: IssuanceBatch) -> list[int]:
    """Follow the moving figures until they stand still; return what they said."""
    seen = []

    def signed() -> bool:
        part = registrar.open(reverse("issuing:progress", args=[batch.pk]))
        seen.extend(int(value) for value in re.findall(r'<progress value="(\d+)"', part))
        return registrar.answer.headers.get("HX-Refresh") == "true"

    workers.wait_until(signed, 120, "it was not signed in time")
    return seen


def claim_link() -> str:
    """Return the address in the message of one learner."""
    message = MailboxMessage.objects.get(to="learner7@students.example")
    return re.search(r"/claim/[\w-]+/", message.body)[0]


def test_two_thousand_completions_from_the_file_to_the_check(running, college):
    registrar, learner, stranger = (Caller(running) for _ in range(3))
    registrar.sign_in(college.registrar)
    batch = report_of(registrar, college)
    batch.refresh_from_db()
    assert (batch.issue_count, batch.refused_count) == (ROWS, len(FAULTY))
    page = registrar.open(reverse("issuing:detail", args=[batch.pk]))
    assert "NURS-12O" in page
    assert re.search(r"Sign 2,?000 credentials", page)
    assert not Credential.objects.exists(), "nothing is issued by reading"

    take(registrar, batch, "confirm")
    seen = watch(registrar, batch)
    assert seen == sorted(seen)
    assert not Notice.objects.filter(kind__startswith="record.").exists(), "nobody is told before the release"
    take(registrar, batch, "release")
    assert Credential.objects.filter(batch=batch, state="released").count() == ROWS
    assert BatchRow.objects.filter(batch=batch, state="signed").count() == ROWS
    entries = Credential.objects.values_list("status_list_id", "status_index")
    assert len(set(entries)) == len(entries) == ROWS

    told = Notice.objects.filter(kind="record.claim")
    workers.wait_until(lambda: told.filter(state="sent").count() == ROWS, 90, "not everybody was told")
    assert told.count() == told.values("address").distinct().count() == ROWS
    assert MailboxMessage.objects.filter(body__contains="/claim/").count() == ROWS

    check_claim(learner)
    shared = check_share(learner)
    check_stranger(stranger, shared)


def check_claim(learner: Caller) -> None:
    """Open the link twice (a mail scanner does), press its button once, and read the record."""
    link = claim_link()
    Caller(str(learner.client.base_url)).open(link)
    assert not IdentityClaim.objects.exists(), "opening claims nothing"
    learner.open(link)
    record = learner.send(learner.form(to=link))
    assert "/record/" in str(learner.answer.url)
    assert "Learner 7" in record
    assert Learner.objects.count() == IdentityClaim.objects.count() == 1


def check_share(learner: Caller) -> str:
    """Make a link for an employer and return its address."""
    learner.open(f"{reverse('sharing:create')}?all=1")
    learner.send(learner.form("audience"), audience="Riverbend General Hospital", step="preview")
    page = learner.send(learner.form("audience"), step="create")
    consent = Consent.objects.get()
    assert consent.learner == Learner.objects.get()
    return re.search(r"https?://[^\s\"<]+/s/[\w-]+/", page)[0]


def check_stranger(stranger: Caller, shared: str) -> None:
    """Open the link as an employer does; check the signed file on the public page and by the API."""
    page = stranger.open(shared)
    assert "Learner 7" in page
    assert AccessLog.objects.filter(what="opened").count() == 1
    document = httpx.get(
        stranger.client.base_url.join(re.search(r"/s/[\w-]+/[0-9a-f-]+\.json", page)[0])
    ).text
    assert document == Credential.objects.get(recipient__source_id="S00007").document
    stranger.open(reverse("verification:verify"))
    report = stranger.send(stranger.form("text"), text=document)
    assert "not withdrawn" in report
    changed = stranger.send(stranger.form("text"), text=document.replace("Learner 7", "Learner 8"))
    assert "Do not rely on this" in changed
    api = stranger.client.post(
        "/api/v1/credentials/verify", content=document, headers={"Content-Type": "application/json"}
    )
    assert api.json()["verdict"] == "valid", api.text[:500]
