"""From a file, a roster or a partner's list to a report: what each row asks for, or what is wrong."""

from decimal import Decimal

import pytest

from credentials.batches.pages import changes_of
from credentials.issuing import services
from credentials.issuing.models import BatchRow, Credential, IssuanceBatch, Recipient
from credentials.issuing.services import intake
from institution.errors import InvalidInput, NotAllowed
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
