"""Where a chunk's lines belong: in whose name, with which ids, salt and status entry each is signed."""

from __future__ import annotations

import functools
import zoneinfo
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from credentials.catalog.models import AchievementVersion
from credentials.issuing.models import SigningChunk
from credentials.keys.errors import NoIssuerProfile
from credentials.keys.models import IssuerProfile
from credentials.minting.documents import Reserved
from credentials.minting.drawing import Drawn, draw
from credentials.status.models import StatusList
from credentials.status.services import Run
from institution.accounts.models import OrgUnit

NO_RESULT = "[]"


class Line(NamedTuple):
    """A row that waits to be signed: plain values, for a chunk has thousands. result: JSON.

    disputed: whether it corrects a credential, or its award was issued since the report was read.
    """

    id: int
    source_id: str
    email: str
    version_id: str
    award_key: str
    digest: str
    corrects: str | None
    name: str
    awarded_on: date
    expires_on: date | None
    result: str
    narrative: str
    evidence_url: str
    credits: Decimal | None
    disputed: bool


class Place(NamedTuple):
    """In whose name a version's credentials are signed, for which unit, and in which language."""

    profile: IssuerProfile
    unit: str
    language: str


class Placed(NamedTuple):
    """A line with all that is reserved for its credential."""

    line: Line
    drawn: Drawn
    reserved: Reserved


class Share(NamedTuple):
    """What one issuer signs of a chunk, in the order of the file. lists: by their ids."""

    profile: IssuerProfile
    places: dict[str, Place]
    lists: dict[str, StatusList]
    placed: list[Placed]

    def without(self, ids: set[int]) -> Share:
        """Return what is left without these lines."""
        return self._replace(placed=[one for one in self.placed if one.line.id not in ids]) if ids else self


def places_of(version_ids: set[str]) -> dict[str, Place]:
    """Return the place of each version, by its id as text. Raises NoIssuerProfile."""
    versions = AchievementVersion.objects.filter(pk__in=version_ids).values_list(
        "pk", "offering_version__offering__org_unit", "offering_version__language"
    )
    found = list(versions)
    profiles = {}
    for unit in OrgUnit.objects.filter(pk__in={unit for _version, unit, _language in found}):
        profile = IssuerProfile.objects.nearest_above(unit)
        if profile is None:
            raise NoIssuerProfile(unit=str(unit.pk))
        profiles[unit.pk] = profile
    return {str(version): Place(profiles[unit], str(unit), language) for version, unit, language in found}


def shares_of(lines: Sequence[Line], places: dict[str, Place]) -> list[tuple[IssuerProfile, list[int]]]:
    """Return which of all lines that a chunk has left each issuer signs, by their numbers from 0."""
    shares: dict[Any, tuple[IssuerProfile, list[int]]] = {}
    numbers = {
        version: shares.setdefault(place.profile.pk, (place.profile, []))[1]
        for version, place in places.items()
    }
    for number, line in enumerate(lines):
        numbers[line.version_id].append(number)
    return list(shares.values())


def place(
    chunk: SigningChunk, lines: Sequence[Line], places: dict[str, Place], zone: zoneinfo.ZoneInfo
) -> list[Share] | None:
    """Return what is reserved for all lines that a chunk has left, the same every time.

    None if it was reserved for others: then it is to be reserved anew.
    """
    runs = runs_of(chunk)
    if chunk.seed is None:
        return None
    drawn = draw(bytes(chunk.seed), len(lines))
    shares = []
    for profile, numbers in shares_of(lines, places):
        held = runs.get(profile, [])
        entries = [(str(run.status_list.pk), index) for run in held for index in run.indexes()]
        if len(entries) != len(numbers):
            return None
        made = [
            Placed(
                lines[number],
                drawn[number],
                _reserved(lines[number], drawn[number], entry, chunk.valid_from, zone),
            )
            for number, entry in zip(numbers, entries, strict=True)
        ]
        shares.append(
            Share(profile, places, {str(run.status_list.pk): run.status_list for run in held}, made)
        )
    return shares


def runs_of(chunk: SigningChunk) -> dict[IssuerProfile, list[Run]]:
    """Return the places in status lists that a chunk holds, by issuer, in the order in which they were taken."""
    held = chunk.places.select_related("status_list__profile").defer("status_list__document").order_by("id")
    runs: dict[IssuerProfile, list[Run]] = {}
    for one in held:
        run = Run(one.status_list, one.first, one.end)
        runs.setdefault(one.status_list.profile, []).append(run)
    return runs


def _reserved(
    line: Line, drawn: Drawn, entry: tuple[str, int], since: datetime, zone: zoneinfo.ZoneInfo
) -> Reserved:
    return Reserved(
        drawn.urn,
        drawn.subject_urn,
        line.version_id,
        *entry,
        drawn.salt,
        line.awarded_on,
        since,
        end_of(line.expires_on, zone),
        line.id,
        line.name,
        line.email,
        orjson.loads(line.result) if line.result != NO_RESULT else [],
        line.narrative,
        line.evidence_url,
        line.credits,
    )


@functools.lru_cache(maxsize=256)
def end_of(day: date | None, zone: zoneinfo.ZoneInfo) -> datetime | None:
    """Return the last second of a day in the institution's zone, as UTC."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone).astimezone(UTC) if day else None
