from datetime import UTC, datetime

import pytest

from credentials.catalog.services import create_offering
from institution.accounts.services import person_leaves, work_held_by
from institution.errors import NotAllowed
from institution.events.models import Event
from tests.credentials.issuing.samples import lay_issuer, make_draft, people

NOW = datetime(2026, 5, 21, 12, tzinfo=UTC)


@pytest.fixture
def draft(college):
    content = {"title": "Wound care", "kind": "credit"}
    return create_offering(college.nursing, "NURS-9", content=content, actor=college.faculty, now=NOW)


@pytest.fixture
def batch(college, settings, tmp_path):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    return make_draft(lay_issuer(college), people(2))


class TestSomebodyLeaves:
    def test_open_drafts_move_to_the_heir(self, college, draft):
        assert [items[0].label for _name, items in work_held_by(college.faculty)] == ["Wound care"]
        person_leaves(
            college.faculty, heir=college.dean, unit=college.main, actor=college.administrator, now=NOW
        )
        assert draft.versions.get().created_by == college.dean
        assert Event.objects.get(kind="offerings.handed_over").data == {"count": 1}
        assert work_held_by(college.faculty) == []

    def test_unconfirmed_batches_move_to_the_heir(self, college, batch):
        assert work_held_by(college.registrar)
        person_leaves(
            college.registrar, heir=college.dean, unit=college.main, actor=college.administrator, now=NOW
        )
        batch.refresh_from_db()
        assert batch.created_by == college.dean

    def test_a_neighbor_moves_nothing(self, college, draft):
        with pytest.raises(NotAllowed):
            person_leaves(
                college.faculty, heir=college.neighbor, unit=college.main, actor=college.neighbor, now=NOW
            )
        assert draft.versions.get().created_by == college.faculty
