from datetime import timedelta

import pytest

from credentials.catalog import services
from credentials.catalog.errors import CodeTaken, EditedMeanwhile
from credentials.catalog.models import Offering, OfferingVersion
from credentials.catalog.states import VersionState
from institution.errors import InvalidInput, NotAllowed, NotInThisState
from institution.events.models import Event
from tests.credentials.catalog.factory import (
    CONTENT,
    LATER,
    NOW,
    achieved,
    make_approved,
    make_draft,
    make_skill,
    make_submitted,
    png,
)

RUBRIC = [
    {
        "name": "Skills check",
        "result_type": "RubricCriterionLevel",
        "levels": [
            {"name": "Not yet", "points": "0"},
            {"name": "Able", "description": "Alone", "points": "2"},
        ],
    }
]


def kinds(offering: Offering) -> list[str]:
    return list(
        Event.objects.filter(target_id=str(offering.pk)).order_by("id").values_list("kind", flat=True)
    )


class TestCreateOffering:
    def test_opens_a_first_draft_that_holds_the_content(self, college):
        version = make_draft(college)
        assert (version.number, version.state, version.title) == (1, "draft", "Clinical Skills II")
        assert achieved(version).name == "Clinical Skills II"
        assert achieved(version).criteria.startswith("Pass the **skills check**")
        assert kinds(version.offering) == ["offering.created"]

    def test_refuses_without_title_and_kind(self, college):
        with pytest.raises(InvalidInput) as failure:
            services.create_offering(college.nursing, "X", content={}, actor=college.faculty, now=NOW)
        assert set(failure.value.faults) == {"title", "kind"}

    def test_twice_names_the_first_and_makes_no_second(self, college):
        first = make_draft(college).offering
        with pytest.raises(CodeTaken) as failure:
            make_draft(college)
        assert failure.value.facts == {"offering": str(first.pk)}
        assert Offering.objects.count() == 1

    def test_refuses_a_stranger(self, college):
        with pytest.raises(NotAllowed):
            services.create_offering(college.nursing, "X", content=CONTENT, actor=college.stranger, now=NOW)

    def test_refuses_faculty_of_another_department(self, college):
        with pytest.raises(NotAllowed):
            services.create_offering(college.nursing, "X", content=CONTENT, actor=college.neighbor, now=NOW)
        services.create_offering(college.welding, "X", content=CONTENT, actor=college.neighbor, now=NOW)


class TestContent:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", ""),
            ("title", "x" * 301),
            ("title", "bell\x07"),
            ("kind", "course"),
            ("credits", "five"),
            ("credits", "-1"),
            ("cip_code", "nursing"),
            ("duration", "ten weeks"),
            ("duration", "P"),
            ("language", "Spanish please"),
            ("achievement_type", "Medal"),
            ("skills", ["not-an-id"]),
            ("leads_to", ["00000000-0000-4000-8000-000000000000"]),
            ("image", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("image", png(side=20)),
            ("result_descriptions", [{"name": "Grade", "result_type": "Letter"}]),
            ("result_descriptions", [{"name": "", "result_type": "Percent"}]),
            ("no_such_field", "x"),
        ],
    )
    def test_names_the_field_at_fault(self, college, field, value):
        version = make_draft(college)
        with pytest.raises(InvalidInput) as failure:
            services.edit_version(version, content={field: value}, actor=college.faculty, now=LATER)
        assert set(failure.value.faults) == {field}
        assert str(failure.value.faults[field])

    def test_credits_need_a_unit_even_if_only_the_number_is_sent(self, college):
        version = make_draft(college, credits=None, credit_unit="")
        with pytest.raises(InvalidInput) as failure:
            services.edit_version(version, content={"credits": "3"}, actor=college.faculty, now=LATER)
        assert set(failure.value.faults) == {"credit_unit"}

    def test_results_and_levels_get_ids_that_stay(self, college):
        version = make_draft(college, result_descriptions=RUBRIC)
        rows = achieved(version).result_descriptions
        assert [level["id"] for level in rows[0]["levels"]] == ["level-1", "level-2"]
        rows[0]["levels"] = [{"name": "New", "points": "1"}, rows[0]["levels"][1]]
        services.edit_version(
            version, content={"result_descriptions": rows}, actor=college.faculty, now=LATER
        )
        kept = achieved(version).result_descriptions[0]
        assert kept["id"] == "result-1"
        assert [(level["id"], level["name"]) for level in kept["levels"]] == [
            ("level-1", "New"),
            ("level-2", "Able"),
        ]

    def test_a_picture_is_written_anew_without_what_hid_in_it(self, college):
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("openbadgecredential", "a baked credential")
        version = make_draft(college, image=png(pnginfo=info))
        image = bytes(achieved(version).image)
        assert image.startswith(b"\x89PNG")
        assert b"openbadgecredential" not in image
        assert achieved(version).image_type == "image/png"


