"""The example programs of docs/examples, run as partners would run them, against a live portal."""

import csv
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from credentials.catalog import services as catalog
from credentials.issuing import services as issuing
from credentials.status.services import sweep as publish_lists
from learners.sharing.services import create_link, revoke_link, token_of
from tests.credentials.catalog.factory import LATER, approve_next, make_approved
from tests.registry.partners.factory import make_client
from tests.support.records import credentials_of, make_learner

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def run(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run an example with nothing of ours in its environment."""
    command = [sys.executable, "-W", "error", str(EXAMPLES / program), *arguments]
    clean = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, env=clean, capture_output=True, text=True, timeout=120, check=False)


class TestStateAgency:
    @pytest.fixture
    def follow(self, live_server, college, tmp_path):
        client, secret = make_client(college, scopes=("catalog.read",))
        target = tmp_path / "changes.csv"

        def once() -> list[dict[str, str]]:
            done = run(
                "state_agency.py",
                str(target),
                PORTAL=live_server.url,
                CLIENT_ID=client.client_id,
                CLIENT_SECRET=secret,
            )
            assert done.returncode == 0, done.stderr
            assert secret not in done.stdout + done.stderr
            with target.open(encoding="utf-8") as file:
                return list(csv.DictReader(file))

        return once

    def test_follows_the_catalogue_from_run_to_run(self, follow, college):
        nursing, welding = make_approved(college, "NURS-120"), make_approved(college, "WELD-109")
        assert [(row["code"], row["action"]) for row in follow()] == [
            ("NURS-120", "changed"),
            ("WELD-109", "changed"),
        ]
        assert len(follow()) == 2
        approve_next(college, nursing, now=LATER, title="Clinical Skills III")
        catalog.retire_offering(welding, rationale="Old", actor=college.dean, now=LATER)
        rows = follow()
        assert [(row["action"], row["title"], row["version"]) for row in rows[2:]] == [
            ("changed", "Clinical Skills III", "2"),
            ("deleted", "", ""),
        ]
        assert rows[3]["id"] == str(welding.pk)

    def test_goes_on_after_it_was_cut_off_between_lines_and_cursor(self, follow, college, tmp_path):
        make_approved(college, "NURS-120")
        follow()
        (tmp_path / "changes.cursor").unlink()
        assert [row["code"] for row in follow()] == ["NURS-120", "NURS-120"]

    def test_says_what_to_do_when_its_place_is_gone(self, follow, college, tmp_path):
        make_approved(college, "NURS-120")
        follow()
        (tmp_path / "changes.cursor").write_text("bm9uc2Vuc2U")
        with pytest.raises(AssertionError, match="Delete the two files"):
            follow()


class TestEmployerCheck:
    @pytest.fixture
    def issuer(self, live_server, college, settings, tmp_path):
        from tests.credentials.issuing.samples import lay_issuer

        settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
        settings.PORTAL_ORIGIN = live_server.url
        return lay_issuer(college)

    @pytest.fixture
    def learner(self, issuer):
        learner = make_learner(issuer)
        publish_lists(now=timezone.now())  # the list was signed under the clock of the samples
        return learner

    def share(self, live_server, learner, **how):
        now = timezone.now()
        values = {"audience": "Hospital", "expires_at": now + timedelta(days=7), "now": now} | how
        link = create_link(learner, credentials_of(learner), **values)
        return link, f"{live_server.url}/s/{token_of(link)}/"

    def test_says_that_a_shared_credential_holds(self, live_server, learner):
        done = run("employer_check.py", self.share(live_server, learner)[1])
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.startswith("holds  Clinical Skills II")

    def test_says_that_a_withdrawn_one_does_not(self, live_server, issuer, learner):
        _link, url = self.share(live_server, learner)
        issuing.revoke_credentials(
            credentials_of(learner), code="withdrawn", actor=issuer.registrar, now=timezone.now()
        )
        publish_lists(now=timezone.now() + timedelta(minutes=1))
        done = run("employer_check.py", url)
        assert done.returncode == 1
        assert done.stdout.startswith("CHECK  Clinical Skills II")
        assert "withdrawn it" in done.stdout

    def test_says_that_a_link_was_taken_back(self, live_server, learner):
        link, url = self.share(live_server, learner)
        revoke_link(link, learner=learner, now=timezone.now())
        done = run("employer_check.py", url)
        assert done.returncode == 1
        assert "no longer shared" in done.stderr

    def test_sends_a_passphrase_in_the_body(self, live_server, learner):
        _link, url = self.share(live_server, learner, passphrase="seven small boats")
        assert "assphrase" in run("employer_check.py", url).stderr
        done = run("employer_check.py", url, PASSPHRASE="seven small boats")
        assert done.returncode == 0, done.stdout + done.stderr
