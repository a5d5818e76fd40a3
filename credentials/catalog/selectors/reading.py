"""One version as somebody reads it: on its public page, in a preview, beside a draft."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credentials.catalog.models import AchievementVersion, Offering, OfferingVersion
from credentials.catalog.selectors.differences import parts_of
from credentials.catalog.wording import cost_words, credit_words, duration_words, language_name
from skills.frameworks.models import Skill


@dataclass(frozen=True)
class Reading:
    """What a page shows of a version. facts: [(label, value)]. marked: the text's language, if foreign."""

    offering: Offering
    version: OfferingVersion
    title: str
    description: str
    kind: str
    kind_label: str
    earned: str
    basis: str
    basis_label: str
    criteria: str
    assessed_by: str
    results: list[dict[str, Any]] = field(default_factory=list)
    skills: list[Skill] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    prerequisites: str = ""
    onward: list[Offering] = field(default_factory=list)
    language: str = ""
    marked: str = ""
    college: str = ""
    has_image: bool = False
    image_caption: str = ""
    code: str = ""
    achievement_id: Any = None
    others: list["Reading"] = field(default_factory=list)  # further achievements, in their order


def read_version(version: OfferingVersion) -> Reading:
    """Return a version as it is read, with its further achievements; its parts may have been prefetched."""
    own, *further = parts_of(version)
    return replace(read_part(version, own), others=[read_part(version, part) for part in further])


def read_part(version: OfferingVersion, achieved: AchievementVersion) -> Reading:
    """Return one achievement of a version as it is read; the own one says what the offering says."""
    offering = version.offering
    ties = sorted(achieved.alignments.all(), key=lambda tie: (tie.position, tie.pk))
    unit = offering.org_unit
    return Reading(
        offering=offering,
        version=version,
        title=achieved.name,
        description=achieved.description,
        kind=version.kind,
        kind_label=str(version.get_kind_display()),
        earned=str(achieved.get_achievement_type_display()),
        basis=achieved.basis,
        basis_label=str(achieved.get_basis_display()),
        criteria=achieved.criteria,
        assessed_by=achieved.assessed_by_role,
        results=achieved.result_descriptions,
        skills=[tie.skill for tie in ties],
        tags=achieved.tags,
        facts=facts_of(version),
        prerequisites=version.prerequisites,
        onward=[one for one in version.leads_to.all() if one.current_version_id and not one.retired_at],
        language=language_name(version.language),
        marked="" if same_language(version.language) else version.language,
        college=unit.parent.name if unit.parent else "",
        has_image=bool(achieved.image_type),
        image_caption=achieved.image_caption,
        code=achieved.achievement.code or offering.code,
        achievement_id=achieved.achievement_id,
    )


def facts_of(version: OfferingVersion) -> list[tuple[str, str]]:
    """Return what can be said in a word or two, with labels; nothing for what is not known."""
    pairs = [
        (_("Credits or hours"), credit_words(version)),
        (_("Duration"), duration_words(version.duration)),
        (_("Cost"), cost_words(version.cost)),
        (_("How it is taught"), str(version.get_modality_display())),
        (_("Level"), version.level),
    ]
    return [(label, value) for label, value in pairs if value]


def same_language(tag: str) -> bool:
    """Return whether a text's language is that of the page."""
    return (tag or "en").split("-")[0] == (get_language() or "en").split("-")[0]
