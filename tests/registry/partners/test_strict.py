"""Nothing that is asked for is ignored: parameters, members of bodies, moments, pages."""

import re

import pytest
from rest_framework.test import APIClient

from credentials.batches.api import NAMES, CompletionSerializer
from credentials.issuing.models import IssuanceBatch
from registry.partners.schema import whole_schema
from tests.registry.partners.factory import caller_for
from tests.registry.partners.test_api import ANY, V1

PATHS = {path: set(operations) for path, operations in whole_schema()["paths"].items()}
OPERATIONS = [(path, method) for path, methods in PATHS.items() for method in sorted(methods)]
MOMENTS = [
    ("offerings", "changed_since"),
    ("achievements", "changed_since"),
    ("skills", "retired_since"),
    ("batches", "created_since"),
    ("credentials", "released_since"),
    ("changes", "since"),
]


@pytest.fixture
def caller(college):
    return caller_for(college)


def described(path, method, place="query"):
    """Return the names of the parameters that the schema describes."""
    found = whole_schema()["paths"][path][method].get("parameters", ())
    return sorted(one["name"] for one in found if one["in"] == place)


def ask(caller, path, method, query):
    """Call an endpoint with a query."""
    return getattr(caller, method)(re.sub(r"\{\w+\}", ANY, path) + query)


class TestParameters:
    @pytest.mark.parametrize(("path", "method"), OPERATIONS)
    def test_one_that_is_not_known_is_refused_and_those_of_the_schema_are_named(self, caller, path, method):
        answer = ask(caller, path, method, "?nonsense=1")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
        body, known = answer.json(), described(path, method)
        assert body["type"] == "/problems/invalid-input"
        words = f"Known are {', '.join(known)}." if known else "this address takes none."
        assert list(body["errors"]) == ["nonsense"]
        assert body["errors"]["nonsense"].endswith(words)
        assert words in body["detail"]

    @pytest.mark.parametrize(("path", "method"), OPERATIONS)
    def test_those_of_the_schema_are_taken(self, caller, path, method):
        for name in described(path, method):
            answer = ask(caller, path, method, f"?{name}=")
            assert f"“{name}”" not in answer.content.decode()
            assert answer.status_code in (200, 404)

    def test_a_stranger_is_sent_away_first(self, college):
        assert APIClient().get(f"{V1}offerings?nonsense=1").status_code == 401

    def test_the_schema_itself_takes_format_and_language(self, college):
        assert APIClient().get(f"{V1}schema?format=json&lang=es").status_code == 200
        assert APIClient().get(f"{V1}schema?nonsense=1").status_code == 400

    def test_one_given_twice_is_refused(self, caller):
        answer = caller.get(f"{V1}offerings?kind=credit&kind=noncredit")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["kind"])

    def test_speak_spanish_where_that_is_asked_for(self, caller):
        answer = caller.get(f"{V1}offerings?nonsense=1", headers={"Accept-Language": "es"})
        assert answer.json()["errors"]["nonsense"].startswith("Aquí no hay un parámetro “nonsense”.")


class TestMoments:
    @pytest.mark.parametrize(("path", "name"), MOMENTS)
    def test_without_a_zone_are_refused_everywhere(self, caller, path, name):
        for text in ("2026-01-31T00:00:00", "2026-01-31", "yesterday"):
            answer = caller.get(f"{V1}{path}?{name}={text}")
            assert answer.status_code == 400
            assert answer.json()["errors"] == {name: "Write a moment with its zone: 2026-01-31T00:00:00Z."}

    @pytest.mark.parametrize(("path", "name"), MOMENTS)
    def test_whose_plus_became_a_space_name_the_remedy(self, caller, path, name):
        answer = caller.get(f"{V1}{path}?{name}=2026-01-31T00:00:00+02:00")
        assert answer.status_code == 400
        assert "Write %2B for it" in answer.json()["errors"][name]

    @pytest.mark.parametrize(("path", "name"), MOMENTS)
    @pytest.mark.parametrize("text", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"])
    def test_at_the_ends_of_the_calendar_are_taken(self, caller, path, name, text):
        assert caller.get(f"{V1}{path}?{name}={text}").status_code == 200

    def test_are_all_in_the_list_of_this_test(self):
        moments = {
            (path.removeprefix(V1), one["name"])
            for path, operations in whole_schema()["paths"].items()
            for one in operations.get("get", {}).get("parameters", ())
            if one["schema"].get("format") == "date-time"
        }
        assert moments == set(MOMENTS)


class TestPages:
    @pytest.mark.parametrize("size", ["0", "-1", "abc", "1.5", "٥"])
    def test_of_no_size_are_refused(self, caller, size):
        answer = caller.get(f"{V1}skills?page_size={size}")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["page_size"])

    @pytest.mark.parametrize("number", ["0", "9", "x"])
    def test_that_are_not_there_are_named(self, caller, number):
        answer = caller.get(f"{V1}skills?page={number}")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
        assert f"“{number}”" in answer.json()["detail"]


class TestBodies:
    def test_a_member_of_a_batch_that_is_not_known_is_refused(self, college, caller):
        body = {"title": "T", "org_unit": str(college.nursing.pk), "rows": [{"name": "A"}], "relaese": True}
        answer = caller.post(f"{V1}batches", body, format="json", headers={"Idempotency-Key": "k"})
        assert answer.status_code == 400
        assert answer.json()["errors"] == {
            "relaese": "There is no field “relaese”. Known are title, org_unit, source, rows."
        }
        assert not IssuanceBatch.objects.exists()
        del body["relaese"]
        again = caller.post(f"{V1}batches", body, format="json", headers={"Idempotency-Key": "k"})
        assert again.status_code == 201

    def test_a_member_beside_documents_that_is_not_known_is_refused(self, db):
        body = {"documents": [{}], "recipients": "amara@example.com"}
        answer = APIClient().post(f"{V1}credentials/verify", body, format="json")
        assert answer.status_code == 400
        assert answer.json()["errors"] == {
            "recipients": "There is no field “recipients”. Known are documents, recipient."
        }

    def test_are_closed_in_the_schema_with_the_fields_that_are_read(self):
        shapes = whole_schema()["components"]["schemas"]
        bodies = {name: one for name, one in shapes.items() if name.endswith("Request")}
        assert set(bodies) == {"NewBatchRequest", "CompletionRequest", "DocumentsRequest"}
        assert all(one["additionalProperties"] is False for one in bodies.values())
        assert set(CompletionSerializer().fields) == set(NAMES)


class TestAnswers:
    def test_the_schema_knows_one_report_several_and_a_ticket(self):
        answers = whole_schema()["paths"][f"{V1}credentials/verify"]["post"]["responses"]
        shapes = whole_schema()["components"]["schemas"]
        assert len(shapes["OneOrSeveral"]["oneOf"]) == 2
        ticket = answers["202"]["content"]["application/json"]["schema"]["$ref"]
        assert set(shapes[ticket.rsplit("/", 1)[-1]]["properties"]) == {"state", "report"}
