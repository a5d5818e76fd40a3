"""What goes into the exit kit, row by row, so that millions of rows never stand in memory at once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import merge
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils import timezone, translation

from credentials.catalog.models import AchievementVersion
from credentials.clr.models import ComposedRecord
from credentials.documents.dates import instant_text
from credentials.issuing.models import Credential
from credentials.issuing.states import RevocationCode
from credentials.keys.models import IssuerProfile
from credentials.portable.register import Line

CHUNK = 5_000
_REGISTER = ("digest", "urn", "signed_at", "state", "revocation_code", "successor__released_at")
_MOMENTS = ("proposed_at", "confirmed_at", "retired_at", "compromised_at", "destroyed_at")


def register_lines() -> Iterator[Line]:
    """Yield a line for each credential and record that was ever signed, sorted by its digest. No name, no address."""
    return merge(_credentials(), _records(), key=attrgetter("sha256"))


def _records() -> Iterator[Line]:
    rows = ComposedRecord.objects.exclude(digest=None).order_by("digest")
    for digest, urn, signed_at, state in rows.values_list("digest", "urn", "signed_at", "state").iterator(
        CHUNK
    ):
        yield Line(bytes(digest or b"").hex(), f"urn:uuid:{urn}", _moment(signed_at), state)


def _credentials() -> Iterator[Line]:
    with translation.override("en"):
        reasons = {code.value: str(code.label) for code in RevocationCode}
    rows = Credential.objects.exclude(digest=None).order_by("digest").values_list(*_REGISTER)
    for digest, urn, signed_at, state, code, replaced_at in rows.iterator(chunk_size=CHUNK):
        yield Line(
            sha256=bytes(digest).hex(),
            credential=f"urn:uuid:{urn}",
            signed_at=_moment(signed_at),
            status=state,
            replaced_on=timezone.localtime(replaced_at).date().isoformat() if replaced_at else "",
            reason=reasons.get(code, ""),
        )


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


def key_history(profile: IssuerProfile) -> list[dict[str, Any]]:
    """Return what became of each key that was ever published, and how many credentials it signed."""
    signed = dict(
        Credential.objects.filter(profile=profile, signed_at__isnull=False)
        .values_list("signing_key")
        .annotate(count=Count("pk"))
    )
    return [
        {"id": f"{profile.did}#{key.kid}", "kind": key.kind, "purpose": key.purpose, "state": key.state}
        | {name: instant_text(moment) for name in _MOMENTS if (moment := getattr(key, name)) is not None}
        | {"publicKeyMultibase": key.public_multibase, "credentials_signed": signed.get(key.pk, 0)}
        for key in profile.keys.published().order_by("confirmed_at", "kid")
    ]


def frozen_achievements() -> Iterator[tuple[UUID, int, str, bytes | None]]:
    """Yield every frozen version of every achievement: its id, number, text and picture."""
    rows = AchievementVersion.objects.exclude(document="").order_by(
        "achievement_id", "offering_version__number"
    )
    names = ("achievement_id", "offering_version__number", "document", "image")
    for achievement, number, document, image in rows.values_list(*names).iterator(chunk_size=200):
        yield achievement, number, document, bytes(image) if image else None
