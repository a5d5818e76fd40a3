"""An achievement's version as the world sees it: its address, and the document frozen on approval."""

import json
from typing import Any

from django.conf import settings

from credentials.catalog.errors import CannotBePublished
from credentials.catalog.models import AchievementVersion, Alignment
from credentials.documents import model
from credentials.documents.achievement import build_achievement_page
from credentials.documents.errors import DocumentError
from credentials.lint import SharedParts
from skills.frameworks.models import Framework


def achievement_url(version: AchievementVersion) -> str:
    """Return `achievement.id` as signed: the version's own address at the issuer origin (decisions 2)."""
    return f"{settings.ISSUER_ORIGIN}/a/{version.achievement_id}/{version.number}"


def achievement_document(version: AchievementVersion) -> dict[str, Any]:
    """Return the frozen Achievement as JSON, without its contexts, ready to stand in a credential."""
    document: dict[str, Any] = json.loads(version.document)
    document.pop("@context", None)
    return document


def build_document(version: AchievementVersion) -> str:
    """Return the text to freeze: the Achievement with its contexts, linted. Raises CannotBePublished."""
    try:
        document = build_achievement_page(to_achievement(version))
    except DocumentError as error:
        raise CannotBePublished(where=str(error)) from error
    bare = {name: value for name, value in document.items() if name != "@context"}
    issuer = {"id": settings.ISSUER_ORIGIN, "type": ["Profile"], "name": "-"}
    faults = [f for f in SharedParts(issuer, bare).findings if f.severity == "error"]
    if faults:
        raise CannotBePublished(where=faults[0].path, findings=[[f.path, f.rule] for f in faults])
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def to_achievement(version: AchievementVersion) -> model.Achievement:
    """Return a version's row as the library's Achievement."""
    own, taken = achievement_url(version), version.offering_version
    ctid = version.achievement.ctid
    return model.Achievement(
        id=own,
        name=version.name,
        description=version.description,
        criteria=model.Criteria(narrative=version.criteria),
        achievement_type=version.achievement_type,
        alignments=tuple(to_alignment(tie) for tie in _ties(version)),
        result_descriptions=tuple(to_result_description(row) for row in version.result_descriptions),
        credits_available=taken.credits if version.achievement.position == 1 else None,
        human_code=version.achievement.code or taken.offering.code,
        image=model.Image(f"{own}/image.png", version.image_caption) if version.image_type else None,
        language=taken.language,
        other_identifiers=(model.IdentifierEntry(ctid, "ext:CTID"),) if ctid else (),
        tags=tuple(version.tags),
        version=str(taken.number),
    )


def to_alignment(tie: Alignment) -> model.Alignment:
    """Return the tie to a skill as Open Badges names it (CASE 1.1 section 4; RSD as a CTDL competency)."""
    skill = tie.skill
    rsd = skill.framework.kind == Framework.Kind.RSD
    return model.Alignment(
        target_name=skill.name,
        target_url=skill.uri,
        target_type="ceasn:Competency" if rsd else "CFItem",
        target_framework=skill.framework.title,
        target_code=skill.code,
        target_description=skill.statement if skill.statement != skill.name else "",
    )


def to_result_description(row: dict[str, Any]) -> model.ResultDescription:
    """Return one stored result description; its id and those of its levels lie under the version's URL."""
    levels = tuple(
        model.RubricCriterionLevel(
            key=level["id"],
            name=level["name"],
            description=level.get("description", ""),
            level=level.get("level", ""),
            points=level.get("points", ""),
        )
        for level in row.get("levels", ())
    )
    return model.ResultDescription(
        key=row["id"],
        name=row["name"],
        result_type=row["result_type"],
        levels=levels,
        required_level=row.get("required_level", ""),
        value_min=row.get("value_min", ""),
        value_max=row.get("value_max", ""),
    )


def _ties(version: AchievementVersion) -> Any:
    return version.alignments.select_related("skill__framework").order_by("position", "id")
