"""Many rows in few statements: COPY in, and one UPDATE from what was copied.

Names of tables and columns come from our own models, never from outside.
"""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models

Values = Mapping[str, Any]  # by attribute name: "offering_id", "title"


def copy_into(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows by COPY."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def insert(model: type[models.Model], rows: Iterable[Values], same: Values) -> None:
    """Insert rows with the model's defaults where they say nothing. same: what all of them say.

    No signals, no `save()`; the constraints of the table hold as ever.
    """
    fields: list[Any] = [one for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]
    plan = [(one.attname, _fixed(one, same), isinstance(one, models.JSONField)) for one in fields]
    copy_into(
        model._meta.db_table,
        [_quoted(one.column) for one in fields],
        (
            [
                _value(row[name], is_json) if name in row else (fixed() if callable(fixed) else fixed)
                for name, fixed, is_json in plan
            ]
            for row in rows
        ),
    )


def update(model: type[models.Model], names: Sequence[str], rows: Iterable[Values]) -> None:
    """Set the named fields of many rows, each by its `pk`, in one statement. Call it in a transaction."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    main: Any = model._meta.pk
    columns = [_quoted(one.column) for one in fields]
    key, table = _quoted(main.column), _quoted(model._meta.db_table)
    new = _quoted(f"new_{model._meta.db_table}")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {new}")
        picked = ", ".join([key, *columns])
        cursor.execute(  # types as in the table itself
            f"CREATE TEMP TABLE {new} ON COMMIT DROP AS SELECT {picked} FROM {table} WITH NO DATA"  # noqa: S608
        )
    plan = [(one.attname, isinstance(one, models.JSONField)) for one in fields]
    lines = ([row["pk"], *(_value(row[name], is_json) for name, is_json in plan)] for row in rows)
    copy_into(new, [key, *columns], lines)
    sets = ", ".join(f"{one} = n.{one}" for one in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} t SET {sets} FROM {new} n WHERE t.{key} = n.{key}")  # noqa: S608


def _fixed(one: Any, same: Values) -> Any:
    """Return what a field says where its row says nothing: a value, or what makes one for each row."""
    if one.attname in same:
        return same[one.attname]
    if one.default is uuid.uuid4:
        return uuid.uuid4
    value = one.get_default()
    return _value(value, isinstance(one, models.JSONField))


def _value(value: Any, is_json: bool) -> Any:
    return json.dumps(value, ensure_ascii=False) if is_json and value is not None else value


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
