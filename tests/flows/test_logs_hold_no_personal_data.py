"""A term's work through web and workers, with faults on the way: no log line names anybody."""

import io
import json
import logging

import pytest
from django.db import IntegrityError
from django.test import Client

from credentials.issuing.models import Credential, Recipient
from credentials.issuing.services import confirm_batch, release_batch
from credentials.issuing.tasks import sweep
from institution.accounts.models import User
from tests.credentials.issuing.samples import NOW, lay_issuer, make_draft, person
from tests.support import workers
from tests.support.people import lay_college

NAMES = ["Zyxqora Quillfeather", "Нафиса Бекмуратова"]
PATHS = ["/", "/accounts/login/", "/accounts/email/", "/verify/", "/desk/", "/api/v1/offerings"]


@pytest.fixture
def lines():
    """What the web process logs, as it is written in production."""
    written = io.StringIO()
    ours = logging.StreamHandler(written)
    from django.conf import settings

    chosen = dict(settings.LOGGING["formatters"]["json"])
    ours.setFormatter(chosen.pop("()")(**chosen))
    root = logging.getLogger()
    root.addHandler(ours)
    yield written
    root.removeHandler(ours)


def walk(client: Client, words: dict[str, str]) -> None:
    """Open pages, search, and fail to sign in, with personal words in every place where a person types."""
    for path in PATHS:
        client.get(path, words)
    client.post("/accounts/login/", {"login": words["email"], "password": words["name"]})
    client.post("/accounts/password/reset/", {"email": words["email"]})
    client.post("/accounts/signup/", {"email": words["email"], "password1": "correct horse battery"})


@pytest.mark.django_db(transaction=True)
def test_no_line_of_web_or_worker_names_anybody(lines, settings):
    college = lay_issuer(lay_college())
    rows = [
        person(
            number, name=name, email=f"quill{number}@zyx.example", source_id=f"SZYX{number}", narrative=name
        )
        for number, name in enumerate(NAMES, 1)
    ]
    batch = make_draft(college, rows)
    confirm_batch(batch, actor=college.registrar, now=NOW)
    with workers.worker() as worker:
        sweep.delay()
        workers.wait_until(lambda: not Credential.objects.filter(document="").exists() and done(batch), 60)
    batch.refresh_from_db()
    release_batch(batch, actor=college.registrar, now=NOW)
    words = {"q": NAMES[0], "name": NAMES[0], "email": "quill1@zyx.example"}
    for user in (None, college.registrar, college.dean, college.adviser, college.auditor):
        client = Client(raise_request_exception=False)
        if user:
            client.force_login(user)
        walk(client, words)
    with pytest.raises(IntegrityError):
        break_a_rule()

    said = lines.getvalue() + worker.log.read_text()
    assert "request_finished" in said
    assert "task_succeeded" in said
    people = list(User.objects.values_list("email", flat=True)) + list(
        Recipient.objects.values_list("source_id", flat=True)
    )
    secrets = [
        *people,
        *NAMES,
        "Quillfeather",
        "Zyxqora",
        "zyx.example",
        "Бекмуратова",
        json.dumps(NAMES[1])[1:-1],
    ]
    assert [line for line in said.splitlines() if any(secret in line for secret in secrets)] == []


def done(batch) -> bool:
    batch.refresh_from_db()
    return batch.state == "signed"


def break_a_rule() -> None:
    """Let the database quote an address in its refusal, and log it as a doorway would."""
    try:
        User.objects.create(email="Registrar@riverbend.example")
    except IntegrityError:
        logging.getLogger("registry").exception("unexpected")
        raise
