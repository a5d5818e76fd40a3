"""Withdraw credentials, and set things right after a restore."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from credentials.issuing.models import Credential
from credentials.issuing.services.releasing import EVENT_IDS, OUT
from credentials.issuing.states import CredentialState, RevocationCode
from credentials.status import services as status
from institution.accounts.authz import require
from institution.accounts.models import OrgUnit, User
from institution.errors import InvalidInput
from institution.events.services import record


@transaction.atomic
def revoke_credentials(
    credentials: Iterable[Credential], *, code: str, note: str = "", actor: Any, now: datetime
) -> int:
    """Withdraw credentials for ever; return how many were valid before. Twice is once.

    code: the public reason. note: internal, never leaves. One statement a thousand, one event a
    thousand. Raises NotAllowed if one of them lies outside the actor's units, InvalidInput.
    """
    check_code(code)
    wanted = [one.pk for one in credentials]
    units = Credential.objects.filter(pk__in=wanted).values("org_unit")
    for unit in OrgUnit.objects.filter(pk__in=units):
        require(actor, "issuing.revoke_credential", unit, now=now)
    parts = (wanted[start : start + EVENT_IDS] for start in range(0, len(wanted), EVENT_IDS))
    return sum(withdraw(part, code=code, note=note, actor=actor, now=now) for part in parts)


def check_code(code: str) -> None:
    """Raise InvalidInput if this is no public reason."""
    if code not in RevocationCode.values:
        raise InvalidInput({"code": "unknown"})


def withdraw(wanted: list[UUID], *, code: str, note: str, actor: Any, now: datetime) -> int:
    """Withdraw what the actor was permitted to, with one event; return how many were valid before."""
    chosen = Credential.objects.filter(pk__in=wanted)
    locked = chosen.filter(state__in=OUT).select_for_update().order_by("pk")
    rows = list(locked.only("pk", "status_list_id", "status_index", "org_unit_id"))
    if not rows:
        return 0
    ids = [row.pk for row in rows]
    Credential.objects.filter(pk__in=ids).update(
        state=CredentialState.REVOKED,
        revoked_at=now,
        revoked_by=actor,
        revocation_code=code,
        revocation_note=note,
    )
    target = Credential.objects.select_related("org_unit").defer("document").get(pk=ids[0])
    data = {"credentials": [str(pk) for pk in ids], "code": code}
    act = record("credential.revoked", actor=actor, target=target, at=now, data=data)
    status.set_bits([(row.status_list_id, row.status_index) for row in rows], now=now, act=act)
    return len(rows)


@transaction.atomic
def reconcile_revocations(*, now: datetime) -> dict[str, int]:
    """After a restore: set again what the journal knows, and mark the credentials that it ended.

    Also closes the open lists, because positions may have gone out after the backup was made.
    """
    actor = User.objects.system()
    missing = status.reconcile_with_journal(now=now)
    ended = 0
    for list_id, indexes in missing.items():
        found = Credential.objects.filter(status_list_id=list_id, status_index__in=indexes, state__in=OUT)
        ended += found.update(
            state=CredentialState.REVOKED,
            revoked_at=now,
            revoked_by=actor,
            revocation_code=RevocationCode.WITHDRAWN,
            revocation_note="set again from the revocation journal after a restore",
        )
    bits = sum(len(indexes) for indexes in missing.values())
    return {"bits": bits, "credentials": ended, "lists_closed": status.skip_taken_positions(now=now)}
