"""Claim a record: from a link, by its button, once (decisions 8)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from credentials.issuing.models import Recipient
from institution.accounts.models import User
from institution.events.services import record
from learners.records.accounts import account_of
from learners.records.errors import (
    AnswersSpent,
    ClaimedBySomebodyElse,
    ClaimLinkExpired,
    ClaimLinkUnknown,
    ClaimLinkUsed,
    WrongAnswer,
)
from learners.records.models import ClaimLink, IdentityClaim, Learner
from learners.records.questions import MOST_TRIES, answer_is_right, question_of
from learners.records.selectors import unclaimed_at_address
from learners.records.tokens import address_digest, digest_of, new_token

LINK_LIVES = timedelta(days=60)
TRIES_COUNT = timedelta(days=1)


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


def claim(token: str, *, user: User | None, now: datetime, answer: str = "") -> Learner:
    """Tie the link's recipient to a learner; without a signed-in user, to the account of the address.

    The link came to the address, so pressing its button proves the address. An account with a role or a
    second factor signs in first: a link is no way around either. answer: to the question that policy asks.
    Raises ClaimLinkUnknown, ClaimLinkUsed, ClaimLinkExpired, WrongAnswer, AnswersSpent, SignInFirst,
    ClaimedBySomebodyElse.
    """
    right, recipient = _answered(token, answer, now=now)
    if not right:
        check_tries(recipient, now=now)
        raise WrongAnswer()
    return _claim(token, user=user, now=now)


@transaction.atomic
def _answered(token: str, answer: str, *, now: datetime) -> tuple[bool, Recipient]:
    """Return whether the answer is right, or none is asked, and whose it is; the last wrong one voids every link.

    Raises AnswersSpent.
    """
    link = open_claim_link(token, now=now, lock=True)
    check_tries(link.recipient, now=now)
    if answer_is_right(link.recipient, answer):
        return True, link.recipient
    link.tries, link.tried_at = link.tries + 1, now
    link.save(update_fields=["tries", "tried_at"])
    if wrong_answers(link.recipient, now=now) >= MOST_TRIES:
        void_links(link.recipient, now=now)
    return False, link.recipient


def wrong_answers(recipient: Recipient, *, now: datetime) -> int:
    """Return how many wrong answers count: those of the open links, and of the last day on any other.

    So several links give no more tries than one, and a fresh one gives none that were spent today.
    """
    counted = Q(used_at=None, voided_at=None) | Q(tried_at__gt=now - TRIES_COUNT)
    found = ClaimLink.objects.filter(counted, recipient=recipient)
    return int(found.aggregate(n=Sum("tries", default=0))["n"])


def check_tries(recipient: Recipient, *, now: datetime) -> None:
    """Raise AnswersSpent if this recipient's question was answered wrong too often today."""
    if question_of(recipient) and wrong_answers(recipient, now=now) >= MOST_TRIES:
        raise AnswersSpent()


def forgive_tries(recipient: Recipient) -> int:
    """Let the question be answered again, as the help desk decides; return how many wrong answers it forgave."""
    tried = ClaimLink.objects.filter(recipient=recipient, tried_at__isnull=False)
    forgiven = int(tried.aggregate(n=Sum("tries", default=0))["n"])
    tried.update(tries=0, tried_at=None)
    return forgiven


@transaction.atomic
def _claim(token: str, *, user: User | None, now: datetime) -> Learner:
    link = open_claim_link(token, now=now, lock=True)
    recipient = link.recipient
    learner = learner_of(user or account_of(recipient), name=recipient.name, now=now)
    _tie(learner, recipient, proof=IdentityClaim.Proof.LINK, now=now)
    for other in unclaimed_at_address(recipient.email).filter(source_id=""):
        if question_of(other):
            continue  # it has a link of its own, and an answer
        _tie(learner, other, proof=IdentityClaim.Proof.ADDRESS, now=now)
    return learner


@transaction.atomic
def claim_proven_address(user: User, address: str, *, proven_at: datetime, now: datetime) -> int:
    """Tie what came to an address that its owner proved after it was issued; return how many are new.

    Two people of one source never merge by themselves: if the address stands for several source ids of
    a source, or the learner is known there under another one, a link has to be pressed instead.
    """
    waiting = list(
        unclaimed_at_address(address, released_by=proven_at).select_for_update(of=("self",)).order_by("pk")
    )
    held = set(
        Recipient.objects.filter(claims__learner__user=user, claims__ended_at__isnull=True)
        .exclude(source_id="")
        .values_list("source", "source_id")
    )
    named = held | {(one.source, one.source_id) for one in waiting if one.source_id}
    sources = [source for source, _id in named]
    clear = [one for one in waiting if not one.source_id or sources.count(one.source) == 1]
    clear = [one for one in clear if not question_of(one)]
    return _tie_all(user, clear, IdentityClaim.Proof.ADDRESS, now)


@transaction.atomic
def claim_by_source(user: User, source: str, source_id: str, *, now: datetime) -> int:
    """Tie what the college issued to the person its single sign-on names; return how many are new."""
    if not source_id:
        return 0
    standing = IdentityClaim.objects.filter(recipient=OuterRef("pk"), ended_at__isnull=True)
    same: QuerySet[Recipient] = Recipient.objects.filter(source=source, source_id=source_id)
    found = same.filter(~Exists(standing), disputed_at__isnull=True).select_for_update(of=("self",))
    return _tie_all(user, list(found), IdentityClaim.Proof.SINGLE_SIGN_ON, now)


def _tie_all(user: User, recipients: list[Recipient], proof: str, now: datetime) -> int:
    if recipients:
        learner = learner_of(user, name=recipients[0].name, now=now)
        for recipient in recipients:
            _tie(learner, recipient, proof=proof, now=now)
    return len(recipients)


def learner_of(user: User, *, name: str, now: datetime) -> Learner:
    """Return the learner of an account; the first time, with this name to begin with."""
    defaults = {"preferred_name": name, "created_at": now}
    learner, _new = Learner.objects.get_or_create(user=user, defaults=defaults)
    return learner


def _tie(learner: Learner, recipient: Recipient, *, proof: str, now: datetime) -> IdentityClaim:
    """Write the claim, and close the recipient's links: a record is claimed once."""
    standing = IdentityClaim.objects.filter(recipient=recipient, ended_at__isnull=True).first()
    if standing is not None and standing.learner_id != learner.pk:
        raise ClaimedBySomebodyElse()
    ClaimLink.objects.filter(recipient=recipient, used_at__isnull=True, voided_at__isnull=True).update(
        used_at=now
    )
    if standing is not None:
        return standing
    tie = IdentityClaim.objects.create(learner=learner, recipient=recipient, proof=proof, claimed_at=now)
    record("record.claimed", actor=learner.user, target=recipient, at=now, data={"proof": proof})
    return tie


def void_links(recipient: Recipient, *, now: datetime) -> int:
    """Close every open link of a recipient."""
    open_links = ClaimLink.objects.filter(recipient=recipient, used_at__isnull=True, voided_at__isnull=True)
    return open_links.update(voided_at=now)
