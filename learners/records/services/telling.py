"""One message per address per batch, in both languages, with the way to the record (decisions 8, 15)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from credentials.issuing.bulk import only_one
from credentials.issuing.models import Credential, IssuanceBatch, Recipient
from credentials.issuing.states import CredentialState
from institution.accounts.models import User
from institution.accounts.services import institution_now
from institution.events.services import mark_delivered, undelivered
from institution.notices.models import Notice
from institution.notices.services import Message, notify_many
from learners.records.models import ClaimLink, IdentityClaim
from learners.records.services.claiming import make_link
from learners.records.wording import (
    Part,
    Words,
    claim_words,
    news_words,
    renewed_words,
    shared_claim_words,
)

CHUNK = 500
CONSUMER = "records.tell"


def tell_released_batches(*, now: datetime) -> int:
    """Tell the learners of every batch that was released and not told yet; return the messages written.

    Two tellers at once do no harm: the second finds the lock taken and leaves the events to the first.
    """
    written = 0
    for event in undelivered(CONSUMER, ["batch.released"]):
        with only_one(CONSUMER, "") as mine:
            if not mine:
                return written
            written += _tell_all(event.target_id, now=now)
            mark_delivered(CONSUMER, [event], now=now)
    return written


def tell_batch(batch_id: Any, *, now: datetime) -> int:
    """Write one message to each learner of a released batch; repeated, it writes only what is missing."""
    with only_one(CONSUMER, "") as mine:
        return _tell_all(batch_id, now=now) if mine else 0


def _tell_all(batch_id: Any, *, now: datetime) -> int:
    batch = IssuanceBatch.objects.select_related("org_unit").get(pk=batch_id)
    written, after = 0, None
    while recipients := _next_recipients(batch, after):
        with transaction.atomic():
            written += _tell(_untold(recipients, batch), batch, now=now)
        after = recipients[-1]
    return written


def _key(batch: IssuanceBatch, recipient: Recipient) -> str:
    return f"batch:{batch.pk}:recipient:{recipient.pk}"


def _next_recipients(batch: IssuanceBatch, after: Recipient | None) -> list[Recipient]:
    """Return about CHUNK recipients of the batch's released credentials after the last one, by address.

    An address is never cut in two, so that its recipients are told in one message. Whoever said "this
    is not me" hears nothing more until their request is settled.
    """
    mine = Credential.objects.filter(recipient=OuterRef("pk"), batch=batch, state=CredentialState.RELEASED)
    found = Recipient.objects.filter(Exists(mine), disputed_at__isnull=True).order_by("email", "pk")
    if after is not None:
        found = found.filter(Q(email__gt=after.email) | Q(email=after.email, pk__gt=after.pk))
    part = list(found[:CHUNK])
    if part and part[-1].email:
        part += found.filter(email=part[-1].email, pk__gt=part[-1].pk)
    return part


def _untold(recipients: Sequence[Recipient], batch: IssuanceBatch) -> list[Recipient]:
    keys = {_key(batch, recipient): recipient for recipient in recipients}
    told = set(Notice.objects.filter(dedupe_key__in=list(keys)).values_list("dedupe_key", flat=True))
    return [recipient for key, recipient in keys.items() if key not in told]


def _tell(recipients: Sequence[Recipient], batch: IssuanceBatch, *, now: datetime) -> int:
    """Write to these people: a link to whoever has not claimed, the news to whoever has."""
    accounts = accounts_of(recipients)
    waiting = [one for one in recipients if one.pk not in accounts]
    return notify_many(_invitations(waiting, batch, now) + _news(accounts, batch), now=now)


def _invitations(recipients: Sequence[Recipient], batch: IssuanceBatch, now: datetime) -> list[Message]:
    """Return a message for each address, with a link for each recipient (decisions 8, 15)."""
    institution = institution_now()
    groups = parts_by_address(recipients, _titles(recipients, batch), now=now)
    return [one for parts in groups for one in _invite(parts, batch, institution)]


def _invite(parts: list[Part], batch: IssuanceBatch, institution: Any) -> list[Message]:
    """Return the message to an address, and for its other recipients a note of which message told them."""
    first = parts[0].recipient
    words = (
        shared_claim_words(parts, institution)
        if len(parts) > 1
        else claim_words(first, parts[0].titles, institution, parts[0].url)
    )
    told = {_key(batch, part.recipient): part.recipient for part in parts}
    common = {"kind": "record.claim", "unit_id": batch.org_unit_id, "group": f"batch:{batch.pk}"}
    return one_message(told, words, **common)


def _news(accounts: dict[Any, Any], batch: IssuanceBatch) -> list[Message]:
    """Return one message per account, to its own address, with all that this batch gave its learner."""
    users = {user.pk: user for user in accounts.values()}
    mine = Recipient.objects.filter(claims__learner__user__in=users, claims__ended_at__isnull=True)
    held = mine.annotate(user_id=F("claims__learner__user")).order_by("pk")
    by_user: dict[Any, list[Recipient]] = {}
    for one in held:
        by_user.setdefault(one.user_id, []).append(one)
    titles, institution = _titles(list(held), batch), institution_now()
    messages = []
    for user_id, same in by_user.items():
        earned = sorted(title for one in same for title in titles.get(one.pk, []))
        if not earned:  # withdrawn in this very moment
            continue
        about = next(one for one in same if one.pk in titles)
        write = renewed_words if batch.origin == IssuanceBatch.Origin.CORRECTION else news_words
        words = write(about, earned, institution, f"{settings.PORTAL_ORIGIN}/record/")
        messages.append(
            message_to(about, words, kind="record.news", key=f"batch:{batch.pk}:account:{user_id}",
                       unit_id=batch.org_unit_id, group=f"batch:{batch.pk}", user=users[user_id])
        )  # fmt: skip
    return messages


def accounts_of(recipients: Any) -> dict[Any, User]:
    """Return the account that holds each of these recipients, for those who are claimed."""
    ties = IdentityClaim.objects.filter(recipient__in=recipients, ended_at__isnull=True)
    return {tie.recipient_id: tie.learner.user for tie in ties.select_related("learner__user")}


def _titles(recipients: Sequence[Recipient], batch: IssuanceBatch) -> dict[Any, list[str]]:
    released = Credential.objects.filter(
        batch=batch, recipient__in=recipients, state=CredentialState.RELEASED
    )
    return titles_by_recipient(released)


def titles_by_recipient(credentials: Any) -> dict[Any, list[str]]:
    """Return what credentials are called, by recipient, in alphabetical order."""
    rows = credentials.values_list("recipient_id", "achievement_version__name")
    titles: dict[Any, list[str]] = {}
    for recipient_id, name in rows.order_by("recipient_id", "achievement_version__name"):
        titles.setdefault(recipient_id, []).append(name)
    return titles


def parts_by_address(
    recipients: Sequence[Recipient], titles: dict[Any, list[str]], *, now: datetime
) -> list[list[Part]]:
    """Make a claim link for each recipient; return what to say of each, those of one address together."""
    links, found = [], defaultdict(list)
    for recipient in recipients:
        link, token = make_link(recipient, now=now)
        links.append(link)
        part = Part(recipient, titles.get(recipient.pk, []), claim_url(token))
        found[recipient.email.lower() or recipient.pk].append(part)
    ClaimLink.objects.bulk_create(links)
    return list(found.values())


def claim_url(token: str) -> str:
    return f"{settings.PORTAL_ORIGIN}/claim/{token}/"


def one_message(told: dict[str, Recipient], words: Words, **common: Any) -> list[Message]:
    """Return the message to an address, and for its other recipients a note of which message told them.

    told: the recipients who share the address, each by its own dedupe key; the first one is written to.
    """
    [lead, *others] = told
    silent = Words(words.subject, "")
    return [message_to(told[lead], words, key=lead, **common)] + [
        message_to(told[key], silent, key=key, said_in=lead, **common) for key in others
    ]


def message_to(
    recipient: Recipient,
    words: Words,
    *,
    kind: str,
    key: str,
    unit_id: Any,
    group: str = "",
    user: User | None = None,
    said_in: str = "",
) -> Message:
    """Return a message about a recipient: to the account that claimed them, else where the source says."""
    return Message(
        kind=kind,
        address=user.email if user is not None else recipient.email,
        subject=words.subject,
        body=words.body,
        dedupe_key=key,
        user_id=user.pk if user is not None else None,
        language=recipient.language,
        about=recipient,
        unit_id=unit_id,
        group=group,
        said_in=said_in,
    )
