"""The sample college in a browser: one running portal, one visitor per person, for the whole session."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support import servers
from tests.support.browser import DESKTOP, HEIGHTS, Visitor
from tests.support.college import College, running

Enter = Callable[[str], Visitor]


@pytest.fixture(scope="session")
def seeded(request: pytest.FixtureRequest) -> Iterator[College]:
    """The sample college behind gunicorn, with a worker and beat."""
    with running(f"{servers.NAME}_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}_college") as college:
        yield college


@pytest.fixture(scope="session")
def enter(browser: Browser, seeded: College) -> Iterator[Enter]:
    """Return the visitor for an account of the demo, signed in by a click on the door; "" is a stranger."""
    inside: dict[str, Visitor] = {}

    def visitor(account: str) -> Visitor:
        if account not in inside:
            context = browser.new_context(
                viewport={"width": DESKTOP, "height": HEIGHTS[DESKTOP]},
                locale="en",
                reduced_motion="reduce",  # a colour that still moves has no contrast
            )
            context.set_default_timeout(20_000)
            inside[account] = Visitor(context, seeded.origin)
            if account:
                through_the_door(inside[account], account)
        return inside[account]

    yield visitor
    for one in inside.values():
        one.context.close()


def through_the_door(visitor: Visitor, account: str) -> None:
    """Sign in as anybody who opens the demo does."""
    page = visitor.open("/")
    page.locator(f"form:has(input[name=account][value={account}]) button").click()
    page.wait_for_url(lambda url: url.rstrip("/") != visitor.origin)


@pytest.fixture(scope="session")
def picture() -> Callable[[Visitor, str], None]:
    """Keep a picture of a page in the folder that PAGE_PICTURES names; outside the repository."""
    folder = os.environ.get("PAGE_PICTURES", "")

    def take(visitor: Visitor, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    return take
