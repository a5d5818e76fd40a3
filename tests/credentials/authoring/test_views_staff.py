from datetime import timedelta

import pytest
from django.urls import reverse

from credentials.catalog import services
from credentials.catalog.models import Offering
from tests.credentials.catalog.factory import (
    LATER,
    approve_next,
    make_approved,
    make_draft,
    make_submitted,
    png,
)

AUDIENCES = ["students", "employers", "public"]


def page(name, offering=None, *rest):
    return reverse(f"catalog:{name}", args=[offering.pk, *rest] if offering else rest)


class TestOfferingList:
    def test_shows_what_a_filter_keeps(self, college, as_user):
        make_draft(college, "NURS-120")
        make_approved(college, "WELD-109", unit=college.welding, title="Welding II", kind="noncredit")
        faculty = as_user(college.faculty)
        for query, codes in {
            "": {"NURS-120", "WELD-109"},
            "?q=weldng": {"WELD-109"},
            "?q=nurs-1": {"NURS-120"},
            "?q=hospital beds": {"NURS-120", "WELD-109"},
            "?kind=noncredit": {"WELD-109"},
            "?state=draft": {"NURS-120"},
            f"?unit={college.welding.pk}": {"WELD-109"},
            "?complete=low": set(),
            "?skills=yes": set(),
            "?state=retired": set(),
            "?unit=nonsense": {"NURS-120", "WELD-109"},
        }.items():
            answer = faculty.get(page("list") + query)
            assert {version.offering.code for version in answer.context["page"]} == codes, query

    def test_a_neighbor_sees_their_own_unit_only(self, college, as_user):
        make_approved(college, "NURS-120")
        make_draft(college, "WELD-109", unit=college.welding)
        answer = as_user(college.neighbor).get(page("list"))
        assert [version.offering.code for version in answer.context["page"]] == ["WELD-109"]

    def test_takes_as_many_queries_for_forty_as_for_two(
        self, college, as_user, django_assert_max_num_queries
    ):
        faculty = as_user(college.faculty)
        for number in range(40):
            make_draft(college, f"N-{number}")
        with django_assert_max_num_queries(16) as few:
            faculty.get(page("list") + "?q=N-1")
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert len(faculty.get(page("list")).context["page"].object_list) == 40

    def test_is_empty_with_a_way_to_begin(self, college, as_user):
        assert b"Write an offering" in as_user(college.faculty).get(page("list")).content


class TestCreate:
    def test_opens_the_draft(self, college, as_user):
        said = {"org_unit": college.nursing.pk, "code": "N-1", "title": "Anatomy", "kind": "credit"}
        answer = as_user(college.faculty).post(page("create"), said)
        offering = Offering.objects.get(code="N-1")
        assert answer.url == page("edit", offering)

    def test_a_code_that_is_taken_is_said_beside_the_code(self, college, as_user):
        make_draft(college, "N-1")
        said = {"org_unit": college.nursing.pk, "code": "N-1", "title": "Anatomy", "kind": "credit"}
        answer = as_user(college.faculty).post(page("create"), said)
        assert "has an offering with that code" in str(answer.context["form"].errors["code"])

    def test_offers_the_units_of_the_writer_only(self, college, as_user):
        answer = as_user(college.neighbor).get(page("create"))
        assert list(answer.context["form"].fields["org_unit"].queryset) == [college.welding]


class TestDetail:
    def test_says_where_it_stands(self, college, as_user):
        offering = make_approved(college)
        draft = services.draft_offering(offering, actor=college.faculty, now=LATER)
        services.edit_version(
            draft, content={"title": "Clinical Skills Two"}, actor=college.faculty, now=LATER
        )
        answer = as_user(college.faculty).get(page("detail", offering))
        assert [change.field for change in answer.context["changes"]] == ["title"]
        assert b"Version 1 is public" in answer.content
        assert b"Edit version 2" in answer.content

    def test_shows_the_reason_of_a_return(self, college, as_user):
        version = make_submitted(college)
        services.return_offering(
            version,
            rationale="Too thin",
            comments={"criteria": "Which check?"},
            actor=college.dean,
            now=LATER,
        )
        content = as_user(college.faculty).get(page("detail", version.offering)).content
        assert b"Too thin" in content
        assert b"Which check?" in content

    def test_a_return_that_was_answered_is_not_shown_again(self, college, as_user):
        version = make_submitted(college)
        services.return_offering(version, rationale="Too thin", comments={}, actor=college.dean, now=LATER)
        later = LATER + timedelta(hours=1)
        services.submit_offering(version, actor=college.faculty, now=later)
        services.withdraw_offering(version, actor=college.faculty, now=later)
        assert as_user(college.faculty).get(page("detail", version.offering)).context["returned"] is None

    def test_a_return_outlives_retiring_and_restoring(self, college, as_user):
        version = make_submitted(college)
        services.return_offering(version, rationale="Too thin", comments={}, actor=college.dean, now=LATER)
        services.retire_offering(version.offering, rationale="Pause", actor=college.dean, now=LATER)
        services.restore_offering(version.offering, actor=college.dean, now=LATER)
        returned = as_user(college.faculty).get(page("detail", version.offering)).context["returned"]
        assert returned["decision"].rationale == "Too thin"

    def test_constant_queries_however_long_the_history(self, college, as_user, django_assert_max_num_queries):
        offering = make_approved(college)
        faculty = as_user(college.faculty)
        with django_assert_max_num_queries(40) as few:
            faculty.get(page("detail", offering))
        for number in range(3):
            approve_next(college, offering, now=LATER, title=f"Edition {number}")
        with django_assert_max_num_queries(
            len(few.captured_queries) + 1
        ):  # one more: no draft to compare with
            faculty.get(page("detail", offering))


