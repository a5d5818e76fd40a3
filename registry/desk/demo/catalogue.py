"""The sample college's skills and offerings, with the history that made them."""

import csv
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from credentials.catalog.models import Offering, OfferingVersion
from credentials.catalog.services import (
    add_achievement,
    approve_offering,
    create_offering,
    draft_offering,
    edit_version,
    return_offering,
    submit_offering,
)
from registry.desk.demo.calendar import CATALOGUE, Calendar
from registry.desk.demo.college import DEPARTMENTS, MORE_PEOPLE, people, units
from skills.frameworks.models import Skill

DATA = Path(__file__).parent / "data"
GRADES = {"id": "grade", "name": "Final grade", "result_type": "LetterGrade"}
RUBRIC = {
    "id": "performance",
    "name": "Performance",
    "result_type": "RubricCriterionLevel",
    "required_level": "competent",
    "levels": [
        {"id": "developing", "name": "Developing", "level": "1", "description": "Does it with help."},
        {"id": "competent", "name": "Competent", "level": "2", "description": "Does it alone, safely."},
        {
            "id": "exemplary",
            "name": "Exemplary",
            "level": "3",
            "description": "Does it alone and helps others.",
        },
    ],
}
WAITING_DAYS = {
    "NURS-210": 6,
    "CS-130": 4,
    "DRIV-1": 2,
    "WELD-210": 5,
    "HVAC-15": 3,
    "BUS-250": 8,
    "HUM-105": 1,
}
FURTHER = {  # badges within an offering: name, description, criteria, skills
    "NURS-102": [
        ("Safe patient handling", "Moves a patient without harm to either.", "- show three lifts\n- use the hoist alone", ["Care Planning"]),
        ("Infection control at the bedside", "Keeps hands, room and tools clean.", "- pass the observed round", ["Patient Communication"]),
    ],
    "WELD-101": [
        ("Torch safety", "Sets up, lights and shuts down a torch.", "- pass the safety walk\n- no open points", ["Shop Safety"]),
    ],
    "HLTH-120": [
        ("Motivational interviewing", "Asks so that people find their own reasons.", "- lead one recorded talk", ["Active Listening"]),
    ],
    "NURS-210": [
        ("Medication rounds", "Gives medicines to six patients in an hour.", "- no error in two rounds", ["Medication Administration"]),
    ],
}  # fmt: skip
EXPIRES_DAYS = {"CPR-10": 180, "FOOD-5": 365}  # how long such a card is good


