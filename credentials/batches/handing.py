"""Batches that are not released yet pass to somebody else when their maker leaves."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.issuing.models import IssuanceBatch
from credentials.issuing.states import BatchState
from institution.accounts.work import WorkHolder, WorkItem

OVER = (BatchState.RELEASED, BatchState.UNDONE)


def _open() -> "QuerySet[IssuanceBatch]":
    """Return batches that ask for a step: also canceled ones of which something was signed before."""
    nothing_left = Q(state=BatchState.CANCELED, signed_count=0)
    return IssuanceBatch.objects.exclude(Q(state__in=OVER) | nothing_left)


def _shown(row: IssuanceBatch) -> WorkItem:
    label = f"{row.title} · {row.get_state_display()}"
    return WorkItem(label, reverse("issuing:detail", args=[row.pk]))


BATCHES = WorkHolder(_("Batches not yet released"), "batches", "created_by", _open, _shown)
