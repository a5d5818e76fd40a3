"""Reads of records: who is helped by whom, and who has not claimed."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce

from credentials.issuing.models import Credential, Recipient
from institution.accounts.authz import require, where_allowed
from institution.accounts.models import OrgUnit
from institution.errors import NotAllowed
from institution.notices.models import Notice
from learners.records.models import HelpRequest, IdentityClaim


def unit_of(recipient: Recipient) -> OrgUnit | None:
    """Return the unit of the recipient's newest credential: whose staff help this person."""
    newest = (
        Credential.objects.filter(recipient=recipient)
        .select_related("org_unit")
        .only("org_unit")
        .order_by(F("signed_at").desc(nulls_last=True), "pk")
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
    found = _unclaimed(recipients_helped_by(actor, now=now))
    released = Credential.objects.filter(recipient=OuterRef("pk"), released_at__isnull=False)
    first = released.order_by("released_at").values("released_at")[:1]
    return found.annotate(released_at=Subquery(first)).order_by("released_at", "pk")


def with_last_message(found: Any) -> Any:
    """Return recipients with `told_state` and `told_at`: what became of the last message about them."""
    about = Notice.objects.filter(
        about_type="issuing.recipient", about_id=Cast(OuterRef("pk"), CharField())
    ).order_by("-created_at")
    state = Coalesce("said_in__state", "state")  # of the message that told them
    return found.annotate(
        told_state=Subquery(about.annotate(known=state).values("known")[:1]),
        told_at=Subquery(about.values("created_at")[:1]),
    )


def open_requests(actor: Any, *, now: datetime) -> "QuerySet[HelpRequest]":
    """Return the open requests for help at units where the actor may help, oldest first."""
    mine = where_allowed(actor, "records.help", "org_unit__path", now=now)
    found = HelpRequest.objects.filter(mine, closed_at__isnull=True)
    return found.select_related("recipient", "org_unit").order_by("opened_at", "pk")


def people_like(found: Any, words: str) -> Any:
    """Return the recipients meant by some words: part of the name or address, or the whole source id."""
    words = words.strip()
    return found.filter(Q(name__icontains=words) | Q(email__icontains=words) | Q(source_id=words))


def unclaimed_at_address(address: str, *, released_by: datetime | None = None) -> "QuerySet[Recipient]":
    """Return the recipients of an address whom nobody has claimed or disputed, with something released.

    released_by: only those of whom nothing was released after this moment.
    """
    if not address.strip():
        return Recipient.objects.none()
    same = Recipient.objects.filter(email=address.strip().lower(), disputed_at__isnull=True)
    found = _unclaimed(same)
    if released_by is not None:
        later = Credential.objects.filter(recipient=OuterRef("pk"), released_at__gt=released_by)
        found = found.filter(~Exists(later))
    return found


def waiting_for(user: Any) -> "QuerySet[Recipient]":
    """Return the recipients whom nobody has claimed at the addresses a person has proven."""
    mine = EmailAddress.objects.filter(user=user, verified=True).values("email")
    return _unclaimed(Recipient.objects.filter(email__in=mine, disputed_at__isnull=True))


def _unclaimed(found: "QuerySet[Recipient]") -> "QuerySet[Recipient]":
    released = Credential.objects.filter(recipient=OuterRef("pk"), released_at__isnull=False)
    claimed = IdentityClaim.objects.filter(recipient=OuterRef("pk"), ended_at__isnull=True)
    return found.filter(Exists(released), ~Exists(claimed))
