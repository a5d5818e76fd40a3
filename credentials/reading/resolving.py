"""From a proof's verification method to a public key, always by way of the controller's own document.

A key in a fragment, a header or the proof itself says nothing about whose it is and is never taken.
Rule: Controlled Identifiers v1.0, section 3.3 (Retrieve Verification Method).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from credentials.canon import strict_json
from credentials.canon.errors import ProofError
from credentials.documents.dates import read_stamp
from credentials.documents.did import did_web_url
from credentials.proofs.jwk import PRIVATE_MEMBERS
from credentials.proofs.public_key import PublicKey
from credentials.reading.sources import Source, SourceFailed

MAX_URL = 2_000
MAX_METHODS = 50  # of one document that are compared
Json = dict[str, Any]
_PRIVATE = frozenset(
    {"secretKeyMultibase", "secretKeyJwk", "privateKeyMultibase", "privateKeyJwk", "privateKeyBase58"}
)


class KeyNotFound(ProofError):
    """No key.

    why: "unreachable", "missing", "withdrawn", "expired", "not-allowed", "form", "method", "elsewhere", "not-named",
    "published" (its private half, so that anybody could have signed).
    """

    def __init__(self, why: str, detail: str = "", since: datetime | None = None) -> None:
        super().__init__("key-unresolvable", detail or why)
        self.why, self.since = why, since


@dataclass(frozen=True)
class Method:
    """A verification method as its controller lists it. revoked: since when it is not to be trusted."""

    id: str
    controller: str
    key: PublicKey
    revoked: datetime | None = None
    expires: datetime | None = None


class Keys:
    """Finds keys for one run of checks; remembers what it found, by the method's address."""

    def __init__(self, source: Source, *, relationship: str = "assertionMethod") -> None:
        self.source, self.relationship = source, relationship
        self.found: dict[tuple[str, str], Method] = {}

    def method(self, url: str) -> Method:
        """Return the method that a proof names. Raises KeyNotFound, ProofError "key-unresolvable"."""
        asked = (self.relationship, url)
        if asked not in self.found:
            self.found[asked] = self._look(url)
        return self.found[asked]

    def _look(self, url: str) -> Method:
        base, hash_, _fragment = url.partition("#")
        if not hash_ or len(url) > MAX_URL:
            raise KeyNotFound("method")
        if base.startswith("did:key:"):
            return _did_key(url)
        return find_method(self._document(base), base, url, self.relationship)

    def jwk(self, url: str, issuer: str) -> Method:
        """Return the bare JWK at an address, if it is the issuer's. Raises KeyNotFound.

        A DID's document must list the same key for this purpose; what has a web address as its name
        shows by place or by `iss` whose the key is (Open Badges 3.0, section 8.2.3).
        """
        if not url.startswith("https://") or len(url) > MAX_URL:
            raise KeyNotFound("method")
        if issuer.startswith("did:") and not issuer.startswith("did:web:"):
            raise KeyNotFound("elsewhere")
        jwk = _json_at(self.source, url)
        key = PublicKey.from_jwk(jwk)
        if issuer.startswith("did:web:"):
            return find_key(self._document(issuer), issuer, key, self.relationship)
        if not _is_of(issuer, url, jwk):
            raise KeyNotFound("not-named")
        return Method(url, issuer, key)

    def well_known(self, issuer: str, kid: str) -> Method:
        """Return a key of an https issuer of SD-JWT VCs, from the place that its address fixes. Raises KeyNotFound.

        Rule: SD-JWT-based Verifiable Digital Credentials, section 4 (JWT VC Issuer Metadata).
        """
        parts = urlsplit(issuer)
        if parts.scheme != "https" or not parts.netloc:
            raise KeyNotFound("method")
        path = parts.path.rstrip("/")
        named = _json_at(self.source, f"https://{parts.netloc}/.well-known/jwt-vc-issuer{path}")
        if named.get("issuer") != issuer:
            raise KeyNotFound("form")
        keys = named.get("jwks")
        if keys is None and isinstance(named.get("jwks_uri"), str):
            keys = _json_at(self.source, named["jwks_uri"])
        listed = _objects(keys.get("keys")) if isinstance(keys, dict) else []
        found = [jwk for jwk in listed[:MAX_METHODS] if jwk.get("kid") == kid]
        if len(found) != 1:
            raise KeyNotFound("missing")
        return Method(f"{issuer}#{kid}", issuer, PublicKey.from_jwk(found[0]))

    def _document(self, controller: str) -> Json:
        address = controller
        if controller.startswith("did:web:"):
            try:
                address = did_web_url(controller)
            except ProofError:
                raise KeyNotFound("method") from None
        elif not controller.startswith("https://"):
            raise KeyNotFound("method")
        document = _json_at(self.source, address)
        if document.get("id") != controller:
            raise KeyNotFound("form", "The document at the address is of somebody else.")
        return document


