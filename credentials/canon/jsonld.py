"""JSON-LD to RDF in a safe mode: whatever would not reach the signature is an error.

PyLD does the expansion. The bounds before it, the checks after it and the step to RDF are
ours: linear, and without the silent losses that JSON-LD allows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyld.jsonld import JsonLdError

from credentials.canon import jcs
from credentials.canon.contexts import ContextLoader, Contexts, as_loader
from credentials.canon.errors import ProofError
from credentials.canon.nquads import Quad, is_absolute_iri, literal
from credentials.canon.strict_json import MAX_INTEGER

MAX_DEPTH = 32
MAX_VALUES = 1_000
MAX_OBJECTS = 3_000
MAX_CONTEXTS = 10

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

_TYPE = f"<{RDF}type>"
_FIRST, _REST, _NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*\Z")
_NOT_COVERED = ("@index", "@direction")
_SAYS_NOTHING = {"@id", "@value", "@list", "@set"}
_KEYWORDS = {"@context", "@id", "@type", "@value", "@language", "@list", "@set"}


@dataclass(frozen=True)
class Limits:
    """Bounds of a document from outside; counts, never times."""

    depth: int = MAX_DEPTH
    values: int = MAX_VALUES
    objects: int = MAX_OBJECTS
    contexts: int = MAX_CONTEXTS


LIMITS = Limits()


def expand_safely(
    document: dict[str, Any], contexts: Contexts = None, *, limits: Limits = LIMITS
) -> list[dict[str, Any]]:
    """Return the expanded document; nothing in it was dropped on the way.

    Raises ProofError: "malformed" beyond the limits, "context-unavailable" for a context that
    is unknown or written inline, "jsonld-error" for a term, type or id that no context defines
    and for everything else that RDF would not carry (null, @direction, @index).
    Rule: JSON-LD 1.1 API, section 5.1, with the losses of section 5.1.2 as errors.
    """
    loader = as_loader(contexts)
    check_bounds(document, loader, limits)
    try:
        expanded = loader.expand(document, _Dropped(document))
    except JsonLdError as error:
        raise _refusal(error) from error
    except (TypeError, ValueError, AttributeError, KeyError, RecursionError) as error:
        raise ProofError("jsonld-error", "The document is not JSON-LD that can be expanded.") from error
    if len(expanded) != 1 or not isinstance(expanded[0], dict):
        raise ProofError("jsonld-error", "The document makes no statement.")
    return expanded  # type: ignore[no-any-return]


def to_rdf(document: dict[str, Any], contexts: Contexts = None, *, limits: Limits = LIMITS) -> list[Quad]:
    """Return the statements of a document, each once. Raises ProofError like expand_safely.

    Rule: JSON-LD 1.1 API, section 8.1 (Deserialize JSON-LD to RDF).
    """
    return quads_of(expand_safely(document, contexts, limits=limits))


def quads_of(expanded: list[dict[str, Any]]) -> list[Quad]:
    """Return the statements of an expanded document, each once, in the order met."""
    return QuadWriter().write(expanded)


def without_direction(value: Any, depth: int = 0) -> Any:
    """Return a value without the directions of its texts, which no statement carries."""
    if depth > MAX_DEPTH:
        return value
    if isinstance(value, dict):
        kept = {name: inner for name, inner in value.items() if name != "@direction"}
        return {name: without_direction(inner, depth + 1) for name, inner in kept.items()}
    if isinstance(value, list):
        return [without_direction(inner, depth + 1) for inner in value]
    return value


class _Dropped:
    """Told by PyLD of each member that it leaves out; makes an error of it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def __call__(self, name: str | None) -> None:
        if name is None:
            raise ProofError("jsonld-error", "A member is named like a keyword or defined as nothing.")
        path = next((path for path, key in _members(self.document) if key == name), "$")
        raise ProofError("jsonld-error", f"No context defines the member {name[:80]!r} ({path}).")


