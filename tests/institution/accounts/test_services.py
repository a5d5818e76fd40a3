from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from institution.accounts import work
from institution.accounts.authz import allowed
from institution.accounts.errors import SubstituteIsOneself, SubstitutionHasNoEnd, WorkNeedsAHeir
from institution.accounts.models import OrgUnit, RoleAssignment, User
from institution.accounts.roles import Role
from institution.accounts.services import (
    assign_role,
    create_unit,
    end_role,
    institution_now,
    invite_person,
    name_substitute,
    person_leaves,
    set_institution,
    work_held_by,
)
from institution.errors import NotAllowed
from institution.events.models import Event

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEXT_WEEK = NOW + timedelta(days=7)


@pytest.fixture
def deans_role(college):
    return RoleAssignment.objects.get(user=college.dean)


class TestCreateUnit:
    def test_lays_the_path_under_the_parent(self, college):
        unit = create_unit(
            "Culinary", "department", parent=college.main, actor=college.administrator, now=NOW
        )
        assert unit.path.startswith(college.main.path)
        assert list(OrgUnit.objects.above(unit))[-1] == unit

    def test_twice_is_one_unit(self, college):
        first = create_unit(
            "Culinary", "department", parent=college.main, actor=college.administrator, now=NOW
        )
        assert (
            create_unit("Culinary", "department", parent=college.main, actor=college.administrator, now=NOW)
            == first
        )

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "faculty"])
    def test_refuses(self, college, who):
        with pytest.raises(NotAllowed):
            create_unit("X", "department", parent=college.main, actor=getattr(college, who), now=NOW)


class TestInvitePerson:
    def test_gives_an_account_and_a_role(self, college):
        assignment = invite_person(
            "New.Person@riverbend.example",
            name="Nia Okafor",
            role=Role.FACULTY,
            unit=college.nursing,
            actor=college.administrator,
            now=NOW,
        )
        assert assignment.user.email == "new.person@riverbend.example"
        assert not assignment.user.has_usable_password()
        assert Event.objects.filter(kind="person.invited").count() == 1

    def test_twice_is_one_account_and_one_role(self, college):
        for _time in range(2):
            invite_person(
                "n@riverbend.example",
                name="N",
                role=Role.FACULTY,
                unit=college.nursing,
                actor=college.administrator,
                now=NOW,
            )
        assert User.objects.filter(email="n@riverbend.example").count() == 1
        assert RoleAssignment.objects.filter(user__email="n@riverbend.example").count() == 1

    @pytest.mark.parametrize("who", ["stranger", "neighbor"])
    def test_refuses(self, college, who):
        with pytest.raises(NotAllowed):
            invite_person(
                "n@riverbend.example",
                name="N",
                role=Role.DEAN,
                unit=college.nursing,
                actor=getattr(college, who),
                now=NOW,
            )


class TestEndRole:
    def test_ends_the_substitutes_too(self, college, deans_role):
        name_substitute(deans_role, college.faculty, until=NEXT_WEEK, actor=college.dean, now=NOW)
        end_role(deans_role, actor=college.administrator, now=NOW + timedelta(hours=1))
        assert not RoleAssignment.objects.filter(
            role=Role.DEAN, unit=college.main, ends_at__isnull=True
        ).exists()
        assert (
            not RoleAssignment.objects.of(college.faculty)
            .in_force(NOW + timedelta(hours=2))
            .filter(role="dean")
        )

    def test_twice_keeps_the_first_end(self, college, deans_role):
        first = end_role(deans_role, actor=college.administrator, now=NOW)
        assert end_role(deans_role, actor=college.administrator, now=NEXT_WEEK).ends_at == first.ends_at

    def test_refuses_a_stranger(self, college, deans_role):
        with pytest.raises(NotAllowed):
            end_role(deans_role, actor=college.stranger, now=NOW)


