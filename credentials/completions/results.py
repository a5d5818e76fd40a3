"""What a result cell says, held against what the achievement's result descriptions allow."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from credentials.documents.vocabulary import RESULT_STATUSES
from institution.imports.rows import Fault

Description = dict[str, Any]
NUMERIC = {"GradePointAverage", "Percent", "RawScore", "RubricScore", "ScaledScore", "PredictedScore"}
MAX_VALUE = 100
_PAIR = re.compile(r"\s*([^:;]{1,80}?)\s*[:=]\s*([^;]+?)\s*(?:;|\Z)")


@dataclass(frozen=True)
class Cell:
    """A result cell: its column's name and its text."""

    column: str
    text: str

    def fault(self, message: str, remedy: str) -> Fault:
        return Fault(self.column, self.text[:200], message, remedy)


def read_results(cell: Cell, descriptions: list[Description]) -> tuple[list[dict[str, str]], list[Fault]]:
    """Return [{description, value, achieved_level}] and what is wrong with the cell."""
    if not cell.text:
        return [], []
    if not descriptions:
        return _free(cell)
    named = _named(cell.text, descriptions)
    found = [_checked(cell, one, value) for one, value in named or [(descriptions[0], cell.text)]]
    faults = [one for one in found if isinstance(one, Fault)]
    return [one for one in found if not isinstance(one, Fault)], faults


def _free(cell: Cell) -> tuple[list[dict[str, str]], list[Fault]]:
    if len(cell.text) > MAX_VALUE:
        fault = cell.fault(_("This result is too long."), _("Put longer words into the narrative."))
        return [], [fault]
    return [{"description": "", "value": cell.text, "achieved_level": ""}], []


def _named(text: str, descriptions: list[Description]) -> list[tuple[Description, str]]:
    """Return pairs of description and value where the cell names each of them, else nothing."""
    by_name = {one["name"].casefold(): one for one in descriptions}
    pairs = _PAIR.findall(text)
    if not pairs or any(name.casefold() not in by_name for name, _value in pairs):
        return []
    return [(by_name[name.casefold()], value) for name, value in pairs]


def _checked(cell: Cell, description: Description, value: str) -> dict[str, str] | Fault:
    if levels := description.get("levels"):
        return _level(cell, description, levels, value)
    if description["result_type"] in NUMERIC:
        fault = _number_fault(cell, description, value)
        if fault:
            return fault
    if description["result_type"] == "Status" and value not in RESULT_STATUSES:
        known = ", ".join(sorted(RESULT_STATUSES))
        return cell.fault(
            _("This is no status we know."), _("Write one of these: %(known)s.") % {"known": known}
        )
    if len(value) > MAX_VALUE:
        return cell.fault(_("This result is too long."), _("Put longer words into the narrative."))
    return {"description": description["id"], "value": value, "achieved_level": ""}


def _level(
    cell: Cell, description: Description, levels: list[Description], value: str
) -> dict[str, str] | Fault:
    said = value.casefold()
    for level in levels:
        if said in {
            level["name"].casefold(),
            str(level["id"]).casefold(),
            str(level.get("level", "")).casefold(),
        }:
            return {
                "description": description["id"],
                "value": level["name"],
                "achieved_level": level["id"],
            }
    known = ", ".join(level["name"] for level in levels)
    return cell.fault(
        _("“%(name)s” has no level of this name.") % {"name": description["name"]},
        _("Write one of these: %(known)s.") % {"known": known},
    )


def _number_fault(cell: Cell, description: Description, value: str) -> Fault | None:
    try:
        number = Decimal(value.rstrip("% ").replace(",", "."))
    except InvalidOperation:
        return cell.fault(
            _("“%(name)s” is a number.") % {"name": description["name"]},
            _("Write the number alone, such as 87 or 3.5."),
        )
    low, high = _bound(description, "value_min"), _bound(description, "value_max")
    if (low is not None and number < low) or (high is not None and number > high):
        return cell.fault(
            _("“%(name)s” goes from %(low)s to %(high)s.")
            % {"name": description["name"], "low": low, "high": high},
            _("Check the number, and whether the column is the right one."),
        )
    return None


def _bound(description: Description, name: str) -> Decimal | None:
    try:
        return Decimal(str(description.get(name) or ""))
    except InvalidOperation:
        return Decimal(0 if name == "value_min" else 100) if description["result_type"] == "Percent" else None