@cache
def offering_rows() -> tuple[dict[str, str], ...]:
    """Return the rows of the sample catalogue."""
    with (DATA / "offerings.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def lay_offerings(calendar: Calendar) -> None:
    """Draft, submit, return and approve the sample offerings, each on its day."""
    places, staff = units(), people()
    skills = {skill.name: str(skill.pk) for skill in Skill.objects.current().filter(framework__kind="rsd")}
    for number, row in enumerate(offering_rows()):
        if not Offering.objects.filter(org_unit=places[row["unit"]], code=row["code"]).exists():
            _live(row, number, places, staff, skills, calendar)


def writer_of(letters: str, staff: dict[str, Any]) -> Any:
    """Return who writes for a department."""
    named = {place: name for name, _role, place in MORE_PEOPLE}
    return staff[named[letters]] if letters in named else staff["faculty"]


def dean_of(letters: str, staff: dict[str, Any]) -> Any:
    """Return the dean of a department's college."""
    college = DEPARTMENTS[letters][0]
    named = {place: name for name, _role, place in MORE_PEOPLE}
    return staff[named[college]] if college in named else staff["dean"]


def _live(
    row: dict[str, str], number: int, places: dict[str, Any], staff: dict[str, Any], skills: dict[str, str],
    calendar: Calendar,
) -> None:  # fmt: skip
    """Let one offering go through its life up to the state its row names."""
    state, writer, dean = row["state"], writer_of(row["unit"], staff), dean_of(row["unit"], staff)
    fresh = state in {"draft", "submitted", "returned"}
    start = 12 + number % 9 if fresh else CATALOGUE - number % 20
    content = _content(row, skills, complete=state != "draft")
    offering = create_offering(
        places[row["unit"]], row["code"], content=content, actor=writer, now=calendar.at(start)
    )
    version = offering.versions.get()
    _add_further(version, row["code"], skills, writer, calendar.at(start))
    if state == "draft":
        return
    handed = WAITING_DAYS.get(row["code"], 9) if fresh else start - 2
    version = submit_offering(version, actor=writer, now=calendar.at(handed))
    if state == "returned":
        return_offering(
            version, rationale="Nearly there. Two fields need a hand.", actor=dean, now=calendar.at(handed - 1),
            comments={"criteria": "Say how many sessions, and who observes.", "skills": "Facilitation belongs here too."},
        )  # fmt: skip
    if fresh:
        return
    approve_offering(version, rationale="Complete and clear.", actor=dean, now=calendar.at(start - 5))
    _second_version(offering, state, writer, dean, calendar)


def _add_further(
    version: OfferingVersion, code: str, skills: dict[str, str], writer: Any, now: datetime
) -> None:
    """Give an offering the badges that can be earned in it beside the whole."""
    for number, (name, description, criteria, named) in enumerate(FURTHER.get(code, ()), 1):
        content = {
            "name": name, "code": f"{code}-B{number}", "description": description, "criteria": criteria,
            "achievement_type": "Badge", "basis": "assessed", "assessed_by_role": "Instructor",
            "result_descriptions": [RUBRIC], "skills": [skills[one] for one in named if one in skills],
        }  # fmt: skip
        add_achievement(version, content=content, actor=writer, now=now)


def _second_version(offering: Offering, state: str, writer: Any, dean: Any, calendar: Calendar) -> None:
    if state not in {"v2", "v2draft"}:
        return
    began = 200 if state == "v2" else 14
    draft = draft_offering(offering, actor=writer, now=calendar.at(began))
    achieved = draft.achievement_versions.get(achievement__position=1)
    more = {
        "description": f"{draft.description} Since this version, performance is judged by a rubric.",
        "criteria": f"{achieved.criteria}\n- reach at least “Competent” in the rubric",
        "result_descriptions": [*achieved.result_descriptions, RUBRIC],
    }
    draft = edit_version(draft, content=more, actor=writer, now=calendar.at(began - 1))
    draft = submit_offering(draft, actor=writer, now=calendar.at(began - 2))
    if state == "v2":
        approve_offering(
            draft, rationale="The rubric is what employers asked for.", actor=dean, now=calendar.at(190)
        )


def _content(row: dict[str, str], skills: dict[str, str], *, complete: bool) -> dict[str, Any]:
    named = [skills[name] for name in row["skills"].split("; ") if name in skills]
    content: dict[str, Any] = {
        "title": row["title"], "description": row["description"], "kind": row["kind"],
        "credits": row["credits"] or None, "credit_unit": row["credit_unit"],
    }  # fmt: skip
    if not complete:
        return content
    return content | {
        "achievement_type": row["type"], "criteria": criteria_of(row), "basis": row["basis"],
        "assessed_by_role": row["assessor"], "modality": row["modality"], "duration": row["duration"],
        "cost": row["cost"] or None, "cip_code": row["cip"], "language": "en", "skills": named,
        "tags": [word.strip().lower() for word in row["skills"].split("; ") if word][:3],
        "result_descriptions": [GRADES] if row["kind"] == "credit" else [],
    }  # fmt: skip


def criteria_of(row: dict[str, str]) -> str:
    """Return what somebody has to do or show, in Markdown."""
    if row["basis"] == "participation":
        return "You took part to the end. Nobody graded it."
    shows = "\n".join(f"- {words.strip()}" for words in row["shows"].split(";") if words.strip())
    return f"To earn this, you show that you can:\n\n{shows}"
