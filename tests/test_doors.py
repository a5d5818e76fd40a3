"""No address without a door, no door that stands open: strangers are tried at each, neighbours by its test."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from tests.browser.pages import PAGES
from tests.doors import DOORS, LISTS, NOT_A_LIST, Door, Who

ROOT = Path(__file__).resolve().parents[1]
ELSEWHERE = ("accounts/", "admin/")  # allauth's and Django's own, tested by their makers
NOWHERE = "00000000-0000-4000-8000-000000000000"
MADE_UP = {"number": 1, "audience": "public", "key": "nowhere", "kid": "key-0", "code": "not-allowed"}  # fmt: skip
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
        steps = re.search(r"\(\?P<step>(\w+)", pattern.pattern.regex.pattern)
        known = MADE_UP | ({"step": steps[1]} if steps else {})
        names = pattern.pattern.regex.groupindex
        return reverse(name, kwargs={key: known.get(key, NOWHERE) for key in names})
    kinds = pattern.pattern.converters
    given = {key: MADE_UP.get(key, _sample(type(kind).__name__)) for key, kind in kinds.items()}
    return reverse(name, kwargs=given)


def _sample(converter: str) -> object:
    return {"UUIDConverter": NOWHERE, "IntConverter": 999_999_999}.get(converter, "nowhere")


@cache
def _tests_in(path: str) -> dict[str, str]:
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
    assert name in _tests_in(path), f"{path} has no {name}"
    return _tests_in(path)[name]


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
        if axe.startswith("tests/"):
            assert source_of(axe)
            text = (ROOT / axe.partition("::")[0]).read_text(encoding="utf-8")
            assert ".check()" in text or "assert_accessible" in text, f"{axe} scans nothing"
        else:
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


def _of(*kinds: Who) -> list[str]:
    return [name for name, door in DOORS.items() if door.who in kinds]


def _answers(client, *kinds: Who) -> Iterator[tuple[str, HttpResponse]]:
    """Ask every address of these doors by GET and POST; leave out methods that it does not know."""
    client.raise_request_exception = False
    wanted = set(_of(*kinds))
    for name, pattern in everything():
        if name in wanted:
            path = path_of(name, pattern)
            for answer in (client.get(path), client.post(path)):
                if answer.status_code != 405:
                    yield f"{answer.status_code} at {name} {answer.request['REQUEST_METHOD']}", answer


def _asks_to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and "/accounts/login/" in answer["Location"]


@pytest.mark.django_db
class TestStrangers:
    """Every address is asked with ids that nothing has; what stood open to a neighbour, its own test would see."""

    def test_who_is_not_signed_in_is_asked_to(self, client, college):
        wrong = [
            said for said, answer in _answers(client, Who.STAFF, Who.SELF) if not _asks_to_sign_in(answer)
        ]
        assert wrong == []

    def test_who_has_no_role_is_refused_before_anything_is_looked_up(self, client, college):
        client.force_login(college.stranger)
        assert [said for said, answer in _answers(client, Who.STAFF) if answer.status_code != 403] == []

    def test_who_has_no_role_finds_only_their_own(self, client, college):
        client.force_login(college.stranger)
        allowed = {200, 302, *REFUSED}
        assert [
            said for said, answer in _answers(client, Who.SELF) if answer.status_code not in allowed
        ] == []

    @pytest.mark.parametrize("who", ["nobody", "registrar"])
    def test_a_program_without_a_token_is_refused(self, client, college, who, settings):
        settings.VC_API = True  # nowhere otherwise
        if who != "nobody":
            client.force_login(getattr(college, who))
        for said, answer in _answers(client, Who.PARTNER):
            assert answer.status_code in {400, 401, 403, 415}, said  # a form is no request
            assert "access_token" not in answer.text

    def test_what_is_open_to_all_never_fails(self, client, college):
        found = _answers(client, Who.PUBLIC)
        assert [said for said, answer in found if answer.status_code >= 500 and "readyz" not in said] == []

    def test_metrics_are_not_for_other_machines(self, client):
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403


class TestCheck:
    """The check itself: it would see an address without a door, and a test that does not exist."""

    def test_a_test_that_is_not_there_is_noticed(self):
        with pytest.raises(AssertionError, match="has no"):
            source_of("tests/test_doors.py::TestCheck::test_nowhere")

    def test_a_door_needs_its_reason_in_words(self):
        assert Door(Who.PUBLIC, axe="none").axe not in ROWS
