"""The rows of a kept file, as a stream: raw cells, or texts by field with what is wrong."""

from collections.abc import Iterator, Sequence
from typing import Any

from institution.imports import rows, tables
from institution.imports.errors import FileIsGone
from institution.imports.fields import Field
from institution.imports.models import Upload


def iter_rows(upload: Upload, fields: Sequence[Field]) -> rows.Rows:
    """Yield (line, {field: text}, [Fault]) of every row, as a stream. Raises FileIsGone."""
    reader = rows.Reader(fields, upload.mapping, upload.columns, upload.answers)
    for line, row in raw_rows(upload):
        values, faults = reader.read(row)
        yield line, values, faults


def raw_rows(upload: Upload) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) below the header, without empty lines and repeated headers."""
    source = kept_bytes(upload.packed if upload.encoding == tables.PACKED else upload.content)
    mark = "\t" if upload.delimiter == "tab" else upload.delimiter
    for line, row in tables.lines(source, upload.encoding, mark):
        if line >= upload.first_data_line and not tables.is_header_again(row, upload.columns):
            yield line, row


def kept_bytes(kept: Any) -> bytes:
    """Return the bytes of a kept file. Raises FileIsGone after they were dropped."""
    if kept is None:
        raise FileIsGone
    return bytes(kept)
