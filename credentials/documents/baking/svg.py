"""Credentials in SVG: one element in the namespace of its kind (Open Badges 3.0, section 5.3)."""

import re
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from credentials.documents.baking.kinds import (
    MAX_BAKED,
    MAX_TEXT,
    NAMESPACES,
    Baked,
    Kind,
    check_file,
    check_text,
    the_one,
)
from credentials.documents.errors import DocumentError

_SVG = "{http://www.w3.org/2000/svg}svg"
_ELEMENTS = {
    f"{{{NAMESPACES[Kind.BADGE]}}}credential": Kind.BADGE,
    f"{{{NAMESPACES[Kind.CLR]}}}credential": Kind.CLR,
    f"{{{NAMESPACES[Kind.LEGACY]}}}assertion": Kind.LEGACY,
}
_MAX_DEPTH = 200
_MAX_ELEMENTS = 200_000
_START_TAG = re.compile(rb"""<[^\s/>]+(?:[^>"']|"[^"]*"|'[^']*')*>""")
_PREFIX = re.compile(rb"""\sxmlns:openbadges\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_OUTSIDE_XML = re.compile("[\ufffe\uffff\ud800-\udfff\r]")


def bake_svg(image: bytes, text: str, *, kind: Kind = Kind.BADGE) -> bytes:
    """Return the image with the text as the first child of its root; the rest stays byte by byte.

    Raises DocumentError, "already-baked" if there is a credential in it.
    """
    is_jws = check_text(text, kind)
    reader = _read(image)
    if reader.found:
        raise DocumentError("already-baked")
    if "]]>" in text or _OUTSIDE_XML.search(text):
        raise DocumentError("text-not-for-xml", "the text holds ]]> or characters XML does not take")
    match = _START_TAG.match(image, reader.root_at)
    if match is None or not _is_utf_8(image):
        raise DocumentError("svg-malformed", "UTF-8 is needed for baking")
    tag = _with_prefix(match.group(), NAMESPACES[kind].encode("ascii"))
    closed = tag.endswith(b"/>")
    inner = f'<openbadges:credential verify="{text}"/>' if is_jws else _element(text)
    head = tag[:-2].rstrip() + b">" if closed else tag
    tail = f"</{match.group()[1:].split()[0].rstrip(b'/>').decode()}>".encode() if closed else b""
    baked = image[: match.start()] + head + inner.encode("utf-8") + tail + image[match.end() :]
    if extract_svg(baked) != Baked(kind, text):
        raise DocumentError("svg-malformed", "the text does not come out as it went in")
    return baked


def extract_svg(image: bytes) -> Baked:
    """Return the one credential of an SVG. Raises DocumentError, as `the_one` does."""
    return the_one(_read(image).found)


class _Reader:
    """Takes parse events, keeps the credentials, and counts; builds no tree."""

    def __init__(self) -> None:
        self.found: list[Baked] = []
        self._kind: Kind | None = None
        self._verify = ""
        self._texts: list[str] = []
        self.root_at = -1
        self.parser: Any = None
        self._size = 0
        self._depth = 0
        self._elements = 0
        self._inside = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            raise DocumentError("svg-too-deep" if self._depth > _MAX_DEPTH else "svg-too-many-elements")
        if self._elements == 1:
            if tag != _SVG:
                raise DocumentError("not-svg")
            self.root_at = self.parser.CurrentByteIndex
        if not self._inside and tag in _ELEMENTS and len(self.found) <= MAX_BAKED:
            self._kind, self._texts = _ELEMENTS[tag], []
            self._verify = attributes.get("verify", "")
            self._inside = self._depth

    def data(self, text: str) -> None:
        if self._inside:
            self._size += len(text)
            if self._size > MAX_TEXT:
                raise DocumentError("text-too-large")
            self._texts.append(text)

    def end(self, tag: str) -> None:
        if self._inside and self._depth == self._inside and self._kind is not None:
            self._inside = 0
            self.found.append(Baked(self._kind, (self._verify or "".join(self._texts)).strip()))
        self._depth -= 1

    def close(self) -> None:
        """End of input; nothing to return."""


def _read(image: bytes) -> _Reader:
    check_file(image)
    reader = _Reader()
    parser = DefusedXMLParser(target=reader)
    reader.parser = parser.parser
    try:
        parser.feed(image)
        parser.close()
    except DefusedXmlException:
        raise DocumentError("svg-entities", "entities are not read") from None
    except (ParseError, ValueError, LookupError):
        raise DocumentError("svg-malformed") from None
    return reader


def _is_utf_8(image: bytes) -> bool:
    declared = re.match(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", image)
    if declared and declared.group(1).lower() not in (b"utf-8", b"us-ascii"):
        return False
    try:
        image.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _with_prefix(tag: bytes, namespace: bytes) -> bytes:
    found = _PREFIX.search(tag)
    if found is None:
        name = re.match(rb"<[^\s/>]+", tag)
        end = name.end() if name else 1
        return tag[:end] + b' xmlns:openbadges="' + namespace + b'"' + tag[end:]
    if (found.group(1) or found.group(2)) != namespace:
        raise DocumentError("svg-prefix-taken")
    return tag


def _element(text: str) -> str:
    return f"<openbadges:credential><![CDATA[{text}]]></openbadges:credential>"
