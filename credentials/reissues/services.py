"""Issue anew what a compromised key signed: as corrections in ordinary batches, which workers sign.

So it is as crash-proof as any batch, and shows its progress; the old credential ends when the new one is
released, both name each other, and a learner is told once for each source system.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext as _

from credentials.issuing import services as issuing
from credentials.issuing.models import IssuanceBatch
from credentials.issuing.states import BatchState
from credentials.keys.models import SigningKey
from credentials.keys.securing import active_key
from credentials.keys.states import KeyState
from credentials.reissues.errors import KeyNotCompromised
from credentials.reissues.models import Reissue
from credentials.reissues.selectors import AT_END, left_of
from credentials.reissues.states import ReissueState
from institution.accounts.authz import require
from institution.accounts.models import User
from institution.errors import RegistryError
from institution.events.services import record

log = structlog.get_logger(__name__)

# The person's address as the source gives it now, unless it is what the person is known by.
COPY_ROWS = """
    INSERT INTO issuing_batchrow (batch_id, line, source_id, name, email, achievement_version_id, awarded_on,
        expires_on, result, credits, narrative, evidence_url, award_key, digest, act, corrects_id, state, faults, values)
    SELECT %s, row_number() OVER (ORDER BY old.valid_from, old.id), line.source_id,
        coalesce(nullif(person.name, ''), line.name),
        CASE WHEN line.source_id = '' THEN line.email ELSE coalesce(nullif(person.email, ''), line.email) END,
        old.achievement_version_id, line.awarded_on, line.expires_on, line.result, line.credits, line.narrative,
        line.evidence_url, line.award_key, line.digest, 'correct', old.id, 'pending', '[]', '{}'
    FROM issuing_credential AS old
    JOIN issuing_batchrow AS line ON line.id = old.row_id
    JOIN issuing_issuancebatch AS origin ON origin.id = old.batch_id
    JOIN issuing_recipient AS person ON person.id = old.recipient_id
    WHERE old.id = ANY(%s) AND origin.source = %s
"""


@transaction.atomic
def start_reissue(key: SigningKey, *, actor: Any, now: datetime) -> Reissue:
    """Ask for all that a compromised key signed to be issued anew. Twice is once.

    Asked again after its end, it takes what is left. Raises NotAllowed, KeyNotCompromised, NoActiveKey.
    """
    require(actor, "reissues.start_reissue", key, now=now)
    locked = SigningKey.objects.select_for_update(of=("self",), no_key=True).select_related(
        "profile__org_unit"
    )
    key = locked.get(pk=key.pk)
    if key.state != KeyState.COMPROMISED:
        raise KeyNotCompromised(key=str(key.pk))
    active_key(key.profile, key.purpose)
    reissue, fresh = Reissue.objects.get_or_create(key=key, defaults={"started_by": actor, "started_at": now})
    again = not fresh and reissue.state != ReissueState.PREPARING and left_of(key, now=now).exists()
    if again:
        reissue.state, reissue.finished_at = ReissueState.PREPARING, None
        reissue.started_by, reissue.started_at = actor, now
        reissue.save()
    if fresh or again:
        record("reissue.started", actor=actor, target=reissue, at=now, data={"key": str(key.pk)})
    return reissue


def advance(reissue_id: UUID, *, now: datetime) -> list[UUID]:
    """Take a re-issue as far as it goes now; return the batches that workers are to sign.

    Each step is one transaction and repeats safely: what a killed worker left is done by the next sweep.
    """
    reissue = Reissue.objects.select_related("started_by", "key__profile__org_unit").get(pk=reissue_id)
    if reissue.state == ReissueState.PREPARING:
        _prepare(reissue.pk, now)
    for batch in reissue.batches.filter(state=BatchState.SIGNED):
        _release(batch, reissue.started_by, now)
    _finish(reissue.pk, now)
    return list(reissue.batches.filter(state=BatchState.QUEUED).values_list("pk", flat=True))


@transaction.atomic
def _prepare(reissue_id: UUID, now: datetime) -> None:
    """Open a batch of corrections for each source system, confirm it, and say that it runs."""
    found = Reissue.objects.select_for_update(of=("self",), skip_locked=True)
    reissue = found.select_related("started_by", "key__profile__org_unit").filter(pk=reissue_id).first()
    if reissue is None or reissue.state != ReissueState.PREPARING:
        return
    left = left_of(reissue.key, now=now)
    for source in sorted(set(left.values_list("batch__source", flat=True).distinct())):
        ids = list(left.filter(batch__source=source).values_list("pk", flat=True))
        reissue.batches.add(_open_batch(reissue, source, ids, now))
    reissue.state = ReissueState.RUNNING
    reissue.save(update_fields=["state"])


def _open_batch(reissue: Reissue, source: str, ids: list[UUID], now: datetime) -> IssuanceBatch:
    actor, unit = reissue.started_by, reissue.key.profile.org_unit
    batch = IssuanceBatch.objects.create(
        org_unit=unit,
        title=_("Issued anew: %(key)s") % {"key": reissue.key.kid},
        origin=IssuanceBatch.Origin.CORRECTION,
        source=source,
        state=BatchState.DRAFT,
        created_by=actor,
        created_at=now,
    )
    with connection.cursor() as cursor:
        cursor.execute(COPY_ROWS, [batch.pk, ids, source])
        batch.row_count = batch.correction_count = cursor.rowcount
    batch.save(update_fields=["row_count", "correction_count"])
    data = {"origin": batch.origin, "reissue": str(reissue.pk)}
    record("batch.created", actor=actor, target=batch, at=now, data=data)
    return issuing.confirm_batch(batch, actor=actor, now=now)


def _release(batch: IssuanceBatch, actor: Any, now: datetime) -> None:
    """Let a signed batch out; where policy wants time or a second person, it waits on its own page."""
    try:
        issuing.release_batch(batch, actor=actor, now=now)
    except RegistryError as error:
        log.info("reissue_waits", batch=str(batch.pk), code=error.code)


@transaction.atomic
def _finish(reissue_id: UUID, now: datetime) -> None:
    """Say that a re-issue is done once its batches are at an end and nothing of the key is left."""
    found = Reissue.objects.select_for_update(of=("self",), skip_locked=True)
    reissue = found.select_related("key__profile__org_unit").filter(pk=reissue_id).first()
    if reissue is None or reissue.state != ReissueState.RUNNING:
        return
    if reissue.batches.exclude(state__in=AT_END).exists() or left_of(reissue.key, now=now).exists():
        return
    reissue.state, reissue.finished_at = ReissueState.DONE, now
    reissue.save(update_fields=["state", "finished_at"])
    figures = {"batches": reissue.batches.count()}
    record("reissue.finished", actor=User.objects.system(), target=reissue, at=now, data=figures)
