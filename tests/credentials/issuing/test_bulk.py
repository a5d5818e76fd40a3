"""The binary format of COPY, held against what the server itself makes of the same values."""

import uuid
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection

from credentials.issuing.bulk import copying, field

VALUES = [
    ("date_send", "date", date(2026, 5, 14)),
    ("date_send", "date", date(1999, 12, 31)),
    ("timestamptz_send", "timestamptz", datetime(2026, 5, 20, 18, 30, 15, 999_999, tzinfo=UTC)),
    ("timestamptz_send", "timestamptz", datetime(1969, 7, 20, 20, 17, tzinfo=timezone(timedelta(hours=-7)))),
    ("textsend", "text", "Zoë 😀\t\\"),
    ("textsend", "text", ""),
    ("uuid_send", "uuid", uuid.UUID(int=7)),
    ("byteasend", "bytea", b"\0\xff"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("send", "kind", "value"), VALUES)
def test_a_field_is_what_the_server_sends_for_the_value(send, kind, value):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {send}(%s::{kind})", [value])
        sent = bytes(cursor.fetchone()[0])
    assert field(value) == len(sent).to_bytes(4) + sent


def test_nothing_is_null():
    assert field(None) == (-1).to_bytes(4, signed=True)


def stop_after(write, row):
    write(row)
    raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_of_a_block_that_fails():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bulk_now (at date, said text UNIQUE)")
    row = (2).to_bytes(2) + field(date(2026, 5, 14)) + field("x")
    with pytest.raises(IntegrityError), copying("bulk_now", "at, said") as write:
        write(row + row)
    with pytest.raises(ZeroDivisionError), copying("bulk_now", "at, said") as write:
        stop_after(write, row)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bulk_now")
        assert cursor.fetchone() == (0,)
        cursor.execute("DROP TABLE bulk_now")
