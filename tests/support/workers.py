"""Real Celery workers and beat as subprocesses on the test database, each in a process group of its own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import redis

ROOT = Path(__file__).resolve().parents[2]
CELERY = [sys.executable, "-m", "celery", "-A", "registry"]
START_SECONDS = 60


@dataclass
class Group:
    """A worker or beat with its children. A test kills it as a crash would: all at once, without a word."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """Kill the whole group at this moment (SIGKILL)."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Let the running task end, then go; kill after 20 seconds."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        self.kill()


def start_worker(
    *, queues: str = "sign,default,verify", concurrency: int = 1, environment: dict[str, str] | None = None
) -> Group:
    """Start a worker on the test database and return once it takes tasks."""
    command = [*CELERY, "worker", "-Q", queues, "-c", str(concurrency), "-n", f"t{time.monotonic_ns()}@%h"]
    group = start("worker", [*command, "--without-gossip", "--without-mingle", "-l", "INFO"], environment)
    wait_until(lambda: _says(group, " ready."), START_SECONDS, f"worker did not start, see {group.log}")
    return group


def start_beat(*, environment: dict[str, str] | None = None) -> Group:
    """Start beat, with a schedule file of its own, and return once it runs."""
    folder = tempfile.mkdtemp(prefix="beat-")
    command = [*CELERY, "beat", "--pidfile=", f"--schedule={folder}/schedule", "-l", "INFO"]
    group = start("beat", command, environment)
    wait_until(lambda: _says(group, "Starting"), START_SECONDS, f"beat did not start, see {group.log}")
    return group


@contextmanager
def worker(**options: object) -> Iterator[Group]:
    """A worker for the length of a block, on an empty broker."""
    purge()
    group = start_worker(**options)  # type: ignore[arg-type]
    try:
        yield group
    finally:
        group.stop()


def purge() -> None:
    """Throw away the messages that earlier tests sent to nobody."""
    server = redis.from_url(os.environ["REDIS_URL"])
    for name in ("sign", "default", "verify", "unacked", "unacked_index"):
        server.delete(name)


def wait_until(
    holds: Callable[[], object], seconds: float = 60, said: str = "it did not come to hold"
) -> None:
    """Return as soon as `holds` is true; fail after so many seconds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, said
        time.sleep(0.1)


def start(name: str, command: list[str], environment: dict[str, str] | None) -> Group:
    """Start a process in a group of its own, its output in a log."""
    log = Path(tempfile.mkstemp(prefix=f"{name}-", suffix=".log")[1])
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**_environment(), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return Group(name, process, log)


def _says(group: Group, words: str) -> bool:
    assert group.process.poll() is None, f"{group.name} ended at once:\n{group.log.read_text()[-3000:]}"
    return words in group.log.read_text(errors="replace")


def _environment() -> dict[str, str]:
    """Return the environment of this test process, with the test database and the settings a test changed."""
    from django.conf import settings
    from django.db import connection

    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    told = {
        "DATABASE_URL": address.geturl(),
        "REGISTRY_PROCESS": "worker",
        "PYTHONPATH": str(ROOT),
        "KEY_ENCRYPTION_KEYS": ",".join(settings.KEY_ENCRYPTION_KEYS),
        "PORTAL_ORIGIN": settings.PORTAL_ORIGIN,
        "REVOCATION_JOURNAL": str(settings.REVOCATION_JOURNAL),
        "SWEEP_SECONDS": "2",
    }
    return {**os.environ, **told}
