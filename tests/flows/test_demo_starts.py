"""From a clean copy of the tree: one command brings the portal up, twice, and takes it down again."""

import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from deploy import processes, stack

ROOT = Path(__file__).resolve().parents[2]
GIVEN = ("DATABASE_URL", "REDIS_URL", "REDIS_DB", "REGISTRY_ENV", "DJANGO_SETTINGS_MODULE", "PYTHONPATH")
START_SECONDS = 400


@pytest.fixture
def tree(tmp_path):
    """A copy of what is under version control, with the virtual environment of this one."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tree = tmp_path / "tree"
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    (tree / ".venv").symlink_to(ROOT / ".venv")
    yield tree
    stack.forget_postgres(tree / "var")


class Demo:
    """A `./run demo` and what it printed."""

    def __init__(self, tree: Path, *arguments: str) -> None:
        self.tree = tree
        self.output = tree.parent / f"output-{time.monotonic_ns()}"
        env = {name: value for name, value in os.environ.items() if name not in GIVEN}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                ["./run", "demo", *arguments],
                cwd=tree,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self) -> str:
        """Return what it printed, once it says that it runs or has ended."""
        until = time.monotonic() + START_SECONDS
        while "Ctrl-C stops" not in self.output.read_text() and self.process.poll() is None:
            assert time.monotonic() < until, self.output.read_text()
            time.sleep(0.2)
        return self.output.read_text()

    def stop(self) -> int:
        """Press Ctrl-C; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(90)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_the_demo_starts_joins_stops_and_keeps_its_data(tree):
    first = Demo(tree, "--port", str(stack.free_port()))
    said = first.wait()
    address = re.search(r"runs at  (http://localhost:\d+)", said)
    assert address, said
    pids = processes.Lock(tree / "var").read()["pids"]
    with urllib.request.urlopen(address[1] + "/readyz") as answer:
        assert answer.status == 200
    assert address[1] in Demo(tree).wait()
    assert Demo(tree, "--fresh").process.wait(60) == 1
    assert first.stop() == 0
    assert [name for name, (pid, born) in pids.items() if processes.birth(pid) == born] == []

    began = time.monotonic()
    again = Demo(tree)
    said = again.wait()
    assert address[1] in said
    assert "sample college" not in said
    assert time.monotonic() - began < 60
    again.process.kill()
    again.process.wait()

    third = Demo(tree)
    assert address[1] in third.wait()
    assert third.stop() == 0
