"""The JSON-LD contexts this project knows, each pinned by the SHA-256 of its bytes.

Nothing here ever asks the network: a context that is not pinned or handed in does not exist.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import json
import threading
from collections.abc import Mapping
from importlib import resources
from typing import Any, NamedTuple

from cachetools import LRUCache
from frozendict import frozendict
from pyld import jsonld
from pyld.context_resolver import ContextResolver

from credentials.canon.errors import ProofError

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"

MAX_RESOLVED = 200  # documents' contexts and the scoped contexts inside them
MAX_ACTIVE = 500  # active contexts, one per path of contexts and types met

_BADGES = "openbadgeslib.ob3.contexts"
_PYLD = "pyld.documentloader.frozen.bundled"


class Pinned(NamedTuple):
    """Where the bytes of a context lie, and their SHA-256."""

    package: str
    file: str
    sha256: str


PINNED: dict[str, Pinned] = {
    CREDENTIALS_V2: Pinned(
        _BADGES,
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    OPEN_BADGES: Pinned(
        _BADGES,
        "ob-v3p0-context-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": Pinned(
        _BADGES,
        "ob-v3p0-context-3.0.2.json",
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": Pinned(
        _BADGES,
        "ob-v3p0-context-3.0.1.json",
        "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
    ),
    OPEN_BADGES_EXTENSIONS: Pinned(
        _BADGES,
        "ob-v3p0-extensions.json",
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
    ),
    CLR: Pinned(
        _BADGES,
        "clr_context_2.0.1.json",
        "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
    ),
    DATA_INTEGRITY_V2: Pinned(
        _BADGES,
        "security-data-integrity-v2.json",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    "https://w3id.org/security/multikey/v1": Pinned(
        _BADGES,
        "security-multikey-v1.json",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
    "https://www.w3.org/2018/credentials/v1": Pinned(
        _PYLD,
        "credentials-v1.jsonld",
        "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8",
    ),
    "https://w3id.org/security/suites/ed25519-2020/v1": Pinned(
        _PYLD,
        "security-ed25519-2020-v1.jsonld",
        "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
    ),
    "https://w3id.org/security/suites/jws-2020/v1": Pinned(
        _PYLD,
        "security-jws-2020-v1.jsonld",
        "00ee65bb7307f9a01c3170b823083b0d4de68223520834b2c5eb7a09bae5dea6",
    ),
}


class _Processor(jsonld.JsonLdProcessor):  # type: ignore[misc]
    """PyLD's processor, with finished active contexts remembered.

    PyLD gives every type-scoped context a new identity, so that its own cache never hits, and
    defines the same terms again for every object. A finished context never changes: what
    follows from it and from a local context is the same each time.
    """

    def __init__(self, on_dropped: Any, cache: LRUCache[Any, Any]) -> None:
        super().__init__(on_property_dropped=on_dropped)
        self.cache = cache

    def _process_context(self, active_ctx: Any, local_ctx: Any, options: Any, **how: Any) -> Any:
        key = _context_key(active_ctx, local_ctx, how)
        if key is None:
            return super()._process_context(active_ctx, local_ctx, options, **how)
        found = self.cache.get(key)
        if found is None:
            result = super()._process_context(active_ctx, local_ctx, options, **how)
            if not isinstance(result, frozendict):
                return result
            # The inputs are kept with the result, so that their identity stays theirs.
            found = self.cache[key] = (result, active_ctx, local_ctx)
        return found[0]


def _context_key(active_ctx: Any, local_ctx: Any, how: dict[str, Any]) -> tuple[Any, ...] | None:
    if not isinstance(active_ctx, frozendict) or how.get("cycles"):
        return None
    if isinstance(local_ctx, dict):
        name: Any = id(local_ctx)
    elif isinstance(local_ctx, str):
        name = local_ctx
    elif isinstance(local_ctx, list) and all(isinstance(url, str) for url in local_ctx):
        name = tuple(local_ctx)
    else:
        return None
    return (id(active_ctx), name, how.get("override_protected", False), how.get("propagate", True))


class ContextLoader:
    """A closed set of contexts that serves PyLD as its document loader.

    Parsed contexts stay in memory with the loader, so keep one loader and use it often.
    inline_bytes: how long a context written inside a document may be; 0, the default, refuses all.
    """

    def __init__(self, documents: Mapping[str, Mapping[str, Any]], *, inline_bytes: int = 0) -> None:
        self.documents = dict(documents)
        self.inline_bytes = inline_bytes
        self.lock = threading.Lock()
        self.resolver = ContextResolver(LRUCache(maxsize=MAX_RESOLVED), self)
        self.active: LRUCache[Any, Any] = LRUCache(maxsize=MAX_ACTIVE)

    def __contains__(self, url: object) -> bool:
        return url in self.documents

    def __call__(self, url: str, options: Any = None) -> dict[str, Any]:
        """Return the remote document as PyLD wants it. Raises ProofError "context-unavailable"."""
        if url not in self.documents:
            raise ProofError("context-unavailable", f"The context {url[:200]} is not known here.")
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": copy.deepcopy(self.documents[url]),
            "tag": "static",
        }

    def expand(self, document: dict[str, Any], on_dropped: Any) -> Any:
        """Return PyLD's expansion, without a base IRI; on_dropped is told of every lost member."""
        options = {
            "base": None,
            "documentLoader": self,
            "contextResolver": self.resolver,
            "processingMode": "json-ld-1.1",
        }
        with self.lock:
            self.resolver.per_op_cache.clear()
            return _Processor(on_dropped, self.active).expand(document, options)


Contexts = ContextLoader | Mapping[str, Mapping[str, Any]] | None


@functools.cache
def pinned_documents() -> Mapping[str, dict[str, Any]]:
    """Return every pinned context by its URL. Raises ProofError if one has other bytes."""
    return {url: load_pinned(url, pinned) for url, pinned in PINNED.items()}


def pinned_bytes(url: str) -> bytes | None:
    """Return the very bytes of a pinned context, or None for any other address."""
    return _bytes_of(url, PINNED[url]) if url in PINNED else None


def load_pinned(url: str, pinned: Pinned) -> dict[str, Any]:
    """Return one context after its bytes were compared with their pinned digest."""
    document: dict[str, Any] = json.loads(_bytes_of(url, pinned))
    return document


def _bytes_of(url: str, pinned: Pinned) -> bytes:
    try:
        data = resources.files(pinned.package).joinpath(pinned.file).read_bytes()
    except (OSError, ImportError) as error:
        raise ProofError("context-unavailable", f"The file of the context {url} is missing.") from error
    if hashlib.sha256(data).hexdigest() != pinned.sha256:
        raise ProofError("context-unavailable", f"The file of the context {url} was changed.")
    return data


@functools.cache
def default_loader() -> ContextLoader:
    """Return the loader of the pinned contexts; the same one every time."""
    return ContextLoader(pinned_documents())


def document_loader(
    extra: Mapping[str, Mapping[str, Any]] | None = None, *, inline_bytes: int = 0
) -> ContextLoader:
    """Return a loader of the pinned contexts and the extra ones, by URL; a pinned one wins.

    Every other URL is refused with ProofError "context-unavailable", and so is a context inside a
    document, unless inline_bytes allows it.
    """
    if not extra and not inline_bytes:
        return default_loader()
    return ContextLoader({**(extra or {}), **pinned_documents()}, inline_bytes=inline_bytes)


def as_loader(contexts: Contexts) -> ContextLoader:
    """Return the loader that is meant: itself, one with extra contexts, or the default one."""
    return contexts if isinstance(contexts, ContextLoader) else document_loader(contexts)
