"""Verbs of issuer profiles and keys: propose, confirm by another person, retire, mark as compromised."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from credentials.keys.errors import SecondPersonNeeded
from credentials.keys.models import IssuerProfile, IssuerProfileRevision, SigningKey
from credentials.keys.sealing import current_wrapper, unwrap, wrap
from credentials.keys.signers import generate
from credentials.keys.states import NEXT, KeyKind, KeyPurpose, KeyState
from credentials.proofs.public_key import PublicKey
from institution.accounts.authz import require
from institution.accounts.models import OrgUnit
from institution.errors import InvalidInput, NotInThisState
from institution.events.services import record

PROFILE_FIELDS = ("name", "url", "email", "description")
MULTIKEY_KINDS = {KeyKind.ED25519: "Ed25519", KeyKind.P256: "P-256"}


@transaction.atomic
def create_profile(
    org_unit: OrgUnit,
    *,
    name: str,
    url: str,
    email: str = "",
    description: str = "",
    actor: Any,
    now: datetime,
) -> IssuerProfile:
    """Create the issuer profile of a unit with its first revision; if the unit has one, return that."""
    require(actor, "keys.edit_profile", org_unit, now=now)
    known = IssuerProfile.objects.filter(org_unit=org_unit).first()
    if known:
        return known
    profile = IssuerProfile.objects.create(
        org_unit=org_unit, name=name, url=url, email=email, description=description, created_at=now
    )
    _write_revision(profile, actor, now)
    record("profile.created", actor=actor, target=profile, at=now)
    return profile


@transaction.atomic
def revise_profile(
    profile: IssuerProfile, *, content: dict[str, str], actor: Any, now: datetime
) -> IssuerProfile:
    """Change what documents will say of the issuer from now on; nothing changed is no revision."""
    require(actor, "keys.edit_profile", profile, now=now)
    unknown = set(content) - set(PROFILE_FIELDS)
    if unknown:
        raise InvalidInput({field: "unknown" for field in sorted(unknown)})
    locked = IssuerProfile.objects.select_for_update().get(pk=profile.pk)
    changed = {field: value for field, value in content.items() if getattr(locked, field) != value}
    if not changed:
        return locked
    for field, value in changed.items():
        setattr(locked, field, value)
    locked.revision += 1
    locked.save()
    _write_revision(locked, actor, now)
    record("profile.revised", actor=actor, target=locked, at=now, data={"fields": sorted(changed)})
    return locked


@transaction.atomic
def propose_key(
    profile: IssuerProfile,
    *,
    kind: str = KeyKind.ED25519,
    purpose: str = KeyPurpose.DATA_INTEGRITY,
    actor: Any,
    now: datetime,
) -> SigningKey:
    """Make a key pair that waits for a second administrator; it signs nothing and is not published yet.

    Raises NotAllowed; InvalidInput for an RSA key that should make embedded proofs.
    """
    require(actor, "keys.propose_key", profile, now=now)
    if purpose == KeyPurpose.DATA_INTEGRITY and kind not in MULTIKEY_KINDS:
        raise InvalidInput({"kind": "RSA-2048 signs VC-JWT only."})
    key_id = uuid.uuid4()
    public, sealed = generate(kind, key_id)
    multikey = (
        PublicKey(MULTIKEY_KINDS[KeyKind(kind)], public).to_multikey() if kind in MULTIKEY_KINDS else ""
    )
    key = SigningKey.objects.create(
        id=key_id,
        profile=profile,
        purpose=purpose,
        kind=kind,
        kid=f"key-{key_id.hex[:12]}",
        public_key=public,
        public_multibase=multikey,
        sealed=sealed.sealed,
        wrapped_key=sealed.wrapped_key,
        wrapped_by=sealed.wrapped_by,
        proposed_by=actor,
        proposed_at=now,
    )
    record("key.proposed", actor=actor, target=key, at=now, data={"kind": kind, "purpose": purpose})
    return key


@transaction.atomic
def confirm_key(key: SigningKey, *, actor: Any, now: datetime) -> SigningKey:
    """Let a proposed key sign; the one that signed before is retired and stays published.

    Raises NotAllowed, SecondPersonNeeded, NotInThisState.
    """
    require(actor, "keys.confirm_key", key, now=now)
    locked = _locked(key)
    if locked.state == KeyState.ACTIVE and locked.confirmed_by_id == actor.pk:
        return locked
    _check_step(locked, KeyState.ACTIVE)
    if locked.proposed_by_id == actor.pk:
        raise SecondPersonNeeded(key=str(key.pk))
    earlier = SigningKey.objects.active(locked.purpose).filter(profile=locked.profile).select_for_update()
    for other in earlier:
        _move(other, KeyState.RETIRED, retired_at=now)
        record("key.retired", actor=actor, target=other, at=now, data={"by": str(locked.pk)})
    _move(locked, KeyState.ACTIVE, confirmed_by=actor, confirmed_at=now)
    record("key.confirmed", actor=actor, target=locked, at=now)
    return locked


@transaction.atomic
def decline_key(key: SigningKey, *, actor: Any, now: datetime) -> SigningKey:
    """Throw a proposed key away, private part and all; it never was published."""
    require(actor, "keys.propose_key", key, now=now)
    locked = _locked(key)
    if locked.state == KeyState.DESTROYED:
        return locked
    if locked.state != KeyState.PROPOSED:
        raise NotInThisState(state=locked.state)
    return _destroy(locked, actor, now)


@transaction.atomic
def retire_key(key: SigningKey, *, actor: Any, now: datetime) -> SigningKey:
    """Let a key sign no more. What it signed stays valid, for its public part stays published."""
    require(actor, "keys.retire_key", key, now=now)
    locked = _locked(key)
    if locked.state == KeyState.RETIRED:
        return locked
    _check_step(locked, KeyState.RETIRED)
    _move(locked, KeyState.RETIRED, retired_at=now)
    record("key.retired", actor=actor, target=locked, at=now)
    return locked


@transaction.atomic
def mark_compromised(key: SigningKey, *, actor: Any, now: datetime) -> SigningKey:
    """Say in did.json that nobody may trust this key any more, and destroy its private part.

    What it signed has to be issued again; the screen leads there.
    """
    require(actor, "keys.retire_key", key, now=now)
    locked = _locked(key)
    if locked.state == KeyState.COMPROMISED:
        return locked
    _check_step(locked, KeyState.COMPROMISED)
    _move(
        locked,
        KeyState.COMPROMISED,
        compromised_at=now,
        destroyed_at=locked.destroyed_at or now,
        sealed=None,
        wrapped_key=None,
    )
    record("key.compromised", actor=actor, target=locked, at=now)
    return locked


@transaction.atomic
def destroy_private_part(key: SigningKey, *, actor: Any, now: datetime) -> SigningKey:
    """Destroy the private part of a retired key; the public part stays for ever."""
    require(actor, "keys.retire_key", key, now=now)
    locked = _locked(key)
    if locked.state == KeyState.DESTROYED:
        return locked
    _check_step(locked, KeyState.DESTROYED)
    return _destroy(locked, actor, now)


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


def _locked(key: SigningKey) -> SigningKey:
    found = SigningKey.objects.select_for_update(of=("self",))
    return found.select_related("profile__org_unit").get(pk=key.pk)


def _check_step(key: SigningKey, state: KeyState) -> None:
    if state not in NEXT[KeyState(key.state)]:
        raise NotInThisState(state=key.state)


def _move(key: SigningKey, state: KeyState, **fields: Any) -> None:
    key.state = state
    for name, value in fields.items():
        setattr(key, name, value)
    key.save()


def _destroy(key: SigningKey, actor: Any, now: datetime) -> SigningKey:
    _move(key, KeyState.DESTROYED, destroyed_at=now, sealed=None, wrapped_key=None)
    record("key.destroyed", actor=actor, target=key, at=now)
    return key


def _write_revision(profile: IssuerProfile, actor: Any, now: datetime) -> None:
    IssuerProfileRevision.objects.create(
        profile=profile,
        number=profile.revision,
        content={field: getattr(profile, field) for field in PROFILE_FIELDS},
        changed_by=actor,
        changed_at=now,
    )
