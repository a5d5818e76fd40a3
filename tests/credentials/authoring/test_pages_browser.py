"""The pages of the catalogue in a browser: reachable for all, as wide as the window, quiet in the console."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse

from credentials.catalog import services
from credentials.catalog.models import Offering
from institution.accounts.models import User
from skills.frameworks.models import Framework
from tests.credentials.catalog.factory import LATER, NOW, make_approved, make_draft, make_skill, png
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import lay_college

pytestmark = pytest.mark.django_db(transaction=True)
LONG = (
    "Introduction to Advanced Manufacturing Technologies: Computer-Aided Design, Robotics, Additive "
    "Manufacturing and Quality Assurance for Incumbent Workers in Aerospace (with Laboratory), Part II"
)
RUBRIC = [
    {
        "name": "Skills check",
        "result_type": "RubricCriterionLevel",
        "required_level": "level-2",
        "levels": [
            {"id": "level-1", "name": "Not yet", "points": "0", "description": "Needs help with most steps."},
            {
                "id": "level-2",
                "name": "Able",
                "points": "1",
                "description": "Does each step alone and safely.",
            },
            {"id": "level-3", "name": "Teaches others", "points": "2", "description": "Explains every step."},
        ],
    },
    {"name": "Written test", "result_type": "Percent", "value_min": "0", "value_max": "100"},
]
CRITERIA = """You show a nurse that you can care for one person in a hospital bed.

- Take **vital signs** three times, alone
- Move a person from bed to chair without a fall
- Write a note that the next shift can act on
"""


FULL = {
    "duration": "P10W",
    "cost": "1250",
    "modality": "hybrid",
    "level": "Lower division",
    "cip_code": "51.3801",
    "prerequisites": "NURS-110 or consent of the instructor",
    "assessed_by_role": "Clinical instructor",
    "criteria": CRITERIA,
    "result_descriptions": RUBRIC,
    "tags": ["nursing", "bedside"],
}
SPANISH = {
    "title": "Mentoría entre pares",
    "description": "Acompaña a otro estudiante durante un semestre.",
    "kind": "cocurricular",
    "language": "es",
    "basis": "participation",
    "achievement_type": "CoCurricular",
    "credits": None,
}
DEAN = "Bartholomew Featherstonehaugh-Cholmondeley de la Vega y Santiago III"
SKILLS = [
    "Take vital signs",
    "Move people safely from bed to chair",
    "Write a shift note",
    "Keep infection away",
]


def lay_people() -> SimpleNamespace:
    """A college whose writer has an Arabic name, and whose dean has a very long one."""
    college = lay_college()
    User.objects.filter(pk=college.faculty.pk).update(name="نور الهدى عبد الرحمن المنصوري")
    User.objects.filter(pk=college.dean.pk).update(name=DEAN)
    college.faculty.refresh_from_db()
    college.dean.refresh_from_db()
    return college


def lay_returned(college: SimpleNamespace) -> Offering:
    """An offering that came back with comments."""
    version = make_draft(college, "CUL-1", title="Knife skills", **FULL)
    services.submit_offering(version, actor=college.faculty, now=NOW)
    comments = {"criteria": "Name the cuts, and how many minutes each may take.", "skills": "Two at least."}
    services.return_offering(
        version,
        rationale="The criteria do not say what a learner cuts.",
        comments=comments,
        actor=college.dean,
        now=NOW,
    )
    return version.offering


@pytest.fixture
def scene() -> SimpleNamespace:
    """Offerings in every state, with the longest title and names from several languages."""
    college = lay_people()
    skills = [make_skill(college, name, code=f"N.{n}").pk for n, name in enumerate(SKILLS)]
    make_skill(college, "Read vital signs from a monitor", kind=Framework.Kind.RSD)
    onward = make_approved(college, "NURS-130", title="Clinical Skills III")
    offering = make_approved(college, skills=skills[:3], leads_to=[onward.pk], image=png(200), **FULL)
    make_approved(
        college, "WELD-109", unit=college.welding, title=LONG, kind="noncredit", cost="0", skills=skills[:1]
    )
    make_approved(college, "TUT-1", **SPANISH)
    thin = make_draft(college, "ART-101", title="Drawing from life", criteria="", basis="", description="")
    draft = services.draft_offering(offering, actor=college.faculty, now=LATER)
    changed = {
        "title": "Clinical Skills II: care at the bedside",
        "criteria": CRITERIA.replace("three times", "five times, on five people"),
        "skills": skills,
        "cost": "1180",
    }
    services.edit_version(draft, content=changed, actor=college.faculty, now=LATER)
    fresh = make_draft(college, "LEAD-9", title=LONG)
    for version in (draft, fresh):
        services.submit_offering(version, actor=college.faculty, now=LATER)
    return SimpleNamespace(
        college=college,
        offering=offering,
        thin=thin.offering,
        returned=lay_returned(college),
        waiting=[draft, fresh],
    )


def pages_of(scene: SimpleNamespace) -> list[tuple[str, str | None, str]]:
    """Return (name, who, address) of every page."""
    at = lambda name, *rest: reverse(f"catalog:{name}", args=rest)  # noqa: E731
    several = "?" + "&".join(f"version={version.pk}" for version in scene.waiting)
    part = scene.offering.achievements.get()
    return [
        ("list", "faculty", at("list")),
        ("list-empty", "faculty", at("list") + "?q=zzz"),
        ("create", "faculty", at("create")),
        ("detail", "faculty", at("detail", scene.offering.pk)),
        ("detail-returned", "faculty", at("detail", scene.returned.pk)),
        ("edit-returned", "faculty", at("edit", scene.returned.pk)),
        ("edit-thin", "faculty", at("edit", scene.thin.pk) + "?check=1"),
        ("preview-students", "faculty", at("preview", scene.offering.pk, "students")),
        ("preview-employers", "faculty", at("preview", scene.offering.pk, "employers")),
        ("approvals", "dean", at("approvals")),
        ("review", "dean", at("review", scene.offering.pk)),
        ("review-new", "dean", at("review", scene.waiting[1].offering_id)),
        ("several", "dean", at("approve_several") + several),
        ("retire", "dean", at("retire", scene.returned.pk)),
        ("catalogue", None, at("public_list")),
        ("catalogue-filtered", None, at("public_list") + "?q=clinical&kind=credit"),
        ("offering", None, at("public_detail", scene.offering.pk)),
        ("achievement", None, at("achievement", part.pk, 1)),
    ]


@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (DESKTOP, True)], ids=["phone", "desktop-dark"])
def test_every_page_is_whole(scene, visit, width, dark):
    screens = os.environ.get("PORTAL_SCREENS")
    visitors = {
        "faculty": visit(scene.college.faculty, width=width, dark=dark),
        "dean": visit(scene.college.dean, width=width, dark=dark),
        None: visit(width=width, dark=dark),
    }
    for name, who, address in pages_of(scene):
        visitor = visitors[who]
        visitor.open(address)
        if screens:
            path = Path(screens) / f"{name}-{width}{'-dark' if dark else ''}.png"
            visitor.page.screenshot(path=str(path), full_page=True)
        if not screens:
            visitor.check()
