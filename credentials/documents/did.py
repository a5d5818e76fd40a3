"""did.json of an issuer profile, and did:web names to addresses and back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit

from credentials.canon.errors import ProofError
from credentials.documents.dates import instant_text
from credentials.documents.errors import DocumentError
from credentials.documents.uris import is_fragment, is_uri
from credentials.documents.vocabulary import DID_CONTEXT, JWK_CONTEXT, MULTIKEY_CONTEXT, Json
from credentials.proofs.jwk import PRIVATE_MEMBERS
from credentials.proofs.public_key import PublicKey

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)*{_LABEL}\Z")
_PORT = re.compile(r"[1-9][0-9]{0,4}\Z")
# Percent signs never hide a dot, a slash or a control character: other readers would undo them.
_SEGMENT = re.compile(r"(?:[A-Za-z0-9._-]|%(?!2E|2F|5C|[01]|7F)[0-9A-F]{2})+\Z")
_MAX_LENGTH = 2_000
_LOCAL = frozenset({"localhost"})


class KeyState(Enum):
    """Where a key is in its life, as far as did.json shows it."""

    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


@dataclass(frozen=True, slots=True)
class DidKey:
    """One public key: as a Multikey or as a JWK. revoked_at: aware, only if compromised."""

    fragment: str
    multikey: str = ""
    jwk: Json | None = None
    state: KeyState = KeyState.ACTIVE
    revoked_at: datetime | None = None


def build_did_document(did: str, keys: Iterable[DidKey], *, also_known_as: Iterable[str] = ()) -> Json:
    """Return did.json. Retired keys stay usable for ever; compromised ones show when they were revoked.

    A compromised key stays under verificationMethod and leaves assertionMethod (decisions.md 12).
    """
    did_web_url(did)
    listed = sorted(keys, key=lambda key: key.fragment)
    methods = [_build_method(did, key) for key in listed]
    if len({method["id"] for method in methods}) != len(methods):
        raise DocumentError("key-fragment-twice")
    trusted = [f"{did}#{key.fragment}" for key in listed if key.state is not KeyState.COMPROMISED]
    contexts = [DID_CONTEXT, MULTIKEY_CONTEXT]
    if any(key.jwk for key in listed):
        contexts.append(JWK_CONTEXT)
    document: Json = {"@context": contexts, "id": did}
    names = list(also_known_as)
    if names:
        document["alsoKnownAs"] = names
    return document | {"verificationMethod": methods, "assertionMethod": trusted}


def did_web_url(did: str) -> str:
    """Return the https address of a did:web document. Raises DocumentError for any other text.

    Rule: did:web method, Read; host names only, no addresses of machines. Ports are percent-encoded.
    """
    if len(did) > _MAX_LENGTH or not did.startswith("did:web:"):
        raise DocumentError("not-did-web")
    host, *path = did.removeprefix("did:web:").split(":")
    name, colon, port = host.partition("%3A")
    _check_host(name, port if colon else None)
    if any(_SEGMENT.match(part) is None or part in {".", ".."} for part in path):
        raise DocumentError("did-web-path", "a part of the path is empty or has other characters")
    place = "/".join(path) if path else ".well-known"
    return f"https://{name}{':' + port if colon else ''}/{place}/did.json"


def did_web_from_url(url: str) -> str:
    """Return the did:web DID whose document is at url (…/did.json). Raises DocumentError."""
    if len(url) > _MAX_LENGTH or not is_uri(url) or not url.startswith("https://"):
        raise DocumentError("not-a-did-web-address")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise DocumentError("not-a-did-web-address") from None
    name, colon, port = parts.netloc.partition(":")
    segments = parts.path.split("/")[1:]
    if parts.query or parts.fragment or len(segments) < 2 or segments.pop() != "did.json":
        raise DocumentError("not-a-did-web-address")
    path = [] if segments == [".well-known"] else segments
    did = ":".join(["did:web", f"{name}%3A{port}" if colon else name, *path])
    if did_web_url(did) != url:
        raise DocumentError("not-a-did-web-address")
    return did


def _check_host(name: str, port: str | None) -> None:
    last = name.rpartition(".")[2]
    if _HOST.match(name) is None or (last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last)):
        raise DocumentError("did-web-host", "a host name in lower case is needed")
    if "." not in name and name not in _LOCAL:
        raise DocumentError("did-web-host", "the host has no dot in it")
    if port is not None and (_PORT.match(port) is None or int(port) > 65_535):
        raise DocumentError("did-web-port")


def _build_method(did: str, key: DidKey) -> Json:
    if not is_fragment(key.fragment):
        raise DocumentError("key-fragment")
    if bool(key.multikey) == bool(key.jwk):
        raise DocumentError("key-needs-one-form", key.fragment)
    method: Json = {"id": f"{did}#{key.fragment}", "type": "Multikey", "controller": did}
    if key.jwk:
        _check_jwk(key)
        method |= {"type": "JsonWebKey", "publicKeyJwk": key.jwk}
    else:
        _check_multikey(key)
        method["publicKeyMultibase"] = key.multikey
    if (key.state is KeyState.COMPROMISED) != (key.revoked_at is not None):
        raise DocumentError("key-revocation-time", key.fragment)
    if key.revoked_at is not None:
        method["revoked"] = instant_text(key.revoked_at)
    return method


def _check_jwk(key: DidKey) -> None:
    """Refuse what a verifier could not use, and above all a private key."""
    if key.jwk and not PRIVATE_MEMBERS.isdisjoint(key.jwk):
        raise DocumentError("key-is-private", key.fragment)
    try:
        PublicKey.from_jwk(key.jwk)
    except ProofError:
        raise DocumentError("key-not-jwk", key.fragment) from None


def _check_multikey(key: DidKey) -> None:
    try:
        PublicKey.from_multikey(key.multikey)
    except ProofError:
        raise DocumentError("key-not-multikey", key.fragment) from None
