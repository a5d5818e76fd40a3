"""SD-JWT: a token whose holder shows some of its claims and keeps the others.

Rule: RFC 9901, sections 4 (format), 7.1 (verification) and 7.2 (holder).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from credentials.canon import strict_json
from credentials.canon.errors import ProofError
from credentials.proofs import multibase
from credentials.tokens import jws
from credentials.tokens.jws import Jws

MAX_DISCLOSURES = 1_000
MAX_LEVELS = 64
HASHES: dict[str, Callable[[bytes], Any]] = {
    "sha-256": hashlib.sha256,
    "sha-384": hashlib.sha384,
    "sha-512": hashlib.sha512,
}
RESERVED = frozenset({"_sd", "...", "_sd_alg"})

Claims = dict[str, Any]


@dataclass(frozen=True)
class SdJwt:
    """An SD-JWT taken apart, not yet believed.

    presented: what `sd_hash` covers, up to and with the last tilde. key_binding: the token of the
    holder, or "".
    """

    presented: str
    jws: Jws
    payload: Claims
    disclosures: tuple[str, ...]
    key_binding: str

    @property
    def hash_name(self) -> str:
        """The hash of the disclosures and of `sd_hash`. Raises ProofError "unsupported-proof"."""
        name = self.payload.get("_sd_alg", "sha-256")
        if not isinstance(name, str) or name not in HASHES:
            raise ProofError("unsupported-proof", "The token's digests are of a kind that is not used here.")
        return name


def read(text: str) -> SdJwt:
    """Return the parts of an SD-JWT, or of one with key binding. Raises ProofError like jws.read."""
    if not isinstance(text, str) or len(text) > jws.MAX_TOKEN or "~" not in text or not text.isascii():
        raise ProofError("malformed", "The text is not an SD-JWT, or far too long.")
    token, *disclosures, key_binding = text.split("~")
    if len(disclosures) > MAX_DISCLOSURES:
        raise ProofError("malformed", f"The token has more than {MAX_DISCLOSURES} disclosures.")
    parts = jws.read(token)
    presented = text.removesuffix(key_binding) if key_binding else text
    return SdJwt(presented, parts, strict_json.loads(parts.payload), tuple(disclosures), key_binding)


def looks_like_sd_jwt(text: str) -> bool:
    """Tell whether a text has the form of an SD-JWT."""
    return "~" in text and jws.looks_like_token(text.partition("~")[0])


def digest_of(text: str, hash_name: str = "sha-256") -> str:
    """Return the base64url digest of a disclosure, or of a presented SD-JWT. Rule: section 4.2.3."""
    return multibase.base64url_encode(HASHES[hash_name](text.encode("ascii")).digest())


def process(sd_jwt: SdJwt) -> tuple[Claims, dict[str, str]]:
    """Return the claims that are shown, and each disclosure by the JSON Pointer of what it shows.

    A pointer counts items of arrays as the issuer wrote them, hidden ones too. Raises ProofError:
    "malformed" for what no issuer may write, "signature-invalid" for a disclosure that belongs to
    no digest, or to two. Rule: section 7.1, steps 3 to 5.
    """
    hash_name = sd_jwt.hash_name
    unfolding = _Unfolding()
    for text in sd_jwt.disclosures:
        unfolding.add(text, digest_of_stranger(text, hash_name))
    payload = {name: value for name, value in sd_jwt.payload.items() if name != "_sd_alg"}
    claims: Claims = unfolding.value(payload, "", 0)
    if len(unfolding.places) != len(unfolding.disclosures):
        raise ProofError("signature-invalid", "A disclosure belongs to no digest that was signed.")
    return claims, unfolding.places


def present(text: str, pointers: Iterable[str]) -> str:
    """Return the SD-JWT with only those disclosures that show the things pointed to, and what holds them.

    text: as issued, without key binding. pointers: of claims, as `process` gives them; what lies
    below a chosen thing stays hidden unless it is chosen too. Raises ProofError "malformed" for a
    pointer to nothing that is hidden.
    """
    sd_jwt = read(text)
    if sd_jwt.key_binding:
        raise ProofError("malformed", "The token is bound to somebody else already.")
    _, places = process(sd_jwt)
    chosen: set[str] = set()
    for pointer in pointers:
        if pointer not in places:
            raise ProofError("malformed", "A pointer names nothing that the token hides.")
        chosen.update(one for one in places if pointer == one or pointer.startswith(one + "/"))
    kept = {places[pointer] for pointer in chosen}
    shown = [disclosure for disclosure in sd_jwt.disclosures if disclosure in kept]
    return "~".join([text.partition("~")[0], *shown, ""])


def digest_of_stranger(text: str, hash_name: str) -> str:
    """Return the digest of a disclosure from outside. Raises ProofError "malformed"."""
    multibase.base64url_decode(text)
    return digest_of(text, hash_name)


def step(name: str | int) -> str:
    """Return one step of a JSON Pointer (RFC 6901, section 3)."""
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


@dataclass
class _Unfolding:
    """One run of section 7.1, step 3."""

    disclosures: dict[str, tuple[str, list[Any]]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    places: dict[str, str] = field(default_factory=dict)

    def add(self, text: str, digest: str) -> None:
        parts = strict_json.loads_value(multibase.base64url_decode(text))
        if not isinstance(parts, list) or len(parts) not in (2, 3) or not isinstance(parts[0], str):
            raise ProofError("malformed", "A disclosure is not an array of salt, name and value.")
        if digest in self.disclosures:
            raise ProofError("signature-invalid", "A disclosure stands there twice.")
        self.disclosures[digest] = (text, parts)

    def value(self, value: Any, pointer: str, level: int) -> Any:
        if level > MAX_LEVELS:
            raise ProofError("malformed", f"The claims nest deeper than {MAX_LEVELS} levels.")
        if isinstance(value, dict):
            return self._object(value, pointer, level)
        if isinstance(value, list):
            return self._array(value, pointer, level)
        return value

    def _object(self, value: Claims, pointer: str, level: int) -> Claims:
        if not {"...", "_sd_alg"}.isdisjoint(value):
            raise ProofError("malformed", "A reserved name stands where it may not.")
        digests = value.get("_sd", [])
        if not isinstance(digests, list):
            raise ProofError("malformed", "The digests are not an array.")
        result = {
            name: self.value(inner, pointer + step(name), level + 1)
            for name, inner in value.items()
            if name != "_sd"
        }
        for digest in digests:
            parts = self._meet(digest, 3)
            if parts is not None:
                self._insert(result, parts, digest, pointer, level)
        return result

    def _insert(self, result: Claims, parts: list[Any], digest: str, pointer: str, level: int) -> None:
        name = parts[1]
        if not isinstance(name, str) or name in RESERVED or name in result:
            raise ProofError("malformed", "A disclosure has a name that is taken or reserved.")
        place = pointer + step(name)
        self.places[place] = self.disclosures[digest][0]
        result[name] = self.value(parts[2], place, level + 1)

    def _array(self, value: list[Any], pointer: str, level: int) -> list[Any]:
        result = []
        for number, item in enumerate(value):
            place = pointer + step(number)
            if not isinstance(item, dict) or item.keys() != {"..."}:
                result.append(self.value(item, place, level + 1))
                continue
            parts = self._meet(item["..."], 2)
            if parts is not None:
                self.places[place] = self.disclosures[item["..."]][0]
                result.append(self.value(parts[1], place, level + 1))
        return result

    def _meet(self, digest: Any, length: int) -> list[Any] | None:
        if not isinstance(digest, str):
            raise ProofError("malformed", "A digest is not text.")
        if digest in self.met:
            raise ProofError("signature-invalid", "A digest stands there twice.")
        self.met.add(digest)
        if digest not in self.disclosures:
            return None
        parts = self.disclosures[digest][1]
        if len(parts) != length:
            raise ProofError("malformed", "A disclosure does not fit the place of its digest.")
        return parts
