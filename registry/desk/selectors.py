"""Reads of the desks that join several rooms."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from credentials.issuing.models import IssuanceBatch
from credentials.worklists import offering_list
from institution.accounts.authz import allowed, where_allowed
from institution.accounts.selectors import people_seen_by
from institution.events.models import Event
from learners.records.selectors import recipients_helped_by
from skills.frameworks.selectors import search_skills

SHOWN = 8


def events_seen_by(
    actor: Any, *, now: datetime, kind: str = "", words: str = "", days: int | None = None
) -> "QuerySet[Event]":
    """Return the acts at units where somebody may see the audit trail, newest first, actors joined.

    kind: a prefix (`credential.`); words: in the actor's name; days: how far back.
    """
    found = Event.objects.filter(where_allowed(actor, "desk.view_audit", "unit_path", now=now))
    if kind:
        found = found.filter(kind__startswith=kind)
    if words:
        found = found.filter(Q(actor__name__icontains=words) | Q(target_id=words))
    if days is not None:
        found = found.filter(at__gte=now - timedelta(days=days))
    return found.select_related("actor").order_by("-id")


@dataclass(frozen=True)
class Group:
    """What a search found of one sort: the first few as (title, line, address), and how many there are."""

    label: str
    rows: list[tuple[str, str, str]]
    count: int


def search_everything(actor: Any, words: str, *, now: datetime) -> list[Group]:
    """Return what somebody may see that matches the words, in groups; empty groups are left out."""
    groups = [
        _offerings(actor, words, now),
        _batches(actor, words, now),
        _skills(actor, words, now),
        _recipients(actor, words, now),
        _staff(actor, words, now),
    ]
    return [group for group in groups if group.count]


def _offerings(actor: Any, words: str, now: datetime) -> Group:
    found = offering_list(actor, {"q": words}, now=now)
    rows = [
        (version.title, f"{version.offering.code} · {version.offering.org_unit}",
         reverse("catalog:detail", args=[version.offering_id]))
        for version in found.select_related("offering__org_unit")[:SHOWN]
    ]  # fmt: skip
    return Group(_("Offerings"), rows, found.count())


def _batches(actor: Any, words: str, now: datetime) -> Group:
    found = IssuanceBatch.objects.filter(
        where_allowed(actor, "issuing.view_batch", "org_unit__path", now=now), title__icontains=words
    )
    rows = [
        (batch.title, str(batch.get_state_display()), reverse("issuing:detail", args=[batch.pk]))
        for batch in found.order_by("-created_at", "id")[:SHOWN]
    ]
    return Group(_("Batches"), rows, found.count())


def _skills(actor: Any, words: str, now: datetime) -> Group:
    if not allowed(actor, "frameworks.view", None, now=now):
        return Group("", [], 0)
    found = search_skills(words, limit=SHOWN)
    rows = [
        (skill.name, str(skill.framework), reverse("frameworks:skill", args=[skill.pk])) for skill in found
    ]
    return Group(_("Skills"), rows, len(rows))


def _recipients(actor: Any, words: str, now: datetime) -> Group:
    found = recipients_helped_by(actor, now=now).filter(
        Q(name__icontains=words) | Q(email__icontains=words) | Q(source_id=words)
    )
    rows = [
        (person.name, person.email, reverse("records:person", args=[person.pk]))
        for person in found.order_by("name", "id")[:SHOWN]
    ]
    return Group(_("Learners"), rows, found.count())


def _staff(actor: Any, words: str, now: datetime) -> Group:
    if not allowed(actor, "accounts.view_people", None, now=now):
        return Group("", [], 0)
    found = people_seen_by(actor, now=now, words=words)
    rows = [(str(user), user.email, reverse("accounts:person", args=[user.pk])) for user in found[:SHOWN]]
    return Group(_("People of staff"), rows, found.count())
