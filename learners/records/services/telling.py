"""One message per learner per batch, in both languages, with the way to the record (decisions 8, 15)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from credentials.issuing.models import Credential, IssuanceBatch, Recipient
from credentials.issuing.states import CredentialState
from institution.accounts.services import institution_now
from institution.events.services import mark_delivered, record, undelivered
from institution.notices.models import Notice
from institution.notices.services import Message, notify_many
from learners.records.models import ClaimLink, IdentityClaim
from learners.records.selectors import require_help, unit_of
from learners.records.services.claiming import make_link
from learners.records.wording import Words, claim_words, news_words, reminder_words

CHUNK = 500
CONSUMER = "records.tell"
TELL_LOCK = 7_240_001  # advisory lock: one teller at a time
REMIND_AFTER = timedelta(days=14)


def tell_released_batches(*, now: datetime) -> int:
    """Tell the learners of every batch that was released and not told yet; return the messages written.

    Two tellers at once do no harm: the second finds the lock taken and leaves.
    """
    written = 0
    for event in undelivered(CONSUMER, ["batch.released"]):
        written += tell_batch(event.target_id, now=now)
        mark_delivered(CONSUMER, [event], now=now)
    return written


def tell_batch(batch_id: Any, *, now: datetime) -> int:
    """Write one message to each learner of a released batch; repeated, it writes only what is missing."""
    batch = IssuanceBatch.objects.select_related("org_unit").get(pk=batch_id)
    written, after = 0, None
    while True:
        with transaction.atomic():
            if not _try_lock():
                return written
            recipients = _next_recipients(batch, after)
            if not recipients:
                return written
            written += _tell(_untold(recipients, batch), batch, now=now)
        after = recipients[-1].pk


def _try_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [TELL_LOCK])
        return bool(cursor.fetchone()[0])


def _key(batch: IssuanceBatch, recipient: Recipient) -> str:
    return f"batch:{batch.pk}:recipient:{recipient.pk}"


def _next_recipients(batch: IssuanceBatch, after: Any) -> list[Recipient]:
    """Return up to CHUNK recipients of the batch's released credentials, by key, after the last one."""
    mine = Credential.objects.filter(recipient=OuterRef("pk"), batch=batch, state=CredentialState.RELEASED)
    found = Recipient.objects.filter(Exists(mine)).order_by("pk")
    return list((found.filter(pk__gt=after) if after else found)[:CHUNK])


def _untold(recipients: Sequence[Recipient], batch: IssuanceBatch) -> list[Recipient]:
    keys = {_key(batch, recipient): recipient for recipient in recipients}
    told = set(Notice.objects.filter(dedupe_key__in=list(keys)).values_list("dedupe_key", flat=True))
    return [recipient for key, recipient in keys.items() if key not in told]


def _tell(recipients: Sequence[Recipient], batch: IssuanceBatch, *, now: datetime) -> int:
    titles = _titles(recipients, batch)
    claimed = dict(
        IdentityClaim.objects.filter(recipient__in=recipients, ended_at__isnull=True).values_list(
            "recipient_id", "learner__user_id"
        )
    )
    links, messages = [], []
    for recipient in recipients:
        earned = titles.get(recipient.pk, [])
        if recipient.pk in claimed:
            words = news_words(recipient, earned, institution_now(), f"{settings.PORTAL_ORIGIN}/record/")
            kind = "record.news"
        else:
            link, token = make_link(recipient, now=now)
            links.append(link)
            words = claim_words(recipient, earned, institution_now(), _claim_url(token))
            kind = "record.claim"
        messages.append(
            _message(recipient, words, kind=kind, key=_key(batch, recipient), unit_id=batch.org_unit_id,
                     group=f"batch:{batch.pk}", user_id=claimed.get(recipient.pk))
        )  # fmt: skip
    ClaimLink.objects.bulk_create(links)
    return notify_many(messages, now=now)


def _titles(recipients: Sequence[Recipient], batch: IssuanceBatch) -> dict[Any, list[str]]:
    rows = Credential.objects.filter(
        batch=batch, recipient__in=recipients, state=CredentialState.RELEASED
    ).values_list("recipient_id", "achievement_version__name")
    titles: dict[Any, list[str]] = {}
    for recipient_id, name in rows.order_by("recipient_id", "achievement_version__name"):
        titles.setdefault(recipient_id, []).append(name)
    return titles


def _claim_url(token: str) -> str:
    return f"{settings.PORTAL_ORIGIN}/claim/{token}/"


def _message(
    recipient: Recipient,
    words: Words,
    *,
    kind: str,
    key: str,
    unit_id: Any,
    group: str = "",
    user_id: Any = None,
) -> Message:
    return Message(
        kind=kind,
        address=recipient.email,
        subject=words.subject,
        body=words.body,
        dedupe_key=key,
        user_id=user_id,
        language=recipient.language,
        about=recipient,
        unit_id=unit_id,
        group=group,
    )


def send_link(recipient: Recipient, *, reason: str, now: datetime) -> bool:
    """Write a message with a fresh claim link; the same reason sends once. Return whether it is new."""
    unit = unit_of(recipient)
    key = f"recipient:{recipient.pk}:{reason}"
    if Notice.objects.filter(dedupe_key=key).exists():
        return False
    link, token = make_link(recipient, now=now)
    link.save()
    earned = list(
        Credential.objects.filter(recipient=recipient, state=CredentialState.RELEASED)
        .order_by("achievement_version__name")
        .values_list("achievement_version__name", flat=True)
    )
    words = claim_words(recipient, earned, institution_now(), _claim_url(token))
    message = _message(recipient, words, kind="record.claim", key=key, unit_id=unit.pk if unit else None)
    return notify_many([message], now=now) == 1


def remind_unclaimed(recipients: Sequence[Recipient], *, actor: Any, now: datetime) -> int:
    """Remind people who have not claimed; nobody more often than every 14 days. Raises NotAllowed."""
    written = 0
    for recipient in recipients:
        require_help(actor, recipient, now=now)
        recent = Notice.objects.filter(
            about_type="issuing.recipient", about_id=str(recipient.pk), created_at__gt=now - REMIND_AFTER
        )
        claimed = IdentityClaim.objects.filter(recipient=recipient, ended_at__isnull=True)
        if not recipient.email or recent.exists() or claimed.exists():
            continue
        written += _remind(recipient, actor=actor, now=now)
    return written


@transaction.atomic
def _remind(recipient: Recipient, *, actor: Any, now: datetime) -> int:
    unit = unit_of(recipient)
    link, token = make_link(recipient, now=now)
    link.save()
    words = reminder_words(recipient, institution_now(), _claim_url(token))
    key = f"recipient:{recipient.pk}:reminder:{now:%Y-%m-%d}"
    message = _message(recipient, words, kind="record.reminder", key=key, unit_id=unit.pk if unit else None)
    record("record.reminded", actor=actor, target=recipient, at=now, unit=unit)
    return notify_many([message], now=now)
