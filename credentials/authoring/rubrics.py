"""Rows of results and their levels in a form that works without script: read, add, drop.

Names: r0-name, r0-result_type, r0-value_min, r0-value_max, r0-pass (position of the level), r0-id;
r0-l0-name, r0-l0-points, r0-l0-description, r0-l0-level, r0-l0-id.
"""

from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]
LEVEL_WORDS = ("id", "name", "points", "description", "level")
RESULT_WORDS = ("id", "name", "result_type", "value_min", "value_max")
MOST = 20


def read(posted: Mapping[str, str]) -> list[Row]:
    """Return the rows as they were typed, empty ones included."""
    rows = []
    for number in range(MOST):
        if f"r{number}-name" not in posted:
            break
        row: Row = {word: posted.get(f"r{number}-{word}", "").strip() for word in RESULT_WORDS}
        row["levels"] = []
        for place in range(MOST):
            head = f"r{number}-l{place}"
            if f"{head}-name" not in posted:
                break
            level = {word: posted.get(f"{head}-{word}", "").strip() for word in LEVEL_WORDS}
            row["levels"].append(level | {"passes": posted.get(f"r{number}-pass") == str(place)})
        rows.append(row)
    return rows


def shown(stored: list[Row]) -> list[Row]:
    """Return stored result descriptions as rows of the form."""
    return [
        row
        | {
            "levels": [
                level | {"passes": level["id"] == row.get("required_level")}
                for level in row.get("levels", ())
            ]
        }
        for row in stored
    ]


def act(rows: list[Row], action: str) -> list[Row]:
    """Return the rows after a button: add-result, drop-result-0, add-level-0, drop-level-0-1."""
    verb, _sep, rest = action.partition("-")
    noun, *places = rest.split("-")
    numbers = [int(place) for place in places if place.isdigit()]
    if action == "add-result":
        empty_level = {"name": "", "points": "", "description": ""}
        return [
            *rows,
            {"name": "", "result_type": "RubricCriterionLevel", "levels": [empty_level, empty_level]},
        ]
    if noun == "result" and len(numbers) == 1:
        return [row for n, row in enumerate(rows) if n != numbers[0]]
    if noun == "level" and numbers and numbers[0] < len(rows):
        row = rows[numbers[0]]
        if verb == "add":
            row["levels"] = [*row["levels"], {"name": ""}]
        else:
            row["levels"] = [level for n, level in enumerate(row["levels"]) if [n] != numbers[1:]]
    return rows


def content(rows: list[Row]) -> list[Row]:
    """Return the rows as a content's `result_descriptions`: empty ones left out, the level to pass by id."""
    found = []
    for row in rows:
        levels = [level for level in row["levels"] if level.get("name") or level.get("description")]
        if not row["name"] and not levels:
            continue
        taken = {level.get("id") for level in levels if level.get("id")}
        for level in levels:
            if not level.get("id"):
                level["id"] = next(f"level-{n}" for n in range(1, 99) if f"level-{n}" not in taken)
                taken.add(level["id"])
        passing = next((level["id"] for level in levels if level.get("passes")), "")
        plain = [{word: level.get(word, "") for word in LEVEL_WORDS} for level in levels]
        found.append(
            {word: row.get(word, "") for word in RESULT_WORDS} | {"levels": plain, "required_level": passing}
        )
    return found
