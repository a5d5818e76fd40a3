"""Documents printed from the code: who may do what (docs/roles.md), and which personal data lies where."""

import re
from collections import defaultdict

from django.apps import apps

from institution.accounts.roles import Role, grants

OURS = ("institution.", "skills.", "credentials.", "learners.", "registry.")
PII = re.compile(r"PII:\s*(.+?)(?:\n\s*\n|\Z)", re.DOTALL)


def roles_text() -> str:
    """Return docs/roles.md: every permission and the roles to which a room granted it."""
    lines = [
        "# Who may do what",
        "",
        "Printed from the grants of each room by `./run manage print_docs`; a test keeps it fresh.",
        "A role is worn at a unit, from one day until another, and covers the units below it.",
    ]
    rooms: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for permission, roles in grants().items():
        room, _dot, verb = permission.partition(".")
        if room != "testing":
            rooms[room].append((verb, roles))
    labels = {role.value: str(role.label) for role in Role}
    for room, rows in sorted(rooms.items()):
        lines += ["", f"## {room}", "", "| may | who |", "| --- | --- |"]
        lines += [
            f"| {verb.replace('_', ' ')} | {', '.join(labels[r] for r in roles)} |" for verb, roles in rows
        ]
    return "\n".join(lines) + "\n"


def data_text() -> str:
    """Return docs/data.md: the PII line of every table."""
    lines = [
        "# Which personal data lies where",
        "",
        "Printed from the `PII:` line of every table by `./run manage print_docs`; a test keeps it fresh.",
        "",
        "| table | personal data, why it is kept, how it goes |",
        "| --- | --- |",
    ]
    for model in sorted(apps.get_models(), key=lambda m: m._meta.label):
        if model.__module__.startswith(OURS) and not model._meta.auto_created:
            found = PII.search(model.__doc__ or "")
            words = " ".join(found.group(1).split()) if found else "—"
            lines.append(f"| {model._meta.label} | {words} |")
    return "\n".join(lines) + "\n"
