"""The servers that demo and tests run on: they start, keep what they hold, and come back after a crash."""

import os
import signal

import psycopg
import pytest
import redis

from deploy import stack


@pytest.fixture
def home(tmp_path):
    """A folder that the account of PostgreSQL may enter."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == tmp_path.owner() and folder.name.startswith(("pytest", "popen", "test_")):
            folder.chmod(0o755)
    yield tmp_path
    stack.forget_postgres(tmp_path)


def note(server: stack.Server) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("create table note as select 1 as kept")


def noted(server: stack.Server) -> int:
    with psycopg.connect(server.url) as connection:
        return connection.execute("select kept from note").fetchone()[0]


class TestStartPostgres:
    def test_keeps_its_data_after_a_stop_and_after_a_kill(self, home):
        server = stack.start_postgres(home)
        note(server)
        server.stop()
        assert server.process.poll() == 0
        server = stack.start_postgres(home)
        assert noted(server) == 1
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        server = stack.start_postgres(home)
        assert noted(server) == 1
        server.stop()

    def test_begins_again_after_an_initdb_that_was_cut_off(self, home):
        (home / "postgres").mkdir()
        (home / "postgres" / "half").touch()
        server = stack.start_postgres(home)
        assert server.version.split(".")[0].isdigit()
        server.stop()

    def test_refuses_the_data_of_another_version_and_deletes_nothing(self, home):
        stack.start_postgres(home).stop()
        version = home / "postgres" / "PG_VERSION"
        version.write_text("12\n")
        with pytest.raises(stack.StackError, match="--fresh"):
            stack.start_postgres(home)
        assert version.exists()

    def test_lets_nobody_in_without_the_password(self, home):
        server = stack.start_postgres(home)
        try:
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(server.url.replace(":" + (home / "postgres-password").read_text(), ":wrong"))
            assert (home / "postgres-password").stat().st_mode & 0o077 == 0
        finally:
            server.stop()


class TestStartValkey:
    def test_keeps_its_data(self, home):
        server = stack.start_valkey(home)
        redis.from_url(server.url).set("kept", 1)
        server.stop()
        server = stack.start_valkey(home)
        assert redis.from_url(server.url).get("kept") == b"1"
        server.stop()

    def test_says_what_to_do_when_there_is_none(self, monkeypatch):
        monkeypatch.setattr(stack.importlib.util, "find_spec", lambda name: None)
        monkeypatch.setenv("PATH", "")
        with pytest.raises(stack.StackError, match="REDIS_URL"):
            stack.valkey_binary()


class TestWait:
    def test_shows_the_end_of_the_log_of_what_did_not_start(self, home, monkeypatch):
        monkeypatch.setattr(stack, "valkey_binary", lambda: "/bin/ls")
        with pytest.raises(stack.StackError, match="The last lines"):
            stack.start_valkey(home)
