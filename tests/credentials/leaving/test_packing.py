"""The packed verifier, where something that it needs is missing."""

import subprocess
import sys

import pytest

from credentials.leaving.packing import pack_verifier


@pytest.fixture(scope="module")
def verifier(tmp_path_factory):
    target = tmp_path_factory.mktemp("kit") / "verify.pyz"
    pack_verifier(target)
    return target


class TestExitCode:
    def run(self, *words):
        """Return how a run ended."""
        return subprocess.run([sys.executable, *words], capture_output=True, text=True)

    def test_says_nothing_of_a_credential_without_cryptography(self, verifier):
        done = self.run("-I", "-S", str(verifier), "good.json")  # -S: what is installed is not found
        assert done.returncode == 64
        assert done.stderr.startswith("verify.pyz needs the Python package 'cryptography'")

    def test_says_nothing_of_a_credential_for_words_that_are_not_known(self, verifier):
        done = self.run(str(verifier), "--nonsense", "good.json")
        assert done.returncode == 64
        assert "usage: verify.pyz" in done.stderr
