"""The register of an exit kit: a file found by halving, never read whole."""

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from credentials.portable.register import FIELDS, Line, RegisterFile, write


def lines(count: int) -> list[Line]:
    digests = sorted(hashlib.sha256(str(number).encode()).hexdigest() for number in range(count))
    return [
        Line(digest, f"urn:uuid:{place}", "2026-05-18T14:30:05+00:00", "released")
        for place, digest in enumerate(digests)
    ]


def written(tmp_path: Path, rows: list[Line]) -> RegisterFile:
    path = tmp_path / "register.csv"
    with path.open("w", newline="") as file:
        assert write(file, iter(rows)) == len(rows)
    return RegisterFile(path)


class TestRegisterFile:
    @pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 500])
    def test_finds_every_line_and_no_other(self, tmp_path, count):
        rows = lines(count)
        register = written(tmp_path, rows)
        assert [register.find(row.sha256) for row in rows] == rows
        for other in ("0" * 64, "f" * 64, "7" * 64, "é" * 64, "", "x"):
            assert register.find(other) is None

    def test_reads_only_a_few_lines_of_many(self, tmp_path, monkeypatch):
        rows = lines(5_000)
        register = written(tmp_path, rows)
        read = []
        real = Path.open

        def counting(self, *how, **more):
            file = real(self, *how, **more)
            readline = file.readline

            class Counted:
                def __enter__(self):
                    return self

                def __exit__(self, *error):
                    file.close()

                def readline(self, size):
                    read.append(size)
                    return readline(size)

                def __getattr__(self, name):
                    return getattr(file, name)

            return Counted()

        monkeypatch.setattr(Path, "open", counting)
        assert register.find(rows[4_321].sha256) == rows[4_321]
        assert len(read) < 60

    def test_tells_the_checks_what_they_ask(self, tmp_path):
        row = Line(
            "a" * 64, "urn:uuid:1", "2026-05-18T14:30:05+00:00", "revoked", "2026-06-01", "It was, in error."
        )
        found = written(tmp_path, [row]).registered("a" * 64)
        assert found is not None
        assert found.signed_at == datetime(2026, 5, 18, 14, 30, 5, tzinfo=UTC)
        assert (found.replaced_on, found.reason) == ("2026-06-01", "It was, in error.")

    def test_knows_nothing_without_a_file(self, tmp_path):
        assert RegisterFile(tmp_path / "none").registered("a" * 64) is None


class TestWrite:
    def test_refuses_what_is_not_sorted(self):
        rows = lines(3)
        with pytest.raises(ValueError, match="not sorted"):
            write(io.StringIO(), reversed(rows))

    def test_begins_with_the_names_of_the_columns(self):
        target = io.StringIO()
        write(target, [])
        assert target.getvalue() == ",".join(FIELDS) + "\n"
