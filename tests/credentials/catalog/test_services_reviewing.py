import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import Error, connection, transaction

from credentials.catalog import services
from credentials.catalog.errors import CannotBePublished, OwnSubmission
from credentials.catalog.models import AchievementVersion, Offering, OfferingVersion, ReviewDecision
from credentials.catalog.published import achievement_document, achievement_url
from institution.accounts.models import Institution
from institution.accounts.roles import Role
from institution.errors import InvalidInput, NotAllowed, NotInThisState
from institution.events.models import Event
from institution.notices.models import Notice
from skills.frameworks.models import Framework
from tests.credentials.catalog.factory import (
    CONTENT,
    LATER,
    NOW,
    achieved,
    approve_next,
    make_approved,
    make_draft,
    make_skill,
    make_submitted,
    png,
)
from tests.support.people import give, lay_college, make_person

RUBRIC = [
    {
        "name": "Check",
        "result_type": "RubricCriterionLevel",
        "required_level": "level-2",
        "levels": [{"id": "level-1", "name": "Not yet"}, {"id": "level-2", "name": "Able", "points": "2"}],
    }
]


def approve(version, college, **rest):
    return services.approve_offering(version, actor=college.dean, now=LATER, **rest)


class TestReturnOffering:
    def give_back(self, version, college, **changes):
        words = {"rationale": "Criteria are thin", "comments": {"criteria": "Which check?"}}
        return services.return_offering(version, **(words | changes), actor=college.dean, now=LATER)

    def test_makes_it_a_draft_with_reason_and_comments(self, college):
        version = self.give_back(make_submitted(college), college)
        assert version.state == "draft"
        assert [(c.field, c.text, c.resolved_at) for c in version.comments.all()] == [
            ("criteria", "Which check?", None)
        ]
        assert version.decisions.get().rationale == "Criteria are thin"
        event = Event.objects.get(kind="offering.returned")
        assert event.data == {"version": 1, "version_id": str(version.pk), "fields": ["criteria"]}

    def test_refuses_without_a_reason(self, college):
        version = make_submitted(college)
        with pytest.raises(InvalidInput) as failure:
            self.give_back(version, college, rationale="  ")
        assert set(failure.value.faults) == {"rationale"}
        assert OfferingVersion.objects.get(pk=version.pk).state == "submitted"

    def test_refuses_a_comment_on_a_field_that_is_not_there(self, college):
        with pytest.raises(InvalidInput):
            self.give_back(make_submitted(college), college, comments={"colour": "Blue"})

    def test_twice_returns_once(self, college):
        version = make_submitted(college)
        self.give_back(version, college)
        self.give_back(version, college)
        assert version.decisions.count() == version.comments.count() == 1

    def test_refuses_a_draft_that_was_never_submitted(self, college):
        with pytest.raises(NotInThisState):
            self.give_back(make_draft(college), college)

    def test_refuses_a_stranger_a_neighbor_and_the_writer(self, college):
        version = make_submitted(college)
        for person in (college.stranger, college.neighbor, college.faculty):
            with pytest.raises(NotAllowed):
                services.return_offering(version, rationale="No", comments={}, actor=person, now=LATER)


