"""The sample college: made by services, so it can be cut off and laid again, and all it signed holds."""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from psycopg import sql

from tests.support import college, servers

QUIET = {"django_session", "django_migrations"}


@pytest.fixture(scope="module")
def environment():
    """The environment of a copy of the sample college."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    with college.copied(f"{servers.NAME}_{worker}_seed") as environment:
        yield environment


def counts(environment) -> dict[str, int]:
    """Return how many rows each table has."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        tables = connection.execute("select relname from pg_stat_user_tables").fetchall()
        return {
            name: connection.execute(
                sql.SQL("select count(*) from {}").format(sql.Identifier(name))
            ).fetchone()[0]
            for (name,) in tables
            if name not in QUIET
        }


class TestSampleCollege:
    def test_laid_again_stays_the_same(self, environment):
        before = counts(environment)
        assert before["catalog_offering"] >= 120
        assert before["issuing_recipient"] >= 60
        college.seed(environment)
        assert counts(environment) == before

    def test_every_signature_holds(self, environment):
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.verify_all"],
            cwd=servers.ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        found = json.loads(done.stdout.splitlines()[-1])
        assert sum(found.values()) == counts(environment)["issuing_credential"]
        assert all(key.endswith("signature pass") for key in found), found
        states = {key.split()[0]: key.split()[1] for key in found}
        assert states["revoked"] == "revoked"
        assert "superseded" in states

    def test_holds_what_the_demo_shows(self, environment):
        with psycopg.connect(environment["DATABASE_URL"]) as connection:

            def value(query: str) -> int:
                return connection.execute(query).fetchone()[0]

            assert value("select count(*) from issuing_credential where state = 'revoked'") >= 1
            assert value("select count(*) from issuing_credential where state = 'superseded'") >= 1
            assert value("select count(*) from issuing_credential where valid_until < now()") >= 1
            assert value("select count(*) from frameworks_framework") == 2
            assert value("select count(*) from issuing_issuancebatch where state in ('draft', 'signed')") >= 2
            assert value("select count(*) from catalog_offeringversion where state = 'submitted'") >= 3
            assert value("select count(*) from sharing_sharelink") >= 2
            amara = (
                "select count(*) from issuing_credential c join issuing_recipient r on r.id = c.recipient_id"
            )
            assert value(f"{amara} where r.source_id = 'R100001' and c.state = 'released'") >= 10
