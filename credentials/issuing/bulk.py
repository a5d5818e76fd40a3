"""Many rows in few statements: COPY in, locks that go with the connection."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db import connection

from institution.imports.copying import copy_into

__all__ = ["blocks", "copied_value", "copy_into", "copy_lines", "copying", "field", "only_one"]
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Item = TypeVar("Item")


def blocks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of at most `size` items, so that a file of any length needs little memory."""
    source = iter(items)
    while block := list(islice(source, size)):
        yield block


def copied_value(given: object) -> str:
    """Return the text of one value as COPY reads it between tabs (PostgreSQL, COPY, text format); None is null."""
    if given is None:
        return "\\N"
    value = str(given)
    if value.isprintable() and "\\" not in value:
        return value
    for plain, written in _ESCAPES:
        value = value.replace(plain, written)
    return value


def copy_lines(table: str, lines: Iterable[bytes]) -> None:
    """Write lines, their values made by `copied_value`, into all columns of a table of ours."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(b"".join(lines))


@contextmanager
def copying(table: str, columns: str) -> Iterator[Callable[[bytes], None]]:
    """Yield what takes whole rows in the binary format, which the server reads while more are made.

    A row is the number of its fields as two bytes, then each `field`. Nothing is kept if the block fails.
    Rule: PostgreSQL, COPY, file formats: a header without flags or extension, the rows, an end.
    """
    statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        yield copy.write
        copy.write(b"\xff\xff")


def field(value: UUID | str | bytes | datetime | date | None) -> bytes:
    """Return a value with its length before it, as binary COPY reads a column of that type; None is null.

    A day is counted from 2000-01-01, a moment in microseconds from there (PostgreSQL, date/time types).
    """
    match value:
        case None:
            return b"\xff\xff\xff\xff"
        case UUID():
            data = value.bytes
        case str():
            data = value.encode()
        case datetime():
            data = ((value - _EPOCH) // _MICROSECOND).to_bytes(8, signed=True)
        case date():
            data = (value - _EPOCH.date()).days.to_bytes(4, signed=True)
        case _:
            data = value
    return len(data).to_bytes(4) + data


@contextmanager
def only_one(purpose: str, key: object) -> Iterator[bool]:
    """Hold a lock of this connection; False if somebody else holds it. A killed process loses it."""
    numbers = [zlib.crc32(purpose.encode()) - (1 << 31), zlib.crc32(str(key).encode()) - (1 << 31)]
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", numbers)
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", numbers)
