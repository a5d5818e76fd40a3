import json

import pytest

from credentials.catalog import services
from tests.credentials.catalog.factory import LATER, achieved, approve_next, make_approved, make_draft, png

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
MACHINES = [{}, {"Accept": "*/*"}, {"Accept": "application/ld+json"}, {"Accept": "application/json"}]


@pytest.fixture
def twice(college):
    """An achievement with two approved versions."""
    offering = make_approved(college, image=png())
    approve_next(college, offering, now=LATER, title="Second edition")
    return achieved(offering.versions.get(number=1))


def url(part, number=None):
    return f"/a/{part.achievement_id}" + (f"/{number}" if number else "")


class TestAchievement:
    @pytest.mark.parametrize("headers", MACHINES)
    def test_gives_machines_the_frozen_text_byte_for_byte(self, twice, client, headers):
        answer = client.get(url(twice, 1), headers=headers)
        assert answer.content.decode() == twice.document
        assert answer["Content-Type"] == "application/ld+json"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "immutable" in answer["Cache-Control"]
        assert not answer.cookies

    def test_says_nothing_new_to_who_has_it(self, twice, client):
        tag = client.get(url(twice, 1))["ETag"]
        assert client.get(url(twice, 1), headers={"If-None-Match": tag}).status_code == 304
        assert client.get(url(twice, 2), headers={"If-None-Match": tag}).status_code == 200

    def test_keeps_the_first_version_when_a_second_is_approved(self, twice, client):
        assert json.loads(client.get(url(twice, 1)).content)["name"] == "Clinical Skills II"
        assert json.loads(client.get(url(twice, 2)).content)["name"] == "Second edition"

    def test_shows_people_a_page_that_names_the_newer_version(self, twice, client):
        content = client.get(url(twice, 1), headers=BROWSER).content
        assert b"Version 2 has followed it" in content
        assert b"Clinical Skills II" in content

    def test_without_a_number_leads_to_the_newest(self, twice, client):
        answer = client.get(url(twice))
        assert (answer.status_code, answer.url) == (302, url(twice, 2))
        assert answer["Access-Control-Allow-Origin"] == "*"

    def test_is_not_there_before_approval(self, college, client):
        part = achieved(make_draft(college))
        assert client.get(url(part)).status_code == client.get(url(part, 1)).status_code == 404

    def test_stays_after_retirement(self, college, twice, client):
        offering = twice.offering_version.offering
        services.retire_offering(offering, rationale="Old", actor=college.dean, now=LATER)
        assert client.get(url(twice, 1)).status_code == 200
        assert b"no longer given" in client.get(url(twice, 2), headers=BROWSER).content

    def test_takes_nothing_but_reading(self, twice, client):
        assert client.post(url(twice, 1)).status_code == 405


class TestAchievementImage:
    def test_gives_the_picture_the_document_names(self, twice, client):
        path = json.loads(twice.document)["image"]["id"].removeprefix("https://credentials.riverbend.example")
        answer = client.get(path)
        assert answer["Content-Type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")
        assert "immutable" in answer["Cache-Control"]

    def test_of_a_draft_is_not_there(self, college, client):
        part = achieved(make_draft(college, image=png()))
        assert client.get(f"{url(part, 1)}/image.png").status_code == 404
