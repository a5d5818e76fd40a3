"""Verbs of frameworks: read a file and report, then take it over. Nothing is ever deleted."""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from institution.accounts.authz import require
from institution.events.services import record
from skills.formats.model import Edge, Node, Package
from skills.frameworks.errors import UnreadableFramework
from skills.frameworks.models import Association, Framework, ImportRun, Skill
from skills.frameworks.reading import package_of
from skills.frameworks.words import plain

PERMISSION = "frameworks.import_framework"
CHUNK = 1_000
FIELDS = ("uri", "code", "item_type", "name", "statement", "keywords", "language", "position")
HEAD = (
    "uri", "title", "description", "creator", "publisher", "language", "licence", "adoption_status", "raw",
)  # fmt: skip


def read_import(data: bytes, *, file_name: str, org_unit: Any, actor: Any, now: datetime) -> ImportRun:
    """Read a file and return a run whose report says what it would do; no skill changes yet.

    Raises NotAllowed, UnreadableFramework.
    """
    require(actor, PERMISSION, org_unit, now=now)
    if len(data) > settings.MAX_IMPORT_BYTES:
        raise UnreadableFramework(_("The file is too large. Split it, or ask for a smaller export."))
    package = package_of(data, file_name=file_name)
    framework = Framework.objects.filter(source_id=package.source_id).first()
    if framework:
        require(actor, PERMISSION, framework, now=now)
    return ImportRun.objects.create(
        framework=framework,
        org_unit=org_unit,
        actor=actor,
        file_name=file_name[-200:],
        sha256=hashlib.sha256(data).hexdigest(),
        content=data,
        read_at=now,
        report=_report(package, framework),
    )


@transaction.atomic
def apply_import(run: ImportRun, *, actor: Any, now: datetime) -> ImportRun:
    """Take a read file over: added and changed skills are written, vanished ones retired.

    Matched by identifier, so that the same file twice changes nothing. A run is applied once.
    Raises NotAllowed.
    """
    require(actor, PERMISSION, run, now=now)
    locked = ImportRun.objects.select_for_update(of=("self",)).select_related("org_unit").get(pk=run.pk)
    if locked.applied_at:
        return locked
    package = package_of(bytes(locked.content or b""), file_name=locked.file_name)
    framework = _framework(package, locked, now=now)
    require(actor, PERMISSION, framework, now=now)
    locked.report = _report(package, framework)
    _write_skills(package, framework, now=now)
    _write_parents(package, framework)
    _write_edges(package, framework)
    locked.framework, locked.applied_at, locked.content = framework, now, None
    locked.save()
    record("framework.imported", actor=actor, target=framework, at=now, data=dict(locked.report["counts"]))
    return locked


def import_framework(data: bytes, *, file_name: str, org_unit: Any, actor: Any, now: datetime) -> ImportRun:
    """Read and take over in one step, for commands and seeds."""
    run = read_import(data, file_name=file_name, org_unit=org_unit, actor=actor, now=now)
    return apply_import(run, actor=actor, now=now)


def _framework(package: Package, run: ImportRun, *, now: datetime) -> Framework:
    head = {name: getattr(package, name) for name in HEAD} | {
        "kind": package.kind,
        "source_changed_at": package.changed_at,
    }
    framework, _created = Framework.objects.update_or_create(
        source_id=package.source_id,
        defaults=head,
        create_defaults=head | {"org_unit": run.org_unit, "created_at": now},
    )
    return framework


def _report(package: Package, framework: Framework | None) -> dict[str, Any]:
    """Say what a package would do: figures, and the rows behind each figure."""
    here = {skill.source_id: skill for skill in _skills(framework)}
    added, changed, same = [], [], 0
    for node in package.nodes:
        skill = here.pop(node.source_id, None)
        if skill is None:
            added.append({"name": node.name, "code": node.code})
        elif differences := _differences(skill, node):
            changed.append({"name": node.name, "code": node.code, "changes": differences})
        else:
            same += 1
    gone = [{"name": one.name, "code": one.code} for one in here.values() if one.retired_at is None]
    rows: dict[str, Any] = {"added": added, "changed": changed, "retired": gone}
    rows["faults"] = [
        {"problem": one.problem, "where": one.where, "value": one.value} for one in package.flaws
    ]
    counts = {name: len(found) for name, found in rows.items()} | {
        "unchanged": same,
        "skills": len(package.nodes),
        "associations": len(package.edges),
    }
    return {"title": package.title, "kind": package.kind, "counts": counts, **rows}


