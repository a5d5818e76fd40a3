"""A stranger checks what the portal issued: another process, no database, no portal, only saved answers.

So nothing can hold because we have a row for it; what is refused is refused by the documents alone.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from credentials.documents.dates import instant_text
from credentials.issuing.models import Credential
from credentials.issuing.services import revoke_credentials
from credentials.issuing.states import RevocationCode
from credentials.status.services import publish_waiting
from tests.credentials.issuing.samples import NOW, lay_issuer, make_released
from tests.support.issuers import Signing

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = {
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ISSUER_ORIGIN": "https://somewhere.else.example",
    "PORTAL_ORIGIN": "http://localhost:1",
}


@pytest.fixture
def issued(college: SimpleNamespace, settings: Any, tmp_path: Path) -> SimpleNamespace:
    """One credential that the portal's own services issued, and the folder of what its addresses gave."""
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    lay_issuer(college)
    make_released(college)
    credential = Credential.objects.select_related("profile", "status_list").order_by("id")[0]
    college.credential, college.origin, college.saved = credential, settings.ISSUER_ORIGIN, tmp_path / "saved"
    document = json.loads(credential.document)
    college.addresses = [
        f"{credential.profile.base_url}/did.json",
        credential.status_list.url,
        document["credentialSubject"]["achievement"]["id"],
    ]
    save(college)
    return college


def save(college: SimpleNamespace) -> None:
    """Keep what a stranger gets from each address, byte for byte."""
    for url in college.addresses:
        answer = Client(headers={"host": "testserver"}).get(urlsplit(url).path)
        assert answer.status_code == 200, url
        place = college.saved / urlsplit(url).path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(answer.content)


def stranger(college: SimpleNamespace, text: str, *words: str) -> tuple[int, dict[str, Any]]:
    """Check a text in another process; return its exit code and its report."""
    path = college.saved.parent / "credential.json"
    path.write_text(text, encoding="utf-8")
    command = [
        *(sys.executable, "manage.py", "verify", str(path), "--json", "--at", instant_text(NOW)),
        *("--map", f"{college.origin}={college.saved}", "--trust", college.credential.profile.did, *words),
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | NOWHERE, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.count("\n") == 1, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.django_db
class TestAStrangerWithoutThePortal:
    def test_finds_that_it_holds(self, issued):
        code, report = stranger(issued, issued.credential.document)
        assert (code, report["ok"], report["verdict"]) == (0, True, "valid")
        assert "unchanged, not withdrawn" in report["answer"]
        assert [
            check["outcome"] for check in report["checks"] if check["code"] in {"signature", "key", "status"}
        ] == ["pass"] * 3

    def test_refuses_it_after_one_character_changed(self, issued):
        changed = issued.credential.document.replace("Learner ", "Learner  ", 1)
        assert len(changed) == len(issued.credential.document) + 1
        code, report = stranger(issued, changed)
        assert (code, report["verdict"]) == (1, "signature-invalid")

    def test_refuses_it_after_revocation(self, issued):
        revoke_credentials(
            [issued.credential], code=RevocationCode.WITHDRAWN, actor=issued.registrar, now=NOW
        )
        publish_waiting(now=NOW)
        assert stranger(issued, issued.credential.document)[0] == 0, "the old list still says nothing"
        save(issued)
        code, report = stranger(issued, issued.credential.document)
        assert (code, report["verdict"]) == (1, "revoked")

    def test_refuses_a_strangers_key_under_our_name(self, issued):
        document = json.loads(issued.credential.document)
        method = document.pop("proof")[0]["verificationMethod"]
        forged = Signing(66).sign(document, method=method, created="2026-05-20T18:30:16Z")
        code, report = stranger(issued, json.dumps(forged))
        assert (code, report["verdict"]) == (1, "signature-invalid")

    def test_refuses_a_key_that_our_did_document_does_not_list(self, issued):
        document = json.loads(issued.credential.document)
        forger = Signing(66)
        method = document.pop("proof")[0]["verificationMethod"].partition("#")[0] + "#" + forger.multikey
        forged = forger.sign(document, method=method, created="2026-05-20T18:30:16Z")
        code, report = stranger(issued, json.dumps(forged))
        assert (code, report["verdict"]) == (1, "key-unresolvable")

    def test_cannot_tell_without_the_saved_answers(self, issued):
        code, report = stranger(
            issued, issued.credential.document, "--map", f"{issued.origin}/i={issued.saved}/none"
        )
        assert (code, report["conclusion"], report["verdict"]) == (2, "unknown", "key-unresolvable")
