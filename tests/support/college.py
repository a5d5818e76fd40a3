"""The sample college as a running portal: seeded once for this state of the code, then copied.

It has a database of its own, gunicorn as the deployment runs it, one real worker and beat.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis

from deploy import stack
from tests.support import servers, workers

ROOT = servers.ROOT
KEY = "c2FtcGxlLWNvbGxlZ2Uta2V5LWZvci10ZXN0cy1vbmw="  # 32 bytes that protect nothing
SOURCES = ("registry", "learners", "credentials", "skills", "institution")
KEPT = ("*.py", "*.csv", "*.json", "*.typ")


@dataclass
class College:
    """A running portal with the sample college. `rows` and `value` ask its database."""

    origin: str
    environment: dict[str, str]
    processes: list[workers.Group] = field(default_factory=list)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            return connection.execute(query.encode(), values or None).fetchall()

    def value(self, query: str, *values: Any) -> Any:
        """Return the first value of the first row."""
        found = self.rows(query, *values)
        assert found, f"the sample college has nothing for: {query} {values}"
        return found[0][0]


@contextmanager
def running(name: str) -> Iterator[College]:
    """Run the portal on a copy of the sample college until the block ends."""
    with copied(name) as environment:
        college = College(environment["PORTAL_ORIGIN"], environment)
        try:
            college.processes.append(workers.start_worker(environment=environment))
            college.processes.append(workers.start_beat(environment=environment))
            web = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"]
            college.processes.append(
                workers.start("web", web, environment | {"REGISTRY_PROCESS": "web", "WEB_THREADS": "8"})
            )
            workers.wait_until(lambda: _answers(college.origin), 60, "the portal did not get ready")
            yield college
        finally:
            for group in reversed(college.processes):
                group.stop()


@contextmanager
def copied(name: str) -> Iterator[dict[str, str]]:
    """Give the environment of a fresh copy of the sample college; drop the copy in the end."""
    home = Path(tempfile.mkdtemp(prefix="college-"))
    address = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(address._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute(f"drop database if exists {name} with (force)".encode())
        server.execute("select pg_advisory_lock(hashtext('sample college'))")  # nobody drops it meanwhile
        server.execute(f"create database {name} template {_template(server)}".encode())
        server.execute("select pg_advisory_unlock(hashtext('sample college'))")
        environment = _environment(name, home)
        redis.from_url(environment["REDIS_URL"]).flushdb()
        yield environment
        server.execute(f"drop database if exists {name} with (force)".encode())
    shutil.rmtree(home, ignore_errors=True)


def _environment(name: str, home: Path) -> dict[str, str]:
    """Return the environment of the portal's processes: the demo on a free port."""
    port = stack.free_port()
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return {
        **os.environ,
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl(),
        "REDIS_URL": urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{15 - worker}").geturl(),
        "REGISTRY_ENV": "test",
        "REGISTRY_PROCESS": "worker",
        "DEMO": "1",
        "PORTAL_ORIGIN": f"http://localhost:{port}",
        "BIND": f"127.0.0.1:{port}",
        "KEY_ENCRYPTION_KEYS": KEY,
        "REVOCATION_JOURNAL": str(home / "revocations.jsonl"),
        "SWEEP_SECONDS": "2",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }


def seed(environment: dict[str, str]) -> None:
    """Lay the sample college, as `./run demo` does."""
    command = [sys.executable, "manage.py", "seed_demo"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"the seed does not run:\n{done.stderr[-3000:]}"


def _template(server: psycopg.Connection[Any]) -> str:
    """Return a database with the sample college, laid once for this code and day."""
    name = f"college_{_digest()}"
    if not server.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
        old = server.execute("select datname from pg_database where datname like 'college\\_%'").fetchall()
        for (one,) in old:
            server.execute(f"drop database if exists {one}".encode())
        server.execute(f"create database {name}_new template {servers.template()}".encode())
        with tempfile.TemporaryDirectory() as home:
            seed(_environment(f"{name}_new", Path(home)))
        server.execute(f"alter database {name}_new rename to {name}".encode())
    return name


def _digest() -> str:
    """Return what changes whenever the code, the sample data or the day does."""
    digest = hashlib.sha256(datetime.now(UTC).date().isoformat().encode())
    for pattern in KEPT:
        for package in SOURCES:
            for path in sorted((ROOT / package).rglob(pattern)):
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _answers(origin: str) -> bool:
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{origin}/readyz", timeout=5):
        return True
    return False
