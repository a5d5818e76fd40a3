"""The set of processes of the demo: one per folder, started again when dead, cleaned up after a crash."""

import subprocess
import sys
import time

import pytest

from deploy import processes


def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)


@pytest.fixture
def child():
    child = processes.Child("worker", sleeper, sleeper())
    yield child
    child.process.kill()
    child.process.wait()


class TestLock:
    def test_is_held_by_one(self, tmp_path):
        first, second = processes.Lock(tmp_path), processes.Lock(tmp_path)
        assert first.take()
        assert not second.take()

    def test_tells_the_second_what_the_first_noted(self, tmp_path, child):
        first = processes.Lock(tmp_path)
        first.take()
        first.write([child], {"PORTAL_ORIGIN": "http://localhost:8000"})
        assert processes.Lock(tmp_path).read()["PORTAL_ORIGIN"] == "http://localhost:8000"
        assert first.notes.stat().st_mode & 0o077 == 0

    def test_ends_what_a_crash_left_behind(self, tmp_path, child):
        crashed = processes.Lock(tmp_path)
        crashed.take()
        crashed.write([child], {})
        crashed._file.close()
        assert processes.Lock(tmp_path).take()
        assert child.process.wait(10) != 0

    def test_leaves_another_process_with_the_same_number_alone(self, tmp_path, child):
        crashed = processes.Lock(tmp_path)
        crashed.take()
        crashed.write([child], {})
        crashed.notes.write_text(crashed.notes.read_text().replace(processes.birth(child.process.pid), "1"))
        crashed._file.close()
        assert processes.Lock(tmp_path).take()
        assert child.process.poll() is None


class TestRevive:
    def test_leaves_the_living_alone(self, child):
        assert not processes.revive([child], now=time.monotonic(), say=pytest.fail)

    def test_starts_the_dead_again_after_a_pause(self, child):
        said: list[str] = []
        first, now = child.process, time.monotonic()
        first.kill()
        first.wait()
        assert not processes.revive([child], now=now, say=said.append)
        assert processes.revive([child], now=now + 1, say=said.append)
        assert child.process.pid != first.pid
        assert child.process.poll() is None
        assert said == ["worker ended with -9; starting it again"]

    def test_waits_longer_for_what_dies_again_and_again(self, child):
        now, pauses = time.monotonic(), []
        for _ in range(7):
            child.process.kill()
            child.process.wait()
            processes.revive([child], now=now, say=lambda line: None)
            pauses.append(child.due - now)
            now = child.due
            processes.revive([child], now=now, say=lambda line: None)
        assert pauses == [1, 2, 4, 8, 16, 30, 30]


class TestEndAll:
    def test_ends_a_server_after_those_that_use_it(self):
        order: list[str] = []

        class Noted(subprocess.Popen):
            def send_signal(self, number):
                order.append(self.args[-1])
                super().send_signal(number)

        def make(name: str) -> processes.Child:
            command = [sys.executable, "-c", "import time; time.sleep(60)", name]
            return processes.Child(name, sleeper, Noted(command))

        processes.end_all([make("PostgreSQL"), make("web"), make("beat")])
        assert order == ["beat", "web", "PostgreSQL"]
