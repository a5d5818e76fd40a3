"""The smallest valid offerings, drafted, submitted and approved by calling the services."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from PIL import Image

from credentials.catalog import services
from credentials.catalog.models import AchievementVersion, Offering, OfferingVersion
from institution.accounts.models import OrgUnit
from skills.frameworks.models import Framework, Skill

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
CONTENT: dict[str, Any] = {
    "title": "Clinical Skills II",
    "description": "Take vital signs and care for people in hospital beds.",
    "kind": "credit",
    "achievement_type": "Course",
    "criteria": "Pass the **skills check** with a nurse present.",
    "basis": "assessed",
    "credits": "5",
    "credit_unit": "quarter",
}


def make_draft(
    college: SimpleNamespace, code: str = "NURS-120", unit: OrgUnit | None = None, **content: Any
) -> OfferingVersion:
    """Create an offering in the nursing department by its faculty; return its first draft."""
    offering = services.create_offering(
        unit or college.nursing, code, content=CONTENT | content, actor=college.faculty, now=NOW
    )
    return offering.versions.get()


def make_submitted(college: SimpleNamespace, code: str = "NURS-120", **rest: Any) -> OfferingVersion:
    version = make_draft(college, code, **rest)
    return services.submit_offering(version, actor=college.faculty, now=NOW)


def make_approved(
    college: SimpleNamespace, code: str = "NURS-120", *, effective_on: date | None = None, **rest: Any
) -> Offering:
    """Create an offering with an approved first version."""
    version = make_submitted(college, code, **rest)
    services.approve_offering(version, actor=college.dean, now=NOW, effective_on=effective_on)
    return Offering.objects.get(pk=version.offering_id)


def approve_next(
    college: SimpleNamespace, offering: Offering, *, now: datetime, **content: Any
) -> OfferingVersion:
    """Draft, edit, submit and approve the next version of an offering."""
    draft = services.draft_offering(offering, actor=college.faculty, now=now)
    services.edit_version(draft, content=content, actor=college.faculty, now=now)
    services.submit_offering(draft, actor=college.faculty, now=now)
    return services.approve_offering(draft, actor=college.dean, now=now)


def achieved(version: OfferingVersion) -> AchievementVersion:
    return version.achievement_versions.get()


def make_skill(college: SimpleNamespace, name: str = "Take vital signs", **fields: Any) -> Skill:
    kind = fields.pop("kind", Framework.Kind.CASE)
    framework, _made = Framework.objects.get_or_create(
        source_id=f"framework-{kind}",
        defaults={"kind": kind, "title": "Nursing skills", "org_unit": college.main, "created_at": NOW},
    )
    key = name.lower().replace(" ", "-")
    defaults = {
        "source_id": key,
        "uri": f"https://skills.example/{key}",
        "code": "",
        "statement": name,
        "search_text": f"{name} {fields.get('code', '')}".lower(),
    }
    return Skill.objects.create(framework=framework, name=name, **(defaults | fields))


def png(side: int = 120, color: str = "teal", **info: Any) -> bytes:
    """Return a square picture."""
    out = BytesIO()
    Image.new("RGB", (side, side), color).save(out, "PNG", **info)
    return out.getvalue()
