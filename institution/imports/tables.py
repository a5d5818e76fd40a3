"""A file as one table: `read` says what stands where, `lines` goes through it without holding it."""

import csv
import gzip
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institution.imports import bytesniff, cells, headers, workbook
from institution.imports.errors import UnreadableFile

SAMPLE = 60  # rows kept to guess from and to show
MAX_ROWS = 500_000
MAX_CELL = 300  # characters of a cell in the sample
PACKED = "packed"  # encoding of the lines of a workbook, kept as gzipped CSV


@dataclass
class Table:
    """How a file was understood."""

    encoding: str
    delimiter: str
    columns: list[str]
    header_line: int | None
    first_data_line: int
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    sample: list[list[str]] = field(default_factory=list)
    row_count: int = 0
    findings: list[str] = field(default_factory=list)
    packed: bytes | None = None


TOLD_EVERY = 2_000  # lines between two signs of how far the reading is
Tell = Callable[[int], None]
NOT_TOLD = -1  # the header's line is to be found


def refuse_early(data: bytes) -> None:
    """Raise UnreadableFile for what can be told without reading the rows: quick for a file of any size."""
    bytesniff.refuse_what_is_no_table(data)
    if bytesniff.is_archive(data):
        workbook.guard(data)


def read(
    data: bytes,
    words: frozenset[str],
    *,
    sheet: str = "",
    header: int | None = NOT_TOLD,
    tell: Tell | None = None,
) -> Table:
    """Return how a file is to be read. Raises UnreadableFile with a remedy.

    words: header words, made plain. header: the line a person pointed at, None for "no header".
    tell: hears now and then how many lines of a workbook have been read.
    """
    bytesniff.refuse_what_is_no_table(data)
    if bytesniff.is_archive(data):
        table, source = _read_workbook(data, sheet, tell)
    else:
        encoding = bytesniff.encoding_of(data)
        table = Table(encoding, bytesniff.delimiter_of(data, encoding), [], None, 1)
        source = data
        if encoding in ("cp1252", "latin-1"):
            table.findings.append(
                _("The file is not UTF-8. It was read as Windows-1252: look whether accents are right.")
            )
    first = [line for line in islice(_filled_lines(source, table), headers.LOOK_AT)]
    if not first:
        raise UnreadableFile(_("The file has no rows. Export it again and check that it has rows."))
    found = headers.find(first, words) if header == NOT_TOLD else headers.at(first, header, words)
    table.columns, table.header_line = found.columns, found.line
    table.first_data_line = found.first_data_line
    _count(source, table)
    _tell(table, found)
    return table


def _read_workbook(data: bytes, sheet: str, tell: Tell | None) -> tuple[Table, bytes]:
    book = workbook.open_book(data)
    names = workbook.sheet_names(book)
    if not names:
        raise UnreadableFile(_("The workbook has no sheet with rows."))
    table = Table(PACKED, ",", [], None, 1, sheets=names)
    for name in [sheet] if sheet in names else names:
        marks = workbook.marks_of(data, book, name)
        packed, rows = _pack(workbook.lines(book, name, marks), tell)
        if rows or name == names[-1]:
            table.sheet = name
            break
    book.close()
    table.packed = packed
    if marks.uncomputed:
        table.findings.append(
            _("Formulas without a computed value stand in %(cells)s. Save the workbook in Excel first.")
            % {"cells": ", ".join(marks.uncomputed[:5])}
        )
    return table, packed


def _pack(lines: Iterator[tuple[int, list[str]]], tell: Tell | None = None) -> tuple[bytes, int]:
    """Write lines as gzipped CSV, each on its own number; return it and how many were filled."""
    filled, at = 0, 0
    with tempfile.SpooledTemporaryFile(max_size=8 << 20) as store:
        with (
            gzip.GzipFile(fileobj=store, mode="wb", compresslevel=3, mtime=0) as packer,
            io.TextIOWrapper(packer, "utf-8", newline="") as text,
        ):
            writer = csv.writer(text)
            for number, row in lines:
                if not any(row):
                    continue
                filled += 1
                if filled > MAX_ROWS + headers.LOOK_AT:
                    raise UnreadableFile(_too_many())
                if tell and filled % TOLD_EVERY == 0:
                    tell(filled)
                for _gap in range(number - at - 1):
                    writer.writerow([])
                writer.writerow(row)
                at = number
        store.seek(0)
        return store.read(), filled


