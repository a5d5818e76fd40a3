"""A visitor without a browser: opens pages over HTTP, fills in their forms as shown, and sends them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx


@dataclass
class Form:
    """A form as the page shows it: where it goes, and the values it would send untouched."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def set(self, **values: Any) -> None:
        """Fill fields in."""
        for name, value in values.items():
            self.values[name] = [str(one) for one in value] if isinstance(value, list) else [str(value)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._chosen = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None and tag in ("input", "button", "select", "option", "textarea"):
            getattr(self, f"_{tag}")(given)

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "file" or not given.get("name"):
            return
        if kind in ("checkbox", "radio") and "checked" not in given:
            return
        ticked = "on" if kind in ("checkbox", "radio") else ""
        self._add(given["name"], given.get("value", ticked))

    def _button(self, given: dict[str, str]) -> None:
        if self._open is not None:
            self._open.buttons.append((given.get("name", ""), given.get("value", "")))

    def _select(self, given: dict[str, str]) -> None:
        self._chosen = given.get("name", "")

    def _option(self, given: dict[str, str]) -> None:
        if self._open is None or not self._chosen:
            return
        if "selected" in given:
            self._open.values[self._chosen] = [given.get("value", "")]
        else:
            self._open.values.setdefault(self._chosen, [given.get("value", "")])

    def _textarea(self, given: dict[str, str]) -> None:
        self._area = given.get("name", "")
        if self._area:
            self._add(self._area, "")

    def handle_data(self, data: str) -> None:
        if self._area and self._open is not None:
            self._open.values[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = ""

    def _add(self, name: str, value: str) -> None:
        if self._open is not None and name:
            self._open.values.setdefault(name, []).append(value)


class Caller:
    """Somebody who calls the portal over HTTP, with cookies of their own."""

    def __init__(self, origin: str) -> None:
        self.client = httpx.Client(base_url=origin, follow_redirects=True, timeout=60)
        self.answer: httpx.Response

    def open(self, path: str) -> str:
        """Open a page and return its text; fail unless it answers 200."""
        self.answer = self.client.get(path)
        assert self.answer.status_code == 200, f"{self.answer.status_code} at {self.answer.url}"
        return self.answer.text

    def forms(self) -> list[Form]:
        """Return the forms of the open page."""
        reader = _Reader()
        reader.feed(self.answer.text)
        return reader.forms

    def form(self, having: str = "csrfmiddlewaretoken", *, to: str | None = None) -> Form:
        """Return the form of the open page that has this field and, if given, goes there ("": back here)."""
        for one in self.forms():
            names = set(one.values) | {name for name, _value in one.buttons}
            if having in names and (to is None or one.action == to):
                return one
        raise AssertionError(f"no form with {having} at {self.answer.url}")

    def send(self, form: Form, *, files: Any = None, **values: Any) -> str:
        """Send a form and return the text of where it leads; fail unless that answers 200."""
        form.set(**values)
        url = urljoin(str(self.answer.url), form.action)
        headers = {"Origin": str(self.client.base_url).rstrip("/"), "Referer": str(self.answer.url)}
        self.answer = self.client.post(url, data=form.values, files=files, headers=headers)
        assert self.answer.status_code == 200, f"{self.answer.status_code} at {self.answer.url}"
        return self.answer.text

    def sign_in(self, user: Any) -> None:
        """Hold a session of this user, made in the database as the login would."""
        from django.conf import settings

        from tests.support.browser import session_of

        self.client.cookies.set(settings.SESSION_COOKIE_NAME, session_of(user))