class TestNameSubstitute:
    def test_the_substitute_may_what_the_holder_may(self, college, deans_role):
        name_substitute(deans_role, college.evaluator, until=NEXT_WEEK, actor=college.dean, now=NOW)
        held = RoleAssignment.objects.of(college.evaluator)
        assert held.in_force(NOW).filter(role=Role.DEAN).exists()
        assert not held.in_force(NEXT_WEEK).filter(role=Role.DEAN).exists()
        assert allowed(college.evaluator, "accounts.manage_people", college.main, now=NOW) is False

    def test_twice_moves_the_end(self, college, deans_role):
        first = name_substitute(deans_role, college.evaluator, until=NEXT_WEEK, actor=college.dean, now=NOW)
        later = NEXT_WEEK + timedelta(days=1)
        again = name_substitute(deans_role, college.evaluator, until=later, actor=college.dean, now=NOW)
        assert (again.pk, again.ends_at) == (first.pk, later)

    def test_refuses_oneself(self, college, deans_role):
        with pytest.raises(SubstituteIsOneself):
            name_substitute(deans_role, college.dean, until=NEXT_WEEK, actor=college.dean, now=NOW)

    def test_refuses_an_end_that_has_passed(self, college, deans_role):
        with pytest.raises(SubstitutionHasNoEnd):
            name_substitute(deans_role, college.evaluator, until=NOW, actor=college.dean, now=NOW)

    @pytest.mark.parametrize("who", ["stranger", "neighbor"])
    def test_refuses(self, college, deans_role, who):
        with pytest.raises(NotAllowed):
            name_substitute(
                deans_role, college.evaluator, until=NEXT_WEEK, actor=getattr(college, who), now=NOW
            )


class TestPersonLeaves:
    @pytest.fixture
    def drawer(self, monkeypatch):
        papers = {"of": "leaver"}
        holder = SimpleNamespace(
            name="Papers",
            items=lambda user: [work.WorkItem("Draft", "/x")] if papers["of"] == user.email else [],
            hand_over=lambda user, heir, actor, now: papers.update(of=heir.email) or 1,
        )
        monkeypatch.setattr(work, "_HOLDERS", [holder])
        return papers

    def test_moves_the_work_and_ends_the_roles(self, college, drawer):
        drawer["of"] = college.faculty.email
        assert work_held_by(college.faculty)[0][0] == "Papers"
        moved = person_leaves(
            college.faculty, heir=college.dean, unit=college.main, actor=college.administrator, now=NOW
        )
        college.faculty.refresh_from_db()
        assert moved == 1
        assert drawer["of"] == college.dean.email
        assert not college.faculty.is_active
        assert not RoleAssignment.objects.of(college.faculty).in_force(NOW + timedelta(seconds=1)).exists()

    def test_work_needs_an_heir(self, college, drawer):
        drawer["of"] = college.faculty.email
        with pytest.raises(WorkNeedsAHeir):
            person_leaves(college.faculty, heir=None, unit=college.main, actor=college.administrator, now=NOW)

    def test_twice_leaves_once(self, college, drawer):
        for _time in range(2):
            person_leaves(
                college.faculty, heir=college.dean, unit=college.main, actor=college.administrator, now=NOW
            )
        assert Event.objects.filter(kind="person.left").count() == 1

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "dean"])
    def test_refuses(self, college, drawer, who):
        with pytest.raises(NotAllowed):
            person_leaves(
                college.faculty, heir=college.dean, unit=college.main, actor=getattr(college, who), now=NOW
            )


class TestSetInstitution:
    def test_changes_and_tells(self, college):
        set_institution({"record_term": "CLR"}, actor=college.administrator, now=NOW)
        assert institution_now().record_term == "CLR"
        assert Event.objects.get(kind="institution.changed").data == {"fields": ["record_term"]}

    def test_refuses_a_stranger(self, college):
        with pytest.raises(NotAllowed):
            set_institution({"name": "X"}, actor=college.stranger, now=NOW)


class TestAssignRole:
    def test_twice_is_one_assignment(self, college):
        first = assign_role(
            college.stranger, Role.FACULTY, college.nursing, actor=college.administrator, now=NOW
        )
        assert (
            assign_role(college.stranger, Role.FACULTY, college.nursing, actor=college.administrator, now=NOW)
            == first
        )
