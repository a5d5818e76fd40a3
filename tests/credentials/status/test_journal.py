"""The journal of revocations: a crash in the middle of a line costs that line alone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from credentials.status import journal

NOW = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)


@pytest.fixture
def path(settings, tmp_path) -> Path:
    settings.REVOCATION_JOURNAL = str(tmp_path / "other-disk" / "revocations.jsonl")
    return Path(settings.REVOCATION_JOURNAL)


def entry(index: int) -> journal.Entry:
    return journal.Entry("abc", 1, index, NOW)


class TestAppend:
    def test_what_follows_a_cut_off_line_is_read(self, path):
        journal.append([entry(5)])
        with path.open("a") as file:
            file.write('["abc", 1, 6, "2026-')
        journal.append([entry(6), entry(7)])
        assert list(journal.read()) == [entry(5), entry(6), entry(7)]

    def test_leaves_no_empty_lines(self, path):
        journal.append([entry(1)])
        journal.append([entry(2)])
        assert path.read_text().count("\n") == 2

    def test_is_read_by_its_owner_alone(self, path):
        journal.append([entry(1)])
        assert path.stat().st_mode & 0o077 == 0
