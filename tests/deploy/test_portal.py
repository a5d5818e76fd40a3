"""What `./run` decides: what to install, what to tell the processes, what to compile, which port."""

import importlib.machinery
import importlib.util
import socket
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from deploy import portal, stack

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The file `run` as a module, with an empty .venv."""
    loader = importlib.machinery.SourceFileLoader("run_file", str(ROOT / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_file", loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    monkeypatch.setattr(module, "STAMP", tmp_path / "lock.sha256")
    monkeypatch.setattr(module, "PYTHON", Path(sys.executable))
    return module


@pytest.fixture
def var(tmp_path, monkeypatch):
    monkeypatch.setattr(portal, "VAR", tmp_path)
    return tmp_path


def test_processes_keep_compiled_modules_outside_the_tree(run, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "elsewhere")
    run.keep_bytecode()
    said = [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)"]
    found = subprocess.run(said, capture_output=True, text=True).stdout.split()
    assert found == ["False", str(ROOT / "var" / "bytecode")]


class TestPrepare:
    @pytest.fixture
    def installed(self, run, monkeypatch):
        """The commands that would have been run to install."""
        commands = []

        def note(command, **options):
            commands.append(command)
            return subprocess.CompletedProcess(command, 0)

        monkeypatch.setattr(run.subprocess, "run", note)
        return commands

    def test_installs_a_lock_by_hash_and_once(self, run, installed):
        run.prepare("demo")
        assert "--require-hashes" in installed[-1]
        count = len([command for command in installed if "--require-hashes" in command])
        run.prepare("demo")
        assert len([command for command in installed if "--require-hashes" in command]) == count == 1

    def test_installs_the_larger_lock_after_the_smaller(self, run, installed):
        run.prepare("demo")
        run.prepare("test")
        assert installed[-1][-1].endswith("test.txt")

    def test_installs_nothing_for_the_demo_after_the_tests(self, run, installed):
        run.prepare("test")
        installed.clear()
        run.prepare("demo")
        assert not [command for command in installed if "--require-hashes" in command]

    def test_installs_again_when_the_lock_changed(self, run, installed):
        run.STAMP.write_text("0" * 64)
        run.prepare("demo")
        assert "--require-hashes" in installed[-1]

    def test_refuses_a_python_that_is_too_old(self, run, monkeypatch):
        monkeypatch.setattr(run.sys, "version_info", (3, 9, 1))
        monkeypatch.setattr(run.shutil, "which", lambda name: None)
        with pytest.raises(SystemExit, match="Python 3.11"):
            run.interpreter()

    def test_names_its_verbs(self, run, capsys):
        assert run.main(["nonsense"]) == 2
        assert "./run demo" in capsys.readouterr().out


class TestEnvironment:
    def test_is_a_demo_with_secrets_that_stay(self, var, monkeypatch):
        for name in ("SECRET_KEY", "KEY_ENCRYPTION_KEYS", "REGISTRY_ENV"):
            monkeypatch.delenv(name, raising=False)
        first = portal.environment({"REDIS_URL": "redis://here"}, process="web")
        assert first["DEMO"] == "1"
        assert first["REDIS_URL"] == "redis://here"
        assert len(first["SECRET_KEY"]) >= 50
        assert portal.environment({}, process="web")["SECRET_KEY"] == first["SECRET_KEY"]
        assert (var / "secrets.json").stat().st_mode & 0o077 == 0


class TestCompileTranslations:
    def test_writes_what_is_newer_and_only_that(self, tmp_path):
        folder = tmp_path / "locale" / "es" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        catalog = polib.POFile()
        catalog.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
        catalog.append(polib.POEntry(msgid="Catalog", msgstr="Catálogo"))
        catalog.save(str(folder / "django.po"))
        assert portal.compile_translations(tmp_path) == 1
        assert polib.mofile(str(folder / "django.mo"))[0].msgstr == "Catálogo"
        assert portal.compile_translations(tmp_path) == 0

    def test_takes_a_tree_without_any(self, tmp_path):
        assert portal.compile_translations(tmp_path) == 0


class TestPort:
    def test_stays_the_same_from_run_to_run(self, var):
        free = stack.free_port()
        assert portal._port(free) == free
        assert portal._port(None) == free

    def test_refuses_one_that_is_in_use(self, var):
        with (
            socket.create_server(("127.0.0.1", 0)) as taken,
            pytest.raises(stack.StackError, match="in use"),
        ):
            portal._port(taken.getsockname()[1])

    def test_takes_another_when_the_last_one_is_in_use(self, var):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            (var / "port").write_text(str(taken.getsockname()[1]))
            assert portal._port(None) != taken.getsockname()[1]


class TestForget:
    def test_never_removes_a_database_that_was_given(self, var, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgres://somebody@elsewhere/theirs")
        (var / "kept").touch()
        with pytest.raises(stack.StackError):
            portal._forget()
        assert (var / "kept").exists()
