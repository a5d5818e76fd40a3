"""A college that can issue: an approved offering, a key, and completions as a registrar's file has them."""

from datetime import UTC, date, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from credentials.completions.columns import FIELDS, KIND, QUESTIONS
from credentials.issuing import services
from credentials.issuing.models import IssuanceBatch
from credentials.minting.documents import forget_frames
from institution.imports import mapping
from institution.imports import services as imports
from tests.credentials.catalog.factory import make_approved
from tests.credentials.keys.samples import make_key
from tests.support.laid import relaid

NOW = datetime(2026, 5, 20, 18, 30, 15, 250_000, tzinfo=UTC)
DAY = date(2026, 5, 14)
LEVELS = {
    "id": "skill",
    "name": "Skill level",
    "result_type": "RubricCriterionLevel",
    "levels": [{"id": "beginner", "name": "Beginner"}, {"id": "proficient", "name": "Proficient"}],
}
HEADER = "Student ID,Name,Email,Course,Date,Grade,Comment,Evidence\n"


def lay_issuer(college: SimpleNamespace, **kind: str) -> SimpleNamespace:
    """Give the college a key, of this kind, and two approved offerings of its departments."""
    forget_frames()
    depends = college.district.pk, tuple(settings.KEY_ENCRYPTION_KEYS), settings.ISSUER_ORIGIN
    lay = partial(_lay_issuer, college, **kind)
    vars(college).update(lay() if kind else relaid(lay, *depends))  # a token is empty in each test
    return college


def _lay_issuer(college: SimpleNamespace, **kind: str) -> dict[str, Any]:
    key = make_key(college, **kind)
    since = {"effective_on": date(2026, 3, 2)}
    clinical = make_approved(college, "NURS-120", result_descriptions=[LEVELS], **since)
    named = {"title": "Welding I", "unit": college.welding, "result_descriptions": []}
    weld = make_approved(college, "WELD-109", **since, **named)
    return {"key": key, "profile": key.profile, "clinical": clinical, "weld": weld}


def person(number: int = 1, **values: str) -> dict[str, str]:
    """Return one completion as fields."""
    return {
        "source_id": f"S{number:05}",
        "name": f"Learner {number}",
        "email": f"learner{number}@students.example",
        "code": "NURS-120",
        "awarded_on": DAY.isoformat(),
        "result": "Proficient",
    } | values


def people(count: int, **values: str) -> list[dict[str, str]]:
    return [person(number, **values) for number in range(1, count + 1)]


def make_draft(college: SimpleNamespace, rows: list[dict[str, str]] | None = None) -> IssuanceBatch:
    """Open a batch whose report can be read."""
    return services.batch_from_rows(
        college.main, people(3) if rows is None else rows, title="Spring", actor=college.registrar, now=NOW
    )


def sign(college: SimpleNamespace, batch: IssuanceBatch, *, now: datetime = NOW) -> IssuanceBatch:
    """Confirm a batch and sign all of it, as workers do."""
    services.confirm_batch(batch, actor=college.registrar, now=now)
    while services.sign_chunk(batch.pk, now=now) is not None:
        pass
    services.finish_batch(batch.pk, now=now)
    batch.refresh_from_db()
    return batch


def make_signed(
    college: SimpleNamespace, rows: list[dict[str, str]] | None = None, **clock: Any
) -> IssuanceBatch:
    return sign(college, make_draft(college, rows), **clock)


def make_released(
    college: SimpleNamespace, rows: list[dict[str, str]] | None = None, *, now: datetime = NOW
) -> IssuanceBatch:
    batch = make_signed(college, rows, now=now)
    return services.release_batch(batch, actor=college.registrar, now=now)


def upload_file(
    college: SimpleNamespace, text: str | bytes, *, name: str = "spring.csv", actor: Any = None
) -> Any:
    """Upload a file and confirm the columns as guessed."""
    data = text.encode() if isinstance(text, str) else text
    upload = imports.read_upload(
        SimpleUploadedFile(name, data),
        kind=KIND,
        org_unit=college.main,
        actor=actor or college.registrar,
        now=NOW,
        fields=FIELDS,
    )
    return imports.confirm_mapping(
        upload,
        mapping.guess(upload, FIELDS),
        {},
        fields=FIELDS,
        questions=QUESTIONS,
        actor=actor or college.registrar,
        now=NOW,
    )


def csv_of(rows: list[dict[str, str]]) -> str:
    names = ("source_id", "name", "email", "code", "awarded_on", "result", "narrative", "evidence_url")
    lines = [",".join(f'"{row.get(name, "")}"' for name in names) for row in rows]
    return HEADER + "\n".join(lines) + "\n"
