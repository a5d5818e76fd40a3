"""Open versions pass to somebody else when their writer leaves: drafts, returned and submitted ones."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.catalog.models import OfferingVersion
from credentials.catalog.states import VersionState
from institution.accounts.work import WorkHolder, WorkItem


def _open() -> "QuerySet[OfferingVersion]":
    return OfferingVersion.objects.exclude(state=VersionState.APPROVED)


def _shown(row: OfferingVersion) -> WorkItem:
    label = f"{row.title} · {row.get_state_display()}"
    return WorkItem(label, reverse("catalog:detail", args=[row.offering_id]))


OFFERINGS = WorkHolder(_("Offerings being written"), "offerings", "created_by", _open, _shown)
