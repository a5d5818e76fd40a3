"""The servers behind the tests: those the environment names, or our own stack, started once a session."""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from deploy import stack

ROOT = Path(__file__).resolve().parents[2]
NAME = os.environ.get("TEST_DB", "test_portal")
_started: list[stack.Server] = []


def use() -> None:
    """Set DATABASE_URL and REDIS_URL for this process and its children; start what is not given.

    A worker of xdist inherits the addresses of its controller and takes a Redis database of its own.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    home = Path(tempfile.gettempdir()) / f"credential-registry-tests-{os.getpid()}"
    if not os.environ.get("DATABASE_URL"):
        _started.append(stack.start_postgres(home, durable=False))
        os.environ["DATABASE_URL"] = _started[-1].url
    if not os.environ.get("REDIS_URL"):
        _started.append(stack.start_valkey(home, durable=False))
        os.environ["REDIS_URL"] = _started[-1].url
    if not worker:
        os.environ.setdefault(
            "REDIS_DB", str(1 + zlib.crc32(NAME.encode()) % 10 if "TEST_DB" in os.environ else 1)
        )
    number = int(os.environ["REDIS_DB"]) + int(worker.removeprefix("gw") or 0)
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
    redis.from_url(os.environ["REDIS_URL"]).flushdb()


def stop() -> None:
    """Stop the servers that `use` started and remove their data."""
    homes = {server.log.parent.parent for server in _started}
    for server in _started:
        server.stop()
    for home in homes:
        shutil.rmtree(home, ignore_errors=True)
    _started.clear()


def forget_cache() -> None:
    """Delete what Django cached. Its own clear() would empty the broker too, which shares the database."""
    server = _redis(os.environ["REDIS_URL"])
    if keys := list(server.scan_iter(match=":*", count=1000)):
        server.delete(*keys)


@functools.cache
def _redis(url: str) -> redis.Redis:
    """Return one connection for all tests of this process."""
    return redis.from_url(url)


def versions() -> str:
    """Return which servers answer, with version and port, for the head of a test report."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        postgres = connection.info.parameter_status("server_version")
    said = redis.from_url(os.environ["REDIS_URL"]).info("server")
    name = said.get("server_name", "redis")
    version = said.get(f"{name}_version", said["redis_version"])
    ports = [urlsplit(os.environ[key]).port for key in ("DATABASE_URL", "REDIS_URL")]
    return f"servers: PostgreSQL {postgres} on port {ports[0]}, {name} {version} on port {ports[1]}"


def template() -> str:
    """Return a database with every migration applied, made once for these migrations and then copied.

    To migrate from nothing takes as long as a hundred tests; to copy takes a fraction of a second.
    """
    name = f"template_{_migrations_digest()}"
    address = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(address._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute("select pg_advisory_lock(hashtext(%s))", [name])
        if not server.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            _drop_old_copies(server)
            server.execute(f"create database {name}_new")
            env = {**os.environ, "DATABASE_URL": address._replace(path=f"/{name}_new").geturl()}
            command = [sys.executable, "manage.py", "migrate", "--noinput", "-v0"]
            done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
            if done.returncode:
                server.execute(f"drop database {name}_new")
                raise RuntimeError(f"the migrations do not run:\n{done.stderr[-3000:]}")
            server.execute(f"alter database {name}_new rename to {name}")
    return name


def _drop_old_copies(server: psycopg.Connection) -> None:
    """Remove what earlier states of the migrations left; nobody else copies from them on this server."""
    found = server.execute("select datname from pg_database where datname like 'template\\_%'").fetchall()
    for (one,) in found:
        server.execute(f"drop database if exists {one}")


def _migrations_digest() -> str:
    """Return what changes whenever a migration of ours, or of a locked package, does."""
    digest = hashlib.sha256((ROOT / "requirements" / "test.txt").read_bytes())
    for path in sorted(ROOT.glob("*/*/migrations/*.py")):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]
