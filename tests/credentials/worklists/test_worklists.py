from datetime import timedelta

from credentials import worklists
from credentials.catalog import selectors, services
from credentials.catalog.models import OfferingVersion
from credentials.worklists.completeness import ITEMS
from institution.accounts.roles import Role
from tests.credentials.catalog.factory import (
    LATER,
    NOW,
    make_approved,
    make_draft,
    make_skill,
    make_submitted,
    png,
)
from tests.support.people import give, make_person

EVERYTHING = {
    "assessed_by_role": "Instructor",
    "duration": "P10W",
    "cost": "0",
    "modality": "online",
    "cip_code": "51.3801",
    "result_descriptions": [{"name": "Grade", "result_type": "LetterGrade"}],
}


class TestCompleteness:
    def test_items_weigh_a_hundred_together(self):
        assert sum(item.weight for item in ITEMS) == 100

    def test_a_whole_version_is_complete(self, college):
        onward = make_draft(college, "NEXT").offering
        skill = make_skill(college)
        version = make_draft(college, **EVERYTHING, image=png(), skills=[skill.pk], leads_to=[onward.pk])
        state = worklists.completeness(version)
        assert (state.percent, state.missing, state.minutes, state.needed) == (100, [], 0, [])

    def test_says_what_is_missing_why_and_how_long_it_takes(self, college):
        version = make_draft(college, **EVERYTHING | {"cost": None}, criteria="")
        state = worklists.completeness(version)
        missing = dict(state.missing)
        assert set(missing) == {"criteria", "cost", "skills", "image", "leads_to"}
        assert all(missing.values())
        assert state.needed == ["criteria"]
        assert state.minutes == sum(item.minutes for item in ITEMS if item.field in missing)

    def test_a_cocurricular_offering_needs_no_credits(self, college):
        version = make_draft(college, kind="cocurricular", credits=None)
        assert "credits" not in dict(worklists.completeness(version).missing)

    def test_lists_count_as_the_page_does(self, college):
        make_draft(college, "A")
        make_draft(college, "B", **EVERYTHING)
        for row in worklists.with_completeness(OfferingVersion.objects.all()):
            assert row.percent == worklists.completeness(row).percent


class TestWaitingFor:
    def test_shows_deans_and_their_substitutes_what_waits(self, college):
        version = make_submitted(college)
        substitute = make_person("substitute@riverbend.example")
        give(
            substitute,
            Role.DEAN,
            college.main,
            starts_at=NOW,
            ends_at=LATER,
            substitute_for=college.dean.assignments.get(),
        )
        for person in (college.dean, substitute):
            assert list(worklists.waiting_for(person, now=NOW)) == [version]
        assert not worklists.waiting_for(substitute, now=LATER + timedelta(days=1))
        assert not worklists.waiting_for(college.faculty, now=NOW)
        assert not worklists.waiting_for(college.neighbor, now=NOW)

    def test_counts_how_often_it_came_back(self, college):
        version = make_submitted(college)
        services.return_offering(version, rationale="No", comments={}, actor=college.dean, now=NOW)
        services.submit_offering(version, actor=college.faculty, now=LATER)
        assert worklists.waiting_for(college.dean, now=LATER).get().returned_count == 1


class TestOpenWork:
    def test_shows_the_writers_own_drafts_returned_ones_first(self, college, django_assert_num_queries):
        make_draft(college, "A")
        back = make_submitted(college, "B")
        services.return_offering(
            back,
            rationale="No",
            comments={"title": "Shorter", "cost": "How much?"},
            actor=college.dean,
            now=NOW,
        )
        make_submitted(college, "C")
        with django_assert_num_queries(1):
            work = worklists.open_work(college.faculty, now=LATER)
        assert [(item["version"].offering.code, item["returned"]) for item in work] == [
            ("B", True),
            ("A", False),
        ]
        assert work[0]["minutes"] == worklists.completeness(back).minutes

    def test_is_empty_for_who_writes_nothing(self, college):
        make_draft(college)
        assert worklists.open_work(college.program_office, now=LATER) == []


class TestGlance:
    def test_figures_are_as_long_as_the_lists_they_open(self, college):
        skill = make_skill(college)
        make_approved(college, "A", skills=[skill.pk])
        make_draft(college, "B", kind="noncredit")
        gone = make_approved(college, "C")
        services.retire_offering(gone, rationale="Old", actor=college.dean, now=NOW)
        figures = worklists.glance(college.dean, now=LATER)
        assert (figures["total"], figures["kind_credit"], figures["kind_noncredit"]) == (2, 1, 1)
        for chosen, figure in (
            ({"kind": "credit"}, "kind_credit"),
            ({"state": "draft"}, "state_draft"),
            ({"skills": "yes"}, "with_skills"),
            ({"skill": str(skill.pk)}, "with_skills"),
            ({}, "total"),
        ):
            rows = worklists.offering_list(college.dean, chosen, now=LATER)
            assert rows.count() == figures[figure], chosen


class TestVersionDiff:
    def test_names_changed_fields_in_words(self, college):
        skill = make_skill(college)
        offering = make_approved(college, duration="P10W", cost="1200")
        draft = services.draft_offering(offering, actor=college.faculty, now=LATER)
        content = {"cost": "0", "duration": "P1M", "skills": [skill.pk], "modality": "online"}
        services.edit_version(draft, content=content, actor=college.faculty, now=LATER)
        draft.refresh_from_db()
        changes = {c.field: (c.old, c.new) for c in selectors.version_diff(offering.current_version, draft)}
        assert changes == {
            "cost": ("$1,200", "Free"),
            "duration": ("10 weeks", "1 month"),
            "skills": ("", "Take vital signs"),
            "modality": ("", "Online"),
        }

    def test_everything_is_new_in_a_first_version(self, college):
        fields = {change.field for change in selectors.version_diff(None, make_draft(college))}
        assert {"title", "description", "kind", "criteria"} <= fields


class TestHistory:
    def test_tells_who_did_what_and_why(self, college):
        version = make_submitted(college)
        services.return_offering(version, rationale="Too thin", comments={}, actor=college.dean, now=LATER)
        lines = worklists.history(version.offering)
        assert [line["words"] for line in lines] == ["Version 1 returned", "Version 1 submitted", "Created"]
        assert (lines[0]["said"], lines[0]["who"]) == ("Too thin", college.dean.name)
        assert lines[1]["said"] == ""


class TestFindOfferingsByCode:
    def test_finds_other_spellings_and_names_likely_codes(self, college):
        weld = make_approved(college, "WELD-109", unit=college.welding)
        found, unknown = selectors.find_offerings_by_code("weld 109, WELD-9, WELD_109,\n, zzz")
        assert found == [weld]
        assert unknown == {"WELD-9": ["WELD-109"], "zzz": []}

    def test_prefers_the_public_one_of_two(self, college):
        make_draft(college, "X-1", unit=college.welding)
        public = make_approved(college, "X-1")
        assert selectors.find_offerings_by_code("X-1")[0] == [public]
