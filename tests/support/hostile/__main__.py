"""Write tests/vectors/hostile/ from the recipes: small cases whole, large ones by name only."""

import base64
import json
from pathlib import Path

from tests.support.hostile import keys, lists, merging, older, papers, presentations, readers, text, tokens
from tests.support.hostile.cases import CASES, SMALL, Case, base_answers

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "hostile"
ROOMS = (keys, lists, merging, older, papers, presentations, readers, text, tokens)


def all_cases() -> list[Case]:
    """Return every case, made anew."""
    return [make() for make in CASES]


def written(data: bytes | None) -> object:
    """Return data as a file shows it: text, {"base64"}, or null for what is not there."""
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def file_of(one: Case) -> str:
    """Return the text of a case's file."""
    shown = {"flaw": one.name, "expected": one.expected}
    size = len(one.document) + sum(len(body or b"") for body in one.answers.values())
    if size > SMALL:
        shown["made_by"] = f"tests/support/hostile: {one.name}"
    else:
        shown |= {"document": written(one.document), "twin": written(one.twin)}  # type: ignore[dict-item]
        shown["answers"] = {url: written(body) for url, body in one.answers.items()}  # type: ignore[assignment]
    return json.dumps(shown, ensure_ascii=False, indent=1) + "\n"


def files() -> dict[str, str]:
    """Return the whole folder as it should be, by file name."""
    found = {f"{one.name}.json": file_of(one) for one in all_cases()}
    world = {url: written(body) for url, body in base_answers().items()}
    return found | {"_world.json": json.dumps(world, ensure_ascii=False, indent=1) + "\n"}


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = files()
    for stale in FOLDER.glob("*.json"):
        if stale.name not in wanted:
            stale.unlink()
    for name, content in wanted.items():
        (FOLDER / name).write_text(content)
    print(f"{len(wanted) - 1} cases")
