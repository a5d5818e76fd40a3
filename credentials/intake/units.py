"""Units as a file names them: found below a unit by code or name, or listed as missing."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from institution.accounts.models import OrgUnit
from institution.accounts.models.units import PATH_STEP
from institution.events.services import record

Names = tuple[str, ...]  # from the chosen unit down: ("Central", "ABE")
SUFFIXES = (" college", " community college", " campus", " department", " school")
_KINDS = {
    OrgUnit.Kind.DISTRICT: (OrgUnit.Kind.COLLEGE, OrgUnit.Kind.DEPARTMENT),
    OrgUnit.Kind.COLLEGE: (OrgUnit.Kind.SCHOOL, OrgUnit.Kind.DEPARTMENT),
    OrgUnit.Kind.SCHOOL: (OrgUnit.Kind.DEPARTMENT, OrgUnit.Kind.DEPARTMENT),
    OrgUnit.Kind.DEPARTMENT: (OrgUnit.Kind.DEPARTMENT, OrgUnit.Kind.DEPARTMENT),
}


def spelled(name: str) -> str:
    """Return a name as it is compared: case and spaces do not count, signs do (ENGL and ENGL& differ)."""
    return " ".join(name.casefold().split())


@dataclass
class UnitFinder:
    """The open units below one, by how files spell them. Two queries at most, for any number of rows."""

    base: OrgUnit
    missing: dict[Names, str] = field(default_factory=dict)  # names: kind of unit it would be
    _below: dict[uuid.UUID, dict[str, OrgUnit]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_id = {unit.pk: unit for unit in OrgUnit.objects.open().below(self.base)}
        for unit in self._by_id.values():
            self._enter(unit)

    def _enter(self, unit: OrgUnit) -> None:
        names = {spelled(unit.name), spelled(unit.code)} - {""}
        for name in list(names):
            names |= {name.removesuffix(suffix) for suffix in SUFFIXES}
        above: OrgUnit | None = unit
        while above is not None:  # reachable from every unit above, the nearest wins
            shelf = self._below.setdefault(above.pk, {})
            for name in names:
                shelf.setdefault(name, unit)
            if above.pk == self.base.pk or above.parent_id is None:
                break
            above = self._by_id.get(above.parent_id)

    def find(self, names: Names) -> OrgUnit | None:
        """Return the unit that these names lead to; None, and note it as missing, where there is none."""
        unit = self.base
        for depth, name in enumerate(names):
            found = self._below.get(unit.pk, {}).get(spelled(name))
            if found is None:
                self._miss(names, depth, unit)
                return None
            unit = found
        return unit

    def _miss(self, names: Names, depth: int, above: OrgUnit) -> None:
        kind = OrgUnit.Kind(above.kind)
        for end in range(depth + 1, len(names) + 1):
            last = end == len(names)
            kind = _KINDS[kind][0 if not last or (len(names) == 1 and kind == "district") else 1]
            self.missing.setdefault(names[:end], kind)

    def create(self, wanted: Iterable[tuple[Names, str]], *, actor: Any, now: datetime) -> int:
        """Create units that are still missing, the larger ones first; return how many, with one event.

        The permission to import covers them: they were listed and confirmed.
        """
        made: list[OrgUnit] = []
        for names, kind in sorted(wanted, key=lambda pair: len(pair[0])):
            parent = self.find(names[:-1]) if len(names) > 1 else self.base
            if parent is None or self._there(parent, names[-1]):
                continue
            unit = OrgUnit(parent=parent, name=names[-1], kind=kind, code=names[-1][:40])
            unit.path = f"{parent.path}{unit.pk.hex[:PATH_STEP]}/"
            made.append(unit)
            self._by_id[unit.pk] = unit
            self._enter(unit)
        OrgUnit.objects.bulk_create(made)
        if made:
            record(
                "units.created", actor=actor, target=self.base, at=now, unit=self.base,
                data={"count": len(made), "units": [str(unit.pk) for unit in made]},
            )  # fmt: skip
        return len(made)

    def _there(self, parent: OrgUnit, name: str) -> bool:
        return spelled(name) in self._below.get(parent.pk, {})


def names_of(values: dict[str, str]) -> Names:
    """Return the names of units that a row gives, the larger first."""
    return tuple(values[key] for key in ("unit1", "unit2") if values.get(key))
