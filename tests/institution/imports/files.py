"""Small files of every shape, made on the spot."""

import io
from types import SimpleNamespace

import openpyxl

HEADER = ["Code", "Name", "Credits", "Starts", "Email"]
ROWS = [
    ["020", "Señales y sistemas", "4.0", "2026-05-14", "a@b.edu"],
    ["021", "Metal, hot", "2.5", "2026-06-01", "c@d.edu"],
    ["022", "Tutoring", "0", "2026-06-02", "e@f.edu"],
]


def named(data: bytes, name: str = "list.csv") -> io.BytesIO:
    """Return bytes as an uploaded file."""
    file = io.BytesIO(data)
    file.name = name
    file.size = len(data)
    return file


def csv_text(rows: list[list[str]], mark: str = ",", end: str = "\r\n") -> str:
    """Return rows as CSV text, quoting only where it must."""
    quoted = [
        ['"' + cell.replace('"', '""') + '"' if mark in cell or '"' in cell else cell for cell in row]
        for row in rows
    ]
    return end.join(mark.join(row) for row in quoted) + end


def workbook(rows: list[list[object]], merges: tuple[str, ...] = (), formats: dict | None = None) -> bytes:
    """Return rows as a workbook with merged cells and number formats."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for cell, shown in (formats or {}).items():
        sheet[cell].number_format = shown
    for merge in merges:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table_of(data: bytes, fields=(), **options) -> SimpleNamespace:
    """Return the table as read, and its rows."""
    from institution.imports import mapping, tables

    table = tables.read(data, mapping.words_of(fields), **options)
    source = table.packed if table.packed is not None else data
    rows = [
        (line, row)
        for line, row in tables.lines(source, table.encoding, table.delimiter)
        if line >= table.first_data_line and not tables.is_header_again(row, table.columns)
    ]
    return SimpleNamespace(**vars(table), rows=rows)
