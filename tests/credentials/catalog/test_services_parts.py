"""Further achievements of an offering, from the draft to the credential's code."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from credentials.catalog import selectors, services
from credentials.catalog.errors import AchievementRetired, EditedMeanwhile
from credentials.catalog.models import Achievement, Offering, ReviewComment
from credentials.catalog.published import achievement_document
from credentials.catalog.selectors.differences import parts_of
from credentials.catalog.selectors.reading import read_version
from institution.errors import InvalidInput, NotAllowed, NotInThisState
from tests.credentials.catalog.factory import (
    LATER,
    NOW,
    approve_next,
    make_approved,
    make_draft,
    make_skill,
    make_submitted,
    png,
)

WHOLE = {
    "name": "Safe lifting",
    "code": "NURS-120-LIFT",
    "description": "Move a patient without harm to either.",
    "achievement_type": "Badge",
    "criteria": "Show three lifts.",
    "basis": "assessed",
}
RUBRIC = {"name": "Lift", "result_type": "RubricCriterionLevel", "levels": [{"name": "Safe"}]}


@pytest.fixture
def draft(college):
    return make_draft(college)


def add(college, version, **content):
    return services.add_achievement(version, content=WHOLE | content, actor=college.faculty, now=NOW)


def names(version):
    return [part.name for part in parts_of(version)]


def approve(college, version, now=LATER):
    services.submit_offering(version, actor=college.faculty, now=now)
    return services.approve_offering(version, actor=college.dean, now=now)


class TestAdd:
    def test_stands_behind_the_own_one_with_all_its_parts(self, college, draft):
        skill = make_skill(college)
        part = add(college, draft, result_descriptions=[RUBRIC], skills=[skill.pk], image=png())
        assert names(draft) == ["Clinical Skills II", "Safe lifting"]
        assert (part.achievement.position, part.achievement.code, part.image_type) == (
            2,
            WHOLE["code"],
            "image/png",
        )
        assert [tie.skill for tie in part.alignments.all()] == [skill]
        assert part.result_descriptions[0]["levels"][0]["id"] == "level-1"

    @pytest.mark.parametrize(
        ("content", "field"),
        [
            ({"code": ""}, "code"),
            ({"name": " "}, "name"),
            ({"code": "nurs-120"}, "code"),
            ({"title": "X"}, "title"),
            ({"basis": "maybe"}, "basis"),
        ],
    )
    def test_names_the_field_at_fault(self, college, draft, content, field):
        with pytest.raises(InvalidInput) as caught:
            add(college, draft, **content)
        assert field in caught.value.faults
        assert Achievement.objects.count() == 1

    def test_refuses_a_code_that_means_something_else_in_the_unit(self, college, draft):
        add(college, draft)
        with pytest.raises(InvalidInput):
            add(college, make_draft(college, "NURS-121"))

    def test_refuses_a_stranger_and_a_version_that_is_no_draft(self, college, draft):
        with pytest.raises(NotAllowed):
            services.add_achievement(draft, content=WHOLE, actor=college.neighbor, now=NOW)
        with pytest.raises(NotInThisState):
            add(college, make_submitted(college, "NURS-122"))


class TestEdit:
    def test_changes_what_is_said_and_keeps_the_rest(self, college, draft):
        part = add(college, draft)
        said = {"criteria": "Show four lifts.", "code": "LIFT-2"}
        services.edit_achievement(part, content=said, actor=college.faculty, now=LATER)
        part.refresh_from_db()
        assert (part.criteria, part.description) == ("Show four lifts.", WHOLE["description"])
        assert Achievement.objects.get(position=2).code == "LIFT-2"
        draft.refresh_from_db()
        assert draft.edited_at == LATER

    def test_says_when_somebody_saved_meanwhile(self, college, draft):
        part = add(college, draft)
        with pytest.raises(EditedMeanwhile):
            services.edit_achievement(
                part, content={"name": "X"}, actor=college.faculty, now=LATER, seen=NOW - timedelta(1)
            )
        changes = services.compare_achievement(part, content={"name": "X"}, actor=college.faculty, now=LATER)
        assert [(one.field, one.new) for one in changes][-1] == ("name@2", "X")
        part.refresh_from_db()
        assert part.name == WHOLE["name"]

    def test_keeps_a_code_that_completions_may_name(self, college, draft):
        add(college, draft)
        offering = approve(college, draft).offering
        nxt = services.draft_offering(offering, actor=college.faculty, now=LATER)
        with pytest.raises(InvalidInput):
            services.edit_achievement(
                parts_of(nxt)[1], content={"code": "OTHER"}, actor=college.faculty, now=LATER
            )

    def test_refuses_the_own_achievement_and_a_stranger(self, college, draft):
        part = add(college, draft)
        with pytest.raises(InvalidInput):
            services.edit_achievement(parts_of(draft)[0], content={}, actor=college.faculty, now=NOW)
        with pytest.raises(NotAllowed):
            services.edit_achievement(part, content={}, actor=college.neighbor, now=NOW)


class TestOrder:
    def test_moves_among_the_further_ones_and_stops_at_the_ends(self, college, draft):
        for n in "ABC":
            add(college, draft, name=n, code=f"C-{n}")
        last = parts_of(draft)[3]
        for expected in ("ACB", "CAB", "CAB"):
            services.move_achievement(last, up=True, actor=college.faculty, now=LATER)
            assert "".join(names(draft)[1:]) == expected
        services.move_achievement(last, up=False, actor=college.faculty, now=LATER)
        assert "".join(names(draft)[1:]) == "ACB"


class TestRetire:
    def test_forgets_one_never_approved(self, college, draft):
        services.retire_achievement(add(college, draft), actor=college.faculty, now=LATER)
        assert Achievement.objects.count() == 1

    def test_ends_with_the_next_version_and_keeps_what_was(self, college, draft):
        part = add(college, draft)
        offering = approve(college, draft, NOW).offering
        nxt = services.draft_offering(offering, actor=college.faculty, now=LATER)
        services.retire_achievement(parts_of(nxt)[1], actor=college.faculty, now=LATER)
        changes = selectors.changes_for_review(nxt)
        assert [(one.field, one.old) for one in changes if "@" in one.field] == [("name@2", "Safe lifting")]
        approve(college, nxt)
        find = {"org_unit": college.nursing}
        assert selectors.achievement_in_force(WHOLE["code"], day=NOW.date(), **find).pk == part.pk
        for look in (selectors.achievement_in_force, by_the_book(college)):
            with pytest.raises(AchievementRetired):
                look(WHOLE["code"], day=LATER.date(), **find)

    def test_can_be_taken_back_until_the_next_approval(self, college, draft):
        part = add(college, draft, skills=[make_skill(college).pk])
        offering = approve(college, draft, NOW).offering
        nxt = services.draft_offering(offering, actor=college.faculty, now=LATER)
        services.retire_achievement(parts_of(nxt)[1], actor=college.faculty, now=LATER)
        for _twice in range(2):
            back = services.restore_achievement(nxt, part.achievement, actor=college.faculty, now=LATER)
        assert (names(nxt)[1:], back.alignments.count()) == ([WHOLE["name"]], 1)
        assert not [one for one in selectors.changes_for_review(nxt) if "@" in one.field]


def by_the_book(college):
    def look(code, *, day, org_unit):
        return selectors.achievements_by_code(org_unit).in_force(code, day)

    return look


class TestReview:
    def test_is_asked_for_only_when_every_achievement_is_whole(self, college, draft):
        part = add(college, draft, criteria="")
        with pytest.raises(InvalidInput) as caught:
            services.submit_offering(draft, actor=college.faculty, now=NOW)
        assert "Safe lifting" in caught.value.faults["achievements"]
        services.edit_achievement(part, content={"criteria": "Lift."}, actor=college.faculty, now=NOW)
        assert services.submit_offering(draft, actor=college.faculty, now=NOW).state == "submitted"

    def test_shows_a_dean_each_field_of_each_achievement(self, college):
        offering = make_approved(college)
        nxt = services.draft_offering(offering, actor=college.faculty, now=LATER)
        add(college, nxt, skills=[make_skill(college).pk], result_descriptions=[RUBRIC])
        found = {one.field: one for one in selectors.changes_for_review(nxt)}
        assert found["achievements"].new == "Clinical Skills II\nSafe lifting"
        assert found["criteria@2"].label == "Safe lifting: What learners must show"
        assert {"skills@2", "result_descriptions@2", "code@2"} <= set(found)

    def test_takes_comments_on_a_further_achievement_only_where_there_is_one(self, college, draft):
        add(college, draft)
        version = services.submit_offering(draft, actor=college.faculty, now=NOW)
        give_back = {"rationale": "See comments", "actor": college.dean, "now": LATER}
        with pytest.raises(InvalidInput):
            services.return_offering(version, comments={"criteria@3": "?"}, **give_back)
        services.return_offering(version, comments={"criteria@2": "How many?"}, **give_back)
        assert ReviewComment.objects.get().field == "criteria@2"

    def test_approval_freezes_each_with_its_code_and_its_own_address(self, college, draft):
        add(college, draft)
        own, further = (achievement_document(part) for part in parts_of(approve(college, draft)))
        assert (own["humanCode"], further["humanCode"]) == ("NURS-120", WHOLE["code"])
        assert own["creditsAvailable"] == 5
        assert "creditsAvailable" not in further
        assert own["id"] != further["id"]
        assert own["otherIdentifier"] != further["otherIdentifier"]

    def test_the_next_version_carries_them_on_in_their_order(self, college, draft):
        for n in "AB":
            add(college, draft, name=n, code=f"C-{n}")
        services.move_achievement(parts_of(draft)[2], up=True, actor=college.faculty, now=NOW)
        offering = approve(college, draft).offering
        version = approve_next(college, offering, now=LATER + timedelta(days=1), title="New")
        assert names(version) == ["New", "B", "A"]


class TestReadByOthers:
    def test_its_code_leads_to_it_on_the_day(self, college, draft):
        part = add(college, draft)
        approve(college, draft)
        book = selectors.achievements_by_code(college.main)
        assert book.in_force("nurs 120 lift", date(2026, 4, 1)).pk == part.pk

    def test_the_public_page_names_it_and_its_address_shows_it(self, college, client, draft):
        part = add(college, draft)
        approve(college, draft)
        offering = Offering.objects.get()
        assert [one.code for one in read_version(offering.current_version).others] == [WHOLE["code"]]
        page = client.get(reverse("catalog:public_detail", args=[offering.pk])).content.decode()
        assert "Safe lifting" in page
        assert page.count('"EducationalOccupationalCredential"') == 2
        shown = client.get(
            reverse("catalog:achievement", args=[part.achievement_id, 1]), headers={"accept": "text/html"}
        )
        assert '<h1 class="serif">Safe lifting</h1>' in shown.content.decode()
