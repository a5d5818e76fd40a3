"""RDF terms as canonical N-Quads text, and a reader for such text.

A quad is four strings, each already in canonical N-Quads form: `<iri>`, `_:label`,
`"literal"^^<type>`. The graph of the default graph is the empty string.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from credentials.canon.errors import ProofError


class Quad(NamedTuple):
    """One statement; every term is canonical N-Quads text, graph is "" for the default graph."""

    subject: str
    predicate: str
    object: str
    graph: str = ""


XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"

_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\\ud800-\udfff]*\Z")
_LITERAL_ESCAPED = re.compile(r'[\x00-\x1f\x7f"\\]')
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_LINE = re.compile(
    r'\s*(?P<s><[^>]*>|_:\S+)\s*(?P<p><[^>]*>)\s*(?P<o><[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"'
    r"(?:\^\^<[^>]*>|@[A-Za-z0-9-]+)?)\s*(?P<g><[^>]*>|_:\S+)?\s*\.\s*(?:#.*)?\Z"
)
_UNESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_NAMED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def is_absolute_iri(text: str) -> bool:
    """Tell whether the text is an absolute IRI with only characters that N-Quads allows."""
    return _ABSOLUTE_IRI.match(text) is not None


def escape_literal(text: str) -> str:
    """Return the text as it stands between the quotes. Rule: RDFC-1.0, canonical N-Quads form."""
    return _LITERAL_ESCAPED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _SHORT.get(character) or f"\\u{ord(character):04X}"


def literal(text: str, datatype: str = XSD_STRING, language: str = "") -> str:
    """Return a literal term; xsd:string is left unsaid, as the canonical form wants it."""
    quoted = f'"{escape_literal(text)}"'
    if language:
        return f"{quoted}@{language}"
    return quoted if datatype == XSD_STRING else f"{quoted}^^<{datatype}>"


def write(quad: Quad) -> str:
    """Return the line of one quad, with its line end."""
    graph = f" {quad.graph}" if quad.graph else ""
    return f"{quad.subject} {quad.predicate} {quad.object}{graph} .\n"


def parse(text: str) -> list[Quad]:
    """Return the quads of an N-Quads text, each term made canonical. Raises ProofError "malformed"."""
    quads = []
    for line in re.split(r"[\r\n]+", text):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.match(line)
        if match is None:
            raise ProofError("malformed", "A line is not N-Quads.")
        quads.append(Quad(*(_canonical_term(match[name] or "") for name in "spog")))
    return quads


def _canonical_term(term: str) -> str:
    if not term.startswith('"'):
        return _unescape(term)
    end = term.rindex('"')
    datatype = _unescape(term[end + 1 :])
    if datatype == f"^^<{XSD_STRING}>":
        datatype = ""
    return f'"{escape_literal(_unescape(term[1:end]))}"{datatype}'


def _unescape(text: str) -> str:
    return _UNESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    short, long, named = match.groups()
    if named is not None:
        if named not in _NAMED:
            raise ProofError("malformed", "An escape is not N-Quads.")
        return _NAMED[named]
    number = int(short or long, 16)
    if number > 0x10FFFF:
        raise ProofError("malformed", "An escape is beyond Unicode.")
    return chr(number)
