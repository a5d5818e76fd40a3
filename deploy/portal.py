"""`./run demo` and `./run manage`: the portal with a sample college, everything it keeps in var/."""

import argparse
import base64
import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from deploy import processes, stack

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOGS = VAR / "log"
T = TypeVar("T")
READY_SECONDS = 90
CELERY = [sys.executable, "-m", "celery", "-A", "registry"]
QUIET = ["--without-gossip", "--without-mingle", "--max-memory-per-child=400000", "-l", "INFO"]


def demo(arguments: list[str]) -> int:
    """Run the portal until Ctrl-C; a second one says where the first runs."""
    parser = argparse.ArgumentParser(prog="./run demo")
    parser.add_argument("--fresh", action="store_true", help="remove the data of the demo first")
    parser.add_argument("--port", type=int, help="the port of the address (else the last one, else 8000)")
    options = parser.parse_args(arguments)
    lock = processes.Lock(VAR)
    if not lock.take():
        return _already(lock, fresh=options.fresh)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    children: list[processes.Child] = []
    try:
        if options.fresh:
            _forget()
        _run(lock, children, options.port)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    except (stack.StackError, subprocess.CalledProcessError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        processes.end_all(children)
        lock.notes.unlink(missing_ok=True)
    return 0


def manage(arguments: list[str]) -> int:
    """Run one Django command on the demo's data, starting the servers for its length if they do not run."""
    with servers() as addresses:
        env = environment(addresses, process="worker")
        return subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=env).returncode


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Give the addresses of the demo's servers: given, running, or started for as long as this lasts."""
    lock = processes.Lock(VAR)
    if not lock.take():
        notes = lock.read()
        yield {key: notes[key] for key in ("DATABASE_URL", "REDIS_URL", "PORTAL_ORIGIN") if key in notes}
        return
    children: list[processes.Child] = []
    try:
        yield processes.start_servers(VAR, children)
    finally:
        processes.end_all(children)


def _run(lock: processes.Lock, children: list[processes.Child], asked: int | None) -> None:
    LOGS.mkdir(parents=True, exist_ok=True)
    (VAR / "static").mkdir(exist_ok=True)
    addresses = _step("PostgreSQL and Valkey", lambda: processes.start_servers(VAR, children))
    port = _port(asked)
    addresses["PORTAL_ORIGIN"] = f"http://localhost:{port}"
    lock.write(children, addresses)
    setup = environment(addresses, process="worker")
    _step("database tables", lambda: _manage(setup, "migrate", "--noinput", "-v0"))
    _step("translations", compile_translations)
    _seed(setup, addresses)
    for name, arguments, kind in _portal(port):
        env = environment(addresses, process=kind) | {"BIND": f"127.0.0.1:{port}"}
        start = processes.command(name, arguments, folder=ROOT, logs=LOGS, env=env)
        children.append(processes.Child(name, start, start()))
    lock.write(children, addresses)
    _step("web and workers", lambda: _wait_ready(addresses["PORTAL_ORIGIN"], children))
    _announce(addresses["PORTAL_ORIGIN"], setup)
    while True:
        time.sleep(0.5)
        if processes.revive(children, now=time.monotonic(), say=lambda line: print(line, flush=True)):
            lock.write(children, addresses)


