"""Forget people: one who asks for it, and all whose rows became no credential."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL

from credentials.issuing.models import BatchRow, Credential, IssuanceBatch, Recipient
from credentials.issuing.states import CLOSED, CredentialState, RowState
from institution.accounts.authz import require
from institution.accounts.models import OrgUnit
from institution.events.services import record

KEEP = timedelta(days=30)  # as the bytes of the file
NOBODY: dict[str, Any] = dict.fromkeys(("name", "email", "source_id", "birth_mark"), "")
NOTHING = NOBODY | {"narrative": "", "evidence_url": "", "result": [], "values": {}}
WHERE_AND_WHAT_TO_DO = """(
    SELECT coalesce(jsonb_agg(fault || '{"value": "", "message": ""}'), '[]') FROM jsonb_array_elements(faults) fault
)"""


@transaction.atomic
def erase_recipient(recipient: Recipient, *, actor: Any, now: datetime) -> int:
    """Forget a person: leave tombstones (id, digest, status entry, dates); return how many.

    Copies that the person holds keep verifying, unless they ask for revocation too (decisions 13).
    """
    known = Credential.objects.filter(recipient=recipient)
    for unit in OrgUnit.objects.filter(pk__in=known.values("org_unit")):
        require(actor, "issuing.erase_recipient", unit, now=now)
    require(actor, "issuing.erase_recipient", None, now=now)
    rows = BatchRow.objects.filter(credential__recipient=recipient)
    BatchRow.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(**NOTHING)
    living = known.exclude(state=CredentialState.ERASED)
    count = living.update(state=CredentialState.ERASED, document="", salt=b"", revocation_note="")
    _empty_unsigned(recipient)
    Recipient.objects.filter(pk=recipient.pk).update(**NOBODY, key=f"erased:{recipient.pk}")
    if count:
        record("recipient.erased", actor=actor, target=recipient, at=now, data={"credentials": count})
    return count


def _empty_unsigned(recipient: Recipient) -> None:
    """Cancel a person's rows that wait to be signed, and empty those that became no credential.

    A report that nobody confirmed yet is left as it is: who confirms it names the person anew.
    """
    if not (recipient.source_id or recipient.email):
        return
    named = {"source_id": recipient.source_id}
    if not recipient.source_id:
        named["email__iexact"] = recipient.email
    own = BatchRow.objects.filter(
        credential=None, batch__source=recipient.source, batch__forgotten_at=None, **named
    )
    waiting = Q(state=RowState.PENDING)
    own.filter(waiting, batch__confirmed_at__isnull=False).update(state=RowState.CANCELED)
    own.exclude(waiting).update(**NOTHING, faults=RawSQL(WHERE_AND_WHAT_TO_DO, ()))  # noqa: S611 - nothing of anybody's


def forget_rows(*, now: datetime) -> int:
    """Empty the rows that became no credential, 30 days after their file came; return of how many batches.

    Their faults keep column and remedy. What still waits for somebody, a report to be read or a release,
    is left alone.
    """
    old = IssuanceBatch.objects.filter(state__in=CLOSED, created_at__lt=now - KEEP, forgotten_at=None)
    ids = list(old.order_by("created_at").values_list("pk", flat=True)[:100])
    for pk in ids:
        with transaction.atomic():
            rows = BatchRow.objects.filter(credential=None, batch=pk)
            rows.update(**NOTHING, faults=RawSQL(WHERE_AND_WHAT_TO_DO, ()))  # noqa: S611 - nothing of anybody's
            IssuanceBatch.objects.filter(pk=pk).update(forgotten_at=now)
    return len(ids)
