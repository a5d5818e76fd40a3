"""Every command on the page of the API, run as it stands there in a shell against a live portal."""

import json
import os
import subprocess

import pytest
from django.utils import timezone

from credentials.issuing.models import Credential
from credentials.verification import jobs
from learners.sharing.models import Consent
from registry.partners.reference import ASK, chapters
from skills.frameworks.models import Framework
from tests.credentials.catalog.factory import make_skill
from tests.registry.partners.factory import make_client
from tests.support.records import make_learner

COMMANDS = {endpoint.id: endpoint.curl for chapter in chapters() for endpoint in chapter.endpoints}


def shell(command: str, folder: object, environment: dict[str, str]) -> tuple[int, bytes]:
    """Run a command in a shell; return the HTTP status and the body."""
    line = f"{command} -w '\\n%{{http_code}}'"
    clean = {"PATH": os.environ["PATH"], **environment}
    done = subprocess.run(
        ["bash", "-euc", line], env=clean, cwd=str(folder), capture_output=True, timeout=60, check=True
    )
    body, _newline, status = done.stdout.rpartition(b"\n")
    return int(status), body


@pytest.fixture
def there(live_server, college, settings, tmp_path):
    """A portal with one of everything, and what a partner's shell knows of it."""
    from tests.credentials.issuing.samples import lay_issuer

    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    settings.PORTAL_ORIGIN = live_server.url
    learner = make_learner(lay_issuer(college))
    skill = make_skill(college)
    client, secret = make_client(college, unit=college.nursing)
    now = timezone.now()
    consent = Consent.objects.create(
        learner=learner,
        partner=client.service_user,
        purpose="To hire",
        given_at=now,
        until=now.replace(year=now.year + 1),
    )
    credential = Credential.objects.get()
    (tmp_path / "credential.json").write_text(credential.document)
    environment = {
        "PORTAL": live_server.url,
        "CLIENT_ID": client.client_id,
        "CLIENT_SECRET": secret,
        "UNIT": str(college.nursing.pk),
        "KEY": "first",
        "TICKET": jobs.put_aside([("", b"{}")], now=timezone.now()),
    }
    ids = {
        "offerings": college.clinical.pk,
        "achievements": college.clinical.achievements.get().pk,
        "frameworks": Framework.objects.get().pk,
        "skills": skill.pk,
        "credentials": credential.pk,
        "consents": consent.pk,
    }
    return environment, ids, tmp_path


def test_every_command_does_what_the_page_says(there):
    environment, ids, folder = there
    status, body = shell(ASK, folder, environment)
    assert status == 200
    environment["TOKEN"] = json.loads(body)["access_token"]
    order = sorted(COMMANDS, key=lambda name: (name != "batches_create", name))
    failed = {}
    for name in order:
        kind = name.split("_")[0]
        known = environment | ({"ID": str(ids[kind])} if kind in ids else {})
        status, body = shell(COMMANDS[name], folder, known)
        wanted = {"batches_create": 201, "verify_credentials_report": 202}.get(name, 200)
        if status != wanted:
            failed[name] = (status, body[:300])
        if name == "batches_create":
            ids["batches"] = json.loads(body)["id"]
    assert failed == {}
    assert len(order) >= 20