class TestDraftOffering:
    def test_copies_the_approved_version_with_its_ties(self, college):
        skill = make_skill(college)
        next_one = make_approved(college, "NURS-130")
        offering = make_approved(college, skills=[skill.pk], leads_to=[next_one.pk], image=png())
        draft = services.draft_offering(offering, actor=college.faculty, now=LATER)
        assert (draft.number, draft.state, draft.title) == (2, VersionState.DRAFT, "Clinical Skills II")
        assert [tie.skill for tie in achieved(draft).alignments.all()] == [skill]
        assert list(draft.leads_to.all()) == [next_one]
        assert achieved(draft).image_type == "image/png"
        assert achieved(draft).document == ""

    def test_twice_returns_the_open_one(self, college):
        offering = make_approved(college)
        first = services.draft_offering(offering, actor=college.faculty, now=LATER)
        assert services.draft_offering(offering, actor=college.faculty, now=LATER) == first
        assert offering.versions.count() == 2

    def test_refuses_a_retired_offering(self, college):
        offering = make_approved(college)
        services.retire_offering(offering, rationale="Replaced", actor=college.dean, now=LATER)
        with pytest.raises(NotInThisState):
            services.draft_offering(offering, actor=college.faculty, now=LATER)

    def test_refuses_a_stranger_and_a_neighbor(self, college):
        offering = make_approved(college)
        for person in (college.stranger, college.neighbor, college.auditor):
            with pytest.raises(NotAllowed):
                services.draft_offering(offering, actor=person, now=LATER)


class TestEditVersion:
    def test_writes_and_names_the_changed_fields(self, college):
        version = make_draft(college)
        skill = make_skill(college)
        content = {"title": "Clinical Skills Two", "skills": [skill.pk], "kind": "credit"}
        edited = services.edit_version(version, content=content, actor=college.registrar, now=LATER)
        assert (edited.title, edited.edited_by, edited.edited_at) == (
            "Clinical Skills Two",
            college.registrar,
            LATER,
        )
        assert achieved(edited).name == "Clinical Skills Two"
        assert Event.objects.get(kind="offering.edited").data == {"version": 1, "fields": ["skills", "title"]}

    def test_the_same_content_again_changes_nothing(self, college):
        skill = make_skill(college)
        version = make_draft(college, image=png(), skills=[skill.pk], result_descriptions=RUBRIC)
        content = CONTENT | {"image": png(), "skills": [str(skill.pk)]}
        content["result_descriptions"] = achieved(version).result_descriptions
        edited = services.edit_version(version, content=content, actor=college.faculty, now=LATER)
        assert edited.edited_at == NOW
        assert kinds(version.offering) == ["offering.created"]

    def test_skills_keep_their_order_and_can_be_taken_away(self, college):
        one, two = make_skill(college, "One"), make_skill(college, "Two")
        version = make_draft(college, skills=[one.pk, two.pk])
        services.edit_version(version, content={"skills": [two.pk, one.pk]}, actor=college.faculty, now=LATER)
        order = achieved(version).alignments.order_by("position").values_list("skill__name", flat=True)
        assert list(order) == ["Two", "One"]
        services.edit_version(version, content={"skills": []}, actor=college.faculty, now=LATER)
        assert not achieved(version).alignments.exists()

    def test_does_not_write_over_what_somebody_saved_meanwhile(self, college):
        version = make_draft(college)
        services.edit_version(
            version, content={"title": "Theirs"}, actor=college.registrar, now=LATER, seen=NOW
        )
        with pytest.raises(EditedMeanwhile) as failure:
            services.edit_version(
                version, content={"title": "Mine"}, actor=college.faculty, now=LATER, seen=NOW
            )
        assert failure.value.facts == {"edited_by": str(college.registrar.pk), "edited_at": LATER.isoformat()}
        assert OfferingVersion.objects.get(pk=version.pk).title == "Theirs"

    @pytest.mark.parametrize("make", [make_submitted, lambda college: make_approved(college).current_version])
    def test_refuses_a_version_that_is_not_a_draft(self, college, make):
        with pytest.raises(NotInThisState):
            services.edit_version(make(college), content={"title": "X"}, actor=college.faculty, now=LATER)

    def test_refuses_a_stranger_and_a_neighbor(self, college):
        version = make_draft(college)
        for person in (college.stranger, college.neighbor, college.dean):
            with pytest.raises(NotAllowed):
                services.edit_version(version, content={"title": "X"}, actor=person, now=LATER)


