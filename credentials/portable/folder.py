"""An exit kit on disk: where everything lies in it, and what a check asks of it."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from credentials.canon.contexts import PINNED, ContextLoader, document_loader
from credentials.checks.run import Known, Register
from credentials.portable.register import RegisterFile
from credentials.reading.sources import FilesSource

MANIFEST = "kit.json"
WEB = "web"  # what stood at the issuer’s public addresses, by path
CONTEXTS = "contexts"
CONTEXT_INDEX = "contexts/index.json"
REGISTER = "register.csv"
VERIFIER = "verify.pyz"
CHECKSUMS = "SHA256SUMS"
README = "README.txt"
LICENSES = "licenses"
MADE_BY = "the exit kit"


class KitDamaged(Exception):
    """The folder is no exit kit, or a file in it is not what it was."""


class Kit:
    """An exit kit that was made once and never changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
            self.origin = str(self.manifest["origin"])
            self.as_of = str(self.manifest["as_of"])
            self.issuers = {one["did"]: one for one in self.manifest["issuers"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KitDamaged(f"{folder} holds no exit kit ({MANIFEST}): {type(error).__name__}") from None

    def source(self) -> FilesSource:
        """Return what stood at the issuer's public addresses."""
        return FilesSource({f"{self.origin}/": str(self.folder / WEB)})

    def register(self, trusted: Iterable[str] = ()) -> Register:
        """Return the look-ups: the kit's issuers, others that the reader knows, and the register file."""
        names, file = frozenset(trusted), RegisterFile(self.folder / REGISTER)

        def issuer(did: str) -> Known | None:
            if did in self.issuers:
                one = self.issuers[did]
                return Known(one["name"], one["url"], "registry", MADE_BY)
            return Known(did, provenance="administrator") if did in names else None

        return Register(issuer=issuer, document=file.registered)

    def contexts(self) -> ContextLoader:
        """Return the contexts: those inside the verifier, and those of the kit whose digest is right."""
        index = json.loads((self.folder / CONTEXT_INDEX).read_bytes())
        extra = {}
        for url, one in index.items():
            if url not in PINNED:
                data = (self.folder / CONTEXTS / one["file"]).read_bytes()
                if hashlib.sha256(data).hexdigest() != one["sha256"]:
                    raise KitDamaged(f"{CONTEXTS}/{one['file']} was changed")
                extra[url] = json.loads(data)
        return document_loader(extra)


def broken_files(folder: Path) -> list[str]:
    """Return the files of a kit that are gone or are not what they were when it was made."""
    broken = []
    for line in (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines():
        digest, name = line[:64], line[66:]
        path = folder / name
        if not path.is_file() or file_digest(path) != digest:
            broken.append(name)
    return broken


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
