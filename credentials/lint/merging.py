"""Would objects of one id tell a reader of the JSON something else than they told whoever signed?

RDF joins all that is said of one id. So under an RDF signature a member may leave one object and
stand in another of the same id, and the signature holds. A document is read only if that makes no
difference: within one credential, objects of an id say the same, or are of kinds that have no member in common
(who issues to themselves; criteria at the achievement's own address), and a reference never stands
above what it refers to. What has a signature of its own (a credential in
a record) is fixed by that; there the issuer and the learner of the record say all that the same
issuer and learner say inside, so that nothing can be left out above. An endorsement may not hold,
so it says of its surroundings only what they say themselves.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from credentials.lint.badge import ACHIEVEMENT, ACHIEVEMENT_SUBJECT, CRITERIA, PROFILE
from credentials.lint.credentials import ACHIEVEMENT_CREDENTIAL

Json = dict[str, Any]
Names = tuple[str, ...]
_IN_A_RECORD = ("credentialSubject", "verifiableCredential")
_HELD = (("verifiableCredential",), _IN_A_RECORD)
_NAMES_IT = frozenset({"id", "type"})
_OF_SUPPORT = frozenset({"id", "type", "endorsementComment"})
_OF_ANY_SUBJECT = frozenset({"id", "type", "name", "identifier", "achievement"})
_SUPPORTED = frozenset(
    {"endorsement", "endorsementJwt"}
)  # others say it, and it is theirs wherever it stands
_NOT_TOLD = _SUPPORTED | {"@context", "proof"}
_PROFILE = frozenset(PROFILE.members)
_OF_A_LIST = {"statusPurpose", "encodedList", "statusReference", "statusSize", "statusMessages", "ttl"}
_KINDS = {
    "": frozenset(ACHIEVEMENT_CREDENTIAL.members) | {"@context", "proof", "issuer", "credentialSubject"},
    "issuer": _PROFILE,
    "creator": _PROFILE,
    "credentialSubject": frozenset(ACHIEVEMENT_SUBJECT.members) - {"name"} | _OF_A_LIST,
    "achievement": frozenset(ACHIEVEMENT.members),
    "criteria": frozenset(CRITERIA.members),
}
MAX_DEPTH = 60


@dataclass(frozen=True)
class _Told:
    """An object or a reference, and the names that lead to it."""

    names: Names
    value: Json

    @property
    def named_only(self) -> bool:
        return self.value.keys() <= _NAMES_IT

    @property
    def kind(self) -> frozenset[str] | None:
        return _KINDS.get(self.names[-1] if self.names else "")


@dataclass
class _Seen:
    """What one credential says of one id: the first that says more than its type, and all else."""

    said: _Told | None = None
    others: list[_Told] = field(default_factory=list)


def merges(document: Json) -> str:
    """Return where two objects of one id could be mistaken, as member names with slashes, or ""."""
    if _all_apart(document):
        return ""
    seen: dict[str, _Seen] = {}
    inside: list[_Told] = []
    for names, value in _objects(document):
        if _is_signed(names):
            inside.append(_Told(names, value))
        elif isinstance(own := value.get("id"), str):
            _note(seen.setdefault(own, _Seen()), _Told(names, value))
    apart = [other for one in seen.values() for other in one.others if not _go_together(one.said, other)]
    apart += [one for one in inside if one.names[-1] == "endorsement" and not _repeats_only(seen, one.value)]
    apart += [one for one in inside if one.names == _IN_A_RECORD and not _says_all(document, one.value)]
    return "/" + "/".join(apart[0].names) if apart else ""


def _all_apart(document: Json) -> bool:
    """Return whether no id stands twice, so that nothing can join: the quick answer for most documents."""
    named = document.get("issuer")
    ids = {named} if isinstance(named, str) else set()
    stack: list[Any] = [document]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, dict):
            own = value.get("id")
            if isinstance(own, str):
                if own in ids:
                    return False
                ids.add(own)
            stack.extend(one for key, one in value.items() if key not in ("@context", "proof"))
    return True


def _is_signed(names: Names) -> bool:
    """Return whether what stands there is a credential of somebody, with a signature of its own."""
    return names in _HELD or names[-1:] == ("endorsement",)


def _note(one: _Seen, told: _Told) -> None:
    if one.said is None and not told.named_only:
        one.said = told
    else:
        one.others.append(told)


def _go_together(said: _Told | None, other: _Told) -> bool:
    """Return whether nothing could have gone from one to the other: they are alike, or of kinds that share nothing."""
    if said is None or _text(said.value) == _text(other.value):
        return True
    if said.kind and other.kind and said.kind is not other.kind:
        here, there = said.value.keys() - _NAMES_IT, other.value.keys() - _NAMES_IT
        return here <= said.kind - other.kind and there <= other.kind - said.kind
    return other.named_only and len(other.names) >= len(said.names)


def _objects(document: Json, *, whole: bool = False) -> Iterator[tuple[Names, Json]]:
    """Yield each object with the names that lead to it, and the issuer that is only named.

    Stops at credentials that are checked on their own, unless whole. Proofs are a graph of their own.
    """
    stack: list[tuple[Names, Any]] = [((), document)]
    while stack:
        names, value = stack.pop()
        if isinstance(value, list):
            stack.extend((names, one) for one in value)
        elif isinstance(value, dict):
            yield names, value
            if (whole or not _is_signed(names)) and len(names) < MAX_DEPTH:
                stack.extend(
                    ((*names, key), one) for key, one in value.items() if key not in ("@context", "proof")
                )
        elif names == ("issuer",) and isinstance(value, str):
            yield names, {"id": value}


def _repeats_only(seen: dict[str, _Seen], support: Json) -> bool:
    return all(_repeats(seen, part) for _names, part in _objects(support, whole=True))


def _repeats(seen: dict[str, _Seen], part: Json) -> bool:
    """Return whether an object of an endorsement says nothing of its surroundings that they do not say."""
    one = seen.get(part["id"]) if isinstance(part.get("id"), str) else None
    if one is None or part.keys() <= _OF_SUPPORT:
        return True
    said = one.said.value if one.said is not None else {}
    return all(_holds(said.get(key), item) for key, item in part.items() if key not in _OF_SUPPORT)


def _says_all(record: Json, member: Json) -> bool:
    """Return whether a record's issuer and learner say all that the same ones say in a member."""
    above: Any = record.get("issuer")
    below: Any = member.get("issuer")
    if _same(above, below) and not all(
        _could_stand(above.get(key), item) for key, item in below.items() if key not in _SUPPORTED
    ):
        return False
    for learner in _list(record.get("credentialSubject")):
        for subject in _list(member.get("credentialSubject")):
            if _same(learner, subject) and not _tells_of_learner(learner, subject):
                return False
    return True


def _tells_of_learner(learner: Json, subject: Json) -> bool:
    return (learner.keys() & subject.keys()) <= _OF_ANY_SUBJECT and not (
        _list(subject.get("name")) and not _list(learner.get("name"))
    )


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, dict) and isinstance(other, dict) and "id" in one and one["id"] == other.get("id")


def _could_stand(above: Any, below: Any) -> bool:
    """Return whether the upper value could not have been more: one text for another is none too few."""
    return (len(_list(above)) == 1 and len(_list(below)) == 1) or _holds(above, below)


def _holds(many: Any, some: Any) -> bool:
    there = {_text(one) for one in _list(many)}
    return all(_text(one) in there for one in _list(some))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    """Return a value with sets of one written as the one, for they are the same statement."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if key not in _NOT_TOLD}
    if isinstance(value, list):
        return _plain(value[0]) if len(value) == 1 else [_plain(one) for one in value]
    return value
