"""Where the documents come from that a check needs: DID documents, status lists, linked credentials.

A source gives bytes for an address, or says why not. None of them is believed more than another:
what it gives passes the same checks.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import unquote

MAX_REQUESTS = 40  # addresses asked for one visitor's document or heap of documents
MAX_DOCUMENT = 256 * 1024
MAX_LIST = 4 * 1024 * 1024
_PLACES = ("did.json", "index.json", "index")


class SourceFailed(Exception):
    """Nothing came. why: "missing" (it is not there), "refused" (we do not open it), "unreachable"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Source(Protocol):
    """Gives the bytes at an address. Raises SourceFailed."""

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT, media_type: str = "") -> bytes:
        """Return the bytes at an address. media_type: what is preferred, where there are several."""


class OwnSource(Source, Protocol):
    """Gives the bytes at our own addresses, for which nobody else speaks."""

    def covers(self, url: str) -> bool:
        """Return whether an address is one of ours."""


class NoSource:
    """Gives nothing: for checking without any network."""

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT, media_type: str = "") -> bytes:
        """Refuse."""
        raise SourceFailed("unreachable")


class FilesSource:
    """Saved answers: each prefix of an address stands for a file or a folder."""

    def __init__(self, places: dict[str, str]) -> None:
        self.places = sorted(places.items(), key=lambda pair: -len(pair[0]))

    @classmethod
    def from_words(cls, words: list[str]) -> Self:
        """Return the source of `PREFIX=PLACE` words, or of JSON files that hold such pairs."""
        places: dict[str, str] = {}
        for word in words:
            prefix, equals, place = word.rpartition("=") if "=" in word else (word, "", "")
            if equals:
                places[prefix] = place
            else:
                places |= {str(k): str(v) for k, v in json.loads(Path(word).read_text()).items()}
        return cls(places)

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT, media_type: str = "") -> bytes:
        """Return the bytes of the longest prefix that fits; a file is of one type."""
        for prefix, place in self.places:
            if url.startswith(prefix):
                return self.at(place, url.removeprefix(prefix), max_bytes)
        raise SourceFailed("unreachable")

    def at(self, place: str, rest: str, max_bytes: int) -> bytes:
        """Return the bytes at a place, under the rest of the address."""
        return _from_files(Path(place), rest, max_bytes)


def _from_files(place: Path, rest: str, max_bytes: int) -> bytes:
    target = place
    if place.is_dir():
        root = place.resolve()
        target = (root / unquote(rest.partition("?")[0]).strip("/")).resolve()
        if root not in (target, *target.parents):
            raise SourceFailed("refused")
        tries = [target, target.with_name(target.name + ".json"), *(target / name for name in _PLACES)]
        target = next((one for one in tries if one.is_file()), target)
    if not target.is_file():
        raise SourceFailed("unreachable")  # not saved says nothing of what is there
    if target.stat().st_size > max_bytes:
        raise SourceFailed("refused")
    return target.read_bytes()


@dataclass
class Gathered:
    """Ours first, then the others; each address asked once, and only so many of them."""

    sources: list[Source]
    left: int = MAX_REQUESTS
    own: OwnSource | None = None
    known: dict[tuple[str, str], bytes | SourceFailed] = field(default_factory=dict)

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT, media_type: str = "") -> bytes:
        """Return what the first source gives that has an answer."""
        if (url, media_type) not in self.known:
            if self.left <= 0:
                raise SourceFailed("refused")
            self.left -= 1
            self.known[url, media_type] = self._ask(url, max_bytes, media_type)
        found = self.known[url, media_type]
        if isinstance(found, SourceFailed):
            raise found
        return found

    def _ask(self, url: str, max_bytes: int, media_type: str) -> bytes | SourceFailed:
        own = self.own is not None and self.own.covers(url)
        sources: list[Source] = [self.own] if own and self.own is not None else self.sources
        failure = SourceFailed("unreachable")
        for source in sources:
            try:
                return source.get(url, max_bytes=max_bytes, media_type=media_type)
            except SourceFailed as error:
                failure = error
        return failure