class TestApproveOffering:
    def test_freezes_the_version_and_makes_it_current(self, college):
        version = approve(make_submitted(college), college, rationale="Clear")
        offering = Offering.objects.get(pk=version.offering_id)
        assert offering.current_version == version
        assert (version.state, version.approved_by, version.effective_on) == (
            "approved",
            college.dean,
            date(2026, 3, 3),
        )
        assert offering.ctid.startswith("ce-")
        assert len(offering.ctid) == 39
        assert version.decisions.get().rationale == "Clear"

    def test_the_database_refuses_to_change_what_is_frozen(self, college):
        version = approve(make_submitted(college), college)
        for row, field in ((version, "title"), (achieved(version), "criteria")):
            setattr(row, field, "Changed")
            with pytest.raises(Error, match="Cannot"), transaction.atomic():
                row.save()

    @pytest.fixture
    def published(self, college):
        """The main achievement of an approved version that says all it can."""
        skills = [make_skill(college, code="V1"), make_skill(college, "Chart", kind=Framework.Kind.RSD)]
        content = {
            "skills": [skill.pk for skill in skills],
            "result_descriptions": RUBRIC,
            "tags": ["nursing"],
            "image": png(),
            "image_caption": "A heart",
        }
        return achieved(approve(make_submitted(college, **content), college))

    def test_writes_the_document_that_credentials_will_carry(self, published):
        url, document = achievement_url(published), achievement_document(published)
        assert json.loads(published.document)["@context"][0] == "https://www.w3.org/ns/credentials/v2"
        assert url == document["id"]
        assert url == f"https://credentials.riverbend.example/a/{published.achievement_id}/1"
        assert document["criteria"] == {"id": f"{url}#criteria", "narrative": CONTENT["criteria"]}
        assert document["image"] == {"id": f"{url}/image.png", "type": "Image", "caption": "A heart"}
        assert document["otherIdentifier"][0]["identifier"] == published.achievement.ctid
        assert (document["humanCode"], document["creditsAvailable"]) == ("NURS-120", 5)
        assert (document["version"], document["tag"], document["inLanguage"]) == ("1", ["nursing"], "en")

    def test_the_document_ties_skills_and_names_levels_under_its_own_address(self, published):
        url, document = achievement_url(published), achievement_document(published)
        assert [(a["targetName"], a["targetType"]) for a in document["alignment"]] == [
            ("Take vital signs", "CFItem"),
            ("Chart", "ceasn:Competency"),
        ]
        assert document["alignment"][0]["targetCode"] == "V1"
        described = document["resultDescription"][0]
        assert described["requiredLevel"] == f"{url}#result-1-level-2"
        assert [level["id"] for level in described["rubricCriterionLevel"]] == [
            f"{url}#result-1-level-1",
            f"{url}#result-1-level-2",
        ]

    @pytest.mark.parametrize(("credits", "written"), [("2.5", "2.5"), ("2.50", "2.5"), ("0.75", "0.75")])
    def test_a_fraction_of_a_credit_stands_in_the_document(self, college, credits, written):
        version = approve(make_submitted(college, credits=credits), college)
        assert f'"creditsAvailable":{written},' in achieved(version).document

    def test_a_second_version_keeps_ctid_and_leaves_the_first_document(self, college):
        offering = make_approved(college)
        first = achieved(offering.current_version)
        second = approve_next(college, offering, now=LATER, title="Clinical Skills, second edition")
        again = Offering.objects.get(pk=offering.pk)
        assert (again.current_version, again.ctid) == (second, offering.ctid)
        kept = AchievementVersion.objects.get(pk=first.pk)
        assert achievement_document(kept)["name"] == "Clinical Skills II"
        assert achievement_document(achieved(second))["id"].endswith("/2")
        assert achieved(second).achievement_id == first.achievement_id

    def test_twice_approves_once(self, college):
        version = make_submitted(college)
        assert approve(version, college) == approve(version, college)
        assert ReviewDecision.objects.count() == 1
        assert Event.objects.filter(kind="offering.approved").count() == 1

    def test_refuses_a_draft(self, college):
        with pytest.raises(NotInThisState):
            approve(make_draft(college), college)

    def test_refuses_a_date_before_the_version_it_replaces(self, college):
        offering = make_approved(college)
        draft = services.draft_offering(offering, actor=college.faculty, now=LATER)
        services.submit_offering(draft, actor=college.faculty, now=LATER)
        with pytest.raises(InvalidInput) as failure:
            approve(draft, college, effective_on=date(2025, 1, 1))
        assert set(failure.value.faults) == {"effective_on"}

    def test_refuses_what_would_not_be_a_valid_achievement(self, college):
        skill = make_skill(college, uri="not an address")
        version = make_submitted(college, skills=[skill.pk])
        with pytest.raises(CannotBePublished):
            approve(version, college)
        assert OfferingVersion.objects.get(pk=version.pk).state == "submitted"
        assert Offering.objects.get(pk=version.offering_id).ctid == ""

    def test_a_substitute_approves_in_the_days_of_the_substitution_only(self, college):
        substitute = make_person("substitute@riverbend.example")
        mine = college.dean.assignments.get()
        give(
            substitute,
            Role.DEAN,
            college.main,
            starts_at=NOW,
            ends_at=NOW + timedelta(days=7),
            substitute_for=mine,
        )
        version = make_submitted(college)
        with pytest.raises(NotAllowed):
            services.approve_offering(version, actor=substitute, now=NOW + timedelta(days=8))
        done = services.approve_offering(version, actor=substitute, now=NOW + timedelta(days=2))
        assert done.approved_by == substitute

    def test_refuses_a_stranger_a_neighbor_and_the_writer(self, college):
        version = make_submitted(college)
        for person in (college.stranger, college.neighbor, college.faculty, college.registrar):
            with pytest.raises(NotAllowed):
                services.approve_offering(version, actor=person, now=LATER)


