"""The OpenAPI description: fresh, complete, and the same for programs and on our page."""

import json
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from drf_spectacular.validation import validate_schema

from registry.partners.reference import chapters
from registry.partners.schema import schema_text, whole_schema
from tests.registry.partners.test_api import ENDPOINTS, V1

ROOT = Path(__file__).resolve().parents[3]


class TestSchema:
    def test_in_docs_is_fresh(self):
        assert (ROOT / "docs" / "openapi.yaml").read_text() == schema_text()

    def test_is_valid(self):
        validate_schema(whole_schema())

    def test_was_made_without_a_guess(self, capsys, tmp_path):
        call_command("spectacular", file=str(tmp_path / "schema.yaml"), fail_on_warn=True, validate=True)

    @pytest.mark.parametrize(
        ("query", "kind", "read"),
        [("", "application/vnd.oai.openapi", yaml.safe_load), ("?format=json", "json", json.loads)],
    )
    def test_is_served_to_everybody(self, client, college, query, kind, read):
        answer = client.get(f"/api/v1/schema{query}")
        assert answer.status_code == 200
        assert kind in answer["Content-Type"]
        assert set(read(answer.content)["paths"]) == set(whole_schema()["paths"])

    def test_names_a_scope_for_every_endpoint_that_needs_one(self):
        for path, operations in whole_schema()["paths"].items():
            for operation in operations.values():
                public = path.startswith(f"{V1}credentials/verify")
                assert public == ("security" not in operation or {} in operation["security"])
                assert operation["description"]
                assert "default" in operation["responses"]

    def test_holds_every_endpoint_that_is_tested(self):
        count = sum(len(operations) for operations in whole_schema()["paths"].values())
        assert count == len(ENDPOINTS) + 2  # the two of verification, which need no token

    def test_holds_no_address_of_a_machine(self):
        assert "localhost" not in schema_text()


class TestReference:
    def test_shows_every_endpoint_with_a_command(self):
        endpoints = [endpoint for chapter in chapters() for endpoint in chapter.endpoints]
        operations = {
            operation["operationId"]
            for paths in whole_schema()["paths"].values()
            for operation in paths.values()
        }
        assert {endpoint.id for endpoint in endpoints} == operations
        assert all(endpoint.curl.startswith("curl") and endpoint.words for endpoint in endpoints)

    def test_puts_no_secret_and_no_token_into_an_address(self):
        for chapter in chapters():
            for endpoint in chapter.endpoints:
                address = endpoint.curl.rsplit('"$PORTAL', 1)[1]
                assert "TOKEN" not in address
                assert "SECRET" not in address
