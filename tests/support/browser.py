"""Headless Chromium for the browser tests: where it is, how wide it is, and what every page must pass."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from deploy import gates

PHONE, TABLET, DESKTOP = 360, 768, 1440
HEIGHTS = {PHONE: 740, TABLET: 1024, DESKTOP: 900}
FLAGS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
AXE = {  # for what passes, axe names no more than one element: a third of its time
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
COLORS = {**AXE, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
SEVERE = {"serious", "critical"}


def chromium() -> str | None:
    """Return the browser: named by PORTAL_CHROMIUM, from the PATH, else Playwright's own (None)."""
    return os.environ.get("PORTAL_CHROMIUM") or next(filter(None, map(shutil.which, gates.BROWSERS)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts the browser.

    Its loop then runs in this thread to the end, which Django would take for asynchronous code.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    return {"executable_path": chromium(), "args": flags, "headless": True}


@pytest.fixture
def portal(live_server: Any, settings: Any) -> str:
    """The address of a running portal with static files and our content security policy."""
    origin = live_server.url.replace("127.0.0.1", "localhost")
    settings.PORTAL_ORIGIN = origin
    return str(origin)


class Visitor:
    """Somebody with a browser of one width. Console errors are kept; `done` fails on them."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.context, self.origin = context, origin
        self.errors: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        expected = "Failed to load resource" in message.text and "favicon" in str(message.location)
        if message.type == "error" and not expected:
            self.errors.append(f"{message.text} ({message.location})")

    def open(self, path: str) -> Page:
        """Go to a path of the portal; return the page."""
        self.page.goto(path if path.startswith("http") else f"{self.origin}{path}")
        return self.page

    def sign_in(self, user: Any) -> None:
        """Hold a session of this user, made in the database as the login would."""
        from django.conf import settings

        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": self.origin}
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def check(self) -> None:
        """Fail on a console error, an accessibility fault, or a page wider than its window."""
        assert not self.errors, f"console of {self.page.url}: {self.errors}"
        assert_accessible(self.page)
        assert_fits(self.page)


def session_of(user: Any) -> str:
    """Make a session of this user in the database, as the login would; return its key."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@pytest.fixture
def visit(browser: Browser, portal: str) -> Iterator[Any]:
    """Make visitors: `visit(user=None, width=DESKTOP, dark=False, language="en", script=True)`."""
    visitors: list[Visitor] = []

    def make(
        user: Any = None,
        *,
        width: int = DESKTOP,
        dark: bool = False,
        language: str = "en",
        script: bool = True,
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            color_scheme="dark" if dark else "light",
            locale=language,
            reduced_motion="reduce",  # a colour in the middle of its change has no contrast to measure
            java_script_enabled=script,
        )
        context.set_default_timeout(15_000)
        visitors.append(Visitor(context, portal))
        if user is not None:
            visitors[-1].sign_in(user)
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.context.close()
    for visitor in visitors:
        assert not visitor.errors, f"console: {visitor.errors}"


def assert_accessible(page: Page, options: dict[str, Any] = AXE) -> None:
    """Fail on what axe finds serious or critical under WCAG 2.2 AA, once every style sheet is there.

    options: COLORS asks for contrast only.
    """
    page.wait_for_load_state("load")
    found = Axe().run(page, options=options)
    faults = [
        f"{fault['impact']}: {fault['id']} at {node['target']} ({node.get('failureSummary', '')[:200]})"
        for fault in found.response["violations"]
        if fault["impact"] in SEVERE
        for node in fault["nodes"][:3]
    ]
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def assert_fits(page: Page) -> None:
    """Fail if the page must be scrolled sideways."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    needed = page.locator("html").evaluate("element => element.scrollWidth")
    assert needed <= width, f"{page.url} needs {needed} pixels of {width}"
