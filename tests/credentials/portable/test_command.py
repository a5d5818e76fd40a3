"""The exit code of verify.pyz for words that it does not know."""

from datetime import UTC, datetime

import pytest

from credentials.portable.command import main

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class TestWords:
    def run(self, folder, *words):
        """Return the exit code of a run."""
        try:
            return main(words, folder=folder, now=NOW)
        except SystemExit as end:
            return end.code

    @pytest.mark.parametrize("words", [[], ["good.json", "--nonsense"], ["good.json", "--at"]])
    def test_that_are_not_known_say_nothing_of_a_credential(self, tmp_path, capsys, words):
        assert self.run(tmp_path, *words) == 64
        assert "verify" in capsys.readouterr().err

    def test_of_help_are_no_wrong_use(self, tmp_path, capsys):
        assert not self.run(tmp_path, "--help")
        assert "64 if a word" in " ".join(capsys.readouterr().out.split())