def _too_many() -> str:
    return _("The file has more than %(max)s rows. Split it into several files.") % {"max": MAX_ROWS}


def lines(data: bytes, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of every filled line, counted as a spreadsheet counts. Raises UnreadableFile."""
    with _opened(data, encoding) as stream:
        number = 0
        try:
            for number, row in enumerate(csv.reader(stream, delimiter=delimiter), 1):
                if any(map(str.strip, row)):
                    yield number, row
        except csv.Error as error:
            raise UnreadableFile(
                _("Line %(line)s opens a quotation mark that is never closed. Close it, or remove it.")
                % {"line": number + 1}
            ) from error


def _opened(data: bytes, encoding: str) -> IO[str]:
    raw = io.BytesIO(data)
    if encoding == PACKED:
        return io.TextIOWrapper(gzip.GzipFile(fileobj=raw), "utf-8", newline="")
    return io.TextIOWrapper(raw, encoding, newline="")


def _filled_lines(source: bytes, table: Table) -> Iterator[tuple[int, list[str]]]:
    for number, row in lines(source, table.encoding, table.delimiter):
        if number == 1 and row and row[0].lower().startswith("sep=") and len(row[0]) <= 5:
            continue
        yield number, row


def _count(source: bytes, table: Table) -> None:
    """Count the rows, keep the first as sample, and see how wide the table is where it has no header."""
    previous = table.first_data_line - 1
    blank = repeated = 0
    for number, row in _filled_lines(source, table):
        if number < table.first_data_line:
            continue
        blank += number - previous - 1
        previous = number
        if is_header_again(row, table.columns):
            repeated += 1
            continue
        table.row_count += 1
        if table.row_count > MAX_ROWS:
            raise UnreadableFile(_too_many())
        if len(table.sample) < SAMPLE:
            table.sample.append([cells.clean(text)[:MAX_CELL] for text in row[: len(table.columns)]])
    if blank:
        table.findings.append(
            ngettext("%(n)s empty line was left out.", "%(n)s empty lines were left out.", blank)
            % {"n": blank}
        )
    if repeated:
        table.findings.append(
            ngettext(
                "The header stands again in the middle, %(n)s time; it was left out.",
                "The header stands again in the middle, %(n)s times; it was left out.",
                repeated,
            )
            % {"n": repeated}
        )


def is_header_again(row: list[str], columns: list[str]) -> bool:
    """Return whether a line repeats the header, as exports with page breaks do."""
    if not any(columns) or len(row) < len(columns):
        return False
    return all(cells.clean(text) == name for text, name in zip(row, columns, strict=False))


def _tell(table: Table, found: headers.Header) -> None:
    if found.skipped:
        table.findings.insert(
            0,
            ngettext(
                "%(n)s line above the table was left out.",
                "%(n)s lines above the table were left out.",
                found.skipped,
            )
            % {"n": found.skipped},
        )
    if table.header_line is None:
        table.findings.insert(0, _("The file has no header. Columns were told by what stands in them."))
    if any("Ã©" in text or "Ã±" in text or "Ã¡" in text for row in table.sample for text in row):
        table.findings.append(
            _("Some letters look garbled (Ã©). The program that wrote the file mixed up its encoding.")
        )


def digest_of_header(columns: list[str], kind: str) -> str:
    """Return the SHA-256 by which a mapping is found again for the same header."""
    named = [cells.plain(text) for text in columns]
    return hashlib.sha256("\x1f".join([kind, str(len(named)), *named]).encode()).hexdigest()
