"""The sizes of the house: files, functions and rooms stay small enough to read at one sitting."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES, FUNCTION_LINES, ROOM_LINES = 400, 40, 2500
PACKAGES = ("institution", "skills", "credentials", "learners", "registry")
BESIDE = ("deploy", "benchmarks", "tests", "docs")


def ours(*folders: str) -> list[Path]:
    """Return our Python files under these folders, without migrations."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts]


def lines(path: Path) -> int:
    """Return the number of lines of a file."""
    return path.read_text().count("\n")


def rooms() -> list[Path]:
    """Return the folder of every room and pure library."""
    return [
        folder
        for package in PACKAGES
        for folder in sorted((ROOT / package).iterdir())
        if folder.is_dir() and (folder / "__init__.py").exists()
    ]


def test_no_file_is_longer_than_400_lines():
    long = {str(path.relative_to(ROOT)): lines(path) for path in [*ours(*PACKAGES, *BESIDE), ROOT / "run"]}
    assert {name: count for name, count in long.items() if count > FILE_LINES} == {}


def test_no_function_is_longer_than_40_lines():
    long = {}
    for path in ours(*PACKAGES, *BESIDE):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                count = node.end_lineno - node.lineno + 1
                if count > FUNCTION_LINES:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = count
    assert long == {}


@pytest.mark.parametrize("room", rooms(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_room_is_longer_than_2500_lines(room: Path):
    assert sum(map(lines, ours(str(room.relative_to(ROOT))))) <= ROOM_LINES


def test_every_room_is_in_the_drawing():
    drawing = (ROOT / "docs" / "house.md").read_text()
    assert [room.name for room in rooms() if room.name not in drawing] == []


def test_nothing_that_is_made_by_a_run_is_committed():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    made = (".mo", ".pyc", ".log", "uv.lock", "pylock.toml")
    assert [name for name in tracked if name.endswith(made) or name.startswith(("var/", ".venv/"))] == []
