"""The types that the pinned contexts define: their names, and the addresses that stand for the same in RDF."""

import functools
from typing import Any

from credentials.canon.contexts import pinned_documents


@functools.cache
def names_of_types() -> frozenset[str]:
    """Return the types that the pinned contexts define, by their capital letters."""
    found: set[str] = set()
    stack: list[Any] = list(pinned_documents().values())
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            found.update(name for name in value if name[:1].isupper())
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
    return frozenset(found)


def type_name(written: Any) -> Any:
    """Return the name of a type that the pinned contexts define and that is written by its address; else what came."""
    if not isinstance(written, str) or ":" not in written:
        return written
    prefix, _, rest = written.partition(":")
    names, prefixes = _addresses()
    for base in ("", *prefixes.get(prefix, ())):
        name = names.get(base + rest if base else written)
        if name is not None:
            return name
    return written


@functools.cache
def _addresses() -> tuple[dict[str, str], dict[str, set[str]]]:
    """Return the types of the pinned contexts by their addresses, and what each short prefix may stand for."""
    names: dict[str, str] = {}
    prefixes: dict[str, set[str]] = {}
    stack: list[Any] = list(pinned_documents().values())
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(value)
        if not isinstance(value, dict):
            continue
        stack.extend(value.values())
        for name, meaning in value.items():
            address = meaning.get("@id") if isinstance(meaning, dict) else meaning
            if not isinstance(address, str) or name.startswith("@"):
                continue
            if name[:1].isupper() and "://" in address:
                names.setdefault(address, name)
            elif address.endswith(("#", "/")):
                prefixes.setdefault(name, set()).add(address)
    return names, prefixes
