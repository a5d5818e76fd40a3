"""The set of processes of the demo: one per folder, started again when dead, cleaned up after a crash."""

import subprocess
import sys
import time

import pytest

from deploy import processes, stack


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
            pauses.append(round(child.due - now))
            now = child.due
            processes.revive([child], now=now, say=lambda line: None)
        assert pauses == [1, 2, 4, 8, 16, 30, 30]

    def test_ends_what_a_killed_one_left_behind(self):
        """As a pool does whose worker was killed: the child of a dead leader is still there."""
        script = (
            "import subprocess, sys, time; "
            "print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
        )
        leader = subprocess.Popen(
            [sys.executable, "-c", script], start_new_session=True, stdout=subprocess.PIPE, text=True
        )
        left = int(leader.stdout.readline())
        born = processes.birth(left)
        leader.kill()
        leader.wait()
        assert processes.birth(left) == born != ""
        one = processes.Child("worker", sleeper, leader)
        processes.revive([one], now=time.monotonic(), say=lambda line: None)
        until = time.monotonic() + 10
        while processes.birth(left) == born and time.monotonic() < until:
            time.sleep(0.05)
        assert processes.birth(left) != born

    def test_a_server_that_does_not_start_yet_is_tried_again(self, child):
        said: list[str] = []

        def refuse() -> subprocess.Popen[bytes]:
            raise stack.StackError("PostgreSQL did not start.\nFATAL: shared memory is still in use")

        first, now, start = child.process, time.monotonic(), child.start
        first.kill()
        first.wait()
        child.start = refuse
        processes.revive([child], now=now, say=said.append)
        assert not processes.revive([child], now=now + 1, say=said.append)
        assert said[-1] == "worker does not start yet: PostgreSQL did not start."
        child.start = start
        assert not processes.revive([child], now=now + 2, say=said.append)
        assert processes.revive([child], now=now + 3, say=said.append)


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
