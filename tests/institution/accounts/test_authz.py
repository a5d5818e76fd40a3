from datetime import UTC, datetime, timedelta

import pytest

from institution.accounts.authz import allowed, people_with, require
from institution.accounts.models import OrgUnit
from institution.accounts.roles import Role, grant
from institution.errors import NotAllowed
from tests.support.people import give

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
grant(Role.DEAN, "testing.approve")


class TestAllowed:
    def test_a_role_covers_the_units_below_it(self, college):
        assert allowed(college.dean, "testing.approve", college.nursing, now=NOW)

    def test_a_role_does_not_reach_upward(self, college):
        assert not allowed(college.neighbor, "testing.approve", college.main, now=NOW)

    def test_a_neighbor_is_refused(self, college):
        assert not allowed(college.neighbor, "testing.approve", college.nursing, now=NOW)

    def test_a_stranger_is_refused(self, college):
        assert not allowed(college.stranger, "testing.approve", college.nursing, now=NOW)

    def test_nobody_is_refused(self, college):
        assert not allowed(None, "testing.approve", college.nursing, now=NOW)

    def test_a_role_ends(self, college):
        college.dean.assignments.update(ends_at=NOW)
        assert not allowed(college.dean, "testing.approve", college.nursing, now=NOW)
        assert allowed(college.dean, "testing.approve", college.nursing, now=NOW - timedelta(seconds=1))

    def test_somebody_inactive_is_refused(self, college):
        college.dean.is_active = False
        college.dean.save()
        assert not allowed(college.dean, "testing.approve", college.nursing, now=NOW)


class TestRequire:
    def test_says_which_permission_is_missing(self, college):
        with pytest.raises(NotAllowed) as refused:
            require(college.neighbor, "testing.approve", college.nursing, now=NOW)
        assert refused.value.facts == {"permission": "testing.approve"}


class TestPeopleWith:
    def test_names_the_nearest_first(self, college):
        give(college.faculty, Role.DEAN, college.nursing)
        assert people_with("testing.approve", college.nursing, now=NOW) == [college.faculty, college.dean]


class TestOrgUnit:
    def test_below_holds_the_unit_itself(self, college):
        assert set(OrgUnit.objects.below(college.main)) == {college.main, college.nursing, college.welding}

    def test_above_leads_to_the_root(self, college):
        assert set(OrgUnit.objects.above(college.nursing)) == {
            college.nursing,
            college.main,
            college.district,
        }
