"""What changed between two versions, field by field, in words a dean reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.catalog.models import AchievementVersion, OfferingVersion
from credentials.catalog.wording import cost_words, duration_words, language_name

LABELS = {
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    "kind": gettext_lazy("Kind"),
    "achievement_type": gettext_lazy("What is earned"),
    "basis": gettext_lazy("Assessed or taken part in"),
    "criteria": gettext_lazy("What learners must show"),
    "assessed_by_role": gettext_lazy("Who assesses"),
    "result_descriptions": gettext_lazy("Results and levels"),
    "skills": gettext_lazy("Skills"),
    "tags": gettext_lazy("Search words"),
    "credits": gettext_lazy("Credits or hours"),
    "credit_unit": gettext_lazy("Counted in"),
    "level": gettext_lazy("Level"),
    "cip_code": gettext_lazy("CIP code"),
    "modality": gettext_lazy("How it is taught"),
    "language": gettext_lazy("Language"),
    "duration": gettext_lazy("Duration"),
    "cost": gettext_lazy("Cost"),
    "prerequisites": gettext_lazy("What comes before"),
    "leads_to": gettext_lazy("Where it leads"),
    "image": gettext_lazy("Picture"),
    "image_caption": gettext_lazy("Picture in words"),
    "achievements": gettext_lazy("Achievements"),
}
PART_LABELS = {"name": gettext_lazy("Name"), "code": gettext_lazy("Code for completions")}
AT = "@"  # "criteria@2": a field of the offering's second achievement


@dataclass(frozen=True)
class Change:
    """One field that reads differently: texts before and after, "" where there was nothing."""

    field: str
    label: str
    old: str
    new: str


def version_diff(old: OfferingVersion | None, new: OfferingVersion) -> list[Change]:
    """Return the fields that differ, in the order of the page; everything filled if there is no old one."""
    return changes_between(said(old) if old else {}, said(new))


def changes_between(before: dict[str, str], after: dict[str, str]) -> list[Change]:
    """Return the fields whose texts differ, in the order of the page."""
    gone = {field for field in before if field not in after and field.startswith(f"name{AT}")}
    return [
        Change(field, label_of(field, after, before), before.get(field, ""), after.get(field, ""))
        for field in [*after, *sorted(gone)]
        if after.get(field, "") != before.get(field, "")
    ]


def label_of(field: str, *texts: dict[str, str]) -> str:
    """Return the label of a field; that of a further achievement with its name, from what versions say."""
    name, _at, position = field.partition(AT)
    label = str(LABELS.get(name) or PART_LABELS.get(name) or name)
    if not position:
        return label
    named = next((said[f"name{AT}{position}"] for said in texts if said.get(f"name{AT}{position}")), "")
    named = named or _("Achievement %(number)s") % {"number": position}
    return f"{named}: {label}"


def changes_for_review(version: OfferingVersion) -> list[Change]:
    """Return what a dean decides about: the difference to the approved version."""
    return version_diff(version.offering.current_version, version)


def said(version: OfferingVersion) -> dict[str, str]:
    """Return every field of a version as text in the page's language, its achievements included.

    Fields of further achievements stand under `field@position`.
    """
    own, *further = parts_of(version)
    found = dict(_version_texts(version)) | dict(_achievement_texts(own))
    if further:
        found["achievements"] = "\n".join(part.name for part in (own, *further))
    whole = {field: found.get(field, "") for field in LABELS}
    for part in further:
        whole |= {f"{field}{AT}{part.achievement.position}": text for field, text in _part_texts(part)}
    return whole


def parts_of(version: OfferingVersion) -> list[AchievementVersion]:
    """Return a version's achievements in their order, the offering's own first; prefetched if they are."""
    rows: Any = version.achievement_versions
    if "achievement_versions" not in getattr(version, "_prefetched_objects_cache", {}):
        rows = rows.select_related("achievement").defer("document")
    return sorted(rows.all(), key=lambda part: (part.achievement.position != 1, part.place, part.pk))


def main_achievement(version: OfferingVersion) -> AchievementVersion:
    """Return the offering's own achievement in a version, from what is prefetched if it is."""
    return parts_of(version)[0]


def result_text(row: dict[str, Any]) -> str:
    """Return one result description as lines of text."""
    span = " – ".join(filter(None, [row.get("value_min"), row.get("value_max")]))
    head = f"{row['name']} ({span})" if span else row["name"]
    lines = [head]
    for level in row.get("levels", ()):
        mark = _(" (needed to pass)") if level["id"] == row.get("required_level") else ""
        points = f" · {level['points']}" if level.get("points") else ""
        about = f": {level['description']}" if level.get("description") else ""
        lines.append(f"{level['name']}{points}{mark}{about}")
    return "\n".join(lines)


def _version_texts(version: OfferingVersion) -> Iterator[tuple[str, str]]:
    for field in ("title", "description", "level", "cip_code", "prerequisites"):
        yield field, getattr(version, field)
    yield "language", language_name(version.language)
    yield "duration", duration_words(version.duration)
    yield "cost", cost_words(version.cost)
    for field in ("kind", "credit_unit", "modality"):
        yield field, str(getattr(version, f"get_{field}_display")())
    yield "credits", "" if version.credits is None else number_format(version.credits.normalize() + 0)
    yield "leads_to", ", ".join(sorted(onward.code for onward in version.leads_to.all()))


def _achievement_texts(achieved: AchievementVersion) -> Iterator[tuple[str, str]]:
    for field in ("criteria", "assessed_by_role", "image_caption"):
        yield field, getattr(achieved, field)
    for field in ("achievement_type", "basis"):
        yield field, str(getattr(achieved, f"get_{field}_display")())
    yield "result_descriptions", "\n\n".join(result_text(row) for row in achieved.result_descriptions)
    yield "tags", ", ".join(achieved.tags)
    ties = sorted(achieved.alignments.all(), key=lambda tie: (tie.position, tie.pk))
    yield "skills", "\n".join(tie.skill.name for tie in ties)
    yield "image", _("a picture") if achieved.image_type else ""


def _part_texts(part: AchievementVersion) -> Iterator[tuple[str, str]]:
    yield "name", part.name
    yield "code", part.achievement.code
    yield "description", part.description
    yield from _achievement_texts(part)


def effective_words(version: OfferingVersion) -> str:
    """Return since when a version holds, in the words of the page's language."""
    return date_format(version.effective_on, "DATE_FORMAT") if version.effective_on else ""