class TestSubmitOffering:
    def test_hands_the_draft_to_the_dean(self, college):
        version = make_submitted(college)
        assert (version.state, version.submitted_by, version.submitted_at) == (
            "submitted",
            college.faculty,
            NOW,
        )
        assert kinds(version.offering)[-1] == "offering.submitted"

    def test_names_what_a_dean_needs(self, college):
        version = make_draft(college, description="", criteria="", achievement_type="", basis="")
        with pytest.raises(InvalidInput) as failure:
            services.submit_offering(version, actor=college.faculty, now=NOW)
        assert set(failure.value.faults) == {"description", "criteria", "achievement_type", "basis"}

    def test_twice_submits_once(self, college):
        version = make_submitted(college)
        again = services.submit_offering(version, actor=college.faculty, now=LATER)
        assert again.submitted_at == NOW
        assert kinds(version.offering).count("offering.submitted") == 1

    def test_marks_comments_answered(self, college):
        version = make_submitted(college)
        services.return_offering(
            version, rationale="Not yet", comments={"title": "Shorter"}, actor=college.dean, now=NOW
        )
        services.submit_offering(version, actor=college.faculty, now=LATER)
        assert version.comments.get().resolved_at == LATER

    def test_refuses_a_stranger_and_a_neighbor(self, college):
        version = make_draft(college)
        for person in (college.stranger, college.neighbor, college.dean):
            with pytest.raises(NotAllowed):
                services.submit_offering(version, actor=person, now=NOW)


class TestWithdrawOffering:
    def test_makes_it_a_draft_again(self, college):
        version = services.withdraw_offering(make_submitted(college), actor=college.faculty, now=LATER)
        assert version.state == "draft"

    def test_twice_does_it_once(self, college):
        version = make_submitted(college)
        for hours in (1, 2):
            services.withdraw_offering(version, actor=college.faculty, now=NOW + timedelta(hours=hours))
        assert kinds(version.offering).count("offering.withdrawn") == 1

    def test_refuses_what_a_dean_has_decided(self, college):
        offering = make_approved(college)
        with pytest.raises(NotInThisState):
            services.withdraw_offering(offering.current_version, actor=college.faculty, now=LATER)

    def test_refuses_a_stranger_and_a_neighbor(self, college):
        version = make_submitted(college)
        for person in (college.stranger, college.neighbor):
            with pytest.raises(NotAllowed):
                services.withdraw_offering(version, actor=person, now=LATER)


class TestCompareEdit:
    def test_says_what_would_change_and_writes_nothing(self, college):
        version = make_draft(college)
        changes = services.compare_edit(version, content={"title": "Mine"}, actor=college.faculty, now=LATER)
        assert [(c.field, c.old, c.new) for c in changes] == [("title", "Clinical Skills II", "Mine")]
        assert OfferingVersion.objects.get(pk=version.pk).title == "Clinical Skills II"
        assert not Event.objects.filter(kind="offering.edited").exists()

    def test_refuses_a_stranger(self, college):
        with pytest.raises(NotAllowed):
            services.compare_edit(make_draft(college), content={}, actor=college.stranger, now=LATER)
