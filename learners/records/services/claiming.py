"""Claim a record: from a link, by its button, once (decisions 8)."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from credentials.issuing.models import Recipient
from institution.accounts.models import User
from institution.events.services import record
from learners.records.errors import (
    ClaimedBySomebodyElse,
    ClaimLinkExpired,
    ClaimLinkUnknown,
    ClaimLinkUsed,
    SignInFirst,
)
from learners.records.models import ClaimLink, IdentityClaim, Learner
from learners.records.tokens import address_digest, digest_of, new_token

LINK_LIVES = timedelta(days=60)


def make_link(recipient: Recipient, *, now: datetime) -> tuple[ClaimLink, str]:
    """Return an unsaved claim link for a recipient's present address, and its token."""
    token = new_token()
    link = ClaimLink(
        recipient=recipient,
        token_digest=digest_of(token),
        address_digest=address_digest(recipient.email),
        created_at=now,
        expires_at=now + LINK_LIVES,
    )
    return link, token


def open_claim_link(token: str, *, now: datetime, lock: bool = False) -> ClaimLink:
    """Return the claim link of a token if it may still be used; opening it changes nothing.

    Raises ClaimLinkUnknown, ClaimLinkUsed, ClaimLinkExpired.
    """
    links = ClaimLink.objects.select_related("recipient")
    if lock:
        links = links.select_for_update(of=("self", "recipient"))
    link = links.filter(token_digest=digest_of(token)).first()
    if link is None or link.voided_at is not None:
        raise ClaimLinkUnknown()
    if link.address_digest != address_digest(link.recipient.email):
        raise ClaimLinkUnknown()
    if link.used_at is not None:
        raise ClaimLinkUsed()
    if link.expires_at <= now:
        raise ClaimLinkExpired()
    return link


@transaction.atomic
def claim(token: str, *, user: User | None, now: datetime) -> Learner:
    """Tie the link's recipient to a learner; without a signed-in user, to the account of the address.

    The link came to the address, so pressing its button proves the address. An account with a role here
    signs in first: a link is no way around its second factor.
    Raises ClaimLinkUnknown, ClaimLinkUsed, ClaimLinkExpired, SignInFirst, ClaimedBySomebodyElse.
    """
    link = open_claim_link(token, now=now, lock=True)
    owner = user or _account_of(link.recipient, now=now)
    learner, _new = Learner.objects.get_or_create(
        user=owner, defaults={"preferred_name": link.recipient.name, "created_at": now}
    )
    _tie(learner, link.recipient, proof=IdentityClaim.Proof.LINK, now=now)
    for other in _same_address_without_source_id(link.recipient):
        _tie(learner, other, proof=IdentityClaim.Proof.ADDRESS, now=now)
    ClaimLink.objects.filter(recipient=link.recipient, used_at__isnull=True, voided_at__isnull=True).update(
        used_at=now
    )
    return learner


def _account_of(recipient: Recipient, *, now: datetime) -> User:
    user = User.objects.filter(email=recipient.email.lower()).first()
    if user is not None and (user.assignments.exists() or not user.is_active or user.is_superuser):
        raise SignInFirst()
    if user is None:
        user = User.objects.create_user(
            recipient.email, None, name=recipient.name, language=recipient.language
        )
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


def _same_address_without_source_id(recipient: Recipient) -> Any:
    same = Recipient.objects.filter(email__iexact=recipient.email, source_id="").exclude(email="")
    return same.exclude(pk=recipient.pk).exclude(claims__ended_at__isnull=True, claims__isnull=False)


def _tie(learner: Learner, recipient: Recipient, *, proof: str, now: datetime) -> IdentityClaim:
    standing = IdentityClaim.objects.filter(recipient=recipient, ended_at__isnull=True).first()
    if standing is not None and standing.learner_id != learner.pk:
        raise ClaimedBySomebodyElse()
    if standing is not None:
        return standing
    tie = IdentityClaim.objects.create(learner=learner, recipient=recipient, proof=proof, claimed_at=now)
    record("record.claimed", actor=learner.user, target=recipient, at=now, data={"proof": proof})
    return tie


def void_links(recipient: Recipient, *, now: datetime) -> int:
    """Close every open link of a recipient."""
    open_links = ClaimLink.objects.filter(recipient=recipient, used_at__isnull=True, voided_at__isnull=True)
    return open_links.update(voided_at=now)


@transaction.atomic
def request_new_link(token: str, *, now: datetime) -> bool:
    """Send a fresh link in place of one that has expired, to the address the college has.

    Says nothing about whether a record exists; at most one an hour for each recipient.
    """
    link = ClaimLink.objects.select_related("recipient").filter(token_digest=digest_of(token)).first()
    if link is None or link.voided_at is not None or link.used_at is not None:
        return False
    from learners.records.services.telling import send_link

    return send_link(link.recipient, reason=f"again:{now:%Y%m%d%H}", now=now)
