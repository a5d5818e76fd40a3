"""What is written beside the code stays true: locks, links, the list of settings."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """Return the exact versions of one lock."""
    return dict(PIN.findall((ROOT / "requirements" / f"{name}.txt").read_text()))


def wheel_names(entries: list[str]) -> set[str]:
    """Return the names of requirements, without versions and extras."""
    return {re.split(r"[\[<>=!~ ;]", entry)[0].lower().replace("_", "-") for entry in entries}


class TestLocks:
    @pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
    def test_name_no_host(self, lock):
        assert "://" not in lock.read_text()

    @pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
    def test_pin_every_line_with_a_hash(self, lock):
        blocks = lock.read_text().replace("\\\n", " ").splitlines()
        assert [line for line in blocks if line.strip() and "--hash=sha256:" not in line] == []

    def test_production_carries_no_server(self):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())
        embedded = wheel_names(project["project"]["optional-dependencies"]["embedded"])
        assert embedded
        assert embedded & set(pins("prod")) == set()

    def test_the_test_lock_holds_all_of_the_demo(self):
        """`./run` installs nothing for the demo when the tests were run before."""
        wider = pins("test")
        assert {name: version for name, version in pins("demo").items() if wider.get(name) != version} == {}

    def test_every_dependency_is_locked(self):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())
        wanted = wheel_names(project["project"]["dependencies"])
        locked = {name.lower().replace("_", "-") for name in pins("prod")}
        assert wanted - locked == set()

    def test_no_other_lock_is_committed(self):
        tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout
        assert not re.search(r"(uv\.lock|pylock\.toml|poetry\.lock|Pipfile\.lock)", tracked)


class TestReadme:
    def test_names_the_two_commands(self):
        text = (ROOT / "README.md").read_text()
        assert "./run demo" in text
        assert "./run test" in text

    def test_points_to_files_that_exist(self):
        for source in [ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").glob("*.md")]:
            for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", source.read_text()):
                assert (source.parent / target).exists(), f"{source.name} points to {target}"


class TestOperations:
    def test_names_every_variable_that_settings_read(self):
        settings = (ROOT / "registry" / "settings.py").read_text()
        read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
        text = (ROOT / "docs" / "operations.md").read_text()
        assert sorted(name for name in read if f"`{name}`" not in text) == []
