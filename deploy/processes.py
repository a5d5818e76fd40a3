"""Keep a set of child processes running: start, watch, start again, end in order.

One set per folder: `var/portal.lock` is held while it runs, `var/portal.json` names the processes, so that
what a crash left behind is ended by its process id, never by name.
"""

import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

from deploy import stack

LONGEST_PAUSE = 30.0
LOG_BYTES = 20_000_000


@dataclass
class Child:
    """One process of the set: how to start it, and what we know of the running one."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals = signal.SIGTERM
    pause: float = 1.0
    started: float = field(default_factory=time.monotonic)
    due: float = 0.0


class Lock:
    """The claim on a folder: one set of processes at a time."""

    def __init__(self, home: Path) -> None:
        self.notes = home / "portal.json"
        self._path = home / "portal.lock"
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Claim the folder and end what a crash left behind; return False if a live set holds it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        left = [(name, pid, born) for name, (pid, born) in self.read().get("pids", {}).items()]
        for server in (False, True):
            _end_strangers([one for one in left if (one[0] in stack.STOP_SIGNALS) == server])
        self.notes.unlink(missing_ok=True)
        return True

    def read(self) -> dict[str, Any]:
        """Return the notes of the set that holds the folder, or of the last one that crashed."""
        try:
            return dict(json.loads(self.notes.read_text()))
        except (FileNotFoundError, ValueError):
            return {}

    def write(self, children: list[Child], facts: dict[str, str]) -> None:
        """Note who runs, for the next `./run`."""
        pids = {child.name: (child.process.pid, birth(child.process.pid)) for child in children}
        stack.write_secret(self.notes, json.dumps({**facts, "pids": pids}))


def start_servers(home: Path, children: list[Child], *, durable: bool = True) -> dict[str, str]:
    """Start the servers that the environment does not name, as children; return the addresses of both."""
    addresses = {key: os.environ[key] for key in ("DATABASE_URL", "REDIS_URL") if os.environ.get(key)}
    starters: dict[str, Callable[..., stack.Server]] = {
        "DATABASE_URL": stack.start_postgres,
        "REDIS_URL": stack.start_valkey,
    }
    for key, start in starters.items():
        if key not in addresses:
            again = partial(start, home, port=stack.free_port(), durable=durable)
            server = again()
            children.append(
                Child(server.name, _process(again), server.process, stack.STOP_SIGNALS[server.name])
            )
            addresses[key] = server.url
    return addresses


def _process(start: Callable[[], stack.Server]) -> Callable[[], subprocess.Popen[bytes]]:
    return lambda: start().process


def birth(pid: int) -> str:
    """Return what tells a process from a later one with the same number; empty if none runs."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return "" if state == "Z" else rest[18]
    except (FileNotFoundError, ProcessLookupError):
        pass
    if Path("/proc/self").exists():
        return ""
    said = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return said.stdout.strip()


def _end_strangers(strangers: list[tuple[str, int, str]]) -> None:
    """End processes that are not our children: ask all, wait, kill those that stay."""
    living = [one for one in strangers if birth(one[1]) == one[2]]
    for last, seconds in ((False, 15), (True, 5)):
        for name, pid, _ in living:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if last else stack.STOP_SIGNALS.get(name, signal.SIGTERM))
        until = time.monotonic() + seconds
        while living and time.monotonic() < until:
            time.sleep(0.1)
            living = [one for one in living if birth(one[1]) == one[2]]


def command(
    name: str, arguments: list[str], *, folder: Path, logs: Path, env: dict[str, str]
) -> Callable[[], Any]:
    """Return a function that starts one command with its output in `logs`, in a session of its own."""

    def start() -> subprocess.Popen[bytes]:
        log = logs / f"{name}.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            return subprocess.Popen(
                arguments,
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    return start


def revive(children: list[Child], *, now: float, say: Callable[[str], None]) -> bool:
    """Start again what has died, with growing pauses; return whether anything was started.

    What a dead one left of its group ends first: the pool of a killed worker must not work beside the new
    one. A server that does not come back yet (PostgreSQL still clearing up) is tried again.
    """
    changed = False
    for child in children:
        code = child.process.poll()
        if code is None:
            continue
        if not child.due:
            _end_group(child)
            if now - child.started > 60:
                child.pause = 1.0
            say(f"{child.name} ended with {code}; starting it again")
            _wait_longer(child, now)
        elif now >= child.due:
            try:
                child.process, child.started, child.due = child.start(), now, 0.0
                changed = True
            except stack.StackError as error:
                say(f"{child.name} does not start yet: {str(error).splitlines()[0]}")
                _wait_longer(child, now)
    return changed


def _wait_longer(child: Child, now: float) -> None:
    child.due = now + child.pause
    child.pause = min(child.pause * 2, LONGEST_PAUSE)


def _end_group(child: Child) -> None:
    """Kill the rest of a dead child's group; a server's own processes notice its death by themselves."""
    if child.name not in stack.STOP_SIGNALS:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)


def end_all(children: list[Child]) -> None:
    """End the set: at once those that use the servers, then the servers, last started first."""
    servers = [child for child in children if child.name in stack.STOP_SIGNALS]
    others = [child for child in children if child not in servers]
    for child in reversed(others):
        if child.process.poll() is None:
            child.process.send_signal(child.stop_signal)
    for child in others:
        stack.reap(child.process)
    for child in reversed(servers):
        stack.end(child.process, child.stop_signal)
