"""What waits for whom in the catalogue, and what happened to an offering."""

from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.catalog.models import (
    AchievementVersion,
    Alignment,
    Offering,
    OfferingVersion,
    ReviewDecision,
)
from credentials.catalog.selectors.differences import LABELS, changes_for_review
from credentials.catalog.states import Kind, VersionState
from credentials.worklists.completeness import completeness_of, with_completeness, with_items
from institution.events.services import history_of

WORDS = {
    "offering.created": ("plus", gettext_lazy("Created")),
    "offering.drafted": ("draft", gettext_lazy("Version {version} begun")),
    "offering.edited": ("draft", gettext_lazy("Version {version} edited: {fields}")),
    "achievement.added": ("plus", gettext_lazy("Version {version}: “{name}” added")),
    "achievement.edited": ("draft", gettext_lazy("Version {version}: “{name}” edited")),
    "achievement.retired": ("archive", gettext_lazy("Version {version}: “{name}” retired")),
    "achievement.restored": ("undo", gettext_lazy("Version {version}: “{name}” brought back")),
    "achievements.ordered": ("draft", gettext_lazy("Version {version}: achievements put in another order")),
    "offering.submitted": ("clock", gettext_lazy("Version {version} submitted")),
    "offering.withdrawn": ("undo", gettext_lazy("Version {version} taken back")),
    "offering.returned": ("undo", gettext_lazy("Version {version} returned")),
    "offering.approved": ("check", gettext_lazy("Version {version} approved")),
    "offering.retired": ("archive", gettext_lazy("Retired")),
    "offering.restored": ("undo", gettext_lazy("Restored")),
    "offerings.imported": ("upload", gettext_lazy("Changed by an import")),
}
OUTCOMES = {
    "offering.returned": ReviewDecision.Outcome.RETURNED,
    "offering.approved": ReviewDecision.Outcome.APPROVED,
    "offering.retired": ReviewDecision.Outcome.RETIRED,
}


def with_parts(versions: QuerySet[OfferingVersion], prefix: str = "") -> QuerySet[OfferingVersion]:
    """Return versions with all that a diff reads, in a constant number of queries."""
    parts = AchievementVersion.objects.defer("image", "document").select_related("achievement")
    ties = Alignment.objects.select_related("skill")
    return versions.prefetch_related(
        Prefetch(f"{prefix}achievement_versions", parts),
        Prefetch(f"{prefix}achievement_versions__alignments", ties),
        f"{prefix}leads_to",
    )


def waiting_for(actor: Any, *, now: datetime, unit_path: str = "") -> QuerySet[OfferingVersion]:
    """Return the submitted versions this person may decide about, the oldest first.

    Each with `returned_count`. `waiting_cards` makes what a desk shows of them.
    """
    rows = OfferingVersion.objects.waiting().allowing(actor, "catalog.approve_offering", now=now)
    if unit_path:
        rows = rows.filter(offering__org_unit__path__startswith=unit_path)
    rows = rows.select_related("offering__org_unit", "offering__current_version", "submitted_by")
    returned = Count("decisions", filter=Q(decisions__outcome=ReviewDecision.Outcome.RETURNED))
    return rows.annotate(returned_count=returned).order_by("submitted_at", "id")


def waiting_cards(versions: QuerySet[OfferingVersion]) -> list[dict[str, Any]]:
    """Return {version, changed: labels of changed fields} for each, in a constant number of queries."""
    full = with_parts(with_parts(versions), "offering__current_version__")
    return [
        {"version": version, "changed": [change.label for change in changes_for_review(version)]}
        for version in full
    ]


def open_work(actor: Any, *, now: datetime, limit: int = 20) -> list[dict[str, Any]]:
    """Return the drafts a person of staff wrote in last, each with the minutes it still needs.

    [{version, percent, minutes, returned}], returned ones first.
    """
    rows: QuerySet[Any]
    rows = OfferingVersion.objects.filter(state=VersionState.DRAFT, offering__retired_at__isnull=True)
    rows = rows.allowing(actor, "catalog.edit_offering", now=now)
    rows = rows.filter(Q(edited_by=actor) | Q(created_by=actor) | Q(submitted_by=actor))
    returned = Count("comments", filter=Q(comments__resolved_at__isnull=True), distinct=True)
    rows = rows.select_related("offering__org_unit").annotate(open_comments=returned)
    found: QuerySet[Any] = with_items(rows).order_by(F("open_comments").desc(), "-edited_at", "id")
    work = []
    for version in found[:limit]:
        state = completeness_of(version)
        work.append(
            {
                "version": version,
                "percent": state.percent,
                "minutes": state.minutes,
                "returned": bool(version.open_comments),
            }
        )
    return work


def glance(actor: Any, *, now: datetime, unit_path: str = "") -> dict[str, Any]:
    """Return the figures of somebody's part of the catalogue: how many of each kind, how complete.

    Each opens `catalog:list` with ?kind=, ?skills=yes or ?state=.
    """
    rows = OfferingVersion.objects.newest().filter(offering__retired_at__isnull=True)
    rows = rows.allowing(actor, "catalog.view_offering", now=now)
    if unit_path:
        rows = rows.filter(offering__org_unit__path__startswith=unit_path)
    kinds = {f"kind_{kind.value}": Count("pk", filter=Q(kind=kind)) for kind in Kind}
    states = {f"state_{state.value}": Count("pk", filter=Q(state=state)) for state in VersionState}
    figures = rows.aggregate(total=Count("pk"), **kinds, **states)
    figures["percent"] = with_completeness(rows).aggregate(mean=Avg("percent"))["mean"]
    ties = Alignment.objects.filter(achievement_version__offering_version__in=rows.values("pk"))
    figures["with_skills"] = ties.values("achievement_version__offering_version").distinct().count()
    figures["percent"] = round(figures["percent"] or 0)
    return figures


def history(offering: Offering, *, limit: int = 30) -> list[dict[str, Any]]:
    """Return what happened to an offering for the timeline part, newest first, with the reasons given."""
    decisions = ReviewDecision.objects.filter(version__offering=offering).values_list(
        "outcome", "decided_at", "rationale"
    )
    reasons = {(outcome, at): rationale for outcome, at, rationale in decisions}
    lines = []
    for event in history_of(offering)[:limit]:
        icon, words = WORDS.get(event.kind, ("dot", event.kind))
        fields = ", ".join(str(LABELS.get(name, name)).lower() for name in event.data.get("fields", ()))
        lines.append(
            {
                "icon": icon,
                "words": str(words).format(
                    version=event.data.get("version", ""), fields=fields, name=event.data.get("name", "")
                ),
                "who": str(event.actor) if event.actor.kind == "person" else _("the system"),
                "at": event.at,
                "said": reasons.get((OUTCOMES.get(event.kind, ""), event.at), ""),
            }
        )
    return lines
