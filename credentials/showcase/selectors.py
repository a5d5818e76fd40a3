"""The public catalogue: search, facets with counts, one offering as a visitor reads it."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, F, Func, IntegerField, Prefetch, Q, QuerySet, UUIDField, Value

from credentials.catalog.models import AchievementVersion, Alignment, Offering
from credentials.catalog.states import AchievementType, Kind, Modality
from credentials.catalog.wording import language_name
from credentials.worklists.lists import ALIKE, LOOSELY_ALIKE, by_words
from institution.accounts.models import OrgUnit
from skills.frameworks.models import Skill

MANY = 12  # skills shown as a facet
MOST_FOUND = 1000
_VERSION = "current_version__"
_EARNED = f"{_VERSION}achievement_versions__achievement_type"
_SKILL = f"{_VERSION}achievement_versions__alignments__skill"


@dataclass(frozen=True)
class PublicFilter:
    """What a visitor of the catalogue asks for; every part is optional. college, skill: ids."""

    words: str = ""
    kind: str = ""
    college: str = ""
    modality: str = ""
    language: str = ""
    earned: str = ""
    skill: str = ""
    found: tuple[UUID, ...] = ()  # what the words find, the best first: see `searched`
    loose: bool = False  # nothing held the words; these only look alike

    def condition(self, without: str = "") -> Q:
        """Return the conditions of all facets, or of all but one, on Offering."""
        fields = {
            "kind": f"{_VERSION}kind",
            "modality": f"{_VERSION}modality",
            "language": f"{_VERSION}language",
            "earned": _EARNED,
            "skill": _SKILL,
        }
        whole = Q()
        for name, lookup in fields.items():
            if getattr(self, name) and name != without:
                whole &= Q(**{lookup: getattr(self, name)})
        if self.college and without != "college":
            found = OrgUnit.objects.filter(pk=self.college).values_list("path", flat=True).first()
            whole &= Q(org_unit__path__startswith=found) if found else Q(pk__in=[])
        return whole


def searched(asked: PublicFilter) -> PublicFilter:
    """Return the filter with what its words find: searched once, for the list and all its facets."""
    if not asked.words:
        return asked
    for alike in (ALIKE, LOOSELY_ALIKE):
        rows = by_words(
            Offering.objects.public(), asked.words, version=_VERSION, code="code", alike_from=alike
        )
        ids = rows.order_by("-rank", "current_version__title", "id").values_list("pk", flat=True)
        found = tuple(ids[:MOST_FOUND])
        if found:
            return replace(asked, found=found, loose=alike == LOOSELY_ALIKE)
    return asked


def public_list(asked: PublicFilter) -> QuerySet[Offering]:
    """Return the offerings of the catalogue that match, the best match first, else by title."""
    rows = _found(asked).filter(asked.condition()).select_related("org_unit__parent", "current_version")
    rows = rows.prefetch_related(_parts(f"{_VERSION}achievement_versions"), f"{_VERSION}leads_to")
    if asked.words:
        best_first = Value(list(asked.found), output_field=ArrayField(UUIDField()))
        rows = rows.annotate(
            place=Func(best_first, F("id"), function="array_position", output_field=IntegerField())
        )
        return rows.order_by("place").distinct()
    return rows.order_by("current_version__title", "id").distinct()


def public_facets(asked: PublicFilter) -> dict[str, list[dict[str, Any]]]:
    """Return for each facet its values with counts under the other filters: {value, label, count}."""
    labels: dict[str, dict[str, Any]] = {
        "kind": dict(Kind.choices),
        "modality": dict(Modality.choices),
        "earned": dict(AchievementType.choices),
    }
    facets = {
        "kind": _counted(asked, "kind", f"{_VERSION}kind"),
        "college": _colleges(asked),
        "modality": _counted(asked, "modality", f"{_VERSION}modality"),
        "language": _counted(asked, "language", f"{_VERSION}language"),
        "earned": _counted(asked, "earned", _EARNED),
        "skill": _skills(asked),
    }
    for name, words in labels.items():
        facets[name] = [row | {"label": words.get(row["value"], row["value"])} for row in facets[name]]
    facets["language"] = [row | {"label": language_name(row["value"])} for row in facets["language"]]
    return facets


def public_offering(offerings: QuerySet[Offering]) -> QuerySet[Offering]:
    """Return offerings with all that their public page shows, in a constant number of queries."""
    onward = Offering.objects.public().select_related("current_version", "org_unit")
    return offerings.select_related("org_unit__parent", "current_version").prefetch_related(
        _parts(f"{_VERSION}achievement_versions"), Prefetch(f"{_VERSION}leads_to", onward)
    )


def _found(asked: PublicFilter) -> QuerySet[Offering]:
    rows = Offering.objects.public()
    return rows.filter(pk__in=asked.found) if asked.words else rows


def _parts(path: str) -> Prefetch:
    ties = Alignment.objects.select_related("skill__framework").order_by("position", "id")
    parts = AchievementVersion.objects.defer("image", "document").select_related("achievement")
    return Prefetch(
        path, parts.order_by("achievement__position").prefetch_related(Prefetch("alignments", ties))
    )


def _counted(asked: PublicFilter, name: str, lookup: str) -> list[dict[str, Any]]:
    ids = _found(asked).filter(asked.condition(without=name)).values("pk")
    found = (
        Offering.objects.filter(pk__in=ids)
        .values(lookup)
        .annotate(count=Count("pk", distinct=True))
        .order_by("-count", lookup)
    )
    return [{"value": row[lookup], "count": row["count"]} for row in found if row[lookup]]


def _colleges(asked: PublicFilter) -> list[dict[str, Any]]:
    counts = {row["value"]: row["count"] for row in _counted(asked, "college", "org_unit__path")}
    colleges = OrgUnit.objects.open().filter(kind=OrgUnit.Kind.COLLEGE).order_by("name")
    found = [
        {
            "value": str(unit.pk),
            "label": unit.name,
            "count": sum(n for path, n in counts.items() if path.startswith(unit.path)),
        }
        for unit in colleges
    ]
    return [row for row in found if row["count"]]


def _skills(asked: PublicFilter) -> list[dict[str, Any]]:
    rows = _counted(asked, "skill", _SKILL)
    chosen = [row for row in rows if str(row["value"]) == asked.skill]
    shown = [*chosen, *(row for row in rows if row not in chosen)][:MANY]
    names = dict(Skill.objects.filter(pk__in=[row["value"] for row in shown]).values_list("pk", "name"))
    return [row | {"label": names.get(row["value"], ""), "value": str(row["value"])} for row in shown]
