"""What our own tables say of an issuer, a document or an achievement. Each look-up is one query, made once."""

import re
import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Max
from django.utils.timezone import localtime

from credentials.catalog.models import AchievementVersion
from credentials.checks.run import Known, Register, Registered
from credentials.clr.models import ComposedRecord
from credentials.issuing.models import Credential
from credentials.issuing.states import CredentialState, RevocationCode
from credentials.keys.models import IssuerProfile, SigningKey
from credentials.verification.models import ContextFile, TrustedIssuer

MAX_SHOWN = 200
_ACHIEVEMENT = re.compile(r"/a/([0-9a-f-]{36})/(\d{1,9})\Z")


def register(digests: Iterable[str] = ()) -> Register:
    """Return look-ups that remember their answers for one run of checks.

    digests: of texts that will be asked for; they are looked up together, in one query.
    """
    ahead = dict.fromkeys(digests) | registered_all(digests)
    later = cache(registered)
    return Register(
        issuer=cache(known_issuer),
        document=lambda digest: ahead[digest] if digest in ahead else later(digest),
        basis=cache(basis_of),
        trial=cache(is_for_trials),
    )


def known_issuer(did: str) -> Known | None:
    """Return who vouches for an issuer: we ourselves, an administrator, or an imported registry."""
    if not did or len(did) > 300:
        return None
    if did.startswith(own_prefix()):
        profile = IssuerProfile.objects.filter(key=did.removeprefix(own_prefix())).first()
        if profile is not None:
            return Known(profile.name, profile.url, TrustedIssuer.Provenance.OWN)
    row = TrustedIssuer.objects.filter(did=did).first()
    return Known(row.name, row.url, row.provenance, row.source) if row else None


def is_for_trials(did: str) -> bool:
    """Return whether a did:key is that of a key for trials of ours, now or once."""
    return SigningKey.objects.for_trials().filter(public_multibase=did.removeprefix("did:key:")).exists()


def vouched_for() -> dict[str, Any]:
    """Return registries with their counts, and the newest of those issuers that administrators added."""
    rows = TrustedIssuer.objects.all()
    registry = TrustedIssuer.Provenance.REGISTRY
    counted = (
        rows.filter(provenance=registry).values("source").annotate(count=Count("id"), newest=Max("added_at"))
    )
    singles = rows.exclude(provenance=registry).order_by("name", "id")[:MAX_SHOWN]
    return {"registries": list(counted.order_by("source")), "singles": list(singles)}


def own_prefix() -> str:
    """Return how the names of our own issuers begin."""
    return f"did:web:{urlsplit(settings.ISSUER_ORIGIN).netloc.replace(':', '%3A')}:i:"


def registered(digest: str) -> Registered | None:
    """Return what our register holds on a document with exactly this text: its time, and what replaced it."""
    return registered_all([digest]).get(digest)


def registered_all(digests: Iterable[str]) -> dict[str, Registered]:
    """Return what our register holds, by digest, of those texts that it knows."""
    wanted = [bytes.fromhex(digest) for digest in set(digests) if len(digest) == 64]
    if not wanted:
        return {}
    rows = (
        Credential.objects.filter(digest__in=wanted)
        .select_related("successor")
        .defer("document", "successor__document")
    )
    composed = ComposedRecord.objects.filter(digest__in=wanted).values_list("digest", "signed_at")
    found = {bytes(digest or b"").hex(): Registered(signed_at, "", "") for digest, signed_at in composed}
    return found | {bytes(row.digest).hex(): _registered(row) for row in rows if row.digest}


def _registered(row: Credential) -> Registered:
    replaced_at = getattr(getattr(row, "successor", None), "released_at", None)
    code = row.revocation_code if row.state == CredentialState.REVOKED else ""
    return Registered(
        signed_at=row.signed_at,
        replaced_on=localtime(replaced_at).date().isoformat() if replaced_at else "",
        reason=str(RevocationCode(code).label) if code else "",
    )


def basis_of(achievement_url: str) -> tuple[str, str, str]:
    """Return basis, assessor's role and level of one of our own achievements' versions, by its address."""
    nothing = ("", "", "")
    match = _ACHIEVEMENT.search(achievement_url)
    if match is None or not achievement_url.startswith(settings.ISSUER_ORIGIN + "/a/"):
        return nothing
    try:
        achievement = uuid.UUID(match[1])
    except ValueError:
        return nothing
    row = (
        AchievementVersion.objects.filter(achievement_id=achievement, offering_version__number=int(match[2]))
        .exclude(document="")
        .values_list("basis", "assessed_by_role", "offering_version__level")
        .first()
    )
    return (row[0], row[1], row[2]) if row else nothing


def extra_contexts() -> dict[str, str]:
    """Return the contexts that administrators added, as text by address."""
    return dict(ContextFile.objects.values_list("url", "text"))
