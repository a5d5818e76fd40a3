"""Reads of records: who is helped by whom, what stands on a record."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, Min, OuterRef

from credentials.issuing.models import Credential, Recipient
from institution.accounts.authz import require, where_allowed
from institution.accounts.models import OrgUnit
from institution.errors import NotAllowed
from learners.records.models import IdentityClaim


def unit_of(recipient: Recipient) -> OrgUnit | None:
    """Return the unit of the recipient's newest credential: whose staff help this person."""
    newest = (
        Credential.objects.filter(recipient=recipient)
        .select_related("org_unit")
        .order_by("-signed_at")
        .first()
    )
    return newest.org_unit if newest is not None else None


def require_help(actor: Any, recipient: Recipient, *, now: datetime) -> None:
    """Return only if the actor may help this recipient. Raises NotAllowed."""
    unit = unit_of(recipient)
    if unit is None:
        raise NotAllowed(permission="records.help")
    require(actor, "records.help", unit, now=now)


def recipients_helped_by(actor: Any, *, now: datetime) -> Any:
    """Return the recipients with a credential where the actor may help."""
    mine = Credential.objects.filter(recipient=OuterRef("pk")).filter(
        where_allowed(actor, "records.help", "org_unit__path", now=now)
    )
    return Recipient.objects.filter(Exists(mine))


def unclaimed(actor: Any, *, now: datetime) -> Any:
    """Return the recipients of released credentials whom nobody has claimed, where the actor may help.

    Each with `released_at`: since when the oldest of their credentials waits.
    """
    released = Credential.objects.filter(recipient=OuterRef("pk"), released_at__isnull=False)
    claimed = IdentityClaim.objects.filter(recipient=OuterRef("pk"), ended_at__isnull=True)
    found = recipients_helped_by(actor, now=now).filter(Exists(released), ~Exists(claimed))
    return found.annotate(released_at=Min("credentials__released_at")).order_by("released_at", "pk")
