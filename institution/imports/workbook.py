"""Workbooks (.xlsx) read once, row by row, into plain lines; hostile ones are refused before parsing.

Limits stand before the parser: number of members, unpacked size, no document types, no entities.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.cell import range_boundaries

from institution.imports import cells
from institution.imports.errors import UnreadableFile

MAX_MEMBERS = 2_000
MAX_UNPACKED = 800 * 1024 * 1024
MAX_SHARED_STRINGS = 120 * 1024 * 1024  # these are held in memory by the parser
MAX_RATIO = 300  # unpacked bytes for each packed one, beyond 10 MB
MAX_COLUMNS = 300
CHUNK = 1 << 20

_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]{0,200}?\bref=\"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\"")
_UNCOMPUTED = re.compile(
    rb"<c r=\"([A-Z]{1,3}\d{1,7})\"[^>]{0,100}><f[^>]{0,300}(?:/>|>[^<]{0,2000}</f>)(?:<v\s*/>|<v></v>)?</c>"
)


@dataclass
class Marks:
    """What the streaming parser does not tell about a sheet."""

    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # column, row, column, row
    uncomputed: list[str] = field(default_factory=list)  # cells with a formula that has no value


def guard(data: bytes) -> None:
    """Raise UnreadableFile unless the archive is a workbook of a bearable size without entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            _guard_kind(names)
            _guard_sizes(members)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _guard_xml(archive.open(member).read(4096))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise UnreadableFile(
            _("The workbook is damaged or has a password. Open it, save it anew as .xlsx, and try again.")
        ) from error


def _guard_kind(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "content.xml" in names:
        raise UnreadableFile(_("This is an OpenDocument file (.ods). Save it as .xlsx or CSV."))
    if "xl/workbook.bin" in names:
        raise UnreadableFile(_("This is a binary workbook (.xlsb). Save it as .xlsx or CSV."))
    if "word/document.xml" in names:
        raise UnreadableFile(_("This is a Word document. Upload the table as CSV or XLSX."))
    raise UnreadableFile(_("This archive is no workbook. Unpack it and upload the table in it."))


def _guard_sizes(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    shared = sum(member.file_size for member in members if member.filename.endswith("sharedStrings.xml"))
    bombs = [
        member
        for member in members
        if member.file_size > 10 * CHUNK and member.file_size > MAX_RATIO * max(member.compress_size, 1)
    ]
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or shared > MAX_SHARED_STRINGS or bombs:
        raise UnreadableFile(
            _("The workbook unpacks to more than we read. Save the sheet as CSV, or split it.")
        )


def _guard_xml(head: bytes) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise UnreadableFile(_("The workbook holds declarations that no spreadsheet program writes."))


def open_book(data: bytes) -> openpyxl.Workbook:
    """Return the workbook for streaming. Raises UnreadableFile."""
    guard(data)
    try:
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (KeyError, ValueError, TypeError, AttributeError, SyntaxError, OSError) as error:
        raise UnreadableFile(
            _("The workbook cannot be opened. Open it in a spreadsheet program and save it anew.")
        ) from error


def sheet_names(book: openpyxl.Workbook) -> list[str]:
    """Return the names of the sheets one can see, in order."""
    return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def marks_of(data: bytes, book: openpyxl.Workbook, name: str) -> Marks:
    """Scan a sheet's text for merged cells and formulas without value, a chunk at a time."""
    marks = Marks()
    path = book[name]._worksheet_path.lstrip("/")
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(path) as stream:
        rest = b""
        while chunk := stream.read(CHUNK):
            text = rest + chunk
            cut = text.rfind(b"<c ") if len(text) > 8192 else -1
            cut = cut if cut > len(text) - 8192 else max(len(text) - 300, 0)
            _collect(text[:cut], marks)
            rest = text[cut:]
        _collect(rest, marks)
    return marks


def _collect(text: bytes, marks: Marks) -> None:
    if len(marks.merges) < 200_000:
        marks.merges += [range_boundaries(found.decode()) for found in _MERGE.findall(text)]  # type: ignore[misc]
    if len(marks.uncomputed) < 1_000 and b"<f" in text:
        marks.uncomputed += [found.decode() for found in _UNCOMPUTED.findall(text)]


def lines(book: openpyxl.Workbook, name: str, marks: Marks) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, texts); a cell merged over several rows says its value in each of them."""
    tall = sorted((top, left, bottom) for left, top, _right, bottom in marks.merges if bottom > top)
    waiting = 0
    carried: dict[int, tuple[int, str]] = {}  # column index: (last row, text)
    sheet = book[name]
    sheet.reset_dimensions()
    try:
        for number, row in enumerate(sheet.iter_rows(), 1):
            texts = [cells.from_workbook(cell.value, _format(cell)) for cell in row[:MAX_COLUMNS]]
            for index, (last, text) in list(carried.items()):
                if number > last:
                    del carried[index]
                    continue
                texts += [""] * (index + 1 - len(texts))
                texts[index] = texts[index] or text
            while waiting < len(tall) and tall[waiting][0] <= number:
                top, left, bottom = tall[waiting]
                waiting += 1
                if top == number and left <= len(texts) and texts[left - 1]:
                    carried[left - 1] = (bottom, texts[left - 1])
            yield number, texts
    except (ValueError, TypeError, KeyError, IndexError, SyntaxError, zipfile.BadZipFile) as error:
        raise UnreadableFile(
            _("The sheet cannot be read to its end. Open the workbook and save it anew.")
        ) from error


def _format(cell: object) -> str:
    value = getattr(cell, "value", None)
    return getattr(cell, "number_format", "") or "" if isinstance(value, (int, float)) else ""
