"""Every figure on a desk opens a list of that length."""

import html
import re

import pytest

from tests.support.http import Caller

ROLES = (
    "registrar", "dean", "faculty", "evaluator", "career", "adviser", "program", "auditor", "administrator",
)  # fmt: skip
FIGURE = re.compile(r'<a class="figure" href="([^"]+)">\s*<span class="figure__number">([\d,]+)')
SAYS_HOW_MANY = re.compile(
    r'<(h1|p|div)[^>]*class="[^"]*(?:count|lede|page-header)[^"]*"[^>]*>(.*?)</\1>', re.S
)


@pytest.fixture(scope="module")
def desks(seeded):
    """Return the caller and the desk of each role."""
    found = {}
    for role in ROLES:
        caller = Caller(seeded.origin)
        caller.open("/")
        door = next(one for one in caller.forms() if one.values.get("account") == [role])
        found[role] = (caller, caller.send(door))
    return found


def said_by(page: str) -> set[int]:
    """Return the numbers that the head of a list says."""
    words = " ".join(re.sub(r"<[^>]+>", " ", inner) for _tag, inner in SAYS_HOW_MANY.findall(page))
    return {int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", words)}


@pytest.mark.parametrize("role", ROLES)
def test_every_figure_opens_a_list_of_that_length(desks, role):
    caller, desk = desks[role]
    figures = FIGURE.findall(desk)
    assert figures, f"the desk of {role} shows no figure"
    wrong = []
    for address, number in figures:
        wanted = int(number.replace(",", ""))
        said = said_by(caller.open(html.unescape(address)))
        if wanted not in said and not (wanted == 0 and not said):
            wrong.append(f"{address}: the desk says {wanted}, the list {sorted(said)}")
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_no_desk_of_the_sample_college_is_empty(desks, role):
    _caller, desk = desks[role]
    main = desk[desk.index("<main") :]
    assert 'class="card' in main or 'class="timeline' in main or "desk-card" in main, (
        f"{role} has nothing to do"
    )
