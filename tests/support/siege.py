"""What a test does to the database of a portal under fire: reach it, ask it while it goes away, make it slow."""

from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError, connection

CRAWL = """
    create or replace function crawl() returns trigger as $$
    begin perform pg_sleep({seconds}); return new; end $$ language plpgsql;
    create or replace trigger crawl before update on {table} for each row execute function crawl();
"""


def point_at(url: str) -> None:
    parts = urlsplit(url)
    connection.close()
    connection.settings_dict |= {
        "HOST": parts.hostname,
        "PORT": parts.port,
        "USER": parts.username,
        "PASSWORD": parts.password,
        "NAME": parts.path.strip("/"),
    }


def through(ask):
    """Return an answer of the database, or None while it is away."""
    try:
        return ask()
    except (OperationalError, InterfaceError):
        connection.close()
        return None


def crawl(table: str, seconds: float) -> None:
    """Make a table's updates slow, so that kills land in the middle of transactions; 0 is full speed again."""
    with connection.cursor() as cursor:
        if seconds:
            cursor.execute(CRAWL.format(table=table, seconds=seconds))
        else:
            cursor.execute(f"drop trigger if exists crawl on {table}")


def crawl_soon(portal, table: str) -> None:
    """Let a table run at full speed again, as soon as the database answers."""
    portal.wait(lambda: through(lambda: crawl(table, 0) or True), "PostgreSQL did not come back")
