"""Reads for pages: search by words, the tree level by level, one skill with what hangs on it."""

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from skills.formats.model import IS_CHILD_OF
from skills.frameworks.models import Association, Framework, Skill
from skills.frameworks.words import plain

LIKE_ENOUGH = 0.55  # pg_trgm word similarity, for a word that is misspelled
MAX_WORDS = 8


def search_skills(words: str, *, limit: int = 20, framework: Framework | None = None) -> list[Skill]:
    """Return skills that hold all the words, the likeliest first; misspelled words find what is near.

    Accents and case do not count. Retired skills are left out.
    """
    asked = plain(words)[:200]
    if not asked:
        return []
    skills = Skill.objects.current().select_related("framework")
    if framework is not None:
        skills = skills.filter(framework=framework)
    holding, whole = Q(), Q()
    for word in asked.split()[:MAX_WORDS]:
        holding &= Q(search_text__contains=word)
        whole &= Q(search_text__regex=rf"\m{re.escape(word)}")  # at the beginning of a word
    ranked = skills.annotate(
        whole=Case(When(whole, then=Value(1)), default=Value(0), output_field=IntegerField()),
        rank=Greatest(TrigramSimilarity("name", words[:200]), TrigramSimilarity("code", asked)),
    )
    found: list[Any] = list(ranked.filter(holding).order_by("-whole", "-rank", "name", "id")[:limit])
    if found:
        return found
    near = skills.filter(search_text__trigram_word_similar=asked)
    near = near.annotate(rank=TrigramWordSimilarity(asked, "search_text")).filter(rank__gte=LIKE_ENOUGH)
    return list(near.order_by("-rank", "name", "id")[:limit])


def frameworks() -> QuerySet[Framework]:
    """Return frameworks with their figures: `skill_count`, `retired_count`, `imported_at`."""
    now_here = Count("skills", filter=Q(skills__retired_at__isnull=True), distinct=True)
    gone = Count("skills", filter=Q(skills__retired_at__isnull=False), distinct=True)
    return (
        Framework.objects.select_related("org_unit")
        .annotate(skill_count=now_here, retired_count=gone, imported_at=Max("runs__applied_at"))
        .order_by("title", "id")
    )


def level(framework: Framework, parent: Skill | None) -> QuerySet[Skill]:
    """Return the current skills right below a skill, or at the top, with how many stand below each."""
    below = Count("children", filter=Q(children__retired_at__isnull=True))
    return (
        Skill.objects.current()
        .filter(framework=framework, parent=parent)
        .annotate(below=below)
        .order_by("position", "id")
    )


def ancestors(skill: Skill) -> list[Skill]:
    """Return the skills above one, the topmost first. One query for each step of the tree."""
    found: list[Skill] = []
    at = skill.parent
    while at is not None and at not in found:
        found.insert(0, at)
        at = at.parent
    return found


@dataclass(frozen=True)
class Tie:
    """A connection of a skill as the page words it."""

    kind: str
    outgoing: bool
    skill: Skill | None
    uri: str


def ties(skill: Skill, *, limit: int = 50) -> list[Tie]:
    """Return the connections of a skill except those that make the tree."""
    rows: Any = (
        Association.objects.filter(Q(origin=skill) | Q(destination=skill))
        .exclude(kind=IS_CHILD_OF)
        .select_related("origin__framework", "destination__framework")
        .order_by("kind", "position", "id")[:limit]
    )
    out = []
    for row in rows:
        outgoing = row.origin_id == skill.pk
        out.append(Tie(row.kind, outgoing, row.destination if outgoing else row.origin, row.destination_uri))
    return out
