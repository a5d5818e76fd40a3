"""Keys that wait for a second administrator pass to somebody else when their proposer leaves.

The heir then counts as the proposer, so still two people stand behind a key.
"""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.keys.models import SigningKey
from credentials.keys.states import KeyState
from institution.accounts.work import WorkHolder, WorkItem


def _open() -> "QuerySet[SigningKey]":
    return SigningKey.objects.filter(state=KeyState.PROPOSED).select_related("profile")


def _shown(row: SigningKey) -> WorkItem:
    return WorkItem(f"{row.profile} · {row.get_kind_display()}", reverse("keys:detail", args=[row.pk]))


PROPOSALS = WorkHolder(_("Keys that wait to be confirmed"), "keys", "proposed_by", _open, _shown)
