"""What every test shares: real servers, quick password hashes, a cache that starts empty."""

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support import servers

pytest_plugins = ["tests.support.browser"]

# Begun last, one of these would keep a single processor busy while the other has nothing to do.
LONGEST = (
    "tests/flows/",
    "tests/browser/test_whole_line",
    "tests/credentials/intake/test_shapes.py::TestFifty",
    "tests/credentials/shapes/test_cache.py::TestCanonical",
)


def pytest_configure(config: pytest.Config) -> None:
    """Find or start the servers before Django reads its settings."""
    os.environ.setdefault("REGISTRY_ENV", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    if config.option.collectonly:
        return
    servers.use()
    from django.conf import settings

    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = servers.NAME
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise warns without it
    settings.REVOCATION_JOURNAL = str(Path(tempfile.mkdtemp(prefix="journal-")) / "revocations.jsonl")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let a worker find its own Redis database before it reads the settings, which it would at once."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_report_header() -> list[str]:
    """Name the servers that answer."""
    return [servers.versions()] if "REDIS_DB" in os.environ else []


def pytest_unconfigure() -> None:
    """Stop what we started."""
    servers.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens a browser, so that no test forgets to say so; put first what takes long."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """Keep the garbage collector from walking through six thousand collected tests again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let the test database begin as a copy of one that is migrated."""
    from django.db import connections

    from tests.support.emptying import keep_what_migrations_made

    connections["default"].settings_dict["TEST"]["TEMPLATE"] = servers.template()
    keep_what_migrations_made()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Forget rate limits and other cached things of the test before; leave the broker's keys alone."""
    servers.forget_cache()


@pytest.fixture(autouse=True)
def _no_language_of_another_test() -> Iterator[None]:
    """Forget the language of the last request: Django leaves it active in the thread."""
    yield
    from django.utils import translation

    translation.deactivate()


@pytest.fixture
def college(db: None) -> SimpleNamespace:
    """A small college: see `tests.support.people.lay_college`."""
    from tests.support.people import lay_college

    return lay_college()
