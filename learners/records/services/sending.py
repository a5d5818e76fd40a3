"""Single messages about a record: a fresh link, a reminder, what was withdrawn (decisions 7, 8, 15)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from credentials.issuing.models import Credential, Recipient
from credentials.issuing.states import CredentialState, RevocationCode
from institution.accounts.services import institution_now
from institution.errors import NotAllowed
from institution.events.models import Event
from institution.events.services import mark_delivered, record, undelivered
from institution.notices.models import Notice
from institution.notices.services import Message, notify_many
from institution.notices.states import NoticeState
from learners.records.errors import AddressDisputed, AlreadyClaimed, AnswersSpent
from learners.records.models import ClaimLink, IdentityClaim
from learners.records.selectors import recipients_helped_by, require_help, unit_of, waiting_for
from learners.records.services.claiming import check_tries, forgive_tries, make_link
from learners.records.services.telling import (
    CHUNK,
    accounts_of,
    claim_url,
    message_to,
    one_message,
    parts_by_address,
    titles_by_recipient,
)
from learners.records.tokens import digest_of
from learners.records.wording import (
    Part,
    claim_words,
    reminder_words,
    shared_claim_words,
    withdrawn_words,
)

REMIND_AFTER = timedelta(days=14)
WITHDRAWN_CONSUMER = "records.tell_withdrawn"
ABOUT = "issuing.recipient"
MOST_LINKS = 10  # that one press sends


@transaction.atomic
def send_link(recipient: Recipient, *, reason: str, now: datetime) -> bool:
    """Write a message with a fresh claim link; the same reason sends once. Return whether it is new.

    Nothing goes out for a record that is claimed, to nobody's address, or to somebody who said it is not them.
    """
    unit = unit_of(recipient)
    key = f"recipient:{recipient.pk}:{reason}"
    claimed = IdentityClaim.objects.filter(recipient=recipient, ended_at__isnull=True)
    if not recipient.email or recipient.disputed_at is not None or claimed.exists():
        return False
    if Notice.objects.filter(dedupe_key=key).exists():
        return False
    released = Credential.objects.filter(recipient=recipient, state=CredentialState.RELEASED)
    link, token = make_link(recipient, now=now)
    link.save()
    earned = titles_by_recipient(released).get(recipient.pk, [])
    words = claim_words(recipient, earned, institution_now(), claim_url(token))
    message = message_to(recipient, words, kind="record.claim", key=key, unit_id=unit.pk if unit else None)
    return notify_many([message], now=now) == 1


@transaction.atomic
def send_again(recipient: Recipient, *, actor: Any, now: datetime) -> bool:
    """Send somebody a fresh link at the help desk; twice in a minute is once. Wrong answers are forgiven.

    Raises NotAllowed, AddressDisputed, AlreadyClaimed.
    """
    require_help(actor, recipient, now=now)
    locked = Recipient.objects.select_for_update().get(pk=recipient.pk)
    if locked.disputed_at is not None:
        raise AddressDisputed()
    if IdentityClaim.objects.filter(recipient=locked, ended_at__isnull=True).exists():
        raise AlreadyClaimed()
    forgiven = forgive_tries(locked)
    sent = send_link(locked, reason=f"desk:{now:%Y%m%d%H%M}", now=now)
    if sent:
        data = {"forgiven": forgiven} if forgiven else {}
        record("record.link_sent", actor=actor, target=locked, at=now, unit=unit_of(locked), data=data)
    return sent


@transaction.atomic
def request_new_link(token: str, *, now: datetime) -> bool:
    """Send a fresh link in place of one that has expired, to the address the college has.

    At most one an hour for each recipient. The page says the same whatever comes of it.
    """
    link = ClaimLink.objects.select_related("recipient").filter(token_digest=digest_of(token)).first()
    if link is None or link.voided_at is not None or link.used_at is not None:
        return False
    return _send_myself(link.recipient, now)


@transaction.atomic
def send_missing_links(user: Any, *, now: datetime) -> int:
    """Send a person fresh links for what waits at their own proven addresses; once an hour each. Return how many."""
    return sum(_send_myself(one, now) for one in waiting_for(user)[:MOST_LINKS])


def _send_myself(recipient: Recipient, now: datetime) -> bool:
    """Send a link that somebody asked for themselves; none while their wrong answers of the day are spent."""
    try:
        check_tries(recipient, now=now)
    except AnswersSpent:
        return False
    return send_link(recipient, reason=f"again:{now:%Y%m%d%H}", now=now)


def void_waiting_mail(recipient: Recipient, *, now: datetime) -> int:
    """Withdraw claim messages that have not left yet: their links are closed.

    Whoever else such a message would have told is told in one of their own.
    """
    mine = Q(about_type=ABOUT, about_id=str(recipient.pk))
    part_of = Notice.objects.filter(mine, state=NoticeState.JOINED).values("said_in")
    waiting = Notice.objects.filter(mine | Q(pk__in=part_of), state=NoticeState.QUEUED, user__isnull=True)
    ids = list(waiting.values_list("pk", flat=True))
    voided = Notice.objects.filter(pk__in=ids, state=NoticeState.QUEUED).update(state=NoticeState.VOIDED)
    said = Notice.objects.filter(Q(pk__in=ids) | Q(said_in__in=ids)).values_list("about_id", flat=True)
    for other in Recipient.objects.filter(pk__in=set(said)).exclude(pk=recipient.pk).order_by("pk"):
        send_link(other, reason=f"apart:{now:%Y%m%d%H%M%S}", now=now)
    return voided


def remind_unclaimed(recipients: Sequence[Recipient], *, actor: Any, now: datetime) -> int:
    """Remind people who have not claimed; no address more often than every 14 days. Return how many.

    Those who share an address are reminded in one message. Raises NotAllowed if one of them lies outside
    the actor's units; then nobody is reminded.
    """
    wanted = [one.pk for one in recipients]
    found = recipients_helped_by(actor, now=now).filter(pk__in=wanted)
    addresses = dict(found.values_list("pk", "email"))
    if set(wanted) - set(addresses):
        raise NotAllowed(permission="records.help")
    return sum(_remind(part, actor, now) for part in _parts(addresses))


def _parts(addresses: dict[Any, str]) -> Iterator[list[Any]]:
    """Yield the ids of recipients, about CHUNK at a time; an address is never cut in two."""
    by_address = defaultdict(list)
    for pk, email in addresses.items():
        by_address[email.lower() or pk].append(pk)
    part: list[Any] = []
    for same in by_address.values():
        part += same
        if len(part) >= CHUNK:
            yield part
            part = []
    if part:
        yield part


@transaction.atomic
def _remind(ids: list[Any], actor: Any, now: datetime) -> int:
    addresses = Recipient.objects.filter(pk__in=ids).exclude(email="").values("email")
    sharing = Recipient.objects.filter(email__in=addresses)
    list(sharing.select_for_update(of=("self",)).order_by("pk").values_list("pk"))  # one reminder at a time
    due = list(_due(ids, now).select_for_update(of=("self",)).order_by("pk"))
    if not due:
        return 0
    waiting = Credential.objects.filter(recipient__in=due, state=CredentialState.RELEASED)
    units, titles, institution = _units(due), titles_by_recipient(waiting), institution_now()
    data = {"recipients": [str(one.pk) for one in due]}
    record("record.reminded", actor=actor, target=due[0], at=now, unit=unit_of(due[0]), data=data)
    groups = parts_by_address(due, titles, now=now)
    notify_many([one for parts in groups for one in _reminder(parts, units, institution, now)], now=now)
    return len(due)


def _reminder(parts: list[Part], units: dict[Any, Any], institution: Any, now: datetime) -> list[Message]:
    """Return the message to an address, and for its other recipients a note of which message told them."""
    first = parts[0].recipient
    words = (
        shared_claim_words(parts, institution, again=True)
        if len(parts) > 1
        else reminder_words(first, institution, parts[0].url)
    )
    told = {f"recipient:{part.recipient.pk}:reminder:{now:%Y-%m-%d}": part.recipient for part in parts}
    return one_message(told, words, kind="record.reminder", unit_id=units.get(first.pk))


def _due(ids: list[Any], now: datetime) -> Any:
    """Return those with an address, not claimed, not disputed, whom nothing was told lately.

    Nor was anybody who shares the address told anything there: who reads it would be reminded twice.
    """
    claimed = IdentityClaim.objects.filter(recipient=OuterRef("pk"), ended_at__isnull=True)
    wanted = Recipient.objects.filter(pk__in=ids).exclude(email="")
    sharing = dict(Recipient.objects.filter(email__in=wanted.values("email")).values_list("pk", "email"))
    recent = Notice.objects.filter(
        about_type=ABOUT, about_id__in=map(str, sharing), created_at__gt=now - REMIND_AFTER
    )
    told = set(recent.values_list("about_id", "address"))
    people, places = {pk for pk, _to in told}, {to for _pk, to in told}
    quiet = [pk for pk, email in sharing.items() if str(pk) not in people and email not in places]
    return wanted.filter(~Exists(claimed), pk__in=quiet, disputed_at__isnull=True)


def _units(recipients: Sequence[Recipient]) -> dict[Any, Any]:
    rows = Credential.objects.filter(recipient__in=recipients).order_by("signed_at")
    return dict(rows.values_list("recipient_id", "org_unit_id"))


def tell_withdrawals(*, now: datetime) -> int:
    """Tell learners what was withdrawn after its release (decisions 7); return the messages written.

    What was taken back before its release was never told, and is not told now.
    """
    written = 0
    for event in undelivered(WITHDRAWN_CONSUMER, ["credential.revoked"]):
        with transaction.atomic():
            written += _tell_withdrawal(event, now)
            mark_delivered(WITHDRAWN_CONSUMER, [event], now=now)
    return written


def _tell_withdrawal(event: Event, now: datetime) -> int:
    gone = Credential.objects.filter(
        pk__in=event.data.get("credentials", []),
        released_at__isnull=False,
        recipient__disputed_at__isnull=True,
    )
    titles = titles_by_recipient(gone)
    accounts = accounts_of(titles)
    people = [
        one
        for one in Recipient.objects.filter(pk__in=titles).order_by("pk")
        if one.email or one.pk in accounts
    ]
    units, reason, institution = _units(people), RevocationCode(event.data["code"]), institution_now()
    url = f"{settings.PORTAL_ORIGIN}/record/"
    messages = [
        message_to(
            one,
            withdrawn_words(one, titles[one.pk], institution, url, reason),
            kind="record.withdrawn",
            key=f"withdrawn:{event.pk}:recipient:{one.pk}",
            unit_id=units.get(one.pk),
            user=accounts.get(one.pk),
        )
        for one in people
    ]
    return notify_many(messages, now=now)