class TestFourEyes:
    """Who submitted a version does not approve it, and neither does who only stands in for them."""

    @pytest.fixture
    def own(self, college):
        """A version that somebody submitted who is dean there too."""
        give(college.faculty, Role.DEAN, college.main)
        return make_submitted(college)

    def allow(self):
        Institution.objects.update(own_approval=True)

    def test_the_dean_who_submitted_it_is_refused(self, college, own):
        with pytest.raises(OwnSubmission):
            services.approve_offering(own, actor=college.faculty, now=LATER)
        assert OfferingVersion.objects.get(pk=own.pk).state == "submitted"

    def test_a_substitute_of_the_submitter_is_refused(self, college, own):
        mine = college.faculty.assignments.get(role=Role.DEAN)
        until = LATER + timedelta(days=7)
        give(college.adviser, Role.DEAN, college.main, ends_at=until, substitute_for=mine)
        with pytest.raises(OwnSubmission):
            services.approve_offering(own, actor=college.adviser, now=LATER)
        assert services.second_people(own, now=LATER) == [college.dean]

    def test_a_substitute_with_a_role_of_their_own_decides(self, college, own):
        mine = college.faculty.assignments.get(role=Role.DEAN)
        give(college.dean, Role.DEAN, college.main, ends_at=LATER + timedelta(days=7), substitute_for=mine)
        assert services.approve_offering(own, actor=college.dean, now=LATER).approved_by == college.dean
        assert "own" not in Event.objects.get(kind="offering.approved").data

    def test_several_with_one_of_ones_own_approve_none(self, college, own):
        versions = [own, make_submitted(college, "N-7")]
        with pytest.raises(OwnSubmission):
            services.approve_many(versions, rationale="All", actor=college.faculty, now=LATER)

    def test_the_institutions_policy_may_allow_it_and_the_event_says_so(self, college, own):
        self.allow()
        services.approve_offering(own, actor=college.faculty, now=LATER)
        assert Event.objects.get(kind="offering.approved").data["own"] is True

    def test_returning_ones_own_stays_possible(self, college, own):
        done = services.return_offering(
            own, rationale="Not yet", comments={}, actor=college.faculty, now=LATER
        )
        assert done.state == "draft"


@pytest.mark.django_db(transaction=True)
class TestTwoDeansAtOnce:
    def test_one_decision_and_one_event(self):
        college = lay_college()
        version = make_submitted(college)

        def decide(_number):
            try:
                return services.approve_offering(version, actor=college.dean, now=LATER).pk
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            done = set(pool.map(decide, range(4)))
        assert done == {version.pk}
        assert ReviewDecision.objects.count() == 1
        assert Event.objects.filter(kind="offering.approved").count() == 1


