"""Read the texts of a plate out of JSON, without a walk through the document.

A press writes JSON from pieces that stand and texts that differ; a stencil lays such pieces over JSON and
reads the texts between them. Why it is exact: JSON has one meaning, every piece is compared byte for byte,
the first begins the document and the last ends it, and a text between them holds neither quote nor
backslash. So the document is the one that the plate was made of, with these texts in their places: what
names, types, numbers and texts stand, and in what order, is all in the pieces.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import orjson

from credentials.shapes import structure
from credentials.shapes.layout import MARK
from credentials.shapes.plate import Plate
from credentials.shapes.structure import FIXED, NotCovered

MAX_HINTS = 48
MAX_ALIKE = 6  # of one hint: the newest are tried first, and each costs less than a microsecond

Document = dict[str, Any]


class Stencil:
    """The pieces around the texts of a plate. document: of which the plate was made; members: see structure.

    Raises NotCovered if the document cannot be told from its pieces.
    """

    def __init__(self, document: Document, plate: Plate, members: frozenset[str] = FIXED) -> None:
        self.plate = plate
        self.first, *self.rest = pieces_of(document, plate.slots, plate.places, members)
        if sorted(plate.places) != list(plate.places):
            raise NotCovered  # texts come in the order of the JSON
        self.name = hint_of(document)

    def texts(self, written: bytes) -> list[bytes] | None:
        """Return what stands between the pieces in a document's JSON, or None if it is not made of them.

        None too where N-Quads writes a text in another way than JSON.
        """
        if not written.startswith(self.first):
            return None
        found, start = [], len(self.first)
        for piece in self.rest:  # each begins with the quote that ends a text
            end = written.find(b'"', start)
            if not written.startswith(piece, end):
                return None
            found.append(written[start:end])
            start = end + len(piece)
        joined = b"".join(found)
        if start < len(written) or b"\\" in joined or b"\x7f" in joined:
            return None
        return found


class Stencils:
    """The stencils of a cache, by what their documents are about; the least recently made are dropped."""

    def __init__(self) -> None:
        self.kept: OrderedDict[str, tuple[Stencil, ...]] = OrderedDict()

    def digest(self, document: Document, written: bytes) -> bytes | None:
        """Return the digest by the first stencil that the document's JSON is made of, or None."""
        for stencil in self.kept.get(hint_of(document), ()):
            texts = stencil.texts(written)
            if texts is not None:
                return stencil.plate.plain_digest(texts)
        return None

    def keep(self, stencil: Stencil) -> None:
        """Have a stencil be tried first for what its document is about."""
        others = [other for other in self.kept.pop(stencil.name, ()) if other is not stencil]
        self.kept[stencil.name] = (stencil, *others[: MAX_ALIKE - 1])
        if len(self.kept) > MAX_HINTS:
            self.kept.popitem(last=False)


def hint_of(document: Document) -> str:
    """Return the id of the achievement in a document, or "". It only says where to look: nothing rests on it."""
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if type(subject) is dict else None
    own = achievement.get("id") if type(achievement) is dict else None
    return own if type(own) is str else ""


def pieces_of(
    document: Document, slots: list[str], places: Any, members: frozenset[str] = FIXED
) -> list[bytes]:
    """Return the JSON of a document without the texts in these places. Raises NotCovered."""
    if MARK.encode() in orjson.dumps(document):
        raise NotCovered
    marked = slots.copy()
    for place in places:
        marked[place] = MARK
    return orjson.dumps(structure.fill(document, marked, members)).split(MARK.encode())
