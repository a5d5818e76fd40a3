"""Achievement in one frozen version: inside a credential, and alone at its own address."""

from decimal import Decimal

from credentials.documents.errors import DocumentError
from credentials.documents.model import (
    Achievement,
    Alignment,
    Criteria,
    Related,
    ResultDescription,
    RubricCriterionLevel,
)
from credentials.documents.parts import bare, build_image, required_uri, stated, sub_id
from credentials.documents.profile import build_identifiers, build_profile
from credentials.documents.vocabulary import OB_CONTEXT, VC_CONTEXT, Json

CREDIT_PLACES = 2
MAX_CREDITS = 10_000


def build_achievement(achievement: Achievement) -> Json:
    """Return the Achievement object; every part that may have an id gets one below its own."""
    own = required_uri(achievement.id, "achievement")
    document: Json = {"id": own, "type": ["Achievement"]}
    document |= stated(
        name=achievement.name,
        description=achievement.description,
        criteria=_build_criteria(own, achievement.criteria),
        achievementType=achievement.achievement_type,
        alignment=build_alignments(own, "alignment", achievement.alignments),
        resultDescription=[_build_description(own, item) for item in achievement.result_descriptions],
        creator=build_profile(achievement.creator) if achievement.creator else None,
        creditsAvailable=credit_number(achievement.credits_available),
        fieldOfStudy=achievement.field_of_study,
        humanCode=achievement.human_code,
        image=build_image(achievement.image),
        inLanguage=achievement.language,
        otherIdentifier=build_identifiers(achievement.other_identifiers),
        related=[_build_related(item) for item in achievement.related],
        specialization=achievement.specialization,
        tag=list(dict.fromkeys(achievement.tags)),
        version=achievement.version,
    )
    return document


def build_achievement_page(achievement: Achievement) -> Json:
    """Return the Achievement with its contexts, as served alone at /a/<uuid>/<version>."""
    return {"@context": [VC_CONTEXT, OB_CONTEXT], **build_achievement(achievement)}


def achievement_json(achievement: Achievement | Json) -> Json:
    """Return the Achievement as JSON, built only if it is not JSON yet."""
    return build_achievement(achievement) if isinstance(achievement, Achievement) else bare(achievement)


def build_alignments(owner: str, prefix: str, alignments: tuple[Alignment, ...]) -> list[Json]:
    """Return Alignment objects with the ids owner#prefix-1, owner#prefix-2, …"""
    return [
        {
            "id": sub_id(owner, f"{prefix}-{number}"),
            "type": ["Alignment"],
            **stated(
                targetName=item.target_name,
                targetUrl=required_uri(item.target_url, "alignment"),
                targetType=item.target_type,
                targetFramework=item.target_framework,
                targetCode=item.target_code,
                targetDescription=item.target_description,
            ),
        }
        for number, item in enumerate(alignments, start=1)
    ]


def credit_number(credits: Decimal | None) -> int | float | None:
    """Return credits as the JSON number to write (OB 3.0, Float): 3 for 3.00, 2.5 for 2.50.

    A whole number is written without a point, and a fraction has at most two decimals: such numbers
    have one spelling in every JSON writer, in JCS (RFC 8785) and as the canonical xsd:double of
    JSON-LD ("2.5E0"), so that all verifiers see the same bytes. docs/decisions/0011-fractions-of-credits.md
    """
    if credits is None:
        return None
    if not isinstance(credits, Decimal) or not credits.is_finite() or not 0 <= credits < MAX_CREDITS:
        raise DocumentError("credits-out-of-range", "credits are a decimal from 0 to 9,999.99")
    if credits != round(credits, CREDIT_PLACES):
        raise DocumentError("credits-too-fine", "credits have at most two decimals")
    return int(credits) if credits == int(credits) else float(credits)


def _build_criteria(own: str, criteria: Criteria) -> Json:
    url = required_uri(criteria.url, "criteria") if criteria.url else sub_id(own, "criteria")
    return {"id": url, **stated(narrative=criteria.narrative)}


def _build_description(own: str, item: ResultDescription) -> Json:
    level_ids = {level.key: sub_id(own, f"{item.key}-{level.key}") for level in item.levels}
    if len(level_ids) != len(item.levels):
        raise DocumentError("rubric-level-twice", f"result description {item.key!r}")
    if item.required_level and item.required_level not in level_ids:
        raise DocumentError("rubric-level-unknown", f"result description {item.key!r}")
    return {
        "id": sub_id(own, item.key),
        "type": ["ResultDescription"],
        "name": item.name,
        "resultType": item.result_type,
        **stated(
            alignment=build_alignments(own, f"{item.key}-alignment", item.alignments),
            allowedValue=[] if item.levels else list(item.allowed_values),
            rubricCriterionLevel=[_build_level(own, item.key, level) for level in item.levels],
            requiredLevel=level_ids.get(item.required_level),
            requiredValue=item.required_value,
            valueMin=item.value_min,
            valueMax=item.value_max,
        ),
    }


def _build_level(own: str, description_key: str, level: RubricCriterionLevel) -> Json:
    key = f"{description_key}-{level.key}"
    return {
        "id": sub_id(own, key),
        "type": ["RubricCriterionLevel"],
        "name": level.name,
        **stated(
            description=level.description,
            level=level.level,
            points=level.points,
            alignment=build_alignments(own, f"{key}-alignment", level.alignments),
        ),
    }


def _build_related(item: Related) -> Json:
    document: Json = {"id": required_uri(item.id, "related"), "type": ["Related"]}
    return document | stated(inLanguage=item.language, version=item.version)
