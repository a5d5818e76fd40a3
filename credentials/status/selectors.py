"""Reads of status lists for staff: how full they are, and which act changed them when."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from credentials.keys.counting import Signed, tally
from credentials.keys.models import SigningKey
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

    Acts are counted up in their order until a version's own count is reached: an act that was committed
    while the list was being signed stands with the next one. An act without an event was set again from
    the journal after a restore.
    """
    if not versions:
        return {}
    earlier = status_list.history.filter(published_at__lt=versions[-1].published_at)
    before = earlier.order_by("-published_at", "-id").values_list("set_count", flat=True).first() or 0
    bits = SetBit.objects.filter(status_list=status_list).order_by("set_at", "act")
    found: dict[int, list[tuple[int | None, int]]] = {}
    total = 0
    for act, _at, n in bits.values_list("act", "set_at").annotate(n=Count("pk")):
        total += n
        shown = next((one for one in reversed(versions) if one.set_count >= total), None)
        if total > before and shown is not None:
            found.setdefault(shown.pk, []).append((act, n))
    ids = {act for acts in found.values() for act, _n in acts if act}
    events = Event.objects.select_related("actor").in_bulk(ids)
    return {pk: [(events.get(act) if act else None, n) for act, n in acts] for pk, acts in found.items()}


def already_set(entries: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return which of these entries, each the id of its list and its index, are set."""
    by_list: dict[str, list[int]] = {}
    for list_id, index in entries:
        by_list.setdefault(list_id, []).append(index)
    found = set()
    for list_id, indexes in by_list.items():
        bits = SetBit.objects.filter(status_list_id=UUID(list_id), index__in=indexes)
        found |= {(list_id, index) for index in bits.values_list("index", flat=True)}
    return found


def signed_lists(key: SigningKey) -> Signed:
    """Return how many status lists stand as a key signed them last; they are signed anew by themselves."""
    found = tally(StatusList.objects.filter(signing_key=key), key, "published_at")
    return Signed(_("Status lists, as published now"), url=reverse("status:lists"), **found)
