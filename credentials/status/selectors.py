"""Reads of status lists for staff: how full they are, and which act changed them when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from credentials.status.models import PublishedList, SetBit, StatusList
from institution.accounts.authz import where_allowed
from institution.events.models import Event


def lists_visible_to(user: Any, *, now: datetime) -> "QuerySet[StatusList]":
    """Return the lists of issuers at units where the user may see them, with `set_count`."""
    mine = where_allowed(user, "status.view_lists", "profile__org_unit__path", now=now)
    bits = SetBit.objects.filter(status_list=OuterRef("pk")).order_by().values("status_list")
    counted = Coalesce(Subquery(bits.annotate(n=Count("pk")).values("n")), 0)
    found = StatusList.objects.filter(mine).defer("document", "secret").select_related("profile")
    return found.annotate(set_count=counted).order_by("profile__name", "number")


def acts_by_version(
    status_list: StatusList, versions: Sequence[PublishedList]
) -> dict[int, list[tuple[Event | None, int]]]:
    """Return, for versions newest first, which acts each shows for the first time, with their bits.

    An act without an event was set again from the journal after a restore.
    """
    if not versions:
        return {}
    before = status_list.history.filter(published_at__lt=versions[-1].published_at).order_by("-published_at")
    since = before.values_list("published_at", flat=True).first()
    bits = SetBit.objects.filter(status_list=status_list, set_at__lte=versions[0].published_at)
    if since is not None:
        bits = bits.filter(set_at__gt=since)
    rows = list(bits.order_by("set_at").values_list("act", "set_at").annotate(n=Count("pk")))
    events = Event.objects.select_related("actor").in_bulk({act for act, _at, _n in rows if act})
    found: dict[int, list[tuple[Event | None, int]]] = {}
    for act, at, n in rows:
        shown = next(one for one in reversed(versions) if one.published_at >= at)
        found.setdefault(shown.pk, []).append((events.get(act), n))
    return found
