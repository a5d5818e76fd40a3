"""From an uploaded file to staged rows."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from institution.errors import InvalidInput, NotInThisState
from institution.imports import mapping, selectors, services
from institution.imports.errors import FileIsGone, UnreadableFile
from institution.imports.fields import DATE_ORDER, Choice, Field, Question
from institution.imports.models import ColumnMapping, Upload
from institution.imports.rows import Change, Decision
from institution.imports.states import RowOutcome, UploadState
from tests.institution.imports.files import HEADER, ROWS, csv_text, named

NOW = datetime(2026, 5, 14, 10, tzinfo=UTC)
FIELDS = (
    Field("code", "Code", required=True, aliases=("clave",), max_length=10),
    Field("title", "Title", required=True, aliases=("name", "nombre")),
    Field("credits", "Credits", kind="decimal"),
    Field("day", "Date", kind="date", aliases=("starts",)),
    Field("email", "Email", kind="email"),
    Field("kind", "Kind", kind="choice", choices=(Choice("credit", "Credit", ("crédito", "cr")),)),
)
KIND = Question("kind", "Kind", (("credit", "Credit"), ("noncredit", "Non-credit")), unless="kind")


@pytest.fixture
def upload_of(college):
    def make(data: bytes, name: str = "list.csv") -> Upload:
        return services.read_upload(
            named(data, name),
            kind="test",
            org_unit=college.main,
            actor=college.registrar,
            now=NOW,
            fields=FIELDS,
        )

    return make


@pytest.fixture
def confirmed(upload_of, college):
    def make(rows, answers=None) -> Upload:
        upload = upload_of(csv_text(rows).encode())
        return services.confirm_mapping(
            upload,
            mapping.guess(upload, FIELDS),
            answers or {},
            fields=FIELDS,
            actor=college.registrar,
            now=NOW,
        )

    return make


def added(line, values, faults):
    return Decision(RowOutcome.ADDED, key=values["code"])


class TestReadUpload:
    def test_keeps_the_bytes_and_tells_how_it_read_them(self, upload_of):
        upload = upload_of(csv_text([HEADER, *ROWS], ";").encode("cp1252"))
        upload.refresh_from_db()
        assert (upload.encoding, upload.delimiter, upload.row_count) == ("cp1252", ";", 3)
        assert upload.sample[0] == ROWS[0]
        assert upload.state == UploadState.READ

    def test_refuses_a_file_over_the_limit(self, upload_of, settings):
        settings.MAX_IMPORT_BYTES = 1 << 20
        with pytest.raises(UnreadableFile):
            upload_of(b"Code,Name\n" + b"A1,xxxxxxxx\n" * 100_000)


class TestGuess:
    def test_knows_columns_by_their_words(self, upload_of):
        upload = upload_of(
            csv_text(
                [["E-mail", "CLAVE", "Nombre", "Créditos", "x"], ["a@b.edu", "1", "n", "3", ""]]
            ).encode()
        )
        assert mapping.guess(upload, FIELDS) == {"email": 0, "code": 1, "title": 2, "credits": 3}

    def test_knows_columns_by_what_stands_in_them(self, upload_of):
        upload = upload_of(csv_text(ROWS).encode())
        found = mapping.guess(upload, FIELDS)
        assert (found["email"], found["day"]) == (4, 3)

    def test_remembers_what_was_confirmed_for_this_header(self, upload_of, college):
        upload = upload_of(csv_text([HEADER, *ROWS]).encode())
        services.confirm_mapping(
            upload, {"code": 1, "title": 0}, {}, fields=FIELDS, actor=college.registrar, now=NOW
        )
        again = upload_of(csv_text([HEADER, ROWS[2]]).encode())
        assert mapping.guess(again, FIELDS) == {"code": 1, "title": 0}


class TestConfirmMapping:
    def test_refuses_what_is_missing_doubled_or_unanswered(self, upload_of, college):
        upload = upload_of(csv_text([HEADER, *ROWS]).encode())
        with pytest.raises(InvalidInput) as caught:
            services.confirm_mapping(
                upload,
                {"title": 1, "credits": 1, "day": 9},
                {},
                fields=FIELDS,
                questions=(KIND, DATE_ORDER),
                actor=college.registrar,
                now=NOW,
            )
        assert set(caught.value.faults) == {"code", "credits", "day", "kind"}
        assert not ColumnMapping.objects.exists()

    def test_a_column_answers_the_question(self, upload_of, college):
        upload = upload_of(b"Code,Name,Kind\nA1,One,Credit\n")
        done = services.confirm_mapping(
            upload,
            {"code": 0, "title": 1, "kind": 2},
            {},
            fields=FIELDS,
            questions=(KIND,),
            actor=college.registrar,
            now=NOW,
        )
        assert done.state == UploadState.MAPPED

    def test_refuses_once_applied(self, confirmed, college):
        upload = confirmed([HEADER, *ROWS])
        services.stage(upload, added, fields=FIELDS, now=NOW)
        services.finish(upload, now=NOW)
        with pytest.raises(NotInThisState):
            services.confirm_mapping(
                upload, {"code": 0, "title": 1}, {}, fields=FIELDS, actor=college.registrar, now=NOW
            )


class TestReread:
    def test_takes_the_line_a_person_points_at(self, upload_of):
        upload = upload_of(csv_text([HEADER, *ROWS]).encode())
        assert services.reread(upload, sheet="", header_line=None, fields=FIELDS).row_count == 4
        assert services.reread(upload, sheet="", header_line=1, fields=FIELDS).row_count == 3


class TestIterRows:
    def test_names_every_fault_with_line_column_value_and_remedy(self, confirmed):
        bad = [
            HEADER,
            ["", "No code", "4", "", ""],
            ["A2", "Bad number", "four", "", ""],
            ["A3", "Bad date", "4", "03/04/2026", ""],
            ["A4", "Bad mail", "4", "", "amara@"],
            ["A5", "=SUM(A1:A9)", "4", "", ""],
            ["A6", "#REF!", "4", "", ""],
            ["A7", "Too wide", "4", "", "a@b.edu", "rest"],
            ["A8-far-too-long", "Long", "4", "", ""],
        ]
        rows = list(services.iter_rows(confirmed(bad), FIELDS))
        assert [line for line, _values, _faults in rows] == list(range(2, 10))
        assert [faults[0].column for _line, _values, faults in rows] == [
            "Code", "Credits", "Starts", "Email", "Name", "Name", "after the last column", "Code",
        ]  # fmt: skip
        assert all(fault.message and fault.remedy for _l, _v, faults in rows for fault in faults)
        assert rows[3][2][0].value == "amara@"

    def test_gives_dates_as_iso_and_numbers_plain(self, confirmed):
        upload = confirmed(
            [HEADER, ['="020"', "One", "4,50", "03/04/2026", "A@B.edu"]], {"date_order": "dmy"}
        )
        assert next(services.iter_rows(upload, FIELDS)) == (
            2,
            {"code": "020", "title": "One", "credits": "4.5", "day": "2026-04-03", "email": "a@b.edu"},
            [],
        )

    def test_is_a_stream(self, confirmed, monkeypatch):
        upload = confirmed([HEADER, *ROWS])
        assert next(services.iter_rows(upload, FIELDS))[0] == 2


class TestStage:
    def test_writes_every_row_with_its_outcome(self, confirmed):
        rows = [HEADER, *ROWS, ["", "No code", "", "", ""], ROWS[0]]

        def decide(line, values, faults):
            if values["code"] == "021":
                return Decision(
                    RowOutcome.CHANGED, "021", [Change("title", "Title", "Metal", values["title"])]
                )
            if values["code"] == "022":
                return Decision(RowOutcome.ASKED, "022", question="no_credits")
            return added(line, values, faults)

        upload = confirmed(rows)
        counts = services.stage(upload, decide, fields=FIELDS, now=NOW)
        assert (
            counts
            == selectors.counts(upload)
            == {"added": 1, "changed": 1, "unchanged": 0, "faulty": 2, "asked": 1}
        )
        twin = selectors.rows_of(upload, "faulty").last()
        assert "Line 2" in twin.faults[0]["message"]
        assert selectors.rows_of(upload, "changed").get().changes[0]["old"] == "Metal"

    def test_twice_gives_the_same_rows(self, confirmed):
        upload = confirmed([HEADER, *ROWS])
        assert services.stage(upload, added, fields=FIELDS, now=NOW) == services.stage(
            upload, added, fields=FIELDS, now=NOW
        )
        assert upload.rows.count() == 3

    def test_decides_groups_with_one_word(self, confirmed, college):
        upload = confirmed([HEADER, *ROWS])
        services.stage(
            upload,
            lambda line, v, f: Decision(RowOutcome.ASKED, v["code"], question="odd"),
            fields=FIELDS,
            now=NOW,
        )
        assert selectors.unanswered(upload) == 3
        assert services.answer_group(upload, "odd", accept=True, actor=college.registrar, now=NOW) == 3
        group = selectors.groups(upload)[0]
        assert (group.count, group.confirmed, len(group.examples)) == (3, True, 3)
        assert selectors.unanswered(upload) == 0

    def test_refuses_a_group_before_the_preview(self, confirmed, college):
        with pytest.raises(NotInThisState):
            services.answer_group(
                confirmed([HEADER, *ROWS]), "odd", accept=True, actor=college.registrar, now=NOW
            )


class TestFaultyCsv:
    def test_gives_the_rows_back_with_reasons_and_harmless_cells(self, confirmed):
        upload = confirmed([HEADER, ["", "=cmd()", "4", "", ""], ROWS[1]])
        services.stage(upload, added, fields=FIELDS, now=NOW)
        lines = list(csv.reader(io.StringIO("".join(selectors.faulty_csv(upload)))))
        assert lines[0] == [*HEADER, "Line", "What is wrong", "What to do"]
        assert lines[1][1] == "'=cmd()"
        assert lines[1][5] == "2"
        assert len(lines) == 2


class TestForgetting:
    def test_drops_bytes_and_rows_after_thirty_days(self, confirmed):
        upload = confirmed([HEADER, *ROWS])
        services.stage(upload, added, fields=FIELDS, now=NOW)
        assert services.forget_old(now=NOW + timedelta(days=29)) == 0
        assert services.forget_old(now=NOW + timedelta(days=31)) == 1
        upload.refresh_from_db()
        assert (upload.content, upload.sample, upload.rows.count()) == (None, [], 0)
        with pytest.raises(FileIsGone):
            list(services.iter_rows(upload, FIELDS))

    def test_abandon_drops_them_at_once(self, confirmed, college):
        upload = confirmed([HEADER, *ROWS])
        services.abandon(upload, actor=college.registrar, now=NOW)
        upload.refresh_from_db()
        assert (upload.state, upload.content) == (UploadState.ABANDONED, None)
