"""What becomes of a confirmed key: it takes over, is retired, destroyed, or found compromised."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from credentials.documents.dates import instant_text
from credentials.keys.models import SigningKey
from credentials.keys.sealing import current_wrapper, unwrap, wrap
from credentials.keys.states import NEXT, KeyState
from credentials.keys.stores import store_named
from institution.accounts.authz import require
from institution.accounts.models import User
from institution.errors import InvalidInput, NotInThisState, RegistryError
from institution.events.services import record

log = structlog.get_logger(__name__)


def activate(key: SigningKey, *, actor: Any, now: datetime) -> SigningKey:
    """Let a confirmed key, whose row is locked, sign; retire the one that signed before."""
    earlier = SigningKey.objects.active(key.purpose).filter(profile=key.profile).select_for_update()
    for other in earlier:
        move(other, KeyState.RETIRED, retired_at=now)
        record("key.retired", actor=actor, target=other, at=now, data={"by": str(key.pk)})
    move(key, KeyState.ACTIVE, activated_at=now)
    record("key.activated", actor=actor, target=key, at=now)
    return key


@transaction.atomic
def retire_key(key: SigningKey, *, actor: Any, now: datetime) -> SigningKey:
    """Let a key sign no more. What it signed stays valid, for its public part stays published."""
    require(actor, "keys.retire_key", key, now=now)
    locked = locked_key(key)
    if locked.state == KeyState.RETIRED:
        return locked
    check_step(locked, KeyState.RETIRED)
    move(locked, KeyState.RETIRED, retired_at=now)
    record("key.retired", actor=actor, target=locked, at=now)
    return locked


@transaction.atomic
def mark_compromised(
    key: SigningKey, *, since: datetime | None = None, actor: Any, now: datetime
) -> SigningKey:
    """Say in did.json that nobody may trust this key any more, and destroy its private part.

    since: from when on it is not to be trusted, if not from now; for a key that is marked already only an
    earlier moment counts, since a warning is never taken back (docs/decisions/0016). What it signed has to be
    issued again; the screen leads there. A private part on a token is destroyed by the next sweep, so that a
    token out of reach does not delay the warning. Raises NotAllowed, NotInThisState, InvalidInput.
    """
    require(actor, "keys.retire_key", key, now=now)
    asked = since is not None
    if since is not None and since > now:
        raise InvalidInput({"since": _("This moment has not come yet.")})
    locked = locked_key(key)
    since = min(now, max(since or now, locked.proposed_at)).replace(microsecond=0)  # as did.json will say it
    if locked.state == KeyState.COMPROMISED:
        return _distrust_earlier(locked, since, actor, now) if asked else locked
    check_step(locked, KeyState.COMPROMISED)
    if locked.confirmed_at is None:  # thrown away before anybody knew it
        raise NotInThisState(state=locked.state)
    gone = {"destroyed_at": locked.destroyed_at or now} if not locked.handle else {}
    said = {"compromised_at": now, "distrusted_since": since, "sealed": None, "wrapped_key": None}
    move(locked, KeyState.COMPROMISED, **said, **gone)
    record("key.compromised", actor=actor, target=locked, at=now, data={"since": instant_text(since)})
    return locked


def _distrust_earlier(key: SigningKey, since: datetime, actor: Any, now: datetime) -> SigningKey:
    """Move the moment of a compromised key, whose row is locked, back. Raises InvalidInput for a later one."""
    known = (key.revoked_at or now).replace(microsecond=0)
    if since > known:
        raise InvalidInput({"since": _("Only a moment before the one that is named already can be given.")})
    if since < known:
        move(key, KeyState.COMPROMISED, distrusted_since=since)
        data = {"since": instant_text(since), "before": instant_text(known)}
        record("key.distrusted_earlier", actor=actor, target=key, at=now, data=data)
    return key


@transaction.atomic
def destroy_private_part(key: SigningKey, *, actor: Any, now: datetime) -> SigningKey:
    """Destroy the private part of a retired key; the public part stays for ever."""
    require(actor, "keys.retire_key", key, now=now)
    locked = locked_key(key)
    if locked.state == KeyState.DESTROYED:
        return locked
    check_step(locked, KeyState.DESTROYED)
    return destroy(locked, actor, now)


@transaction.atomic
def rewrap_keys(*, actor: Any, now: datetime) -> int:
    """Wrap every data key with the first key encryption key; return how many were wrapped anew."""
    require(actor, "keys.retire_key", None, now=now)
    wanted = current_wrapper()
    stale = SigningKey.objects.exclude(wrapped_key=None).exclude(wrapped_by=wanted).select_for_update()
    count = 0
    for key in stale:
        data_key = unwrap(bytes(key.wrapped_key or b""), key.wrapped_by, key.pk)
        key.wrapped_key, key.wrapped_by = wrap(data_key, key.pk)
        key.save(update_fields=["wrapped_key", "wrapped_by"])
        record("key.rewrapped", actor=actor, target=key, at=now, data={"wrapped_by": key.wrapped_by})
        count += 1
    return count


def sweep(*, now: datetime) -> int:
    """Let waiting keys take over whose time has come, and destroy old private parts; return how many."""
    actor, done = User.objects.system(), 0
    due = SigningKey.objects.filter(state=KeyState.CONFIRMED, signs_from__lte=now)
    for pk in list(due.values_list("pk", flat=True)):
        done += _take_over(pk, actor, now)
    over = now - timedelta(days=settings.KEY_DESTROY_DAYS)
    retired = SigningKey.objects.filter(state=KeyState.RETIRED, retired_at__lte=over)
    leaked = SigningKey.objects.filter(state=KeyState.COMPROMISED, destroyed_at__isnull=True)
    for pk in list((retired | leaked).values_list("pk", flat=True)):
        done += _destroy_due(pk, actor, now)
    return done


@transaction.atomic
def _take_over(pk: Any, actor: Any, now: datetime) -> int:
    found = SigningKey.objects.select_for_update(of=("self",), skip_locked=True)
    key = found.select_related("profile__org_unit").filter(pk=pk, state=KeyState.CONFIRMED).first()
    if key is None:
        return 0
    activate(key, actor=actor, now=now)
    return 1


def _destroy_due(pk: Any, actor: Any, now: datetime) -> int:
    """Destroy one private part; a token out of reach is asked again by the next sweep."""
    try:
        with transaction.atomic():
            found = SigningKey.objects.select_for_update(of=("self",), skip_locked=True)
            key = found.select_related("profile__org_unit").filter(pk=pk).first()
            if key is None or key.destroyed_at:
                return 0
            destroy(key, actor, now)
    except RegistryError as error:
        log.warning("key_not_destroyed", key=str(pk), code=error.code)
        return 0
    return 1


def locked_key(key: SigningKey) -> SigningKey:
    """Return a key with its row locked until the transaction ends."""
    found = SigningKey.objects.select_for_update(of=("self",))
    return found.select_related("profile__org_unit").get(pk=key.pk)


def check_step(key: SigningKey, state: KeyState) -> None:
    """Raise NotInThisState if this state does not follow from the present one."""
    if state not in NEXT[KeyState(key.state)]:
        raise NotInThisState(state=key.state)


def move(key: SigningKey, state: KeyState, **fields: Any) -> None:
    """Write a state and what goes with it."""
    key.state = state
    for name, value in fields.items():
        setattr(key, name, value)
    key.save()


def destroy(key: SigningKey, actor: Any, now: datetime) -> SigningKey:
    """Destroy the private part where it lives, then say so. Raises what the store raises.

    A compromised key stays marked as compromised: that is what did.json says of it.
    """
    store_named(key.store).destroy(key)
    state = KeyState.COMPROMISED if key.state == KeyState.COMPROMISED else KeyState.DESTROYED
    move(key, state, destroyed_at=now, sealed=None, wrapped_key=None)
    record("key.destroyed", actor=actor, target=key, at=now)
    return key
