"""The doors of the whole API: who may come in, and what failures look like."""

import json

import pytest
from django.urls import URLPattern, URLResolver
from rest_framework.test import APIClient

from institution.errors import NotInThisState
from registry.api import urlpatterns
from registry.problems import known_problems
from tests.registry.partners.factory import caller_for, make_client, with_token

ANY = "00000000-0000-4000-8000-000000000000"
V1 = "/api/v1/"
PUBLIC = {"verification-verify", "verification-report", "schema", "no-such-endpoint"}
ENDPOINTS = {  # name: (method, address, scope that opens it)
    "offering-list": ("get", "offerings", "catalog.read"),
    "offering-detail": ("get", f"offerings/{ANY}", "catalog.read"),
    "achievement-list": ("get", "achievements", "catalog.read"),
    "achievement-detail": ("get", f"achievements/{ANY}", "catalog.read"),
    "achievement-versions": ("get", f"achievements/{ANY}/versions", "catalog.read"),
    "framework-list": ("get", "frameworks", "catalog.read"),
    "framework-detail": ("get", f"frameworks/{ANY}", "catalog.read"),
    "skill-list": ("get", "skills", "catalog.read"),
    "skill-detail": ("get", f"skills/{ANY}", "catalog.read"),
    "batch-list": ("get", "batches", "batches.read"),
    "batch-detail": ("get", f"batches/{ANY}", "batches.read"),
    "batch-rows": ("get", f"batches/{ANY}/rows", "batches.read"),
    "credential-list": ("get", "credentials", "credentials.read"),
    "credential-detail": ("get", f"credentials/{ANY}", "credentials.read"),
    "credential-document": ("get", f"credentials/{ANY}/document", "credentials.read"),
    "consent-list": ("get", "consents", "credentials.read"),
    "consent-detail": ("get", f"consents/{ANY}", "credentials.read"),
    "changes": ("get", "changes", "catalog.read"),
    "batch-create": ("post", "batches", "batches.write"),
}
WRONG = {
    "catalog.read": "credentials.read",
    "batches.read": "batches.write",
    "batches.write": "batches.read",
    "credentials.read": "catalog.read",
}


def names(patterns) -> set[str]:
    """Return the name of every endpoint that is mounted."""
    found: set[str] = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            found |= names(one.url_patterns)
        elif isinstance(one, URLPattern):
            found.add(one.name)
    return found


def call(caller, method, path):
    """Call an endpoint as a program would."""
    body = {} if method == "get" else {"data": {}, "format": "json"}
    return getattr(caller, method)(V1 + path, **body)


class TestEveryEndpoint:
    def test_is_in_the_list_of_this_test(self):
        assert names(urlpatterns) - PUBLIC == set(ENDPOINTS) - {"batch-create"}

    @pytest.mark.parametrize("name", ENDPOINTS)
    def test_is_closed_without_a_token(self, college, name):
        method, path, _scope = ENDPOINTS[name]
        for caller in (APIClient(), with_token("made-up")):
            answer = call(caller, method, path)
            assert answer.status_code == 401
            assert answer.json()["type"] == "/problems/not-authenticated"
            assert "Bearer" in answer["WWW-Authenticate"]

    @pytest.mark.parametrize("name", ENDPOINTS)
    def test_is_closed_with_the_wrong_scope(self, college, name):
        method, path, scope = ENDPOINTS[name]
        wrong = WRONG[scope] if name != "changes" else "batches.write"
        answer = call(caller_for(college, wrong), method, path)
        body = answer.json()
        assert (answer.status_code, body["type"]) == (403, "/problems/permission-denied")
        if name != "changes":  # any reading scope opens it
            assert body["scope"] == scope
            assert scope in body["detail"]
            assert f'scope="{scope}"' in answer["WWW-Authenticate"]

    @pytest.mark.parametrize("name", ENDPOINTS)
    def test_opens_with_its_scope(self, college, name):
        method, path, scope = ENDPOINTS[name]
        answer = call(caller_for(college, scope), method, path)
        assert answer.status_code == (400 if method == "post" else 404 if ANY in path else 200)

    def test_a_session_of_a_person_opens_nothing(self, college):
        caller = APIClient()
        caller.force_login(college.administrator, "allauth.account.auth_backends.AuthenticationBackend")
        assert caller.get(f"{V1}batches").status_code == 401


