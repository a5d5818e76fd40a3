"""The canonical form of a record from the forms of the credentials inside it.

Why it is exact. In a ClrCredential the credentials inside are objects of the record's own graph,
and each brings its contexts, so a member makes the statements that it makes alone, and the
envelope adds one link to each. Blank nodes belong to one part only: their first-degree hashes are
those of the part, and the order of all hashes gives the labels. Where hashes are equal, the whole
of RDFC-1.0 runs on the statements of all parts. A subject that several parts speak of has its
lines merged as a set; every other subject's lines stay together.

Contexts: only the lists below. Of what they define, the record's own context adds only the terms
of CLR 2.0; a member that used one of these would not have made a template by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from credentials.canon import rdfc
from credentials.canon.errors import ProofError
from credentials.canon.nquads import Quad
from credentials.shapes.structure import NotCovered
from credentials.shapes.template import PLAIN_IRI, Template, escaped, ranked

Document = dict[str, Any]
Part = tuple[Template, list[str]]

_V2 = "https://www.w3.org/ns/credentials/v2"
_OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
_MORE = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
RECORD_CONTEXTS = ([_V2, _CLR, _OB], [_V2, _CLR, _OB, _MORE])
MEMBER_CONTEXTS = ([_V2, _OB], [_V2, _OB, _MORE])
_LINK = b"<%s> <https://purl.imsglobal.org/spec/vc/clr/vocab.html#verifiableCredential> <%s> .\n"


def members_of(document: Document) -> list[Document] | None:
    """Return the credentials in a record that can be composed, or None for any other document."""
    subject = document.get("credentialSubject")
    if type(subject) is not dict or "verifiableCredential" not in subject:
        return None
    members = subject["verifiableCredential"]
    fits = (
        document.get("@context") in RECORD_CONTEXTS
        and document.get("type") == ["VerifiableCredential", "ClrCredential"]
        and subject.get("type") == ["ClrSubject"]
        and type(members) is list
        and len(members) > 1
        and all(map(_fits, members))
        and _is_plain(subject.get("id"))
    )
    return members if fits else None


def _fits(member: Any) -> bool:
    return type(member) is dict and member.get("@context") in MEMBER_CONTEXTS and _is_plain(member.get("id"))


def _is_plain(value: Any) -> bool:
    return type(value) is str and PLAIN_IRI.match(value) is not None


def envelope_of(document: Document) -> Document:
    """Return the record without the credentials inside."""
    subject = document["credentialSubject"]
    bare = {name: value for name, value in subject.items() if name != "verifiableCredential"}
    return {**document, "credentialSubject": bare}


def compose(parts: Sequence[Part], subject: str, members: Iterable[str]) -> tuple[bytes, bool]:
    """Return the canonical form of the parts with a link from the record's subject to each member.

    The second value tells whether no two nodes looked alike. Raises NotCovered.
    """
    values = [_values(template, slots) for template, slots in parts]
    hashes = [template.hashes(filled) for (template, _), filled in zip(parts, values, strict=True)]
    every = [digest for own in hashes for digest in own]
    labels = ranked(every)
    alone = labels is not None
    if labels is None:
        labels = _labels_of_alike([template for template, _ in parts], every)
    shared = _shared(parts) | {subject}
    units: list[bytes] = []
    lines = {_LINK % (subject.encode(), member.encode()) for member in members}
    done: set[int] = set()
    start = 0
    for (template, slots), filled, own in zip(parts, values, hashes, strict=True):
        placed = filled + labels[start : start + len(own)]
        start += len(own)
        rendered = template.nested.render(placed)
        if template.nested.repeated(rendered):
            raise NotCovered
        _sort_out(zip(template.names(slots), rendered, strict=True), shared, units, lines)
        if id(template) not in done:
            done.add(id(template))
            _sort_out(template.nested_still, shared, units, lines)
    units.extend(lines)
    units.sort()
    return b"".join(units), alone


def _values(template: Template, slots: list[str]) -> list[bytes]:
    """Return the escaped slots of a part whose lines are as many as its shape's."""
    template.check(slots)
    if not template.subjects_stay_apart(slots):
        raise NotCovered
    return escaped(slots)


def _shared(parts: Sequence[Part]) -> set[str]:
    """Return the subjects of which more than one part speaks, unless all say the same."""
    used = Counter(id(template) for template, _ in parts)
    named: Counter[str] = Counter()
    for template in {id(template): template for template, _ in parts}.values():
        named.update(template.constant_subjects)
        if used[id(template)] > 1:
            named.update(template.moving_constants)
    for template, slots in parts:
        named.update([slots[number] for number in template.subjects])
    return {name for name, count in named.items() if count > 1}


def _sort_out(
    rendered: Iterable[tuple[str, bytes]], shared: set[str], units: list[bytes], lines: set[bytes]
) -> None:
    for name, text in rendered:
        if name in shared:
            lines.update(text.splitlines(keepends=True))
        else:
            units.append(text)


def _labels_of_alike(templates: Sequence[Template], hashes: list[bytes]) -> list[bytes]:
    mentions: dict[str, list[Quad]] = {}
    for number, template in enumerate(templates):
        own = {node: f"_:p{number}x{node[2:]}" for node in template.nodes}
        for node, quads in template.mentions.items():
            mentions[own[node]] = [Quad(*(own.get(term, term) for term in quad)) for quad in quads]
    known = {node: digest.hex() for node, digest in zip(mentions, hashes, strict=True)}
    try:
        issued = rdfc.issue_labels_by_hash(mentions, known)
    except ProofError as error:
        raise NotCovered from error
    return [issued[node].encode() for node in mentions]
