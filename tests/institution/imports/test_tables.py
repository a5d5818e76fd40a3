"""Every shape of file that colleges send."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from institution.imports.errors import UnreadableFile
from institution.imports.fields import Field
from tests.institution.imports.files import HEADER, ROWS, csv_text, table_of, workbook

FIELDS = (
    Field("code", "Code", required=True, aliases=("código", "clave", "course number")),
    Field("title", "Title", required=True, aliases=("name", "nombre", "curso")),
    Field("credits", "Credits", aliases=("créditos",), kind="decimal"),
)


def said(table) -> str:
    return " ".join(table.findings)


class TestEncodings:
    @pytest.mark.parametrize(
        ("encoding", "seen"),
        [
            ("utf-8", "utf-8"),
            ("utf-8-sig", "utf-8-sig"),
            ("utf-16", "utf-16"),
            ("utf-16-le", "utf-16-le"),
            ("utf-16-be", "utf-16-be"),
            ("cp1252", "cp1252"),
            ("latin-1", "cp1252"),
        ],
    )
    def test_reads_accents(self, encoding, seen):
        table = table_of(csv_text([HEADER, *ROWS]).encode(encoding), FIELDS)
        assert table.encoding == seen
        assert table.columns == HEADER
        assert table.rows[0] == (2, ROWS[0])

    def test_says_when_it_had_to_assume_windows_1252(self):
        assert "Windows-1252" in said(table_of(csv_text([HEADER, *ROWS]).encode("latin-1")))
        assert "Windows-1252" not in said(table_of(csv_text([HEADER, *ROWS]).encode()))

    def test_says_when_letters_are_garbled(self):
        garbled = csv_text([HEADER, *ROWS]).encode().decode("cp1252").encode()
        assert "garbled" in said(table_of(garbled)) or "Ã" in table_of(garbled).rows[0][1][1]


class TestDelimiters:
    @pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
    def test_finds_the_separator(self, mark):
        table = table_of(csv_text([HEADER, *ROWS], mark).encode(), FIELDS)
        assert table.delimiter == mark
        assert table.rows[1] == (3, ROWS[1])

    def test_is_not_misled_by_decimal_commas(self):
        rows = [["Code", "Credits"], ["A1", "2,5"], ["A2", "4,0"], ["A3", "1,5"]]
        assert table_of(csv_text(rows, ";").encode(), FIELDS).rows[0][1] == ["A1", "2,5"]

    def test_obeys_the_line_excel_writes(self):
        table = table_of(b"sep=;\r\n" + csv_text([HEADER, *ROWS], ";").encode(), FIELDS)
        assert table.columns == HEADER
        assert table.rows[0] == (3, ROWS[0])

    def test_reads_a_single_column(self):
        assert table_of(b"Code\nA1\nA2\n", FIELDS).rows == [(2, ["A1"]), (3, ["A2"])]


class TestHeaders:
    def test_leaves_title_lines_out(self):
        titles = [["Riverbend College"], ["Course catalog, 2026"], [], HEADER]
        table = table_of(csv_text(titles + ROWS).encode(), FIELDS)
        assert (table.header_line, table.columns, table.row_count) == (4, HEADER, 3)
        assert "2 lines above the table" in said(table)

    def test_sees_that_there_is_none(self):
        table = table_of(csv_text(ROWS).encode(), FIELDS)
        assert (table.header_line, table.columns, table.row_count) == (None, [""] * 5, 3)
        assert "no header" in said(table)

    def test_sees_that_there_is_none_where_all_is_text(self):
        rows = [
            ["Central", "Welding", "Basic welding"],
            ["Central", "Welding", "Pipe welding"],
            ["North", "Welding", "Art"],
        ]
        assert table_of(csv_text(rows).encode(), FIELDS).header_line is None

    def test_reads_a_header_whose_words_nobody_knows(self):
        rows = [["Foo", "Bar", "Baz"], ["a", "x y", "3"], ["b", "z", "4"], ["c", "w", "5"]]
        assert table_of(csv_text(rows).encode(), FIELDS).columns == ["Foo", "Bar", "Baz"]

    def test_reads_a_spanish_header(self):
        table = table_of(
            csv_text([["CÓDIGO", "Nombre", "Créditos"], *[row[:3] for row in ROWS]]).encode("cp1252"), FIELDS
        )
        assert table.columns == ["CÓDIGO", "Nombre", "Créditos"]

    def test_leaves_out_empty_lines_and_a_repeated_header(self):
        rows = [HEADER, ROWS[0], [], ["", "", "", "", ""], ROWS[1], HEADER, ROWS[2]]
        table = table_of(csv_text(rows).encode(), FIELDS)
        assert [line for line, _row in table.rows] == [2, 5, 7]
        assert table.row_count == 3
        assert "2 empty lines" in said(table)
        assert "stands again" in said(table)

    def test_a_person_may_point_at_another_line(self):
        data = csv_text([HEADER, *ROWS]).encode()
        assert table_of(data, FIELDS, header=None).row_count == 4
        assert table_of(data, FIELDS, header=3).columns[0] == "021"

    def test_counts_lines_as_a_spreadsheet_does(self):
        data = b'Code,Name\r\nA1,"two\nlines"\r\nA2,one\r\n'
        assert table_of(data, FIELDS).rows == [(2, ["A1", "two\nlines"]), (3, ["A2", "one"])]


class TestWorkbooks:
    def test_reads_numbers_dates_and_leading_zeros_as_seen(self):
        rows = [HEADER, [20, "A", 4.5, date(2026, 5, 14), "a@b.edu"], [21, "B", 4.0, 46156, "c@d.edu"]]
        table = table_of(workbook(rows, formats={"A2": "000"}), FIELDS)
        assert table.rows[0] == (2, ["020", "A", "4.5", "2026-05-14", "a@b.edu"])
        assert table.rows[1] == (3, ["21", "B", "4", "46156", "c@d.edu"])

    def test_fills_cells_merged_downwards(self):
        rows = [
            ["College", "Code", "Name"],
            ["Central", "A1", "One"],
            [None, "A2", "Two"],
            ["North", "A3", "Three"],
        ]
        table = table_of(workbook(rows, ("A2:A3",)), FIELDS)
        assert [row[0] for _line, row in table.rows] == ["Central", "Central", "North"]

    def test_reads_a_title_merged_over_the_table(self):
        rows = [["Catalog 2026", None, None], ["Code", "Name", "Credits"], ["A1", "One", 4], ["A2", "Two", 5]]
        table = table_of(workbook(rows, ("A1:C1",)), FIELDS)
        assert (table.header_line, table.columns) == (2, ["Code", "Name", "Credits"])

    def test_reads_a_header_over_two_rows(self):
        rows = [
            ["Course", None, "Credits", None],
            ["Code", "Name", "Min", "Max"],
            ["A1", "One", 4, 5],
            ["A2", "Two", 5, 5],
        ]
        table = table_of(workbook(rows, ("A1:B1", "C1:D1")), FIELDS)
        assert table.columns == ["Code", "Name", "Credits Min", "Credits Max"]
        assert table.row_count == 2

    def test_reads_a_header_merged_downwards(self):
        rows = [
            ["Code", "Name", "Credits", None],
            [None, None, "Min", "Max"],
            ["A1", "One", 4, 5],
            ["A2", "Two", 5, 5],
        ]
        table = table_of(workbook(rows, ("A1:A2", "B1:B2", "C1:D1")), FIELDS)
        assert table.columns == ["Code", "Name", "Credits Min", "Credits Max"]
        assert table.rows[0][1] == ["A1", "One", "4", "5"]

    def test_takes_the_first_filled_sheet_or_the_one_chosen(self):
        book = openpyxl.Workbook()
        book.active.title = "Empty"
        for name in ("Fall", "Spring"):
            sheet = book.create_sheet(name)
            sheet.append(["Code", "Name"])
            sheet.append([name, "One"])
        out = io.BytesIO()
        book.save(out)
        assert table_of(out.getvalue(), FIELDS).sheet == "Fall"
        chosen = table_of(out.getvalue(), FIELDS, sheet="Spring")
        assert (chosen.sheet, chosen.rows[0][1][0], chosen.sheets) == (
            "Spring",
            "Spring",
            ["Empty", "Fall", "Spring"],
        )

    def test_says_where_a_formula_has_no_value(self):
        rows = [["Code", "Name", "Credits"], ["A1", "One", "=2+2"], ["A2", "Two", 3]]
        assert "C2" in said(table_of(workbook(rows), FIELDS))


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


def tampered(member: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["Code"], ["A1"]]))) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            after.writestr(name, data if name == member else before.read(name))
    return out.getvalue()


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "empty"),
            (b"  \n\n", "empty"),
            (b"%PDF-1.7 ...", "PDF"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, ".xls"),
            (b"<html><table><tr><td>Code</td></tr></table></html>", "web page"),
            (b'<?xml version="1.0"?><Workbook/>', "XML"),
            (b'{"CFDocument": {}}', "JSON"),
            (b"\x89PNG\r\n\x1a\n0000", "picture"),
            (bytes(range(256)) * 20, "no text"),
            (zipped(content_xml=b"<a/>"), "OpenDocument"),
            (zipped(word__document_xml=b"<a/>"), "Word"),
            (zipped(a_txt=b"x"), "no workbook"),
            (b"PK\x03\x04 broken", "damaged"),
            (b'Code,Name\nA1,"never closed\n' + b"A2,two\n" * 30_000, "quotation mark"),
            (b",,\n,,\n", "no rows"),
        ],
    )
    def test_names_the_remedy(self, data, words):
        with pytest.raises(UnreadableFile) as caught:
            table_of(data, FIELDS)
        assert words in caught.value.faults["file"]

    def test_refuses_a_bomb(self):
        with pytest.raises(UnreadableFile) as caught:
            table_of(tampered("xl/worksheets/sheet1.xml", b" " * (40 << 20)), FIELDS)
        assert "unpacks to more" in caught.value.faults["file"]

    def test_refuses_entities(self):
        evil = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><worksheet>&b;</worksheet>'
        with pytest.raises(UnreadableFile):
            table_of(tampered("xl/worksheets/sheet1.xml", evil), FIELDS)

    def test_refuses_a_sheet_that_breaks_off(self):
        broken = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c'
        with pytest.raises(UnreadableFile):
            table_of(tampered("xl/worksheets/sheet1.xml", broken), FIELDS)
