"""`./run test`: where its servers keep their data, and that no gate fails unheard."""

import subprocess
import sys

from deploy import gates


class TestHome:
    def test_is_kept_for_the_next_run_and_lent_to_one_at_a_time(self, tmp_path, monkeypatch):
        monkeypatch.setattr(gates, "VAR", tmp_path)
        with gates._home() as (first, _):
            with gates._home() as (second, _):
                assert first == tmp_path / "test"
                assert second != first
            assert not second.exists()
        assert first.exists()


class TestGate:
    def test_says_what_the_command_said_and_whether_it_failed(self):
        command = [sys.executable, "-c", "import os, sys; print(os.environ['WORD']); sys.exit(3)"]
        name, said, _seconds, failed = gates._gate("one", command, {"WORD": "heard"})
        assert (name, said, failed) == ("one", "heard\n", 1)


def test_every_measurement_finds_what_it_imports():
    names = [path.stem for path in (gates.ROOT / "benchmarks").glob("[!_]*.py")]
    assert len(names) > 4
    said = "; ".join(f"import benchmarks.{name}" for name in names)
    done = subprocess.run([sys.executable, "-c", said], cwd=gates.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