def _skills(framework: Framework | None) -> Any:
    if framework is None:
        return Skill.objects.none()
    return Skill.objects.filter(framework=framework).select_related("parent").defer("raw", "search_text")


def _differences(skill: Skill, node: Node) -> list[dict[str, str]]:
    pairs = [(name, getattr(skill, name), getattr(node, name)) for name in FIELDS]
    pairs.append(("parent", skill.parent.source_id if skill.parent else "", node.parent))
    pairs.append(("retired", str(skill.retired_at is not None), str(node.retired)))
    return [
        {"field": name, "old": _shown(old), "new": _shown(new)}
        for name, old, new in pairs
        if _shown(old) != _shown(new)
    ]


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)


def _write_skills(package: Package, framework: Framework, *, now: datetime) -> None:
    here = {
        skill.source_id: skill for skill in Skill.objects.filter(framework=framework).select_related("parent")
    }
    new, changed = [], []
    for node in package.nodes:
        skill = here.pop(node.source_id, None)
        if skill is None:
            new.append(_filled(Skill(framework=framework, source_id=node.source_id), node, now=now))
        elif _differences(skill, node):
            changed.append(_filled(skill, node, now=now))
    Skill.objects.bulk_create(new, batch_size=CHUNK)
    columns = [*FIELDS, "source_changed_at", "retired_at", "raw", "search_text"]
    Skill.objects.bulk_update(changed, columns, batch_size=CHUNK)
    gone = [skill.pk for skill in here.values() if skill.retired_at is None]
    Skill.objects.filter(pk__in=gone).update(retired_at=now)


def _filled(skill: Skill, node: Node, *, now: datetime) -> Skill:
    for name in FIELDS:
        setattr(skill, name, getattr(node, name))
    skill.keywords = list(node.keywords)
    skill.source_changed_at, skill.raw = node.changed_at, node.raw
    skill.retired_at = (skill.retired_at or now) if node.retired else None
    skill.search_text = plain(" ".join([node.code, node.name, node.statement, *node.keywords]))
    return skill


def _write_parents(package: Package, framework: Framework) -> None:
    known = dict(Skill.objects.filter(framework=framework).values_list("source_id", "pk"))
    skills = (
        Skill.objects.filter(framework=framework)
        .only("pk", "source_id", "parent_id")
        .in_bulk(field_name="pk")
    )
    moved = []
    for node in package.nodes:
        skill = skills[known[node.source_id]]
        parent_id = known[node.parent] if node.parent else None
        if skill.parent_id != parent_id:
            skill.parent_id = parent_id
            moved.append(skill)
    Skill.objects.bulk_update(moved, ["parent"], batch_size=CHUNK)


def _write_edges(package: Package, framework: Framework) -> None:
    """Write connections anew where they differ; those that vanished go, they are no skills."""
    known = dict(Skill.objects.filter(framework=framework).values_list("source_id", "pk"))
    elsewhere = _elsewhere(package.edges)
    rows = [
        Association(
            framework=framework,
            source_id=edge.source_id,
            kind=edge.kind,
            origin_id=known[edge.origin],
            destination_id=known.get(edge.destination) or elsewhere.get(edge.destination_uri),
            destination_uri=edge.destination_uri,
            position=edge.position,
        )
        for edge in package.edges
    ]
    Association.objects.filter(framework=framework).exclude(
        source_id__in=[row.source_id for row in rows]
    ).delete()
    Association.objects.bulk_create(
        rows,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["framework", "source_id"],
        update_fields=["kind", "origin", "destination", "destination_uri", "position"],
    )
    arrived = dict(Skill.objects.filter(framework=framework).values_list("uri", "pk"))
    waiting = Association.objects.filter(destination__isnull=True, destination_uri__in=list(arrived))
    for edge in waiting.exclude(framework=framework):
        Association.objects.filter(pk=edge.pk).update(destination_id=arrived[edge.destination_uri])


def _elsewhere(edges: tuple[Edge, ...]) -> dict[str, Any]:
    uris = [edge.destination_uri for edge in edges if not edge.destination]
    return dict(Skill.objects.filter(uri__in=uris).values_list("uri", "pk"))
