"""The API: one credential or a hundred, and errors as problem documents."""

import json
import time
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import include, path

from credentials.verification import services, sources, tasks
from credentials.verification.api import api_urlpatterns
from credentials.verification.models import TrustedIssuer, VerificationCount
from tests.credentials.checks.checking import SIGNER, world
from tests.support.hostile import presentations as shown
from tests.support.issuers import NOW, Signing

URL = "/api/v1/credentials/verify"
urlpatterns = [path("api/v1/", include(api_urlpatterns)), path("", include("registry.urls"))]


@pytest.fixture
def caller(db: None, monkeypatch: pytest.MonkeyPatch, time_machine: Any) -> Any:
    time_machine.move_to(NOW, tick=False)
    TrustedIssuer.objects.create(did=SIGNER.did, name="Riverbend", provenance="administrator", added_at=NOW)
    monkeypatch.setattr(services, "default_source", world)
    monkeypatch.setattr(services, "source_of_a_heap", world)
    with override_settings(ROOT_URLCONF=__name__):
        yield Client()


def post(caller: Client, body: Any, kind: str = "application/json") -> Any:
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    return caller.post(URL, data, content_type=kind)


class TestOneCredential:
    @pytest.mark.parametrize(
        "kind", ["application/json", "application/vc", "application/vc+ld+json", "text/plain"]
    )
    def test_gives_a_report(self, caller, kind):
        answer = post(caller, SIGNER.credential(), kind)
        assert answer.status_code == 200
        report = answer.json()
        assert (report["ok"], report["verdict"], report["reasons"]) == (True, "valid", [])
        assert {check["outcome"] for check in report["checks"]} == {"pass", "unknown"}
        assert report["credential"]["recipient"] == "Amara Nwosu"

    def test_a_presentation_in_a_token_and_in_its_envelope(self, caller):
        for body in (shown.token(), shown.envelope(), {"documents": [shown.token()]}):
            answer = post(caller, body).json()
            report = answer["results"][0] if "results" in answer else answer
            assert (report["verdict"], len(report["members"])) == ("valid", 2)
        bad = shown.made(verifiableCredential=[SIGNER.credential() | {"name": "x"}])
        assert post(caller, bad).json()["verdict"] == "nested-signature-invalid"

    def test_a_bad_one_is_an_answer_and_no_error(self, caller):
        document = SIGNER.credential()
        document["name"] = "x"
        answer = post(caller, document)
        assert (answer.status_code, answer.json()["verdict"]) == (200, "signature-invalid")

    @pytest.mark.parametrize("body", [b"{", b"\xff\xfe{", b"[]", b"null", b'{"a":1,"a":2}', b"hello"])
    def test_what_is_no_credential_is_malformed(self, caller, body):
        answer = post(caller, body)
        assert (answer.status_code, answer.json()["verdict"]) == (200, "malformed")

    def test_a_large_one_goes_to_a_worker(self, caller, monkeypatch):
        tickets: list[str] = []
        monkeypatch.setattr(tasks.check_documents, "delay", lambda ticket: tickets.append(ticket))
        answer = post(caller, json.dumps(SIGNER.credential()) + " " * 70_000)
        assert answer.status_code == 202
        assert caller.get(answer.json()["report"]).status_code == 202
        tasks.check_documents(ticket=tickets[0])
        assert caller.get(answer.json()["report"]).json()["verdict"] == "valid"


class TestSeveral:
    def test_give_a_result_each_in_their_order(self, caller):
        changed = json.dumps(SIGNER.credential()).replace("Amara", "Anna")
        answer = post(caller, {"documents": [SIGNER.credential(), changed, 7]}).json()
        assert answer["ok"] is False
        assert [(r["index"], r["verdict"]) for r in answer["results"]] == [
            (0, "valid"), (1, "signature-invalid"), (2, "malformed"),
        ]  # fmt: skip
        assert VerificationCount.objects.count() == 3

    def test_compare_the_recipient(self, caller):
        body = {"documents": [SIGNER.credential()], "recipient": "amara@example.com"}
        checks = post(caller, body).json()["results"][0]["checks"]
        assert next(check["outcome"] for check in checks if check["code"] == "recipient") == "pass"

    def test_a_hundred_pass_and_one_more_is_refused(self, caller):
        assert len(post(caller, {"documents": [{}] * 100}).json()["results"]) == 100
        answer = post(caller, {"documents": [{}] * 101})
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "/problems/too-many-documents"

    def test_wait_together_for_sites_that_do_not_answer(self, caller, monkeypatch):
        slow = sources.FetchSource(seconds=0.25)
        asked = []

        def silent(url: str, **how: Any) -> Any:
            asked.append(url)
            time.sleep(0.1)
            raise sources.fetch.FetchFailed()

        monkeypatch.setattr(sources.fetch, "get", silent)
        monkeypatch.setattr(services, "source_of_a_heap", lambda: sources.Gathered([slow]))
        issuers = [Signing(number, f"did:web:slow{number}.example") for number in range(1, 9)]
        answer = post(caller, {"documents": [one.credential() for one in issuers] + [5]}).json()
        assert [one["verdict"] for one in answer["results"]] == ["key-unresolvable"] * 8 + ["malformed"]
        assert 1 <= len(asked) <= 3  # then the time of the whole request is spent

    def test_are_not_taken_apart(self, caller):
        bundle = {"credentials": [SIGNER.credential()] * 2}
        answer = post(caller, {"documents": [bundle, SIGNER.credential()]}).json()
        assert [one["verdict"] for one in answer["results"]] == ["malformed", "valid"]

    @pytest.mark.parametrize(
        "body",
        [
            '{"documents": [{"a": 1, "a": 2}, {}]}',
            '{"recipient": "amara@example.com", "documents": [{"a": NaN}]}',
            '{"documents": ["\\ud800"]}',
            '{"documents": [' + "[" * 60 + "]" * 60 + "]}",
        ],
    )
    def test_of_which_nobody_can_tell_what_they_are_are_a_problem_and_no_single_report(self, caller, body):
        answer = post(caller, body)
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-input")
        assert "not JSON with one meaning" in answer.json()["errors"]["body"]


class TestErrors:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"  ",
            b'{"documents": []}',
            b'{"documents": "x"}',
            b'{"documents": [{}], "recipient": ["amara@example.com"]}',
        ],
    )
    def test_an_empty_request_is_a_problem(self, caller, body):
        answer = post(caller, body)
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-input")

    def test_a_body_above_the_limit_is_a_problem(self, caller):
        answer = post(caller, b" " * (4 * 1024 * 1024 + 1))
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")

    def test_a_report_that_is_gone_is_a_problem(self, caller):
        answer = caller.get(URL + "/nothing")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/report-gone")

    def test_a_flood_is_slowed_down(self, caller):
        codes = {post(caller, {}).status_code for _ in range(121)}
        assert codes == {200, 429}
