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
from institution.notices.errors import NoAddress, TextErased
from institution.notices.models import Notice
from institution.notices.states import NEXT, NoticeState

log = structlog.get_logger(__name__)

ERASE_AT_ONCE = 5_000
HANGS_UP = 421  # the host ends the connection without having taken the message (RFC 5321, 4.2.1)
UNSURE_AFTER = timedelta(minutes=10)  # a notice longer in `sending` than this outlived its sender


@dataclass(frozen=True)
class Message:
    """What to tell one person. `dedupe_key` names the reason: the same reason tells once.

    `said_in` is the key of the message that says it too: then this one is kept, and never sent.
    """

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
    said_in: str = ""


def notify_many(messages: Sequence[Message], *, now: datetime) -> int:
    """Write notices into the outbox; a reason that was told already is left out. Return how many are new."""
    keys = [message.dedupe_key for message in messages if not message.said_in]
    before = Notice.objects.filter(dedupe_key__in=keys).count()
    whole = [_row(message, now) for message in messages if not message.said_in]
    Notice.objects.bulk_create(whole, ignore_conflicts=True, batch_size=1000)
    joined = {message.said_in for message in messages if message.said_in}
    leads = dict(Notice.objects.filter(dedupe_key__in=joined).values_list("dedupe_key", "pk"))
    parts = [_row(message, now, leads[message.said_in]) for message in messages if message.said_in]
    Notice.objects.bulk_create(parts, ignore_conflicts=True, batch_size=1000)
    return len(set(keys)) - before


def notify(message: Message, *, now: datetime) -> Notice:
    """Write one notice, or return the one this reason has already."""
    notify_many([message], now=now)
    return Notice.objects.get(dedupe_key=message.dedupe_key)


def _row(message: Message, now: datetime, said_in: Any = None) -> Notice:
    about, state = message.about, NoticeState.QUEUED if message.address else NoticeState.FAILED
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
        said_in_id=said_in,
        state=NoticeState.JOINED if said_in else state,
        trouble="" if message.address else "no address",
        created_at=now,
    )


def send_due(*, now: datetime, limit: int) -> int:
    """Send up to `limit` waiting notices, oldest first; return how many the mail host took.

    Each is committed as `sending` by itself, right before the host is called: a sender that dies never
    sends it twice, and leaves one unsure. Two senders never take the same row. While the host cannot be
    reached, notices wait.
    """
    if not Notice.objects.filter(state=NoticeState.QUEUED).exists():
        return 0
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        log.warning("notice.host_away", trouble=trouble_of(error))
        return 0
    outcomes: list[NoticeState] = []
    try:
        while len(outcomes) < limit and (notice := _take_next(now)) is not None:
            outcomes.append(_send(notice, connection, now))
            if outcomes[-1] in (NoticeState.QUEUED, NoticeState.UNSURE):
                break  # the host is gone; the next sweep asks it anew
    finally:
        connection.close()
    return outcomes.count(NoticeState.SENT)


@transaction.atomic
def _take_next(now: datetime) -> Notice | None:
    due = Notice.objects.select_for_update(skip_locked=True).filter(state=NoticeState.QUEUED)
    notice = due.order_by("created_at", "id").first()
    if notice is not None:
        notice.state, notice.sending_at = NoticeState.SENDING, now
        notice.save(update_fields=["state", "sending_at"])
    return notice


def _send(notice: Notice, connection: Any, now: datetime) -> NoticeState:
    """Hand one message to the mail host, and note what became of it."""
    message_id = f"<{notice.pk}@{settings.DEFAULT_FROM_EMAIL.partition('@')[2]}>"
    mail = EmailMessage(
        subject=notice.subject,
        body=notice.body,
        from_email=sender(),
        to=[notice.address],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    known: dict[str, Any] = {"sent_at": now, "message_id": message_id, "trouble": ""}
    try:
        mail.send()
        state = NoticeState.SENT
    except (SMTPException, OSError) as error:
        state, known = _state_after(error), {"trouble": trouble_of(error)}
        log.warning("notice.trouble", notice=str(notice.pk), state=str(state), **known)
    Notice.objects.filter(pk=notice.pk, state=NoticeState.SENDING).update(state=state, **known)
    return state


def _state_after(error: Exception) -> NoticeState:
    """Return what a failure says: refused, not taken yet, or (no answer came) perhaps taken."""
    if isinstance(error, ConnectionRefusedError) or _code_of(error) == HANGS_UP:
        return NoticeState.QUEUED
    return NoticeState.FAILED if _code_of(error) else NoticeState.UNSURE


def _code_of(error: Exception) -> int:
    answers = getattr(error, "recipients", {})
    return int(next((code for code, _words in answers.values()), 0) or getattr(error, "smtp_code", 0))


def trouble_of(error: Exception) -> str:
    """Return a failure's class and code only: a host's words may quote the address."""
    return f"{type(error).__name__} {_code_of(error) or ''}".strip()


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

    One tap is one resend: a resend that still waits is returned. Raises NotAllowed, NoAddress, TextErased.
    """
    require(actor, "notices.resend", notice, now=now)
    notice = notice.said_in or notice
    if notice.erased_at is not None:
        raise TextErased()
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


def erase_old_texts(*, now: datetime) -> int:
    """Erase address, subject and text of what was written long ago; ids, states and times stay.

    Waits for what is on its way. Return how many; at most ERASE_AT_ONCE, the next sweep takes the rest.
    """
    old = Notice.objects.filter(erased_at=None, created_at__lt=now - timedelta(days=settings.NOTICE_DAYS))
    done = old.exclude(state__in=[NoticeState.QUEUED, NoticeState.SENDING]).order_by("created_at")
    ids = list(done.values_list("pk", flat=True)[:ERASE_AT_ONCE])
    return Notice.objects.filter(pk__in=ids).update(address="", subject="", body="", erased_at=now)


def erase_about(about_type: str, about_id: str, *, now: datetime) -> int:
    """Erase address, subject and text of all messages about one thing; what still waits is not sent."""
    about = Notice.objects.filter(about_type=about_type, about_id=about_id, erased_at=None)
    about.filter(state=NoticeState.QUEUED).update(state=NoticeState.VOIDED)
    done = about.exclude(state=NoticeState.SENDING)  # on its way; time erases it
    return done.update(address="", subject="", body="", erased_at=now)


def void_waiting(dedupe_keys: Iterable[str]) -> int:
    """Withdraw notices that have not been handed to the mail host yet."""
    waiting = Notice.objects.filter(dedupe_key__in=list(dedupe_keys), state=NoticeState.QUEUED)
    return waiting.update(state=NoticeState.VOIDED)


def counts_of_group(group: str) -> dict[str, int]:
    """Return how many notices of a group are in each state."""
    rows = Notice.objects.filter(group=group).values_list("state").annotate(n=Count("pk"))
    return {state: count for state, count in rows}
