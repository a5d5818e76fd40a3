"""From the texts of a row to what the catalogue keeps, and how it differs from what is there."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from credentials.catalog.models import AchievementVersion, OfferingVersion
from credentials.catalog.services.content import ACHIEVEMENT_FIELDS, VERSION_FIELDS, checked
from credentials.intake.fields import FIELDS
from institution.accounts.models import OrgUnit
from institution.errors import InvalidInput
from institution.imports.models import Upload
from institution.imports.rows import Change, Fault

CONTENT = [one.name for one in FIELDS if one.name in VERSION_FIELDS or one.name in ACHIEVEMENT_FIELDS]
COMPARED_VERSION = [name for name in CONTENT if name in VERSION_FIELDS]
COMPARED_ACHIEVED = [name for name in CONTENT if name in ACHIEVEMENT_FIELDS]
LABELS = {one.name: one.label for one in FIELDS}


@dataclass(frozen=True)
class Present:
    """An offering as it stands: its newest version's fields, and whether it may change."""

    offering_id: Any
    version_id: Any
    state: str
    retired: bool
    fields: dict[str, Any]


def code_of(values: dict[str, str], answers: dict[str, str]) -> str:
    """Return the offering's code as the file or the answer wants it."""
    code = " ".join(values["code"].split())
    if answers.get("code_style") == "prefixed" and values.get("unit2"):
        return f"{values['unit2']} {code}"
    return code


def said(values: dict[str, str]) -> dict[str, Any]:
    """Return the content a row states itself, checked and cleaned. Raises InvalidInput.

    An empty cell states nothing, so that it takes nothing away from what is there.
    """
    content: dict[str, Any] = {name: values[name] for name in CONTENT if values.get(name)}
    if "tags" in content:
        content["tags"] = [word.strip() for word in re.split(r"[,;|]", content["tags"]) if word.strip()]
    return checked(content)


def completed(content: dict[str, Any], answers: dict[str, str]) -> dict[str, Any]:
    """Return the content of a new offering: what the file does not say comes from the answers."""
    whole = {"kind": answers.get("kind", ""), **content}
    if whole.get("credits") is not None:
        whole.setdefault("credit_unit", answers.get("credit_unit", ""))
    return whole


def faults_of(error: InvalidInput, values: dict[str, str], upload: Upload) -> list[Fault]:
    """Return the faults of a content, each at its column."""
    out = []
    for name, sentence in error.faults.items():
        index = upload.mapping.get(name)
        column = upload.columns[index] if index is not None and index < len(upload.columns) else ""
        out.append(
            Fault(
                column or str(LABELS.get(name, name)),
                values.get(name, "")[:200],
                str(sentence),
                _("Correct this cell and upload the file again."),
            )
        )
    return out


def changes(present: Present, content: dict[str, Any]) -> list[Change]:
    """Return the fields in which a row differs from what is there."""
    return [
        Change(name, str(LABELS[name]), _shown(present.fields.get(name)), _shown(value))
        for name, value in content.items()
        if not _same(present.fields.get(name), value)
    ]


def _same(old: Any, new: Any) -> bool:
    if isinstance(new, list):
        return sorted(old or []) == sorted(new)
    return bool(old == new)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def load(base: OrgUnit, codes: list[str] | None = None) -> dict[tuple[Any, str], Present]:
    """Return {(unit id, code): Present} of the offerings at or below a unit, in two queries.

    codes: only those offerings. Plain joins and one sort: they stay quick right after a big import,
    when the database has not counted its rows yet.
    """
    here: dict[str, Any] = {"offering__org_unit__path__startswith": base.path}
    if codes is not None:
        here["offering__code__in"] = codes
    newest = OfferingVersion.objects.filter(**here).order_by("offering_id", "-number").distinct("offering_id")
    found = list(
        newest.values_list(
            "offering__org_unit_id", "offering__code", "offering_id", "id", "state", "offering__retired_at",
            *COMPARED_VERSION,
        )
    )  # fmt: skip
    parts = AchievementVersion.objects.filter(
        achievement__position=1, **{f"offering_version__{name}": value for name, value in here.items()}
    )
    extra = {row[0]: row[1:] for row in parts.values_list("offering_version_id", *COMPARED_ACHIEVED)}
    out = {}
    for unit_id, code, offering_id, version_id, state, retired_at, *values in found:
        fields = dict(zip(COMPARED_VERSION, values, strict=True))
        fields |= dict(zip(COMPARED_ACHIEVED, extra.get(version_id, ()), strict=False))
        out[(unit_id, code)] = Present(offering_id, version_id, state, retired_at is not None, fields)
    return out
