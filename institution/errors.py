"""The root of every expected failure: a stable code, a title in plain words, an HTTP status."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RegistryError(Exception):
    """An expected failure. Facts are keywords, JSON-able and free of personal data.

    `code` is stable: clients and tests match on it. `title` says what is the case, `remedy` what to do.
    """

    code: ClassVar[str] = "registry-error"
    title: ClassVar[str | Promise] = _("This cannot be done.")
    remedy: ClassVar[str | Promise] = ""
    status: ClassVar[int] = 409

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        text = str(self.title).format_map(_Facts(self.facts))
        remedy = str(self.remedy).format_map(_Facts(self.facts))
        return f"{text} {remedy}".strip()


class _Facts(dict[str, Any]):
    """Facts for a title; an unknown name stays visible instead of failing."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class NotAllowed(RegistryError):
    code = "not-allowed"
    title = _("Your role does not allow this here.")
    remedy = _("Ask an administrator which role covers this unit.")
    status = 403


class InvalidInput(RegistryError):
    """Input of the wrong shape. `faults`: {field: sentence} for the form or problem to show."""

    code = "invalid-input"
    title = _("Something in what was sent needs a correction.")
    status = 400

    def __init__(self, faults: dict[str, str] | None = None, **facts: Any) -> None:
        super().__init__(**facts)
        self.faults = faults or {}

    def __str__(self) -> str:
        return " ".join([super().__str__(), *map(str, self.faults.values())])


class NotInThisState(RegistryError):
    code = "not-in-this-state"
    title = _("This step does not follow from where things stand now ({state}).")
    remedy = _("Reload the page to see the present state.")
