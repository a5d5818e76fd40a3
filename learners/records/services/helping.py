"""Help with a record: this is not me, my name is wrong, a corrected address (decisions 8)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from credentials.issuing.models import Credential, Recipient
from institution.accounts.authz import people_with, require
from institution.accounts.models import User
from institution.errors import InvalidInput, NotAllowed
from institution.events.services import record
from institution.notices.services import Message, notify_many
from learners.records.models import HelpRequest, IdentityClaim, Learner
from learners.records.selectors import require_help, unit_of
from learners.records.services.claiming import void_links
from learners.records.services.sending import send_link, void_waiting_mail

WORDS_LIVE = timedelta(days=365)


@transaction.atomic
def say_not_me(recipient: Recipient, *, learner: Learner | None, now: datetime) -> HelpRequest:
    """Note that a recipient is not the person who was told: links close, a claim of theirs ends.

    learner: who says it, if they had claimed. Twice is once.
    """
    void_links(recipient, now=now)
    void_waiting_mail(recipient, now=now)
    if learner is not None:
        mine = IdentityClaim.objects.filter(recipient=recipient, learner=learner)
        if not mine.exists():
            raise NotAllowed(permission="records.own")
        mine.filter(ended_at__isnull=True).update(ended_at=now)
    if recipient.disputed_at is None:
        Recipient.objects.filter(pk=recipient.pk).update(disputed_at=now)
    actor = learner.user if learner is not None else User.objects.system()
    return _open(recipient, HelpRequest.Kind.NOT_ME, text="", credential=None, actor=actor, now=now)


@transaction.atomic
def ask_for_help(
    recipient: Recipient,
    *,
    kind: str,
    text: str,
    credential: Credential | None,
    learner: Learner,
    now: datetime,
) -> HelpRequest:
    """Open a request of a learner about their own record; one open request of a kind is kept once.

    Raises NotAllowed when the recipient or the credential is not theirs, InvalidInput.
    """
    if kind not in HelpRequest.Kind.values:
        raise InvalidInput({"kind": "unknown"})
    if credential is not None and credential.recipient_id != recipient.pk:
        raise NotAllowed(permission="records.own")
    if not IdentityClaim.objects.filter(recipient=recipient, learner=learner, ended_at__isnull=True).exists():
        raise NotAllowed(permission="records.own")
    return _open(recipient, kind, text=text[:2000], credential=credential, actor=learner.user, now=now)


def _open(
    recipient: Recipient, kind: str, *, text: str, credential: Credential | None, actor: Any, now: datetime
) -> HelpRequest:
    Recipient.objects.select_for_update().get(pk=recipient.pk)  # two tellings at once are one
    there = HelpRequest.objects.filter(
        recipient=recipient, kind=kind, credential=credential, closed_at__isnull=True
    ).first()
    if there is not None:
        return there
    unit = unit_of(recipient)
    if unit is None:  # nothing was ever issued to them, so nobody could have been told
        raise NotAllowed(permission="records.own")
    request = HelpRequest.objects.create(
        recipient=recipient, kind=kind, text=text, credential=credential, org_unit=unit, opened_at=now
    )
    record("help.asked", actor=actor, target=request, at=now, data={"kind": kind})
    notify_many(
        [_note_to(person, request) for person in people_with("records.help", unit, now=now)],
        now=now,
    )
    return request


def _note_to(person: User, request: HelpRequest) -> Message:
    with override(person.language or settings.LANGUAGE_CODE):
        return Message(
            kind="help.asked",
            address=person.email,
            user_id=person.pk,
            subject=_("A learner needs help with their record"),
            body=_("Open the help desk to see the request and answer it.")
            + f"\n\n{settings.PORTAL_ORIGIN}/help-desk/",
            dedupe_key=f"help:{request.pk}:{person.pk}",
            about=request,
            unit_id=request.org_unit_id,
        )


@transaction.atomic
def close_help(request: HelpRequest, *, actor: Any, now: datetime) -> HelpRequest:
    """Close a request; twice is once. The last "this is not me" closed lets messages go out again.

    Raises NotAllowed.
    """
    require(actor, "records.help", request, now=now)
    locked = HelpRequest.objects.select_for_update().get(pk=request.pk)
    if locked.closed_at is None:
        locked.closed_at, locked.closed_by = now, actor
        locked.save(update_fields=["closed_at", "closed_by"])
        record("help.closed", actor=actor, target=locked, at=now)
        _settle(locked.recipient_id)
    return locked


def _settle(recipient_id: Any) -> None:
    disputes = HelpRequest.objects.filter(
        recipient=recipient_id, kind=HelpRequest.Kind.NOT_ME, closed_at__isnull=True
    )
    if not disputes.exists():
        Recipient.objects.filter(pk=recipient_id).update(disputed_at=None)


def forget_old_words(*, now: datetime) -> int:
    """Empty the words of requests that were closed a year ago; return how many."""
    old = HelpRequest.objects.filter(closed_at__lt=now - WORDS_LIVE).exclude(text="")
    return old.update(text="")


@transaction.atomic
def correct_address(recipient: Recipient, *, address: str, actor: Any, now: datetime) -> Recipient:
    """Write another address for a recipient: old links close, a fresh one goes to the new address.

    Documents already signed keep the hash of the old address. Raises NotAllowed, InvalidInput.
    """
    require_help(actor, recipient, now=now)
    address = address.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidInput({"address": _("Write an address such as name@example.org.")}) from None
    locked = Recipient.objects.select_for_update().get(pk=recipient.pk)
    if locked.email == address:
        return locked
    void_links(locked, now=now)
    void_waiting_mail(locked, now=now)
    locked.email, locked.disputed_at = address, None
    locked.save(update_fields=["email", "disputed_at"])
    record("recipient.address_corrected", actor=actor, target=locked, at=now, unit=unit_of(locked))
    send_link(locked, reason=f"corrected:{now:%Y%m%d%H%M%S}", now=now)
    return locked
