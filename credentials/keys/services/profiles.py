"""Verbs of issuer profiles: create, revise; each change is a revision."""

from datetime import datetime
from typing import Any

from django.db import transaction

from credentials.keys.models import IssuerProfile, IssuerProfileRevision
from institution.accounts.authz import require
from institution.accounts.models import OrgUnit
from institution.errors import InvalidInput
from institution.events.services import record

PROFILE_FIELDS = ("name", "url", "email", "description")


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


def _write_revision(profile: IssuerProfile, actor: Any, now: datetime) -> None:
    IssuerProfileRevision.objects.create(
        profile=profile,
        number=profile.revision,
        content={field: getattr(profile, field) for field in PROFILE_FIELDS},
        changed_by=actor,
        changed_at=now,
    )
