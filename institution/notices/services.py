"""Tell people things: write a notice once, send it once, and know what became of it (decisions 15)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import models, transaction
from django.db.models import Count

from institution.accounts.authz import require
from institution.accounts.services import institution_now
from institution.errors import NotInThisState
from institution.events.services import record
from institution.notices.errors import NoAddress
from institution.notices.models import Notice
from institution.notices.states import NEXT, NoticeState

log = structlog.get_logger(__name__)

UNSURE_AFTER = timedelta(minutes=10)  # a notice longer in `sending` than this outlived its sender


@dataclass(frozen=True)
class Message:
    """What to tell one person. `dedupe_key` names the reason: the same reason tells once."""

    kind: str
    address: str
    subject: str
    body: str
    dedupe_key: str
    user_id: Any = None
    language: str = ""
    about: models.Model | None = None
    unit_id: Any = None
    group: str = ""


def notify_many(messages: Sequence[Message], *, now: datetime) -> int:
    """Write notices into the outbox; a reason that was told already is left out. Return how many are new."""
    rows = [_row(message, now) for message in messages]
    before = Notice.objects.filter(dedupe_key__in=[row.dedupe_key for row in rows]).count()
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len({row.dedupe_key for row in rows}) - before


def notify(message: Message, *, now: datetime) -> Notice:
    """Write one notice, or return the one this reason has already."""
    notify_many([message], now=now)
    return Notice.objects.get(dedupe_key=message.dedupe_key)


def _row(message: Message, now: datetime) -> Notice:
    about = message.about
    return Notice(
        kind=message.kind,
        user_id=message.user_id,
        address=message.address.lower(),
        language=message.language,
        subject=message.subject,
        body=message.body,
        about_type=about._meta.label_lower if about is not None else "",
        about_id=str(about.pk) if about is not None else "",
        org_unit_id=message.unit_id,
        group=message.group,
        dedupe_key=message.dedupe_key,
        state=NoticeState.QUEUED if message.address else NoticeState.FAILED,
        trouble="" if message.address else "no address",
        created_at=now,
    )


def send_due(*, now: datetime, limit: int) -> int:
    """Send up to `limit` waiting notices, oldest first; return how many the mail host took.

    Each is committed as `sending` before the host is called, so a crash can never send it twice.
    Two senders never take the same row.
    """
    with transaction.atomic():
        due = Notice.objects.select_for_update(skip_locked=True).filter(state=NoticeState.QUEUED)
        ids = list(due.order_by("created_at", "id").values_list("pk", flat=True)[:limit])
        Notice.objects.filter(pk__in=ids).update(state=NoticeState.SENDING, sending_at=now)
    if not ids:
        return 0
    with get_connection() as connection:
        return sum(_send(notice, connection, now) for notice in Notice.objects.filter(pk__in=ids))


def _send(notice: Notice, connection: Any, now: datetime) -> bool:
    message_id = f"<{notice.pk}@{settings.DEFAULT_FROM_EMAIL.partition('@')[2]}>"
    mail = EmailMessage(
        subject=notice.subject,
        body=notice.body,
        from_email=sender(),
        to=[notice.address],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        return _failed(notice, error)
    Notice.objects.filter(pk=notice.pk, state=NoticeState.SENDING).update(
        state=NoticeState.SENT, sent_at=now, message_id=message_id
    )
    return True


def _failed(notice: Notice, error: Exception) -> bool:
    """Note a refusal by its class and code only: a host's words may quote the address."""
    code = getattr(error, "smtp_code", "")
    trouble = f"{type(error).__name__} {code}".strip()
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.FAILED, trouble=trouble)
    log.warning("notice.failed", notice=str(notice.pk), trouble=trouble)
    return False


def sender() -> str:
    """Return the From header: the college's name before the portal's address."""
    name = institution_now().name.replace('"', "")
    return f'"{name}" <{settings.DEFAULT_FROM_EMAIL}>'


def mark_unsure(*, now: datetime) -> int:
    """Mark notices whose sender died as perhaps sent; they are never sent again by themselves."""
    lost = Notice.objects.filter(state=NoticeState.SENDING, sending_at__lt=now - UNSURE_AFTER)
    return lost.update(state=NoticeState.UNSURE)


@transaction.atomic
def resend(notice: Notice, *, address: str = "", actor: Any, now: datetime) -> Notice:
    """Send a notice's text again as a new notice, perhaps to a corrected address.

    One tap is one resend: a resend that still waits is returned. Raises NotAllowed, NoAddress.
    """
    require(actor, "notices.resend", notice, now=now)
    to = (address or notice.address).strip().lower()
    if not to:
        raise NoAddress()
    waiting = notice.resends.filter(address=to, state=NoticeState.QUEUED).first()
    if waiting is not None:
        return waiting
    number = notice.resends.count() + 1
    again = Notice.objects.create(
        **{
            name: getattr(notice, name)
            for name in ("kind", "user", "language", "subject", "body", "group", "org_unit")
        },
        about_type=notice.about_type,
        about_id=notice.about_id,
        address=to,
        dedupe_key=f"{notice.dedupe_key}:resend:{number}",
        resend_of=notice,
        created_at=now,
    )
    record("notice.resent", actor=actor, target=again, at=now)
    return again


@transaction.atomic
def mark_bounced(notice: Notice, *, trouble: str, actor: Any, now: datetime) -> Notice:
    """Note that a message came back; twice is once. Raises NotInThisState."""
    locked = Notice.objects.select_for_update().get(pk=notice.pk)
    if locked.state == NoticeState.BOUNCED:
        return locked
    if NoticeState.BOUNCED not in NEXT[NoticeState(locked.state)]:
        raise NotInThisState(state=locked.state)
    locked.state, locked.trouble = NoticeState.BOUNCED, trouble[:200]
    locked.save(update_fields=["state", "trouble"])
    record("notice.bounced", actor=actor, target=locked, at=now)
    return locked


def void_waiting(dedupe_keys: Iterable[str]) -> int:
    """Withdraw notices that have not been handed to the mail host yet."""
    waiting = Notice.objects.filter(dedupe_key__in=list(dedupe_keys), state=NoticeState.QUEUED)
    return waiting.update(state=NoticeState.VOIDED)


def counts_of_group(group: str) -> dict[str, int]:
    """Return how many notices of a group are in each state."""
    rows = Notice.objects.filter(group=group).values_list("state").annotate(n=Count("pk"))
    return {state: count for state, count in rows}
