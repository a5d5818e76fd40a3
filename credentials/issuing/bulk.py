"""Many rows in few statements: COPY in, locks that go with the connection."""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from django.db import connection

from institution.imports.copying import copy_into

__all__ = ["blocks", "copied_value", "copy_binary", "copy_into", "copy_lines", "only_one"]
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))

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


def copy_binary(table: str, tuples: Iterable[bytes]) -> None:
    """Write rows in the binary format, which the server takes without looking at every character.

    Rule: PostgreSQL, COPY, file formats: a header without flags or extension, the tuples, an end.
    """
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
        copy.write(b"".join([b"PGCOPY\n\xff\r\n\0", bytes(8), *tuples, b"\xff\xff"]))


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
