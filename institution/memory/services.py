"""Verbs of the house's memory: words explained, decisions kept with their reasons, systems known."""

from datetime import datetime
from typing import Any

from django.db import transaction

from institution.accounts.authz import require
from institution.accounts.models import OrgUnit
from institution.events.services import record
from institution.memory.models import Decision, GlossaryTerm, SystemRecord
from institution.memory.words import WORDS


def lay_glossary() -> int:
    """Write the words every institution starts with; words already there stay. Return how many are new."""
    rows = []
    for word in WORDS:
        rows.append(GlossaryTerm(slug=word.slug, language="en", term=word.term, expansion=word.expansion,
                                 explanation=word.explanation))  # fmt: skip
        rows.append(GlossaryTerm(slug=word.slug, language="es", term=word.term_es, expansion=word.expansion_es,
                                 explanation=word.explanation_es))  # fmt: skip
    before = GlossaryTerm.objects.count()
    GlossaryTerm.objects.bulk_create(rows, ignore_conflicts=True)
    return GlossaryTerm.objects.count() - before


@transaction.atomic
def note_decision(
    title: str, *, rationale: str, field: str, org_unit: OrgUnit, actor: Any, now: datetime
) -> Decision:
    """Keep what was decided and why; the same title on the same unit is kept once. Raises NotAllowed."""
    require(actor, "memory.note", org_unit, now=now)
    there = Decision.objects.filter(org_unit=org_unit, title=title).first()
    if there is not None:
        return there
    decision = Decision.objects.create(
        title=title, rationale=rationale, field=field, org_unit=org_unit, decided_by=actor, decided_at=now
    )
    record("decision.noted", actor=actor, target=decision, at=now)
    return decision


@transaction.atomic
def note_system(values: dict[str, Any], *, org_unit: OrgUnit, actor: Any, now: datetime) -> SystemRecord:
    """Keep what a system is for and why it was bought; a name known at the unit is brought up to date.

    values: fields of SystemRecord, `name` and `purpose` at least. Raises NotAllowed.
    """
    require(actor, "memory.note", org_unit, now=now)
    system, _created = SystemRecord.objects.update_or_create(
        org_unit=org_unit, name=values["name"], defaults={k: v for k, v in values.items() if k != "name"}
    )
    record("system.noted", actor=actor, target=system, at=now)
    return system