class TestPreview:
    @pytest.mark.parametrize("audience", AUDIENCES)
    def test_shows_the_draft_to_its_staff(self, college, as_user, audience):
        offering = make_draft(college, image=png()).offering
        answer = as_user(college.faculty).get(page("preview", offering, audience))
        assert b"Clinical Skills II" in answer.content

    def test_of_nobody_is_not_there(self, college, as_user):
        offering = make_draft(college).offering
        assert as_user(college.faculty).get(page("preview", offering, "aliens")).status_code == 404

    def test_the_picture_of_a_draft_is_for_its_staff(self, college, as_user):
        offering = make_draft(college, image=png()).offering
        answer = as_user(college.faculty).get(page("draft_image", offering))
        assert answer["Content-Type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")
        assert as_user(college.neighbor).get(page("draft_image", offering)).status_code == 404


class TestSteps:
    def test_draft_opens_the_next_version(self, college, as_user):
        offering = make_approved(college)
        assert as_user(college.faculty).post(page("draft", offering)).url == page("edit", offering)
        assert offering.versions.count() == 2

    def test_submit_and_withdraw(self, college, as_user):
        version = make_draft(college)
        faculty = as_user(college.faculty)
        faculty.post(page("submit", version.offering))
        assert version.offering.versions.get().state == "submitted"
        faculty.post(page("withdraw", version.offering))
        assert version.offering.versions.get().state == "draft"

    def test_submit_of_a_thin_draft_leads_to_what_is_missing(self, college, as_user):
        offering = make_draft(college, criteria="").offering
        answer = as_user(college.faculty).post(page("submit", offering), follow=True)
        assert "criteria" in answer.context["form"].errors
        assert set(answer.context["form"].errors) == {"criteria"}

    def test_retire_asks_why_and_restore_brings_back(self, college, as_user):
        offering = make_approved(college)
        dean = as_user(college.dean)
        assert dean.post(page("retire", offering), {"rationale": ""}).context["fault"]
        dean.post(page("retire", offering), {"rationale": "Replaced"})
        assert Offering.objects.get().retired_at
        dean.post(page("restore", offering))
        assert Offering.objects.get().retired_at is None


GETS = ["list", "create", "detail", "edit", "review", "approvals", "approve_several", "retire"]
POSTS = ["draft", "submit", "withdraw", "restore", "retire", "edit", "review"]
ALONE = {"list", "create", "approvals", "approve_several"}


class TestDoors:
    @pytest.mark.parametrize("name", GETS)
    def test_send_an_anonymous_visitor_to_sign_in(self, college, client, name):
        offering = make_draft(college).offering
        answer = client.get(page(name, None if name in ALONE else offering))
        assert answer.status_code == 302
        assert "login" in answer.url

    @pytest.mark.parametrize("name", GETS)
    def test_refuse_a_stranger(self, college, as_user, name):
        offering = make_draft(college).offering
        answer = as_user(college.stranger).get(page(name, None if name in ALONE else offering))
        assert answer.status_code == 403

    @pytest.mark.parametrize("name", sorted(set(GETS) - ALONE))
    def test_hide_another_department_from_a_neighbor(self, college, as_user, name):
        for offering in (make_draft(college, "D").offering, make_approved(college, "A")):
            assert as_user(college.neighbor).get(page(name, offering)).status_code == 404

    @pytest.mark.parametrize("name", POSTS)
    def test_take_no_order_from_a_neighbor_or_a_stranger(self, college, as_user, name):
        version = make_submitted(college)
        for person, status in ((college.neighbor, 404), (college.stranger, 403)):
            answer = as_user(person).post(
                page(name, version.offering), {"decision": "approve", "rationale": "X"}
            )
            assert answer.status_code == status
        version.refresh_from_db()
        assert version.state == "submitted"

    def test_the_search_for_skills_is_for_writers(self, college, as_user):
        assert as_user(college.stranger).get(page("skills")).status_code == 403
        assert as_user(college.neighbor).get(page("skills")).status_code == 200
