"""No address without a door, no door that stands open: strangers are tried at each, neighbours by its test."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from tests.browser.pages import PAGES
from tests.doors import DOORS, LISTS, NOT_A_LIST, Door, Who

ROOT = Path(__file__).resolve().parents[1]
ELSEWHERE = ("accounts/", "admin/")  # allauth's and Django's own, tested by their makers
NOWHERE = "00000000-0000-4000-8000-000000000000"
MADE_UP = {"number": 1, "step": "confirm", "audience": "public", "key": "nowhere", "kid": "key-0", "code": "not-allowed"}  # fmt: skip
ROWS = {row.url for row in PAGES} | {row.name for row in PAGES}
REFUSED = {401, 403, 404, 405}


def addresses(patterns: list, space: str = "", route: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Walk the URL configuration: (url name, pattern) of everything that is ours."""
    for one in patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLPattern):
            yield space + (one.name or f"unnamed {here}"), one
        elif not here.startswith(ELSEWHERE):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from addresses(one.url_patterns, inner, here)


def everything() -> list[tuple[str, URLPattern]]:
    return list(addresses(get_resolver().url_patterns))


def path_of(name: str, pattern: URLPattern) -> str:
    """Return an address of something that does not exist."""
    if isinstance(pattern.pattern, RegexPattern):
        names = pattern.pattern.regex.groupindex
        return reverse(name, kwargs={key: MADE_UP.get(key, NOWHERE) for key in names})
    kinds = pattern.pattern.converters
    given = {key: MADE_UP.get(key, _sample(type(kind).__name__)) for key, kind in kinds.items()}
    return reverse(name, kwargs=given)


def _sample(converter: str) -> object:
    return {"UUIDConverter": NOWHERE, "IntConverter": 999_999_999}.get(converter, "nowhere")


@cache
def tests_of(path: str) -> dict[str, str]:
    """Return the tests of a file with their source: `Class::test`, `test`, and `Class` for all of it."""
    text = (ROOT / path).read_text(encoding="utf-8")
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = ast.get_source_segment(text, node) or ""
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        for one in inside:
            if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
                name = f"{node.name}::{one.name}" if one is not node else one.name
                found[name] = ast.get_source_segment(text, one) or ""
    return found


def source_of(test: str) -> str:
    """Return the source of a named test; fail if there is none."""
    path, _, name = test.partition("::")
    assert (ROOT / path).is_file(), f"{path} does not exist"
    assert name in tests_of(path), f"{path} has no {name}"
    return tests_of(path)[name]


class TestTable:
    def test_names_every_address_and_nothing_else(self):
        names = {name for name, _pattern in everything()}
        assert sorted(names - set(DOORS)) == [], "without a door; describe them in tests/doors.py"
        assert sorted(set(DOORS) - names) == [], "doors without an address"

    @pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.who != Who.PUBLIC])
    def test_has_a_neighbor_who_is_refused(self, name):
        assert source_of(DOORS[name].neighbor)

    @pytest.mark.parametrize("name", DOORS)
    def test_has_a_page_that_is_scanned_or_says_why_not(self, name):
        axe = DOORS[name].axe or name
        assert axe in ROWS or axe.startswith("No page"), f"{axe} is no row of tests/browser/pages.py"

    def test_every_row_of_the_pages_has_a_door(self):
        assert {row.url for row in PAGES} <= set(DOORS) | {"account_login"}


class TestLists:
    def test_names_every_list_that_is_paged(self):
        paged = {
            str(path.relative_to(ROOT / "templates"))
            for path in (ROOT / "templates").rglob("*.html")
            if "_parts/pager.html" in path.read_text(encoding="utf-8")
        }
        assert sorted(paged - set(LISTS) - NOT_A_LIST) == [], "lists without a test that counts queries"
        assert sorted(set(LISTS) - paged) == [], "no such list"

    @pytest.mark.parametrize("template", LISTS)
    def test_counts_queries(self, template):
        source = source_of(LISTS[template])
        assert re.search(r"num_queries|NumQueries|CaptureQueries|queries", source)


def _cases(*kinds: Who) -> list:
    return [pytest.param(name, id=name) for name, door in DOORS.items() if door.who in kinds]


def _answers(client, name: str) -> list:
    """Return what GET and POST of every address of this name answer, but for methods it does not know."""
    client.raise_request_exception = False
    found = []
    for one, pattern in everything():
        if one == name:
            path = path_of(name, pattern)
            found += [client.get(path), client.post(path)]
    assert found, f"no address is called {name}"
    return [answer for answer in found if answer.status_code != 405]


def _asks_to_sign_in(answer) -> bool:
    return answer.status_code == 302 and "/accounts/login/" in answer["Location"]


@pytest.mark.django_db
class TestStrangers:
    @pytest.mark.parametrize("name", _cases(Who.STAFF, Who.SELF))
    def test_who_is_not_signed_in_is_asked_to(self, client, college, name):
        answers = _answers(client, name)
        assert answers
        for answer in answers:
            assert _asks_to_sign_in(answer), f"{answer.status_code} at {answer.request['PATH_INFO']}"

    @pytest.mark.parametrize("name", _cases(Who.STAFF))
    def test_who_has_no_role_is_refused_before_anything_is_looked_up(self, client, college, name):
        client.force_login(college.stranger)
        for answer in _answers(client, name):
            assert answer.status_code == 403, f"{answer.status_code} at {answer.request['PATH_INFO']}"

    @pytest.mark.parametrize("name", _cases(Who.SELF))
    def test_who_has_no_role_finds_only_their_own(self, client, college, name):
        client.force_login(college.stranger)
        for answer in _answers(client, name):
            assert answer.status_code < 500
            assert answer.status_code in {200, 302, *REFUSED}

    @pytest.mark.parametrize("name", _cases(Who.PARTNER))
    def test_a_program_without_a_token_is_refused(self, client, college, name):
        for signed_in in (False, True):
            if signed_in:
                client.force_login(college.registrar)
            for answer in _answers(client, name):
                assert answer.status_code in {401, 403}, f"{answer.status_code} at {name}"

    @pytest.mark.parametrize("name", _cases(Who.PUBLIC))
    def test_what_is_open_to_all_never_fails(self, client, college, name):
        for answer in _answers(client, name):
            assert answer.status_code < 500 or name == "readyz", answer.request["PATH_INFO"]

    def test_metrics_are_not_for_other_machines(self, client):
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403


class TestCheck:
    """The check itself: it would see an address without a door, and a test that does not exist."""

    def test_a_test_that_is_not_there_is_noticed(self):
        with pytest.raises(AssertionError, match="has no"):
            source_of("tests/test_doors.py::TestCheck::test_nowhere")

    def test_a_door_needs_its_reason_in_words(self):
        assert Door(Who.PUBLIC, axe="none").axe not in ROWS
