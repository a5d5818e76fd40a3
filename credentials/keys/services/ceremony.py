"""How a key comes to sign: one administrator proposes it, another one confirms it."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from credentials.keys.errors import KeyWaitsAlready, NoActiveKey, SecondPersonNeeded
from credentials.keys.models import IssuerProfile, SigningKey
from credentials.keys.responses import PUBLIC_SECONDS
from credentials.keys.sealing import Sealed
from credentials.keys.services.life import activate, check_step, destroy, locked_key, move
from credentials.keys.states import LIBRARY_KINDS, KeyKind, KeyPurpose, KeyState, KeyStore
from credentials.keys.stores import store_named
from credentials.proofs.public_key import PublicKey
from institution.accounts.authz import require
from institution.errors import InvalidInput, NotInThisState
from institution.events.services import record

MULTIKEY_KINDS = (KeyKind.ED25519, KeyKind.P256)
PUBLISHED_FIRST = timedelta(seconds=PUBLIC_SECONDS)  # as long as anybody may keep an old did.json
NOT_SEALED = Sealed(b"", b"", "")


@transaction.atomic
def propose_key(
    profile: IssuerProfile,
    *,
    kind: str = KeyKind.ED25519,
    purpose: str = KeyPurpose.DATA_INTEGRITY,
    store: str = KeyStore.DATABASE,
    found: str = "",
    signs_from: datetime | None = None,
    actor: Any,
    now: datetime,
) -> SigningKey:
    """Make a key pair that waits for a second administrator; it signs nothing and is not published yet.

    found: the handle of a key that stands in the store already, as a ceremony made it there.
    signs_from: when a rotation shall happen, if not as soon as it may.
    Raises NotAllowed; InvalidInput for an RSA key that should make embedded proofs, or a trial key not Ed25519; what the store raises.
    """
    require(actor, "keys.propose_key", profile, now=now)
    if purpose == KeyPurpose.DATA_INTEGRITY and kind not in MULTIKEY_KINDS:
        raise InvalidInput({"kind": "RSA-2048 signs VC-JWT only."})
    if purpose == KeyPurpose.TRIAL and kind != KeyKind.ED25519:
        raise InvalidInput({"kind": "A key for trials is Ed25519."})
    key_id = uuid.uuid4()
    key = SigningKey.objects.create(
        id=key_id,
        profile=profile,
        purpose=purpose,
        kind=kind,
        kid=f"key-{key_id.hex[:12]}",
        proposed_by=actor,
        proposed_at=now,
        signs_from=signs_from,
        **_pair_in(store, kind, found, key_id),
    )
    data = {"kind": kind, "purpose": purpose, "store": store}
    record("key.proposed", actor=actor, target=key, at=now, data=data)
    return key


def _pair_in(store: str, kind: str, found: str, key_id: uuid.UUID) -> dict[str, Any]:
    """Make a key pair in a store, or find it there; return what its row says about it."""
    place = store_named(store)
    made = place.find(kind, found) if found else place.make(kind, key_id)
    sealed = made.sealed or NOT_SEALED
    return {
        "public_key": made.public,
        "public_multibase": _multikey(KeyKind(kind), made.public),
        "store": store,
        "handle": made.handle,
        "sealed": sealed.sealed or None,
        "wrapped_key": sealed.wrapped_key or None,
        "wrapped_by": sealed.wrapped_by,
    }


def _multikey(kind: KeyKind, public: bytes) -> str:
    return PublicKey(LIBRARY_KINDS[kind], public).to_multikey() if kind in MULTIKEY_KINDS else ""


def propose_next_key(
    profile: IssuerProfile,
    *,
    purpose: str = KeyPurpose.DATA_INTEGRITY,
    signs_from: datetime | None = None,
    actor: Any,
    now: datetime,
) -> SigningKey:
    """Propose a key of the same kind and in the same place as the one that signs now. Raises NoActiveKey."""
    present = SigningKey.objects.active(purpose).filter(profile=profile).first()
    if present is None:
        raise NoActiveKey(profile=str(profile.pk))
    return propose_key(
        profile,
        kind=present.kind,
        purpose=purpose,
        store=present.store,
        signs_from=signs_from,
        actor=actor,
        now=now,
    )


@transaction.atomic
def confirm_key(key: SigningKey, *, actor: Any, now: datetime) -> SigningKey:
    """Publish a proposed key. It signs at once where nothing signs, else once everybody can know it.

    The key that signs now goes on until then, and is retired when this one takes over: see `sweep`.
    Raises NotAllowed, SecondPersonNeeded, NotInThisState, KeyWaitsAlready.
    """
    require(actor, "keys.confirm_key", key, now=now)
    locked = locked_key(key)
    if locked.state in (KeyState.ACTIVE, KeyState.CONFIRMED) and locked.confirmed_by_id == actor.pk:
        return locked
    check_step(locked, KeyState.CONFIRMED)
    if locked.proposed_by_id == actor.pk:
        raise SecondPersonNeeded(key=str(key.pk))
    others = SigningKey.objects.filter(profile=locked.profile, purpose=locked.purpose)
    if others.filter(state=KeyState.CONFIRMED).exists():
        raise KeyWaitsAlready(key=str(key.pk))
    move(locked, KeyState.CONFIRMED, confirmed_by=actor, confirmed_at=now)
    record("key.confirmed", actor=actor, target=locked, at=now)
    if not others.filter(state=KeyState.ACTIVE).exists():
        return activate(locked, actor=actor, now=now)
    locked.signs_from = max(locked.signs_from or now, now + PUBLISHED_FIRST)
    locked.save(update_fields=["signs_from"])
    return locked


@transaction.atomic
def decline_key(key: SigningKey, *, actor: Any, now: datetime) -> SigningKey:
    """Throw a proposed key away, private part and all; it never was published."""
    require(actor, "keys.propose_key", key, now=now)
    locked = locked_key(key)
    if locked.state == KeyState.DESTROYED:
        return locked
    if locked.state != KeyState.PROPOSED:
        raise NotInThisState(state=locked.state)
    return destroy(locked, actor, now)
