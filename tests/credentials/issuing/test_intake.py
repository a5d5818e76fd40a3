"""From a file, a roster or a partner's list to a report: what each row asks for, or what is wrong."""

from decimal import Decimal

import pytest

from credentials.batches.pages import changes_of
from credentials.issuing import services
from credentials.issuing.models import BatchRow, Credential, IssuanceBatch, Recipient
from credentials.issuing.services import intake
from institution.errors import InvalidInput, NotAllowed
from tests.credentials.catalog.factory import make_approved
from tests.credentials.issuing.samples import (
    DAY,
    HEADER,
    NOW,
    csv_of,
    make_draft,
    make_released,
    make_signed,
    people,
    person,
    upload_file,
)


def read(issuer, text, **options):
    upload = upload_file(issuer, text, **options)
    batch = services.batch_from_upload(upload, actor=issuer.registrar, now=NOW)
    return services.read_batch(batch.pk, now=NOW)


def fault_of(issuer, **values):
    """The one fault of a batch of one row."""
    row = make_draft(issuer, [person(**values)]).rows.get()
    assert row.state == "refused"
    [fault] = row.faults
    return fault


class TestBatchFromUpload:
    def test_reads_a_report_and_issues_nothing(self, issuer):
        batch = read(issuer, csv_of(people(5)))
        assert (batch.state, batch.row_count, batch.issue_count) == ("draft", 5, 5)
        assert not Credential.objects.exists()
        assert not Recipient.objects.exists()

    def test_keeps_lines_as_the_spreadsheet_counts_them(self, issuer):
        batch = read(issuer, HEADER + "\n\n" + csv_of(people(2)).split("\n", 1)[1])
        assert list(batch.rows.order_by("line").values_list("line", flat=True)) == [4, 5]

    def test_a_spanish_header_with_semicolons_is_understood(self, issuer):
        text = (
            "Matrícula;Nombre;Correo electrónico;Código;Fecha;Calificación\n"
            "S1;José Ñandú;jose@students.example;NURS-120;2026-05-14;Proficient\n"
        )
        batch = read(issuer, text.encode("latin-1"))
        row = batch.rows.get()
        assert (row.state, row.name, row.email) == ("pending", "José Ñandú", "jose@students.example")

    def test_twice_for_one_upload_is_one_batch(self, issuer):
        upload = upload_file(issuer, csv_of(people(2)))
        first = services.batch_from_upload(upload, actor=issuer.registrar, now=NOW)
        assert services.batch_from_upload(upload, actor=issuer.registrar, now=NOW) == first
        services.read_batch(first.pk, now=NOW)
        assert services.read_batch(first.pk, now=NOW).row_count == 2

    def test_a_reading_that_was_cut_off_begins_anew(self, issuer, monkeypatch):
        monkeypatch.setattr(intake, "BLOCK", 2)
        upload = upload_file(issuer, csv_of(people(5)))
        batch = services.batch_from_upload(upload, actor=issuer.registrar, now=NOW)
        calls = iter([None, None])
        real = intake._decide

        def cut_off(*args):
            next(calls)
            real(*args)

        with monkeypatch.context() as patched:
            patched.setattr(intake, "_decide", cut_off)
            with pytest.raises(StopIteration):
                services.read_batch(batch.pk, now=NOW)
        assert IssuanceBatch.objects.get().row_count == 4
        batch = services.read_batch(batch.pk, now=NOW)
        assert (batch.state, batch.row_count, batch.rows.count()) == ("draft", 5, 5)

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "dean", "auditor"])
    def test_others_are_refused(self, issuer, who):
        upload = upload_file(issuer, csv_of(people(1)))
        with pytest.raises(NotAllowed):
            services.batch_from_upload(upload, actor=getattr(issuer, who), now=NOW)

    def test_the_same_file_again_asks_for_nothing(self, issuer):
        make_released(issuer, people(4))
        batch = read(issuer, csv_of(people(4)))
        assert (batch.nothing_count, batch.issue_count, batch.correction_count) == (4, 0, 0)

    def test_a_changed_row_is_a_correction(self, issuer):
        make_released(issuer, people(3))
        rows = people(3)
        rows[1]["name"] = "Learner Two"
        batch = read(issuer, csv_of(rows))
        assert (batch.nothing_count, batch.correction_count) == (2, 1)
        assert batch.rows.get(act="correct").corrects.recipient.source_id == "S00002"

    def test_credits_that_a_file_states_are_part_of_what_a_row_says(self, issuer):
        make_released(issuer, people(2))
        same = make_draft(issuer, people(2, credits=""))
        stated = make_draft(issuer, people(2, credits="2,50"))
        assert (same.nothing_count, stated.correction_count) == (2, 2)
        assert stated.rows.first().credits == Decimal("2.5")
        [change] = changes_of(stated.rows.first())
        assert (change["label"], change["old"], change["new"]) == ("Credits earned", "", "2.5")

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
        from tests.credentials.catalog.factory import make_draft as draft_offering

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
        batch = read(issuer, text)
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
        from credentials.completions.results import Cell, read_results

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
        from datetime import timedelta

        from tests.credentials.catalog.factory import NOW as APPROVED
        from tests.credentials.catalog.factory import approve_next

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
        from datetime import timedelta

        from tests.credentials.catalog.factory import NOW as APPROVED
        from tests.credentials.catalog.factory import approve_next

        make_released(issuer, people(2))
        approve_next(issuer, issuer.clinical, now=APPROVED + timedelta(days=60), title="New")
        assert make_draft(issuer, people(2)).nothing_count == 2


class TestBatchFromRoster:
    def test_faculty_prepare_and_the_registrar_confirms(self, issuer):
        batch = services.batch_from_roster(
            issuer.clinical, people(12), awarded_on=DAY, actor=issuer.faculty, now=NOW
        )
        assert (batch.origin, batch.state, batch.issue_count) == ("roster", "draft", 12)
        with pytest.raises(NotAllowed):
            services.confirm_batch(batch, actor=issuer.faculty, now=NOW)
        services.confirm_batch(batch, actor=issuer.registrar, now=NOW)

    def test_nobody_or_too_many_is_refused(self, issuer):
        for rows in ([], people(501)):
            with pytest.raises(InvalidInput):
                services.batch_from_roster(
                    issuer.clinical, rows, awarded_on=DAY, actor=issuer.faculty, now=NOW
                )

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "dean"])
    def test_others_are_refused(self, issuer, who):
        with pytest.raises(NotAllowed):
            services.batch_from_roster(
                issuer.clinical, people(1), awarded_on=DAY, actor=getattr(issuer, who), now=NOW
            )

    def test_an_address_that_is_none_is_refused_here_too(self, issuer):
        batch = services.batch_from_roster(
            issuer.clinical, [person(email="amara@")], awarded_on=DAY, actor=issuer.faculty, now=NOW
        )
        assert batch.rows.get().faults[0]["column"] == "Mail address"

    def test_the_roster_and_the_file_mean_the_same_award(self, issuer):
        make_signed(issuer, people(2))
        batch = services.batch_from_roster(
            issuer.clinical, people(2), awarded_on=DAY, actor=issuer.faculty, now=NOW
        )
        assert batch.nothing_count == 2


class TestLargeFile:
    def test_six_thousand_rows_in_few_queries(self, issuer, django_assert_max_num_queries):
        upload = upload_file(issuer, csv_of(people(6_000)))
        batch = services.batch_from_upload(upload, actor=issuer.registrar, now=NOW)
        with django_assert_max_num_queries(60):
            services.read_batch(batch.pk, now=NOW)
        assert BatchRow.objects.filter(state="pending").count() == 6_000
