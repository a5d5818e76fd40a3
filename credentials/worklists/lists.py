"""The staff's list of offerings, and the search that it shares with the public catalogue."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, TrigramWordSimilarity
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from credentials.catalog.models import Alignment, OfferingVersion
from credentials.worklists.completeness import with_completeness
from institution.accounts.models import OrgUnit

ALIKE, LOOSELY_ALIKE = 0.5, 0.35  # pg_trgm word similarity: "weldng" finds "Welding"; "wleding" only loosely
RETIRED = "retired"


def by_words(
    rows: QuerySet[Any],
    words: str,
    version: str = "",
    code: str = "offering__code",
    *,
    alike_from: float = ALIKE,
) -> QuerySet[Any]:
    """Return the rows whose version holds the words, or looks like them, the best match first."""
    query = SearchQuery(words, config="english", search_type="websearch")
    text = SearchVector(f"{version}title", f"{version}description", config="english")
    alike = Greatest(TrigramWordSimilarity(words, f"{version}title"), TrigramWordSimilarity(words, code))
    skilled = Alignment.objects.filter(
        achievement_version__offering_version=OuterRef(f"{version}pk"), skill__name__icontains=words
    )
    rows = rows.annotate(text=text, alike=alike, rank=SearchRank(text, query) + F("alike"))
    return rows.filter(
        Q(text=query) | Q(alike__gte=alike_from) | Q(**{f"{code}__icontains": words}) | Exists(skilled)
    )


def offering_list(actor: Any, chosen: Mapping[str, str], *, now: datetime) -> QuerySet[OfferingVersion]:
    """Return the newest version of each offering a person of staff works with, filtered, with `percent`.

    chosen: q, unit (id), kind, state, complete ("low", "middle", "high"), skills ("no", "yes"), skill (id).
    """
    rows: QuerySet[OfferingVersion]
    rows = OfferingVersion.objects.newest().allowing(actor, "catalog.view_offering", now=now)
    state = chosen.get("state", "")
    rows = rows.filter(offering__retired_at__isnull=state != RETIRED)
    if state and state != RETIRED:
        rows = rows.filter(state=state)
    if chosen.get("kind"):
        rows = rows.filter(kind=chosen["kind"])
    if chosen.get("unit"):
        unit = OrgUnit.objects.filter(pk=chosen["unit"]).first()
        rows = rows.filter(offering__org_unit__path__startswith=unit.path) if unit else rows.none()
    rows = _by_completeness(with_completeness(rows), chosen)
    rows = rows.select_related("offering__org_unit", "edited_by")
    if words := chosen.get("q", "").strip():
        return by_words(rows, words).order_by("-rank", "offering__code", "id")
    return rows.order_by("offering__code", "id")


def _by_completeness(rows: QuerySet[OfferingVersion], chosen: Mapping[str, str]) -> QuerySet[OfferingVersion]:
    ranges = {
        "low": Q(percent__lt=50),
        "middle": Q(percent__gte=50, percent__lt=80),
        "high": Q(percent__gte=80),
    }
    rows = rows.filter(ranges.get(chosen.get("complete", ""), Q()))
    tied = Alignment.objects.filter(achievement_version__offering_version=OuterRef("pk"))
    if chosen.get("skill"):
        rows = rows.filter(Exists(tied.filter(skill__pk=chosen["skill"])))
    ties = Exists(tied)
    return rows.filter({"yes": Q(ties), "no": ~Q(ties)}.get(chosen.get("skills", ""), Q()))
