"""How far the way out of a compromise is: what the key signed, what is left, who does what next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from credentials.issuing.models import BatchRow, Credential, SigningChunk
from credentials.issuing.states import LIVE, BatchState, CredentialState, RowState
from credentials.keys.counting import tally
from credentials.keys.models import SigningKey
from credentials.keys.states import KeyState
from credentials.reissues.models import Reissue

AT_END = (BatchState.RELEASED, BatchState.CANCELED, BatchState.UNDONE)


def left_of(key: SigningKey, *, now: datetime) -> QuerySet[Credential]:
    """Return what a key signed that still stands and has no successor under way.

    What has ended by its own date is valid nowhere, and a new one would end before it began.
    """
    successor = Credential.objects.filter(supersedes=OuterRef("pk"), state__in=LIVE)
    waiting = BatchRow.objects.filter(
        corrects=OuterRef("pk"), state=RowState.PENDING, batch__reissues__key=key
    )
    standing = Credential.objects.filter(
        signing_key=key, state__in=[CredentialState.SIGNED, CredentialState.RELEASED]
    )
    lasting = Q(valid_until__isnull=True) | Q(valid_until__gt=now)
    return standing.filter(lasting, ~Exists(successor), ~Exists(waiting))


@dataclass(frozen=True)
class Progress:
    """Credentials of one re-issue. total: put into batches. failed: rows that need somebody."""

    total: int = 0
    done: int = 0
    failed: int = 0
    released: int = 0


@dataclass(frozen=True)
class Signed:
    """What a key signed. late: since it is not to be trusted. left: what still stands without a successor."""

    count: int
    late: int
    left: int


def progress(key: SigningKey) -> Progress:
    """Return how far the re-issue of a key is, counted from the chunks of its batches: asked every other second."""
    batches = Reissue.batches.through.objects.filter(reissue__key=key).values("issuancebatch")
    sums = SigningChunk.objects.filter(batch__in=batches).aggregate(
        total=Sum("row_count", default=0),
        done=Sum("signed_count", default=0),
        failed=Sum("failed_count", default=0),
    )
    fresh = Credential.objects.filter(batch__in=batches, released_at__isnull=False)
    return Progress(released=fresh.count(), **sums)


def signed_by(key: SigningKey, *, now: datetime) -> Signed:
    """Return how much a key signed, and how much of that is left."""
    counted = tally(Credential.objects.filter(signing_key=key), key, "signed_at")
    return Signed(counted["count"], counted.get("late", 0), left_of(key, now=now).count())


def next_keys(key: SigningKey) -> tuple[SigningKey | None, SigningKey | None]:
    """Return the key that waits for a second administrator, and the one that signs in this one's place."""
    others = SigningKey.objects.filter(profile=key.profile_id, purpose=key.purpose).exclude(pk=key.pk)
    proposed = others.filter(state=KeyState.PROPOSED).order_by("-proposed_at").first()
    signing = others.filter(state__in=[KeyState.ACTIVE, KeyState.CONFIRMED]).order_by("state").first()
    return proposed, signing