def _portal(port: int) -> list[tuple[str, list[str], str]]:
    """Return the processes of the portal: name, command, kind."""
    beat = ["beat", f"--schedule={VAR / 'beat-schedule'}", "--pidfile=", "-l", "INFO"]
    return [
        ("web", [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"], "web"),
        ("worker", [*CELERY, "worker", "-n", "main@%h", "-Q", "sign,default", "-c", "2", *QUIET], "worker"),
        ("verify", [*CELERY, "worker", "-n", "verify@%h", "-Q", "verify", "-c", "1", *QUIET], "worker"),
        ("beat", [*CELERY, *beat], "beat"),
    ]


def environment(addresses: dict[str, str], *, process: str) -> dict[str, str]:
    """Return the environment of a process of the demo. DEMO=1 is set here and nowhere else."""
    kept = VAR / "secrets.json"
    if not kept.exists():
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        stack.write_secret(
            kept, json.dumps({"SECRET_KEY": secrets.token_urlsafe(50), "KEY_ENCRYPTION_KEYS": key})
        )
    own = {
        "REGISTRY_ENV": "development",
        "DEMO": "1",
        "REVOCATION_JOURNAL": str(VAR / "revocations.jsonl"),
        "SWEEP_SECONDS": "15",
        **json.loads(kept.read_text()),
    }
    fixed = {"REGISTRY_PROCESS": process, "PYTHONUNBUFFERED": "1", **addresses}
    return {**own, **os.environ, **fixed}


def compile_translations(root: Path = ROOT) -> int:
    """Write the .mo file beside each .po file that is newer; return how many were written."""
    import polib

    written = 0
    for source in sorted(root.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            written += 1
    return written


def _seed(env: dict[str, str], addresses: dict[str, str]) -> None:
    """Fill a new database with the sample college. A seed that was cut off continues at the next start."""
    given = os.environ.get("DATABASE_URL", "")
    stamp = VAR / f"seeded{'-' + hashlib.sha256(given.encode()).hexdigest()[:12] if given else ''}"
    if not stamp.exists():
        _step("sample college", lambda: _manage(env, "seed_demo"))
        stamp.touch()


def _manage(env: dict[str, str], *arguments: str) -> None:
    """Run a Django command of the set-up, its output in the log; show the end of it if it fails."""
    log = LOGS / "setup.log"
    with log.open("ab") as output:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, stdout=output, stderr=output
        )
    if done.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise stack.StackError(f"manage.py {arguments[0]} failed. The last lines of {log}:\n{tail}")


def _step(name: str, work: Callable[[], T]) -> T:
    began = time.monotonic()
    print(f"  {name} … ", end="", flush=True)
    result = work()
    print(f"{time.monotonic() - began:.1f} s", flush=True)
    return result


def _port(asked: int | None) -> int:
    """Return the port of the address: asked for, used last time, 8000, or any that is free."""
    note = VAR / "port"
    last = int(note.read_text()) if note.exists() else 8000
    if asked and stack.listens(asked):
        raise stack.StackError(f"Port {asked} is in use. Choose another with --port.")
    port = asked or (stack.free_port() if stack.listens(last) else last)
    note.write_text(str(port))
    return port


def _wait_ready(origin: str, children: list[processes.Child]) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        for child in children:
            if child.process.poll() is not None:
                raise stack.StackError(f"{child.name} ended at once. Its log: {LOGS / child.name}.log")
        try:
            with urllib.request.urlopen(f"{origin}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    print("(not all ready yet; see the logs) ", end="")


def _announce(origin: str, env: dict[str, str]) -> None:
    """Print the address, a sign-in for each role, and where the logs are."""
    said = subprocess.run(
        [sys.executable, "manage.py", "demo_accounts"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    print(f"\nCredential Registry runs at  {origin}\n")
    print(said.stdout.rstrip() or said.stderr.strip()[-500:])
    print(f"\nLogs: {LOGS}\nCtrl-C stops everything; the data stays.", flush=True)


def _already(lock: processes.Lock, *, fresh: bool) -> int:
    """Say where the running portal is; refuse to remove data under it."""
    origin = lock.read().get("PORTAL_ORIGIN", "")
    if fresh:
        print(
            f"The portal runs already {origin}. Stop it first (Ctrl-C there), then ./run demo --fresh.",
            file=sys.stderr,
        )
        return 1
    print(f"The portal runs already at  {origin}" if origin else "Another ./run is at work in this folder.")
    return 0


def _forget() -> None:
    """Remove the demo's data. A database that the environment names is not ours to remove."""
    if os.environ.get("DATABASE_URL"):
        raise stack.StackError(
            "--fresh removes only the database in var/. Unset DATABASE_URL, or empty yours."
        )
    stack.forget_postgres(VAR)
    for path in VAR.iterdir() if VAR.exists() else ():
        if path.name in ("pgsql", "portal.lock"):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
