"""Make a trial of a draft, and take away those that ended. Nothing of it reaches a credential or a learner."""

import zoneinfo
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from credentials.issuing.models import BatchRow, IssuanceBatch
from credentials.issuing.placing import Place, places_of
from credentials.issuing.states import BatchState, RowState
from credentials.keys.errors import NoActiveKey
from credentials.keys.models import SigningKey
from credentials.keys.securing import active_key
from credentials.keys.states import KeyPurpose
from credentials.trials.documents import end_of_trial, trial_text
from credentials.trials.errors import NothingToTry, NoTrialKey
from credentials.trials.models import TRY, Trial, TrialDocument
from institution.accounts.authz import require
from institution.accounts.services import institution_now
from institution.errors import NotInThisState
from institution.events.services import record

MOST_ROWS = 50  # a trial is to be looked at; it is made while somebody waits for the page


@transaction.atomic
def try_batch(batch: IssuanceBatch, *, actor: Any, now: datetime) -> Trial:
    """Sign some rows of a draft with the key for trials; an earlier trial of the batch goes.

    The batch stays what it is. Raises NotAllowed, NotInThisState, NothingToTry, NoTrialKey, NoIssuerProfile.
    """
    require(actor, TRY, batch, now=now)
    locked = IssuanceBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if locked.state != BatchState.DRAFT:
        raise NotInThisState(state=locked.state)
    rows = list(_rows(locked))
    if not rows:
        raise NothingToTry(batch=str(batch.pk))
    places = places_of({str(row.achievement_version_id) for row in rows if row.achievement_version_id})
    keys = _keys(places.values())
    _remove(Trial.objects.standing().filter(batch=locked), now)
    trial = Trial.objects.create(batch=locked, made_by=actor, made_at=now, ends_at=end_of_trial(now))
    zone = zoneinfo.ZoneInfo(institution_now().time_zone)
    made = [_document(trial, row, places, keys, zone) for row in rows]
    TrialDocument.objects.bulk_create(made)
    data = {"trial": str(trial.pk), "signed": sum(bool(one.document) for one in made)}
    record("batch.tried", actor=actor, target=locked, at=now, data=data)
    return trial


def remove_ended(*, now: datetime) -> int:
    """Delete the documents of trials that ended, or whose batch is a draft no more; return of how many."""
    over = Q(ends_at__lte=now) | ~Q(batch__state=BatchState.DRAFT)
    with transaction.atomic():
        return _remove(Trial.objects.standing().filter(over), now)


def rows_to_try(batch: IssuanceBatch) -> Any:
    """Return the rows of a batch that a trial could be made of."""
    return batch.rows.filter(state=RowState.PENDING)


def _rows(batch: IssuanceBatch) -> Any:
    """Return at most `MOST_ROWS` rows by line: in turn from each achievement, so that each kind is seen."""
    turn = Window(RowNumber(), partition_by=F("achievement_version"), order_by="line")
    ranked = rows_to_try(batch).annotate(turn=turn).order_by("turn", "line")
    found = batch.rows.filter(pk__in=list(ranked.values_list("pk", flat=True)[:MOST_ROWS]))
    return found.select_related("achievement_version").defer("achievement_version__image").order_by("line")


def _keys(places: Any) -> dict[Any, SigningKey]:
    """Return the key for trials of each issuer. Raises NoTrialKey."""
    try:
        return {
            place.profile.pk: active_key(place.profile, KeyPurpose.TRIAL)
            for place in {place.profile.pk: place for place in places}.values()
        }
    except NoActiveKey as error:
        raise NoTrialKey(**error.facts) from error


def _document(
    trial: Trial,
    row: BatchRow,
    places: dict[Any, Place],
    keys: dict[Any, SigningKey],
    zone: zoneinfo.ZoneInfo,
) -> TrialDocument:
    place = places[str(row.achievement_version_id)]
    key = keys[place.profile.pk]
    text, findings = trial_text(row, place, key, zone, now=trial.made_at)
    faults = [{"path": path, "rule": rule, "message": words} for path, rule, words in findings]
    return TrialDocument(
        trial=trial,
        key=key,
        achievement_version=row.achievement_version,
        line=row.line,
        document=text,
        faults=faults,
    )


def _remove(trials: Any, now: datetime) -> int:
    found = list(trials.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True))
    TrialDocument.objects.filter(trial__in=found).delete()
    return Trial.objects.filter(pk__in=found).update(removed_at=now)
