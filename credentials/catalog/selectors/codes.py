"""From the code on a completion to the achievement's version in force on its date."""

import re
import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, DateField, Exists, OuterRef, Q, Subquery, When
from rapidfuzz import fuzz, process

from credentials.catalog.errors import (
    AchievementRetired,
    AmbiguousCode,
    OfferingNotApproved,
    OfferingRetired,
    UnknownCode,
)
from credentials.catalog.models import Achievement, AchievementVersion, Offering, OfferingVersion
from credentials.catalog.states import VersionState
from institution.accounts.models import OrgUnit

LIKE_ENOUGH = 70  # of 100, rapidfuzz WRatio
_NOISE = re.compile(r"[^\w&]+|_+")


def code_key(code: str) -> str:
    """Return a code as it is compared: "weld 109" and "WELD-109" are the same."""
    return _NOISE.sub("", str(code)).casefold()


def is_uuid(text: str) -> bool:
    """Return whether a text from outside can be an id."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


class CodeBook(dict[str, list[AchievementVersion]]):
    """The approved versions of every achievement in a part of the tree, by `code_key`, newest first.

    Also by the ids of offerings and achievements. `spelled`: how each code is written. For a whole file
    of completions: two queries, however many rows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.spelled: dict[str, str] = {}
        self.several: set[str] = set()  # keys that stand for more than one offering
        self.unapproved: set[str] = set()

    def in_force(self, code: str, day: date) -> AchievementVersion:
        """Return the version in force on a day. Raises UnknownCode, AmbiguousCode, OfferingNotApproved,
        OfferingRetired."""
        key = code_key(code)
        if key in self.several:
            raise AmbiguousCode(value=str(code))
        versions = self.get(key)
        if versions is None:
            if key in self.unapproved:
                raise OfferingNotApproved(value=str(code))
            raise UnknownCode(value=str(code), suggestions=self.suggest(code))
        return pick(versions, day)

    def suggest(self, code: str, limit: int = 3) -> list[str]:
        """Return codes that look like this one, the likeliest first."""
        names = {key: self.spelled[key] for key in self.spelled}
        found = process.extract(
            code_key(code), list(names), scorer=fuzz.ratio, limit=limit, score_cutoff=LIKE_ENOUGH
        )
        return [names[key] for key, _score, _index in found]

    def _add(self, key: str, versions: list[AchievementVersion], spelled: str = "") -> None:
        known = self.get(key)
        if known is not None and versions[0].achievement_id != known[0].achievement_id:
            self.several.add(key)
        self.setdefault(key, versions)
        if spelled:
            self.spelled.setdefault(key, spelled)


def pick(versions: Iterable[Any], day: date) -> AchievementVersion:
    """Return the first version in force on a day, of versions newest first, as `_approved` reads them."""
    for version in versions:
        offering = version.offering_version.offering
        if offering.retired_at and offering.retired_at.date() < day:
            raise OfferingRetired(offering=str(offering.pk))
        effective = version.offering_version.effective_on
        if effective is not None and effective <= day:
            if version.dropped_on is not None and version.dropped_on <= day:
                raise AchievementRetired(achievement=str(version.achievement_id))
            return version
    raise OfferingNotApproved()


def achievements_by_code(org_unit: OrgUnit) -> CodeBook:
    """Return the code book of a unit and all units below it."""
    book = CodeBook()
    inside = Q(offering_version__offering__org_unit__path__startswith=org_unit.path)
    groups: dict[Any, list[AchievementVersion]] = {}
    for version in _approved().filter(inside):
        groups.setdefault(version.achievement_id, []).append(version)
    for versions in groups.values():
        achievement, offering = versions[0].achievement, versions[0].offering_version.offering
        if achievement.code:
            book._add(code_key(achievement.code), versions, achievement.code)
        if achievement.position == 1:
            book._add(code_key(offering.code), versions, offering.code)
            book._add(code_key(str(offering.pk)), versions)
        book._add(code_key(str(achievement.pk)), versions)
    drafts = Offering.objects.filter(current_version__isnull=True, org_unit__path__startswith=org_unit.path)
    book.unapproved = {code_key(code) for code in drafts.values_list("code", flat=True)}
    return book


def achievement_in_force(code_or_id: Any, *, org_unit: OrgUnit, day: date) -> AchievementVersion:
    """Return the version in force on a day, by the code or id of an offering or achievement.

    A code of the unit itself stands before the same code of a unit below it. Raises UnknownCode with
    likely codes, AmbiguousCode, OfferingNotApproved, OfferingRetired.
    """
    text = str(getattr(code_or_id, "pk", code_or_id)).strip()
    inside = Achievement.objects.filter(offering__org_unit__path__startswith=org_unit.path)
    try:
        wanted = uuid.UUID(text)
        found = inside.filter(Q(pk=wanted) | Q(offering_id=wanted, position=1))
    except ValueError:
        found = inside.filter(Q(code=text) | Q(offering__code=text, position=1))
    achievements = list(found.select_related("offering__org_unit"))
    if len(achievements) > 1:
        achievements = [one for one in achievements if one.offering.org_unit_id == org_unit.pk]
        if len(achievements) != 1:
            raise AmbiguousCode(value=text)
    if not achievements:  # spelled in another way, or not here at all
        return achievements_by_code(org_unit).in_force(text, day)
    return pick(_approved().filter(achievement=achievements[0]), day)


def _approved() -> Any:
    """Return approved versions, newest first; `dropped_on`: since when a later one lacks the achievement."""
    rows = AchievementVersion.objects.filter(offering_version__state=VersionState.APPROVED).defer("image")
    rows = rows.select_related("achievement", "offering_version__offering").annotate(
        dropped_on=Case(
            When(achievement__position=1, then=None), default=_dropped(), output_field=DateField()
        )
    )
    return rows.order_by("-offering_version__effective_on", "-offering_version__number")


def _dropped() -> Subquery:
    kept = AchievementVersion.objects.filter(
        offering_version=OuterRef("pk"), achievement=OuterRef(OuterRef("achievement"))
    )
    later = OfferingVersion.objects.filter(
        ~Exists(kept),
        state=VersionState.APPROVED,
        offering=OuterRef("offering_version__offering"),
        number__gt=OuterRef("offering_version__number"),
    )
    return Subquery(later.order_by("effective_on").values("effective_on")[:1])
