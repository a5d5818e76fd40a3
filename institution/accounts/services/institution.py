"""The institution's own row."""

from datetime import datetime
from typing import Any

from django.db import transaction

from institution.accounts.authz import require
from institution.accounts.models import Institution
from institution.events.services import record

EDITABLE = (
    "name",
    "short_name",
    "accent_color",
    "time_zone",
    "default_language",
    "record_term",
    "portal_hosts",
    "support_email",
    "why_you_get_mail",
    "own_approval",
    "claim_question",
)


def institution_now() -> Institution:
    """Return the institution's row; an unsaved one with plain defaults before the set-up."""
    return Institution.objects.first() or Institution(name="Credential Registry", short_name="Registry")


@transaction.atomic
def set_institution(values: dict[str, Any], *, actor: Any, now: datetime) -> Institution:
    """Change how the institution presents itself. values: of `EDITABLE`. Raises NotAllowed."""
    require(actor, "accounts.manage_institution", None, now=now)
    row = institution_now()
    changed = [name for name in EDITABLE if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    row.full_clean()
    row.save()
    if changed:
        record("institution.changed", actor=actor, target=row, at=now, data={"fields": changed})
    return row
