"""Many rows in few statements: COPY in, locks that go with the connection."""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from django.db import connection

from institution.imports.copying import copy_into

__all__ = ["blocks", "copy_into", "only_one"]

Item = TypeVar("Item")


def blocks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of at most `size` items, so that a file of any length needs little memory."""
    source = iter(items)
    while block := list(islice(source, size)):
        yield block


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
