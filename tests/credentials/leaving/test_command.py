"""What the command says when the kit is made."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from credentials.leaving import services


class TestExitKit:
    def test_counts_one_and_many(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
        made = {"credentials": 12_000, "issuers": 1, "status_lists": 1, "achievements": 0}
        monkeypatch.setattr(services, "make_kit", lambda place, now: made)
        out = io.StringIO()
        call_command("exit_kit", str(tmp_path), stdout=out)
        assert out.getvalue().strip() == (
            f"{tmp_path}: 12,000 credentials, 1 issuer, 1 status list, 0 achievements"
        )
