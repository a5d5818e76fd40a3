"""The issuer's part of SD-JWT: take claims out of a payload and leave digests in their place.

Rule: RFC 9901, sections 4.2 (disclosures), 4.2.5 (decoys) and 4.2.6 (recursive disclosures).
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from credentials.canon.errors import ProofError
from credentials.canon.selection import json_pointer_to_paths
from credentials.proofs import multibase
from credentials.tokens.sd_jwt import MAX_DISCLOSURES, RESERVED, Claims, digest_of

MIN_SALT = 22  # characters: 128 bits in base64url (RFC 9901, section 9.3)

_SALT = re.compile(r"[A-Za-z0-9_-]+\Z")
_DECOY = re.compile(r"[A-Za-z0-9_-]{43}\Z")


def conceal(
    claims: Claims,
    hidden: Sequence[str],
    *,
    salts: Sequence[str],
    decoys: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Claims, list[str]]:
    """Return the payload with digests, and the disclosures in the order of `hidden`.

    hidden: JSON Pointers to members and items; a thing and something inside it may both be hidden.
    salts: one for each pointer, from 128 random bits or more, none twice. decoys: by the pointer of
    an object or array, digests of nothing, from 256 random bits each. Digests of an object stand in
    the order of the alphabet, which says nothing. Raises ProofError "proof-generation".
    """
    payload = copy.deepcopy(claims)
    _check(payload, hidden, salts)
    disclosures: dict[str, str] = {}
    pairs = sorted(zip(hidden, salts, strict=True), key=lambda pair: -pair[0].count("/"))
    for pointer, digests in (decoys or {}).items():
        _put_decoys(_at(payload, json_pointer_to_paths(pointer)), digests)
    for pointer, salt in pairs:  # the deepest first, so that a disclosure holds the digests inside it
        *way, last = json_pointer_to_paths(pointer)
        disclosures[pointer] = _hide(_at(payload, way), last, salt)
    _sort(payload)
    if hidden or decoys:
        payload["_sd_alg"] = "sha-256"
    return payload, [disclosures[pointer] for pointer in hidden]


def disclosure(*parts: Any) -> str:
    """Return the text of a disclosure: of salt, name and value, or of salt and value."""
    try:
        return multibase.base64url_encode(json.dumps(parts, ensure_ascii=False, allow_nan=False).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise ProofError("malformed", "A claim is not JSON.") from error


def _check(payload: Claims, hidden: Sequence[str], salts: Sequence[str]) -> None:
    if len(hidden) > MAX_DISCLOSURES or len(set(hidden)) != len(hidden) or "" in hidden:
        raise ProofError("proof-generation", "A claim is hidden twice, or too many are.")
    if len(salts) != len(hidden) or len(set(salts)) != len(salts):
        raise ProofError("proof-generation", "Every hidden claim needs a salt of its own.")
    if not all(len(salt) >= MIN_SALT and _SALT.match(salt) for salt in salts):
        raise ProofError("proof-generation", "A salt is too short.")
    _refuse_reserved(payload)


def _refuse_reserved(value: Any) -> None:
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            if not RESERVED.isdisjoint(one):
                raise ProofError("proof-generation", "A claim has a reserved name.")
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)


def _at(payload: Claims, way: list[str]) -> Any:
    value: Any = payload
    for name in way:
        value = value[_key(value, name)]
    return value


def _key(value: Any, name: str) -> str | int:
    if isinstance(value, dict) and name in value:
        return name
    if isinstance(value, list) and name.isascii() and name.isdigit() and int(name) < len(value):
        return int(name)
    raise ProofError("proof-generation", "A pointer names nothing that could be hidden.")


def _hide(parent: Any, name: str, salt: str) -> str:
    key = _key(parent, name)
    if isinstance(parent, list):
        text = disclosure(salt, _sorted(parent[int(key)]))
        parent[int(key)] = {"...": digest_of(text)}
        return text
    text = disclosure(salt, name, _sorted(parent.pop(name)))
    parent.setdefault("_sd", []).append(digest_of(text))
    return text


def _put_decoys(place: Any, digests: Sequence[str]) -> None:
    if not isinstance(place, dict | list) or not all(_DECOY.match(digest) for digest in digests):
        raise ProofError("proof-generation", "A decoy is not a digest, or stands in no object or array.")
    if isinstance(place, list):
        place.extend({"...": digest} for digest in digests)
    else:
        place.setdefault("_sd", []).extend(digests)


def _sorted(value: Any) -> Any:
    _sort(value)
    return value


def _sort(value: Any) -> None:
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            if "_sd" in one:
                one["_sd"].sort()
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)
