"""Production starts only with what it needs, and a demo never where strangers reach it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from credentials.keys.models import IssuerProfile
from credentials.status.models import StatusList
from deploy.gates import production
from registry import checks

ROOT = Path(__file__).resolve().parents[2]


def start(variables: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the portal with these variables over the ones of this process."""
    env = {**os.environ, **variables}
    said = [sys.executable, *(command or ("manage.py", "check"))]
    return subprocess.run(said, cwd=ROOT, env=env, capture_output=True, text=True)


@pytest.fixture
def complete(settings, monkeypatch):
    """Settings of a production that lacks nothing."""
    given = production()
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings.PRODUCTION = True
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    settings.REQUIRE_SECOND_FACTOR = True
    settings.KEY_ENCRYPTION_KEYS = [given["KEY_ENCRYPTION_KEYS"]]
    settings.ALLOWED_HOSTS = [given["ALLOWED_HOSTS"]]
    for name in ("SECRET_KEY", "PORTAL_ORIGIN", "ISSUER_ORIGIN", "DEFAULT_FROM_EMAIL"):
        setattr(settings, name, given[name])
    return settings


def ids() -> list[str]:
    return [message.id for message in checks.production_demands(None)]


class TestProductionDemands:
    def test_find_nothing_when_all_is_there(self, complete):
        assert ids() == []

    def test_ask_nothing_of_development(self, complete):
        complete.PRODUCTION = False
        complete.SECRET_KEY = ""
        assert ids() == []

    @pytest.mark.parametrize(
        ("name", "value", "number"),
        [
            ("SECRET_KEY", "", "E001"),
            ("SECRET_KEY", "short", "E001"),
            ("SECRET_KEY", "development-only-secret-key-never-used-in-production", "E001"),
            ("KEY_ENCRYPTION_KEYS", [], "E004"),
            ("KEY_ENCRYPTION_KEYS", ["c2hvcnQ"], "E004"),
            ("KEY_ENCRYPTION_KEYS", ["ä" * 43], "E004"),
            ("PKCS11_MODULE", "/nowhere/libtoken.so", "E014"),
            ("ALLOWED_HOSTS", ["localhost"], "E005"),
            ("ALLOWED_HOSTS", ["portal.college.edu", "*"], "E005"),
            ("PORTAL_ORIGIN", "http://portal.college.edu", "E006"),
            ("PORTAL_ORIGIN", "https://portal.college.edu/credentials", "E006"),
            ("ISSUER_ORIGIN", "http://credentials.college.edu", "E007"),
            ("ISSUER_ORIGIN", "https://credentials.riverbend.example", "E007"),
            ("DEBUG", True, "E009"),
            ("REQUIRE_SECOND_FACTOR", False, "E010"),
            ("MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", True, "E010"),
            ("DEFAULT_FROM_EMAIL", "credentials@riverbend.example", "W002"),
        ],
    )
    def test_name_a_setting_that_is_wrong(self, complete, name, value, number):
        setattr(complete, name, value)
        assert ids() == [f"registry.{number}"]

    @pytest.mark.parametrize(
        ("name", "number"),
        [
            ("DATABASE_URL", "E002"),
            ("REDIS_URL", "E003"),
            ("EMAIL_URL", "W001"),
            ("REVOCATION_JOURNAL", "W003"),
        ],
    )
    def test_name_a_variable_that_is_missing(self, complete, monkeypatch, name, number):
        monkeypatch.delenv(name)
        assert ids() == [f"registry.{number}"]

    def test_say_what_to_do(self, complete):
        complete.SECRET_KEY = ""
        assert all(message.hint for message in checks.production_demands(None))


class TestIssuerOriginStays:
    @pytest.fixture
    def signed(self, college, settings):
        profile = IssuerProfile.objects.create(
            org_unit=college.main,
            name="Riverbend",
            url="https://riverbend.example",
            created_at=timezone.now(),
        )
        address = f"{profile.base_url}/status/1"
        return StatusList.objects.create(profile=profile, number=1, document=json.dumps({"id": address}))

    def test_holds_while_the_origin_is_the_same(self, signed):
        assert checks.issuer_origin_stays(None, databases=["default"]) == []

    def test_refuses_another_origin(self, signed, settings):
        settings.ISSUER_ORIGIN = "https://other.college.edu"
        found = checks.issuer_origin_stays(None, databases=["default"])
        assert [message.id for message in found] == ["registry.E011"]

    def test_lets_the_origin_be_chosen_before_the_first_signature(self, db, settings):
        settings.ISSUER_ORIGIN = "https://other.college.edu"
        assert checks.issuer_origin_stays(None, databases=["default"]) == []

    def test_asks_no_database_when_none_is_meant(self):
        assert checks.issuer_origin_stays(None) == []


class TestDemo:
    @pytest.mark.parametrize(
        "variables",
        [
            production(),
            {"ALLOWED_HOSTS": "portal.college.edu"},
            {"ALLOWED_HOSTS": "*"},
            {"PORTAL_ORIGIN": "https://portal.college.edu"},
        ],
        ids=["production", "public host", "every host", "public address"],
    )
    def test_does_not_start_where_strangers_could_reach_it(self, variables):
        said = start({**variables, "DEMO": "1"})
        assert said.returncode != 0
        assert "registry.E008" in said.stderr

    def test_starts_on_this_machine(self):
        assert start({"DEMO": "1", "PORTAL_ORIGIN": "http://localhost:8000"}).returncode == 0


class TestWebProcess:
    def test_does_not_start_without_what_production_needs(self):
        said = start({**production(), "SECRET_KEY": "short"}, "-c", "import registry.wsgi")
        assert said.returncode != 0
        assert "registry.E001" in said.stderr

    def test_starts_with_it(self):
        said = start(production(), "-c", "import registry.wsgi")
        assert said.returncode == 0, said.stderr
