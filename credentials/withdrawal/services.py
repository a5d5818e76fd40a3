"""Order many credentials to be withdrawn, and carry the order out part by part, however often it is cut off."""

from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from credentials.issuing.bulk import copy_into
from credentials.issuing.models import Credential
from credentials.issuing.services.releasing import OUT
from credentials.issuing.services.revoking import check_code, withdraw
from credentials.withdrawal.models import Withdrawal, WithdrawalItem
from institution.accounts.authz import require
from institution.accounts.models import OrgUnit
from institution.events.services import record

PART = 500  # people whose credentials one transaction withdraws, and tells in one message each


@transaction.atomic
def order_withdrawal(
    credentials: "QuerySet[Credential]", *, pk: UUID, code: str, note: str = "", actor: Any, now: datetime
) -> Withdrawal:
    """Order credentials to be withdrawn for ever; a second order under the same id returns the first.

    code: the public reason. note: internal, never leaves. The permission is asked for here, for every
    unit; workers carry out what was permitted. Raises NotAllowed, InvalidInput.
    """
    known = Withdrawal.objects.filter(pk=pk, ordered_by=actor).first()
    if known is not None:
        return known
    check_code(code)
    valid = credentials.filter(state__in=OUT)
    units = list(OrgUnit.objects.filter(pk__in=valid.order_by().values("org_unit")))
    for unit in units:
        require(actor, "issuing.revoke_credential", unit, now=now)
    found = list(valid.order_by("recipient", "id").values_list("recipient", "id"))
    parts = _parts(found)
    order = Withdrawal.objects.create(
        id=pk,
        org_unit=_above(units),
        code=code,
        note=note,
        ordered_by=actor,
        ordered_at=now,
        total=len(found),
        part_count=len(parts),
        finished_at=None if parts else now,
    )
    items = ((pk, number, one) for number, part in enumerate(parts, 1) for one in part)
    copy_into(WithdrawalItem._meta.db_table, ["withdrawal_id", "part", "credential_id"], items)
    record("withdrawal.ordered", actor=actor, target=order, at=now, data={"total": len(found), "code": code})
    return order


def _parts(found: list[tuple[UUID, UUID]]) -> list[list[UUID]]:
    """Return the credentials in parts of PART people; nobody's credentials are cut in two."""
    people = [[pk for _who, pk in theirs] for _who, theirs in groupby(found, key=lambda pair: pair[0])]
    return [sum(people[start : start + PART], []) for start in range(0, len(people), PART)]


def _above(units: list[OrgUnit]) -> OrgUnit:
    """Return the lowest unit that all of these lie under; of none, the root."""
    shared = set.intersection(*(set(unit.ancestor_paths()) for unit in units)) if units else set()
    path = max(shared, key=len, default="")
    return OrgUnit.objects.get(path=path) if path else OrgUnit.objects.get(parent=None)


@transaction.atomic(durable=True)
def carry_out(order_id: UUID, *, now: datetime) -> bool:
    """Withdraw the next part of an order; return whether anything is left that nobody works on.

    Safe to repeat, at once, or after a kill: the order's row is locked while a part is withdrawn, and
    counts the part in the same transaction.
    """
    free = Withdrawal.objects.unfinished().select_for_update(skip_locked=True, of=("self",))
    order = free.select_related("ordered_by").filter(pk=order_id).first()
    if order is None:
        return False
    part = order.parts_done + 1
    items = WithdrawalItem.objects.filter(withdrawal=order, part=part)
    ids = list(items.values_list("credential_id", flat=True))
    order.withdrawn_count += withdraw(ids, code=order.code, note=order.note, actor=order.ordered_by, now=now)
    order.seen_count += len(ids)
    order.parts_done = part
    if part == order.part_count:
        order.finished_at = now
        data = {"withdrawn": order.withdrawn_count, "total": order.total}
        record("withdrawal.finished", actor=order.ordered_by, target=order, at=now, data=data)
    order.save(update_fields=["withdrawn_count", "seen_count", "parts_done", "finished_at"])
    return order.finished_at is None


def unfinished() -> list[UUID]:
    """Return the orders that workers have not carried out yet, oldest first."""
    return list(Withdrawal.objects.unfinished().order_by("ordered_at").values_list("pk", flat=True))
