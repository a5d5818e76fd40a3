"""Empty the database after a test that committed, and leave what a migrated database begins with."""

from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.test import TransactionTestCase

BEGUN_WITH = {"django_content_type", "auth_permission", "django_migrations"}


def keep_what_migrations_made() -> None:
    """Let the tests that commit leave the permissions alone: to write them anew takes longer than to empty."""
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[method-assign]


def _empty(_test: Any) -> None:
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), sorted(tables - BEGUN_WITH)))
