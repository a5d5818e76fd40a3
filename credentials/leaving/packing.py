"""The verifier in one file: our pure rooms and the pure libraries they need, packed as a zipapp.

Nothing compiled is taken along but what Python and `cryptography` bring. The same sources give the same bytes.
"""

import json
import zipfile
from collections.abc import Iterator
from importlib import metadata, resources
from pathlib import Path

import credentials
from credentials.canon.contexts import PINNED

ROOMS = ("canon", "proofs", "tokens", "lint", "documents", "reading", "checks", "portable")
LIBRARIES = {  # distribution: the packages taken from it
    "pyld": ("pyld", "c14n"),
    "cachetools": ("cachetools",),
    "frozendict": ("frozendict",),
    "defusedxml": ("defusedxml",),
    "pypdf": ("pypdf",),
}
LEFT_OUT = ("pyld/cli/", "pyld/documentloader/frozen/bundled/")
LICENSE_NAMES = ("license", "licence", "copying", "notice", "authors")
EPOCH = (1980, 1, 1, 0, 0, 0)
MAIN = '''"""Check credentials with an exit kit. See README.txt beside this file."""

import sys
from datetime import datetime, timezone
from pathlib import Path



def lacking(words):
    """End with the code of a command that cannot be followed: 1 and 2 speak of a credential."""
    sys.stderr.write("verify.pyz needs " + words + "\\n")
    sys.exit(64)


if sys.version_info < (3, 11):
    lacking("Python 3.11 or newer.")
try:
    import cryptography
except ImportError:
    lacking("the Python package 'cryptography': python3 -m pip install cryptography")

from credentials.portable.command import main

sys.exit(main(sys.argv[1:], folder=Path(sys.argv[0]).resolve().parent, now=datetime.now(timezone.utc)))
'''
# PyLD names this module at its start and calls it only for contexts that stand in web pages; we read none.
PLACEHOLDERS = {
    "lxml/__init__.py": '"""Not lxml: an empty place for a module that is named and never called."""\n',
    "lxml/html.py": '"""Not lxml: an empty place for a module that is named and never called."""\n',
}


def pack_verifier(target: Path) -> None:
    """Write the zipapp."""
    with target.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, data in sorted(_contents().items()):
                archive.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)


def _contents() -> dict[str, bytes]:
    found = {"__main__.py": MAIN.encode(), "credentials/__init__.py": b""}
    found |= {name: text.encode() for name, text in PLACEHOLDERS.items()}
    root = Path(credentials.__path__[0])
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            found[f"credentials/{path.relative_to(root).as_posix()}"] = path.read_bytes()
    for distribution, packages in LIBRARIES.items():
        found |= dict(_library(distribution, packages))
    for name, data in context_files().items():
        found[name] = data
        for folder in Path(name).parents[:-1]:
            found.setdefault(f"{folder.as_posix()}/__init__.py", b"")
    return found | {f"licenses/{name}": data for name, data in licenses().items()}


def _library(distribution: str, packages: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for file in metadata.files(distribution) or []:
        name = file.as_posix()
        if file.parts[0] in packages and file.suffix == ".py" and not name.startswith(LEFT_OUT):
            yield name, Path(str(file.locate())).read_bytes()


def context_files() -> dict[str, bytes]:
    """Return the bytes of the pinned contexts, by the place where the verifier looks for them."""
    return {
        f"{pinned.package.replace('.', '/')}/{pinned.file}": resources.files(pinned.package)
        .joinpath(pinned.file)
        .read_bytes()
        for pinned in PINNED.values()
    }


def context_texts() -> dict[str, bytes]:
    """Return the bytes of the pinned contexts, by their addresses."""
    return {
        url: resources.files(pinned.package).joinpath(pinned.file).read_bytes()
        for url, pinned in PINNED.items()
    }


def licenses() -> dict[str, bytes]:
    """Return the licenses of the libraries inside, and of this program, by file name."""
    found = {"credential-registry.txt": (Path(credentials.__path__[0]).parent / "LICENSE").read_bytes()}
    for distribution in LIBRARIES:
        version = metadata.version(distribution)
        for file in metadata.files(distribution) or []:
            if file.name.lower().startswith(LICENSE_NAMES) and ".dist-info" in file.as_posix():
                found[f"{distribution}-{version}-{file.name}"] = Path(str(file.locate())).read_bytes()
    found["WHAT_IS_INSIDE.json"] = json.dumps(
        {
            name: {"version": metadata.version(name), "license": _license_of(name)}
            for name in sorted(LIBRARIES)
        },
        indent=1,
    ).encode()
    return found


def _license_of(distribution: str) -> str:
    about = metadata.metadata(distribution)
    named = [about[name] for name in ("License-Expression", "License") if name in about]
    return named[0] if named else "see its license file"
