"""The probes and figures that operators read."""

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from credentials.keys.models import IssuerProfile
from credentials.keys.services import confirm_key, propose_key
from deploy.gates import production
from institution.events.tasks import HEARTBEAT, heartbeat
from registry import health
from tests.support import workers


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


class TestLivez:
    def test_answers_without_a_database(self, client):
        """This test has no access to one."""
        said = client.get("/livez", headers={"host": "10.1.2.3"})
        assert (said.status_code, said.json()) == (200, {"status": "alive"})


class TestReadyz:
    def test_names_every_part_that_works(self, client, db):
        heartbeat()
        said = client.get("/readyz")
        assert said.status_code == 200
        assert said.json()["checks"] == {
            "database": "ok",
            "broker": "ok",
            "worker": "ok",
            "signer": "no key yet",
        }

    def test_is_not_ready_while_no_worker_was_seen(self, client, db):
        said = client.get("/readyz")
        assert (said.status_code, said.json()["checks"]["worker"]) == (503, "never seen")

    def test_is_not_ready_once_the_heartbeat_is_late(self, client, db, settings):
        settings.SWEEP_SECONDS = 60
        cache.set(HEARTBEAT, timezone.now().timestamp() - 241)
        said = client.get("/readyz")
        assert (said.status_code, said.json()["checks"]["worker"]) == (503, "late")

    def test_is_not_ready_without_a_broker(self, client, db, settings):
        heartbeat()
        settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
        said = client.get("/readyz")
        assert (said.status_code, said.json()["checks"]["broker"]) == (503, "no answer")

    def test_is_not_ready_without_a_database(self, client, db, monkeypatch):
        def refuse(*args: object) -> None:
            raise OperationalError

        with monkeypatch.context() as patch:
            patch.setattr(health.connection, "cursor", refuse)
            said = client.get("/readyz")
        assert said.status_code == 503
        assert said.json()["checks"]["database"] == "no answer"
        assert said.json()["checks"]["signer"] == "unknown"


class TestSigner:
    @pytest.fixture
    def signing(self, college):
        now = timezone.now()
        profile = IssuerProfile.objects.create(
            org_unit=college.main, name="Riverbend", url="https://riverbend.example", created_at=now
        )
        key = propose_key(profile, actor=college.administrator, now=now)
        return confirm_key(key, actor=college.second_administrator, now=now)

    def test_is_ok_when_every_key_that_signs_opens(self, client, signing):
        assert client.get("/readyz").json()["checks"]["signer"] == "ok"

    def test_is_not_when_its_encryption_key_is_missing(self, client, signing, settings):
        heartbeat()
        settings.KEY_ENCRYPTION_KEYS = [production()["KEY_ENCRYPTION_KEYS"]]
        said = client.get("/readyz")
        assert (said.status_code, said.json()["checks"]["signer"]) == (503, "a key does not open")


class TestMetrics:
    @pytest.fixture(autouse=True)
    def _institution(self, college):
        """Every ordinary page shows the institution."""

    def test_are_given_to_this_machine(self, client):
        said = client.get("/metrics")
        assert said.status_code == 200
        assert b"django_http_requests" in said.content

    @pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.5"])
    def test_are_refused_to_another(self, client, address):
        assert client.get("/metrics", REMOTE_ADDR=address).status_code == 403

    def test_are_refused_through_a_proxy_on_this_machine(self, client, settings):
        assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.7"}).status_code == 403
        settings.BEHIND_PROXY = True
        assert client.get("/metrics").status_code == 403

    def test_are_given_for_the_token(self, client, settings):
        settings.METRICS_TOKEN = "right"
        given = {"authorization": "Bearer right"}
        assert client.get("/metrics", headers=given, REMOTE_ADDR="10.0.0.5").status_code == 200

    @pytest.mark.parametrize("token", ["", "right"])
    def test_are_refused_for_another_token(self, client, settings, token):
        settings.METRICS_TOKEN = token
        for given in ({}, {"authorization": "Bearer "}, {"authorization": "Bearer wrong"}):
            assert client.get("/metrics", headers=given, REMOTE_ADDR="10.0.0.5").status_code == 403


@pytest.mark.django_db(transaction=True)
class TestHeartbeat:
    def test_a_worker_that_starts_is_seen_at_once(self, client):
        with workers.worker():
            workers.wait_until(lambda: client.get("/readyz").status_code == 200, 20)