class TestProblems:
    @pytest.fixture
    def caller(self, college):
        return caller_for(college)

    def said(self, answer, status, code):
        """Check that an answer is a problem document of this type; return it."""
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        body = json.loads(answer.content)
        assert body["type"] == f"/problems/{code}"
        assert body["status"] == status
        assert body["title"]
        assert code in known_problems()
        return body

    def test_nothing_at_an_address(self, caller):
        self.said(caller.get(f"{V1}no/such/thing"), 404, "not-found")
        self.said(caller.post(f"{V1}offerings/"), 404, "not-found")
        self.said(caller.get(f"{V1}offerings/{ANY}"), 404, "not-found")
        self.said(caller.get(f"{V1}offerings?page=9"), 404, "not-found")
        self.said(APIClient().delete(f"{V1}nothing"), 404, "not-found")

    def test_a_method_that_is_not_taken(self, caller):
        self.said(caller.delete(f"{V1}batches"), 405, "method-not-allowed")
        self.said(caller.post(f"{V1}offerings", {}, format="json"), 405, "method-not-allowed")

    def test_a_format_that_is_not_spoken(self, caller):
        self.said(caller.get(f"{V1}offerings", HTTP_ACCEPT="text/html"), 406, "not-acceptable")

    def test_content_that_cannot_be_read(self, caller):
        how = {"headers": {"Idempotency-Key": "k"}}
        self.said(
            caller.post(f"{V1}batches", "a=b", content_type="text/csv", **how), 415, "unsupported-media-type"
        )
        body = self.said(
            caller.post(f"{V1}batches", "{", content_type="application/json", **how), 400, "parse-error"
        )
        assert "line 1" in body["detail"]
        deep = self.said(
            caller.post(f"{V1}batches", "[" * 100_000, content_type="application/json", **how),
            400,
            "parse-error",
        )
        assert "nested" in deep["detail"]
        for form in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            self.said(
                caller.post(f"{V1}batches", '{"title": "x"}', content_type=form, **how),
                415,
                "unsupported-media-type",
            )

    def test_content_that_is_too_large(self, caller, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
        how = {"headers": {"Idempotency-Key": "k"}}
        self.said(
            caller.post(f"{V1}batches", "x" * 200, content_type="application/json", **how), 413, "too-large"
        )

    def test_values_that_need_a_correction(self, caller):
        body = self.said(caller.get(f"{V1}offerings?org_unit=x"), 400, "invalid-input")
        assert "org_unit" in body["errors"]
        body = self.said(caller.get(f"{V1}changes?since=2026-01-01T00:00:00"), 400, "invalid-input")
        assert "zone" in body["errors"]["since"]

    def test_too_many_requests(self, caller, monkeypatch):
        from registry.partners.throttles import PartnerThrottle

        monkeypatch.setattr(PartnerThrottle, "THROTTLE_RATES", {"partner": "2/min"})
        assert [caller.get(f"{V1}skills").status_code for _time in range(2)] == [200, 200]
        answer = caller.get(f"{V1}skills")
        self.said(answer, 429, "throttled")
        assert 0 < int(answer["Retry-After"]) <= 60

    def test_what_nobody_expected(self, caller, monkeypatch):
        from registry.partners import changes

        monkeypatch.setattr(changes, "list_new", lambda **how: 1 / 0)
        caller.raise_request_exception = False
        body = self.said(caller.get(f"{V1}changes"), 500, "server-error")
        assert "division" not in str(body)

    def test_rooms_fail_in_the_words_of_the_screens(self, caller, monkeypatch):
        from registry.partners import changes

        def refuse(**how):
            raise NotInThisState(state="draft")

        monkeypatch.setattr(changes, "list_new", refuse)
        body = self.said(caller.get(f"{V1}changes"), 409, "not-in-this-state")
        assert body["detail"] == str(NotInThisState(state="draft"))
        assert body["state"] == "draft"

    def test_speak_the_language_that_is_asked_for(self, college):
        answer = APIClient().get(f"{V1}offerings", headers={"Accept-Language": "es"})
        assert answer["Content-Language"] == "es"


class TestPages:
    def test_carry_count_and_links_in_headers(self, college):
        from tests.credentials.catalog.factory import make_approved

        for number in range(3):
            make_approved(college, f"N-{number}")
        answer = caller_for(college).get(f"{V1}offerings?page_size=1&page=2")
        assert answer["X-Total-Count"] == "3"
        assert 'rel="next"' in answer["Link"]
        assert 'rel="prev"' in answer["Link"]
        assert len(answer.json()["results"]) == 1

    def test_end_at_five_hundred(self, college):
        answer = caller_for(college).get(f"{V1}skills?page_size=100000")
        assert answer.status_code == 200

    def test_offerings_are_the_public_catalogue_for_every_partner(self, college):
        from tests.credentials.catalog.factory import make_approved

        make_approved(college)
        neighbor = caller_for(college, unit=college.welding)
        assert neighbor.get(f"{V1}offerings").json()["count"] == 1


class TestSecretsStayOutOfSight:
    def test_no_secret_and_no_token_stands_in_the_log(self, college, caplog):
        from tests.registry.partners.factory import ask_token

        client, secret = make_client(college)
        with caplog.at_level("DEBUG"):
            value = ask_token(client, secret).json()["access_token"]
            with_token(value).get(f"{V1}offerings")
        assert secret not in caplog.text
        assert value not in caplog.text
