"""Every hostile case of the folder is refused with its code, in time, and its untampered twin verifies."""

import base64
import functools
import json
import time
import tracemalloc
from typing import Any

import pytest
from django.urls import get_resolver

from credentials.checks.report import Report
from tests.credentials.checks.checking import check, follow
from tests.support.hostile.__main__ import FOLDER
from tests.support.hostile.cases import CASES
from tests.support.issuers import Saved

RECIPES = {make.__name__: functools.cache(make) for make in CASES}  # made when asked for: some are large
SHOWN = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("[a-z]*.json")}
WORLD = json.loads((FOLDER / "_world.json").read_text())
TWINS = {str(one["twin"]): name for name, one in SHOWN.items() if "twin" in one}
SECONDS = 10
PEAK = 48 << 20  # bytes of memory for a bomb of 64 MiB and more


def read(shown: Any) -> bytes | None:
    """Return the bytes that a file shows as text, as base64, or as null."""
    if shown is None:
        return None
    return base64.b64decode(shown["base64"]) if isinstance(shown, dict) else shown.encode()


def saved(changed: dict[str, Any]) -> Saved:
    bodies = {url: read(shown) for url, shown in (WORLD | changed).items()}
    return Saved({url: body for url, body in bodies.items() if body is not None})


@pytest.fixture(scope="module", autouse=True)
def _addresses_are_read() -> None:
    """Let no case wait for the addresses of the portal, which are read once in a process."""
    assert get_resolver().url_patterns


def timed(document: bytes, world: Saved) -> Report:
    start = time.monotonic()
    report = check(document, world, follow=follow(world))
    assert time.monotonic() - start < SECONDS
    assert len(world.asked) <= 5
    return report


class TestHostileCases:
    @pytest.mark.parametrize("name", SHOWN)
    def test_is_refused_with_its_code(self, name):
        shown = SHOWN[name]
        if "made_by" in shown:
            document, world = RECIPES[name]().document, RECIPES[name]().world()
        else:
            document, world = read(shown["document"]), saved(shown["answers"])
        report = timed(document, world)
        assert (report.verdict, report.ok) == (shown["expected"], False)
        assert report.answer
        assert report.advice

    @pytest.mark.parametrize("name", TWINS.values())
    def test_its_twin_verifies(self, name):
        assert timed(read(SHOWN[name]["twin"]), saved({})).verdict == "valid"

    def test_a_flaw_differs_from_its_twin(self):
        made = [make() for make in RECIPES.values()]
        same = [one.name for one in made if one.document == one.twin and not one.answers]
        assert same == []

    @pytest.mark.parametrize("name", [name for name in RECIPES if "inflates" in name or "bomb" in name])
    def test_a_bomb_is_not_unpacked(self, name):
        case, world = RECIPES[name](), RECIPES[name]().world()
        tracemalloc.start()
        try:
            check(case.document, world)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < PEAK

    def test_there_are_more_than_a_hundred_and_all_have_a_recipe(self):
        assert {name: one["expected"] for name, one in SHOWN.items()} == {
            name: make().expected for name, make in RECIPES.items()
        }
        assert len(SHOWN) > 100
