"""What a row of a source says, and what is wrong with it: as the report of a batch shows it."""

from datetime import timedelta

import pytest

from credentials.completions.results import Cell, read_results
from credentials.issuing import services
from tests.credentials.catalog.factory import NOW as APPROVED
from tests.credentials.catalog.factory import approve_next, make_approved
from tests.credentials.catalog.factory import make_draft as draft_offering
from tests.credentials.issuing.samples import (
    DAY,
    HEADER,
    NOW,
    lay_issuer,
    make_draft,
    make_released,
    people,
    person,
    upload_file,
)


@pytest.fixture
def issuer(college):
    """A college that can issue."""
    return lay_issuer(college)


def draft_of(issuer, text):
    batch = services.batch_from_upload(upload_file(issuer, text), actor=issuer.registrar, now=NOW)
    return services.read_batch(batch.pk, now=NOW)


def fault_of(issuer, **values):
    """The one fault of a batch of one row."""
    row = make_draft(issuer, [person(**values)]).rows.get()
    assert row.state == "refused"
    [fault] = row.faults
    return fault


class TestFaults:
    def test_an_unknown_code_says_what_may_be_meant(self, issuer):
        fault = fault_of(issuer, code="NURS-12O")
        assert fault["column"] == "Offering code"
        assert "NURS-120" in fault["remedy"]

    @pytest.mark.parametrize(
        ("values", "column"),
        [
            ({"source_id": "", "email": ""}, "Mail address"),
            ({"name": "a\ufffeb"}, "Name"),
            ({"name": "amara@students.example"}, "Name"),
            ({"name": "12345"}, "Name"),
            ({"awarded_on": "2026-05-30"}, "Date"),
            ({"awarded_on": "2026-01-15"}, "Offering code"),
            ({"awarded_on": "1926-05-14", "code": "NURS-120"}, "Date"),
            ({"expires_on": "2026-05-01"}, "Valid until"),
            ({"result": "Brilliant"}, "Result"),
            ({"evidence_url": "https://user:secret@portfolio.example/"}, "Evidence address"),
            ({"evidence_url": "https://portfolio.example/a b"}, "Evidence address"),
            ({"credits": "five"}, "Credits earned"),
            ({"credits": "5.01"}, "Credits earned"),
            ({"credits": "-1"}, "Credits earned"),
            ({"credits": "2.555"}, "Credits earned"),
        ],
    )
    def test_names_column_reason_and_remedy(self, issuer, values, column):
        row = make_draft(issuer, [person(**values)]).rows.get()
        assert row.state == "refused"
        assert column in {fault["column"] for fault in row.faults}
        assert all(fault["message"] and fault["remedy"] for fault in row.faults)

    def test_joiners_that_some_names_need_are_kept(self, issuer):
        name = "می\u200cخواهم ക്\u200d"
        assert make_draft(issuer, [person(name=name)]).rows.get().name == name

    def test_an_unapproved_offering_awards_nothing(self, issuer):
        draft_offering(issuer, "NURS-999")
        assert "approved" in fault_of(issuer, code="NURS-999")["message"]

    def test_the_same_award_twice_in_one_file(self, issuer):
        batch = make_draft(issuer, [person(), person(2), person()])
        fault = batch.rows.get(line=3).faults[0]
        assert "Line 1" in fault["message"]
        assert batch.issue_count == 2

    def test_one_number_with_two_addresses(self, issuer):
        other = person(email="somebody@else.example", code="WELD-109", result="")
        assert make_draft(issuer, [person(), other]).refused_count == 1

    def test_the_engine_finds_bad_cells(self, issuer):
        text = (
            HEADER
            + 'S1,Ann,"amara@",NURS-120,31/02/2026,Proficient,,\nS2,,b@x.example,NURS-120,2026-05-14,,,\n'
        )
        batch = draft_of(issuer, text)
        columns = [{fault["column"] for fault in row.faults} for row in batch.rows.order_by("line")]
        assert columns == [{"Email", "Date"}, {"Name"}]

    def test_a_refused_row_keeps_its_values_and_asks_for_nothing(self, issuer):
        row = make_draft(issuer, [person(code="X-1")]).rows.get()
        assert row.values["code"] == "X-1"
        assert row.award_key == ""


class TestResults:
    def test_a_level_is_found_by_its_name(self, issuer):
        row = make_draft(issuer, [person(result="proficient")]).rows.get()
        assert row.result == [{"description": "skill", "value": "Proficient", "achieved_level": "proficient"}]

    def test_without_descriptions_the_value_stands_as_it_is(self, issuer):
        row = make_draft(issuer, [person(code="WELD-109", result="B+")]).rows.get()
        assert row.result == [{"description": "", "value": "B+", "achieved_level": ""}]

    def test_several_are_named(self, issuer):
        descriptions = [
            {"id": "a", "name": "Theory", "result_type": "Percent", "value_min": "0", "value_max": "100"},
            {"id": "b", "name": "Grade", "result_type": "LetterGrade"},
        ]
        results, faults = read_results(Cell("Result", "Theory: 87; Grade: B"), descriptions)
        assert [(one["description"], one["value"]) for one in results] == [("a", "87"), ("b", "B")]
        assert not faults
        for text in ("Theory: 120; Grade: B", "Theory: much; Grade: B"):
            assert read_results(Cell("Result", text), descriptions)[1]


class TestVersionInForce:
    def test_a_completion_takes_the_version_of_its_date(self, issuer):
        second = approve_next(
            issuer, issuer.clinical, now=APPROVED + timedelta(days=60), title="Clinical Skills II, revised"
        )
        batch = make_draft(
            issuer, [person(awarded_on="2026-04-30"), person(2, awarded_on=second.effective_on.isoformat())]
        )
        numbers = batch.rows.order_by("line").values_list(
            "achievement_version__offering_version__number", flat=True
        )
        assert list(numbers) == [1, 2]

    def test_a_newer_version_corrects_nobody(self, issuer):
        make_released(issuer, people(2))
        approve_next(issuer, issuer.clinical, now=APPROVED + timedelta(days=60), title="New")
        assert make_draft(issuer, people(2)).nothing_count == 2


class TestCredits:
    @pytest.mark.parametrize("credits", ["5.01", "20"])
    def test_no_more_credits_than_the_offering_gives(self, issuer, credits):
        fault = fault_of(issuer, credits=credits)
        assert (fault["value"], fault["message"]) == (credits, "This gives at most 5 credits.")

    def test_an_offering_without_credits_gives_none(self, issuer):
        free = {"kind": "noncredit", "credits": "", "credit_unit": "", "result_descriptions": []}
        make_approved(issuer, "FREE-1", effective_on=DAY, **free)
        rows = [
            person(number, code="FREE-1", credits=said, result="") for number, said in ((1, "0"), (2, "1"))
        ]
        none, one = make_draft(issuer, rows).rows.order_by("line")
        assert (none.state, none.credits) == ("pending", None)
        assert (one.state, one.faults[0]["message"]) == ("refused", "This gives at most 0 credits.")