def _is_of(issuer: str, url: str, jwk: Json) -> bool:
    """Return whether a bare JWK is that of an issuer with a web address: it lies below it, or names it."""
    if "iss" in jwk:
        return bool(jwk["iss"] == issuer) and urlsplit(url).netloc == urlsplit(issuer).netloc
    return url.startswith(issuer.partition("#")[0].rstrip("/") + "/") and ".." not in url


def _json_at(source: Source, address: str) -> Json:
    try:
        body = source.get(address)
    except SourceFailed as error:
        raise KeyNotFound("missing" if error.why == "missing" else "unreachable") from None
    try:
        return strict_json.loads(body, max_bytes=256 * 1024)
    except ProofError:
        raise KeyNotFound("form") from None


def find_method(document: Json, controller: str, url: str, relationship: str) -> Method:
    """Return the method of that address from a controller's document, if it is listed for the purpose."""
    entries = _objects(document.get("verificationMethod")) + _objects(document.get(relationship))
    named = [entry for entry in entries if _absolute(entry.get("id"), controller) == url]
    if not named:
        raise KeyNotFound("missing")
    if len(named) > 1:
        raise KeyNotFound("form", "Two keys stand under one name.")
    entry = named[0]
    if entry.get("controller") != controller:
        raise KeyNotFound("form", "The key is listed as somebody else's.")
    revoked, expires = _moment(entry, "revoked"), _moment(entry, "expires")
    if revoked is None and not _listed(document, relationship, controller, url):
        raise KeyNotFound("not-allowed")
    return Method(url, controller, _key(entry), revoked, expires)


def find_key(document: Json, controller: str, key: PublicKey, relationship: str) -> Method:
    """Return the method under which a controller's document lists that very key. Raises KeyNotFound."""
    entries = _objects(document.get("verificationMethod")) + _objects(document.get(relationship))
    for entry in entries[:MAX_METHODS]:
        url = _absolute(entry.get("id"), controller)
        try:
            method = find_method(document, controller, url, relationship)
        except ProofError:
            continue
        if method.key == key:
            return method
    raise KeyNotFound("not-named")


def _did_key(url: str) -> Method:
    controller, _, fragment = url.partition("#")
    text = controller.removeprefix("did:key:")
    if fragment != text:
        raise KeyNotFound("method")
    return Method(url, controller, PublicKey.from_multikey(text))


def _objects(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _absolute(own: Any, controller: str) -> str:
    if not isinstance(own, str):
        return ""
    return controller + own if own.startswith("#") else own


def _listed(document: Json, relationship: str, controller: str, url: str) -> bool:
    value = document.get(relationship)
    entries = value if isinstance(value, list) else [value]
    names = [entry.get("id") if isinstance(entry, dict) else entry for entry in entries]
    return url in [_absolute(name, controller) for name in names]


def _moment(entry: Json, member: str) -> datetime | None:
    if member not in entry:
        return None
    moment = read_stamp(entry[member])
    if moment is None:
        raise KeyNotFound("form", f"{member} of the key is not a date.")
    return moment


def _key(entry: Json) -> PublicKey:
    jwk = entry.get("publicKeyJwk")
    if _PRIVATE & entry.keys() or (isinstance(jwk, dict) and PRIVATE_MEMBERS & jwk.keys()):
        raise KeyNotFound("published")
    if {"publicKeyMultibase", "publicKeyJwk"} <= entry.keys():  # Controlled Identifiers v1.0, section 2.2
        raise KeyNotFound("form", "The key stands there in two forms, which may differ.")
    if "publicKeyMultibase" in entry:
        return PublicKey.from_multikey(entry["publicKeyMultibase"])
    if "publicKeyJwk" in entry:
        return PublicKey.from_jwk(entry["publicKeyJwk"])
    raise KeyNotFound("form", "The key has a form that is not used here.")