def _members(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    stack: list[tuple[str, Any]] = [("$", document)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            for key, inner in value.items():
                yield f"{path}.{key[:80]}", key
                stack.append((f"{path}.{key[:80]}", inner))
        elif isinstance(value, list):
            stack.extend((f"{path}[{number}]", inner) for number, inner in enumerate(value))


def check_bounds(document: dict[str, Any], loader: ContextLoader, limits: Limits = LIMITS) -> None:
    """Refuse a document that is too deep, too wide, has a null, or names contexts we do not hold."""
    if not isinstance(document, dict):
        raise ProofError("malformed", "The document is not an object.")
    objects = 0
    stack: list[tuple[Any, int]] = [(document, 1)]
    while stack:
        value, depth = stack.pop()
        if depth > limits.depth:
            raise ProofError("malformed", f"The document nests deeper than {limits.depth} levels.")
        if isinstance(value, dict):
            objects += 1
            _check_object(value, loader, limits)
            stack.extend((inner, depth + 1) for name, inner in value.items() if name != "@context")
        elif isinstance(value, list):
            if len(value) > limits.values:
                raise ProofError("malformed", f"An array holds more than {limits.values} values.")
            stack.extend((inner, depth + 1) for inner in value)
        else:
            _check_scalar(value)
        if objects > limits.objects:
            raise ProofError("malformed", f"The document holds more than {limits.objects} objects.")


def _check_object(value: dict[Any, Any], loader: ContextLoader, limits: Limits) -> None:
    if len(value) > limits.values:
        raise ProofError("malformed", f"An object holds more than {limits.values} members.")
    if not all(isinstance(name, str) for name in value):
        raise ProofError("malformed", "A member name is not a string.")
    for name in value:
        if name.startswith("@") and name not in _KEYWORDS:
            raise ProofError("jsonld-error", f"The member {name[:80]!r} cannot be carried into a signature.")
    if "@language" in value and "@value" not in value:
        raise ProofError("jsonld-error", "A language stands without its text.")
    if "@context" in value:
        check_context(value["@context"], loader, limits)


def check_context(context: Any, loader: ContextLoader, limits: Limits = LIMITS) -> None:
    """Refuse anything but the URL of a known context, or a short array of such URLs."""
    urls = context if isinstance(context, list) else [context]
    if len(urls) > limits.contexts:
        raise ProofError("malformed", f"More than {limits.contexts} contexts stand in one place.")
    for url in urls:
        if isinstance(url, dict):
            _check_inline(url, loader, limits)
            continue
        if not isinstance(url, str):
            raise ProofError("jsonld-error", "A context is neither a URL nor a list of URLs.")
        if url not in loader:
            raise ProofError("context-unavailable", f"The context {url[:200]} is not known here.")


def _check_inline(context: dict[str, Any], loader: ContextLoader, limits: Limits) -> None:
    """Refuse a context inside the document, or take a short one that fetches and nests nothing unknown."""
    if not loader.inline_bytes:
        raise ProofError("context-unavailable", "A context is written inside the document.")
    size = 0
    stack: list[tuple[Any, int]] = [(context, 1)]
    while stack:
        value, depth = stack.pop()
        inner = list(value.items()) if isinstance(value, dict) else []
        size += 2 + (len(value) if isinstance(value, str) else sum(len(str(name)) for name, _ in inner))
        if depth > limits.depth or size > loader.inline_bytes:
            raise ProofError("malformed", "A context inside the document is too long or too deep.")
        if "@import" in (name for name, _ in inner):
            raise ProofError("context-unavailable", "A context inside the document imports another one.")
        for name, one in inner:
            if name == "@context" and not isinstance(one, dict):
                check_context(one, loader, limits)
            stack.append((one, depth + 1))
        stack.extend((one, depth + 1) for one in (value if isinstance(value, list) else []))


def _check_scalar(value: Any) -> None:
    if value is None:
        raise ProofError("jsonld-error", "A member is null, which no signature can cover.")
    if isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ProofError("malformed", "An integer is beyond 2^53-1.")
    elif not isinstance(value, float) or not math.isfinite(value):
        raise ProofError("malformed", "The document holds a value that JSON does not know.")


def _refusal(error: BaseException | None) -> ProofError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ProofError):
            return cause
        cause = cause.__cause__
    code = getattr(error, "code", None) or "invalid document"
    return ProofError("jsonld-error", f"The document breaks a rule of JSON-LD: {code}.")


class QuadWriter:
    """Walks an expanded document and collects its statements; a dict keeps them once, in order."""

    def __init__(self) -> None:
        self.quads: dict[Quad, None] = {}
        self.labels: dict[str, str] = {}
        self.owner = ("", "")  # subject and predicate of the value being written

    def write(self, expanded: list[dict[str, Any]]) -> list[Quad]:
        for node in expanded:
            self.node(node, "", "$")
        return list(self.quads)

    def _label(self, given: str) -> str:
        return self.labels.setdefault(given, f"_:b{len(self.labels)}")

    def resource(self, identifier: Any, path: str) -> str:
        if not isinstance(identifier, str):
            raise ProofError("jsonld-error", f"An id is missing or not a string ({path}).")
        if identifier.startswith("_:"):
            return self._label(identifier)
        if not is_absolute_iri(identifier):
            raise ProofError("jsonld-error", f"An id or type is not an absolute IRI ({path}).")
        return f"<{identifier}>"

    def node(self, node: dict[str, Any], graph: str, path: str) -> str:
        subject = self.resource(node["@id"], path) if "@id" in node else self.unnamed(node, path)
        for name, value in node.items():
            if name.startswith("@"):
                self._keyword(subject, name, value, graph, path)
                continue
            if name.startswith("_:") or not is_absolute_iri(name):
                raise ProofError("jsonld-error", f"A member is not an absolute IRI ({path}.{name[:80]}).")
            for item in value:
                self.owner = (subject, name)
                self._add(subject, f"<{name}>", self.value(item, graph, f"{path}.{name}"), graph)
        return subject

    def unnamed(self, node: dict[str, Any], path: str) -> str:
        return self._label(f" {len(self.labels)}")

    def cells(self, items: list[Any]) -> list[str]:
        """Return a label for each cell of a list."""
        return [self._label(f" {len(self.labels)}") for _ in items]

    def _add(self, subject: str, predicate: str, object_: str, graph: str) -> None:
        self.quads[Quad(subject, predicate, object_, graph)] = None

    def _keyword(self, subject: str, name: str, value: Any, graph: str, path: str) -> None:
        if name == "@type":
            for kind in value:
                self._add(subject, _TYPE, self.resource(kind, f"{path}.type {str(kind)[:80]!r}"), graph)
        elif name == "@graph":
            self._nodes(value, subject, f"{path}.@graph")
        elif name == "@included":
            self._nodes(value, graph, f"{path}.@included")
        elif name == "@reverse":
            self._reverse(subject, value, graph, f"{path}.@reverse")
        elif name != "@id":
            raise ProofError("jsonld-error", f"{name} is not carried into the signature ({path}).")

    def _nodes(self, nodes: list[Any], graph: str, path: str) -> None:
        for node in nodes:
            if not isinstance(node, dict) or not node.keys() - _SAYS_NOTHING:
                raise ProofError("jsonld-error", f"A graph holds something that makes no statement ({path}).")
            self.node(node, graph, path)

    def _reverse(self, subject: str, value: dict[str, list[Any]], graph: str, path: str) -> None:
        for name, items in value.items():
            predicate = self.resource(name, path)
            for item in items:
                self._add(self.value(item, graph, path), predicate, subject, graph)

    def value(self, item: Any, graph: str, path: str) -> str:
        if not isinstance(item, dict):
            raise ProofError("jsonld-error", f"A value stands where none can ({path}).")
        for keyword in _NOT_COVERED:
            if keyword in item:
                raise ProofError("jsonld-error", f"{keyword} is not carried into the signature ({path}).")
        if "@value" in item:
            return literal_of(item, path)
        if "@list" in item:
            return self._list(item["@list"], graph, path)
        return self.node(item, graph, path)

    def _list(self, items: list[Any], graph: str, path: str) -> str:
        cells = self.cells(items)
        for number, item in enumerate(items):
            rest = cells[number + 1] if number + 1 < len(cells) else _NIL
            self._add(cells[number], _FIRST, self.value(item, graph, f"{path}[{number}]"), graph)
            self._add(cells[number], _REST, rest, graph)
        return cells[0] if cells else _NIL


def literal_of(item: dict[str, Any], path: str = "$") -> str:
    """Return the literal of a value object as canonical text. Rule: JSON-LD 1.1 API, section 8.2.2."""
    value, datatype, language = item["@value"], item.get("@type"), item.get("@language")
    if datatype == "@json":
        return literal(jcs.dumps(value).decode(), f"{RDF}JSON")
    if datatype is not None and not (isinstance(datatype, str) and is_absolute_iri(datatype)):
        raise ProofError("jsonld-error", f"The type of a value is not an absolute IRI ({path}).")
    if language is not None and not _LANGUAGE.match(language):
        raise ProofError("jsonld-error", f"A language tag is not well-formed ({path}).")
    if isinstance(value, bool):
        return literal("true" if value else "false", datatype or f"{XSD}boolean")
    if isinstance(value, int | float):
        return _number(value, datatype)
    if not isinstance(value, str):
        raise ProofError("jsonld-error", f"A value is neither text, number nor truth value ({path}).")
    _refuse_surrogates(value, path)
    return literal(value, datatype or f"{XSD}string", language or "")


def _refuse_surrogates(text: str, path: str) -> None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ProofError("malformed", f"A string holds half of a surrogate pair ({path}).") from error


def _number(value: int | float, datatype: str | None) -> str:
    if datatype == f"{XSD}double" or not float(value).is_integer() or abs(value) >= 1e21:
        text = re.sub(r"(\d)0*E\+?(-)?0*(\d)", r"\1E\2\3", f"{value:1.15E}")
        return literal(text, datatype or f"{XSD}double")
    return literal(str(int(value)), datatype or f"{XSD}integer")