class TestApproveMany:
    def test_approves_all_with_one_reason(self, college):
        versions = [make_submitted(college, f"N-{n}") for n in range(3)]
        services.approve_many(versions, rationale="Read together", actor=college.dean, now=LATER)
        assert set(ReviewDecision.objects.values_list("rationale", flat=True)) == {"Read together"}
        assert Offering.objects.public().count() == 3

    def test_one_that_cannot_be_approved_leaves_all_waiting(self, college):
        versions = [make_submitted(college, "N-1"), make_draft(college, "N-2")]
        with pytest.raises(NotInThisState):
            services.approve_many(versions, rationale="All", actor=college.dean, now=LATER)
        assert Offering.objects.public().count() == 0

    def test_needs_a_reason(self, college):
        with pytest.raises(InvalidInput):
            services.approve_many([make_submitted(college)], rationale=" ", actor=college.dean, now=LATER)

    def test_twice_approves_once(self, college):
        versions = [make_submitted(college, f"N-{n}") for n in range(2)]
        for _again in range(2):
            services.approve_many(versions, rationale="Yes", actor=college.dean, now=LATER)
        assert ReviewDecision.objects.count() == 2

    def test_refuses_a_stranger_and_a_neighbor(self, college):
        version = make_submitted(college)
        for person in (college.stranger, college.neighbor):
            with pytest.raises(NotAllowed):
                services.approve_many([version], rationale="Yes", actor=person, now=LATER)


class TestRetireOffering:
    def test_takes_it_out_of_the_catalogue_and_keeps_why(self, college):
        offering = make_approved(college)
        services.retire_offering(offering, rationale="Replaced by NURS-121", actor=college.dean, now=LATER)
        assert Offering.objects.public().count() == 0
        assert ReviewDecision.objects.get(outcome="retired").rationale == "Replaced by NURS-121"

    def test_needs_a_reason(self, college):
        with pytest.raises(InvalidInput):
            services.retire_offering(make_approved(college), rationale="", actor=college.dean, now=LATER)

    def test_refuses_while_a_version_waits(self, college):
        with pytest.raises(NotInThisState):
            services.retire_offering(
                make_submitted(college).offering, rationale="Old", actor=college.dean, now=LATER
            )

    def test_twice_retires_once(self, college):
        offering = make_approved(college)
        for days in (1, 2):
            services.retire_offering(
                offering, rationale="Old", actor=college.registrar, now=NOW + timedelta(days=days)
            )
        assert Offering.objects.get(pk=offering.pk).retired_at == LATER

    def test_refuses_a_stranger_a_neighbor_and_faculty(self, college):
        offering = make_approved(college)
        for person in (college.stranger, college.neighbor, college.faculty):
            with pytest.raises(NotAllowed):
                services.retire_offering(offering, rationale="Old", actor=person, now=LATER)


class TestRestoreOffering:
    def test_brings_it_back(self, college):
        offering = make_approved(college)
        services.retire_offering(offering, rationale="Old", actor=college.dean, now=LATER)
        services.restore_offering(offering, actor=college.dean, now=LATER)
        assert list(Offering.objects.public()) == [offering]

    def test_what_is_not_retired_stays_as_it_is(self, college):
        offering = make_approved(college)
        services.restore_offering(offering, actor=college.dean, now=LATER)
        assert not Event.objects.filter(kind="offering.restored").exists()

    def test_refuses_a_stranger_and_a_neighbor(self, college):
        offering = make_approved(college)
        for person in (college.stranger, college.neighbor):
            with pytest.raises(NotAllowed):
                services.restore_offering(offering, actor=person, now=LATER)


class TestTelling:
    def test_the_dean_hears_of_a_submission_and_the_writer_of_the_decision(self, college):
        version = make_submitted(college)
        waiting = Notice.objects.get(kind="catalog.submitted")
        assert (waiting.user, waiting.org_unit) == (college.dean, college.nursing)
        assert f"/offerings/{version.offering_id}/review/" in waiting.body
        services.return_offering(version, rationale="Thin", comments={}, actor=college.dean, now=LATER)
        assert Notice.objects.get(kind="catalog.returned").user == college.faculty

    def test_each_is_told_in_their_own_language(self, college):
        college.dean.language = "es"
        college.dean.save()
        make_submitted(college)
        assert Notice.objects.get(kind="catalog.submitted").language == "es"
