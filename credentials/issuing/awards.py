"""What is issued already for an award, and so what a row asks for: a new one, a correction, nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from credentials.issuing.models import Credential
from credentials.issuing.states import LIVE, CredentialState, RowAct


@dataclass(frozen=True, slots=True)
class Standing:
    """The credential that holds an award now; the newest, where a correction waits for release."""

    id: UUID
    digest: str
    state: str


def standing(award_keys: Sequence[str]) -> dict[str, Standing]:
    """Return what stands for these awards, by key; nothing for a key that is free."""
    holding = Q(state=CredentialState.RELEASED) | Q(state=CredentialState.SIGNED, supersedes__isnull=True)
    found = {
        key: Standing(pk, digest, state)
        for key, pk, digest, state in _facts(Credential.objects.filter(holding, _among(award_keys)))
    }
    while later := _successors(found.values()):
        found |= later
    return found


def _among(award_keys: Sequence[str]) -> RawSQL:
    """Return the condition that a credential is for one of these awards: one value, where __in writes a thousand."""
    return RawSQL("issuing_credential.award_key = ANY(%s)", [list(award_keys)], BooleanField())  # noqa: S611


def _successors(standings: Iterable[Standing]) -> dict[str, Standing]:
    """Return corrections that wait beside their old ones; a correction of a correction comes next."""
    ids = [one.id for one in standings]
    if not ids:
        return {}
    known = {str(pk) for pk in ids}
    rows = Credential.objects.filter(supersedes__in=ids, state__in=LIVE)
    return {
        key: Standing(pk, digest, state) for key, pk, digest, state in _facts(rows) if str(pk) not in known
    }


def _facts(rows: Any) -> Any:
    return rows.values_list("award_key", "id", "content_digest", "state")


def act_for(known: Standing | None, digest: str) -> RowAct:
    """Return what a row asks for (decisions 6)."""
    if known is None:
        return RowAct.ISSUE
    return RowAct.NOTHING if known.digest == digest else RowAct.CORRECT
