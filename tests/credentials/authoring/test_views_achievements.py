import pytest
from django.urls import reverse

from credentials.catalog import services
from credentials.catalog.selectors.differences import parts_of
from tests.credentials.authoring.test_views_editing import FORM, ROWS
from tests.credentials.catalog.factory import LATER, NOW, make_draft, png
from tests.credentials.catalog.test_services_parts import WHOLE, add, approve, names

PART = {
    name: WHOLE[name] for name in ("name", "code", "description", "achievement_type", "basis", "criteria")
}


@pytest.fixture
def draft(college):
    return make_draft(college)


@pytest.fixture
def part(college, draft):
    return add(college, draft, image=png())


def at(name, draft, part=None):
    return reverse(f"catalog:{name}", args=[draft.offering_id, *([part.achievement_id] if part else [])])


class TestTheList:
    @pytest.mark.parametrize(
        ("action", "left"),
        [
            ("up", ["Clinical Skills II", "B", "Safe lifting"]),
            ("retire", ["Clinical Skills II", "Safe lifting"]),
        ],
    )
    def test_saves_what_was_typed_before_it_acts(self, college, as_user, draft, part, action, left):
        other = add(college, draft, name="B", code="B-1")
        seen = draft.edited_at.isoformat()
        said = FORM | {"seen": seen, "criteria": "New.", "do": f"achievement-{action}-{other.achievement_id}"}
        answer = as_user(college.faculty).post(at("edit", draft), said)
        assert answer.status_code == 302
        assert names(draft) == left
        assert parts_of(draft)[0].criteria == "New."

    @pytest.mark.parametrize(("verb", "target"), [("add", "add_achievement"), ("open", "edit_achievement")])
    def test_leads_to_the_page_of_one(self, college, as_user, draft, part, verb, target):
        named = "" if verb == "add" else f"-{part.achievement_id}"
        said = FORM | {"seen": NOW.isoformat(), "do": f"achievement-{verb}{named}"}
        answer = as_user(college.faculty).post(at("edit", draft), said)
        assert answer.url == at(target, draft, part if verb == "open" else None)

    def test_knows_no_achievement_of_another_offering(self, college, as_user, draft, part):
        other = make_draft(college, "NURS-121")
        for wanted in (part.achievement_id, "nonsense"):
            said = FORM | {"seen": NOW.isoformat(), "do": f"achievement-retire-{wanted}"}
            assert as_user(college.faculty).post(at("edit", other), said).status_code == 404

    def test_brings_a_retired_one_back(self, college, as_user, draft, part):
        offering = approve(college, draft).offering
        nxt = services.draft_offering(offering, actor=college.faculty, now=LATER)
        services.retire_achievement(parts_of(nxt)[1], actor=college.faculty, now=LATER)
        page = as_user(college.faculty).get(at("edit", draft)).content.decode()
        assert "Safe lifting (NURS-120-LIFT) is not in this version" in page
        assert as_user(college.faculty).post(at("restore_achievement", draft, part)).status_code == 302
        assert len(parts_of(nxt)) == 2


class TestPages:
    def test_adds_one_and_opens_it(self, college, as_user, draft):
        answer = as_user(college.faculty).post(at("add_achievement", draft), {"name": "Lift", "code": "L-1"})
        assert answer.url == at("edit_achievement", draft, parts_of(draft)[1])
        refused = as_user(college.faculty).post(at("add_achievement", draft), {"name": "X", "code": "l-1"})
        assert refused.status_code == 422
        assert b"uses that code already" in refused.content

    def test_saves_every_part(self, college, as_user, draft, part):
        said = PART | ROWS | {"name": "Lift well", "tags": "care", "seen": draft.edited_at.isoformat()}
        answer = as_user(college.faculty).post(at("edit_achievement", draft, part), said)
        assert answer.url.endswith("?saved=1")
        part.refresh_from_db()
        assert (part.name, part.tags, part.result_descriptions[0]["name"]) == (
            "Lift well",
            ["care"],
            "Skills check",
        )
        page = as_user(college.faculty).get(answer.url).content.decode()
        assert "Saved at" in page
        assert at("draft_achievement_image", draft, part) in page

    def test_shows_a_conflict_and_keeps_what_was_typed(self, college, as_user, draft, part):
        said = PART | {"name": "Mine", "seen": "2020-01-01T00:00:00+00:00"}
        answer = as_user(college.faculty).post(at("edit_achievement", draft, part), said)
        assert answer.status_code == 422
        assert b"Nothing of yours is lost" in answer.content
        assert b'value="Mine"' in answer.content

    def test_shows_what_the_dean_said_about_it(self, college, as_user, draft, part):
        version = services.submit_offering(draft, actor=college.faculty, now=NOW)
        services.return_offering(
            version, rationale="See", comments={"criteria@2": "How many?"}, actor=college.dean, now=LATER
        )
        assert b"How many?" in as_user(college.faculty).get(at("edit_achievement", draft, part)).content

    def test_a_row_of_results_is_added_without_saving(self, college, as_user, draft, part):
        page = as_user(college.faculty).post(
            at("edit_achievement", draft, part), PART | {"do": "add-result", "name": "Typed"}
        )
        assert b"r0-name" in page.content
        assert b'value="Typed"' in page.content
        part.refresh_from_db()
        assert part.name == WHOLE["name"]


class TestDoors:
    @pytest.mark.parametrize("name", ["add_achievement", "edit_achievement", "draft_achievement_image"])
    def test_hide_another_department_and_refuse_a_stranger(self, college, as_user, client, draft, part, name):
        url = at(name, draft, None if name == "add_achievement" else part)
        assert as_user(college.faculty).get(url).status_code == 200
        assert as_user(college.neighbor).get(url).status_code == 404
        assert as_user(college.stranger).get(url).status_code == 403
        client.logout()
        assert "login" in client.get(url).url

    def test_take_no_order_from_a_neighbor_or_a_stranger(self, college, as_user, draft, part):
        for person, status in ((college.neighbor, 404), (college.stranger, 403)):
            assert as_user(person).post(at("restore_achievement", draft, part)).status_code == status
