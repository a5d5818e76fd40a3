from datetime import date

import pytest

from credentials.catalog import selectors, services
from credentials.catalog.errors import AmbiguousCode, OfferingNotApproved, OfferingRetired, UnknownCode
from tests.credentials.catalog.factory import LATER, achieved, approve_next, make_approved, make_draft

DAY = date(2026, 3, 2)  # NOW at the institution


def in_force(code, college, day=DAY):
    return selectors.achievement_in_force(code, org_unit=college.main, day=day)


class TestAchievementInForce:
    def test_takes_the_version_that_held_on_the_day(self, college):
        offering = make_approved(college, effective_on=date(2026, 1, 1))
        second = approve_next(college, offering, now=LATER, title="New")
        assert in_force("NURS-120", college, date(2026, 2, 1)).number == 1
        assert in_force("NURS-120", college, second.effective_on) == achieved(second)

    def test_finds_by_another_spelling_and_by_ids(self, college):
        offering = make_approved(college)
        part = achieved(offering.current_version)
        for name in ("nurs 120", offering.pk, str(part.achievement_id), part.achievement):
            assert in_force(name, college) == part

    def test_before_the_first_version_nothing_is_in_force(self, college):
        make_approved(college)
        with pytest.raises(OfferingNotApproved):
            in_force("NURS-120", college, date(2025, 12, 31))

    def test_an_offering_without_an_approved_version_says_so(self, college):
        make_draft(college)
        with pytest.raises(OfferingNotApproved):
            in_force("NURS-120", college)

    def test_after_retirement_it_says_so(self, college):
        offering = make_approved(college)
        services.retire_offering(offering, rationale="Old", actor=college.dean, now=LATER)
        assert in_force("NURS-120", college).number == 1
        with pytest.raises(OfferingRetired):
            in_force("NURS-120", college, date(2026, 6, 1))

    def test_an_unknown_code_comes_with_likely_ones(self, college):
        make_approved(college, "WELD-109")
        with pytest.raises(UnknownCode) as failure:
            in_force("WELD-9", college)
        assert failure.value.facts["suggestions"] == ["WELD-109"]
        assert "WELD-109" in str(failure.value)

    def test_the_unit_itself_comes_before_units_below(self, college):
        make_approved(college, unit=college.welding)
        mine = make_approved(college, unit=college.main)
        assert in_force("NURS-120", college) == achieved(mine.current_version)

    def test_the_same_code_in_two_departments_is_not_guessed(self, college):
        make_approved(college, unit=college.welding)
        make_approved(college, unit=college.nursing)
        with pytest.raises(AmbiguousCode):
            in_force("NURS-120", college)

    def test_an_offering_of_another_part_of_the_tree_is_unknown(self, college):
        make_approved(college)
        with pytest.raises(UnknownCode):
            selectors.achievement_in_force("NURS-120", org_unit=college.welding, day=DAY)


class TestAchievementsByCode:
    def test_answers_as_the_single_selector_does(self, college):
        offering = make_approved(college)
        approve_next(college, offering, now=LATER, title="New")
        book = selectors.achievements_by_code(college.main)
        for day in (DAY, date(2026, 3, 3)):
            assert book.in_force("Nurs_120", day) == in_force("NURS-120", college, day)

    def test_names_why_a_code_has_no_version(self, college):
        make_draft(college)
        make_approved(college, "TWICE", unit=college.welding)
        make_approved(college, "TWICE", unit=college.nursing)
        book = selectors.achievements_by_code(college.main)
        for code, failure in (
            ("NURS-120", OfferingNotApproved),
            ("TWICE", AmbiguousCode),
            ("?", UnknownCode),
        ):
            with pytest.raises(failure):
                book.in_force(code, DAY)

    def test_reads_a_whole_college_in_two_queries(self, college, django_assert_num_queries):
        for number in range(4):
            make_approved(college, f"N-{number}")
        with django_assert_num_queries(2):
            book = selectors.achievements_by_code(college.main)
            assert all(book.in_force(f"N-{number}", DAY).document for number in range(4))
