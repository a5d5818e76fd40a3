"""Where the documents come from that a check needs: DID documents, status lists, linked credentials.

A source gives bytes for an address, or says why not. None of them is believed more than another:
what it gives passes the same checks.
"""

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urljoin, urlsplit

import httpx
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from institution import fetch

MAX_REQUESTS = 40  # addresses asked for one visitor's document or heap of documents
MAX_SECONDS = 12.0
MAX_DOCUMENT = 256 * 1024
MAX_LIST = 4 * 1024 * 1024
_OURS = re.compile(
    r"/(?:i/[a-z0-9]{1,20}/(?:did\.json|(?:keys|status)/[A-Za-z0-9._-]{1,80})|a/[0-9a-f-]{36}(?:/\d{1,9})?)\Z"
)
_PLACES = ("did.json", "index.json", "index")


class SourceFailed(Exception):
    """Nothing came. why: "missing" (it is not there), "refused" (we do not open it), "unreachable"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Source(Protocol):
    """Gives the bytes at an address. Raises SourceFailed."""

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT) -> bytes:
        """Return the bytes at an address."""


class NoSource:
    """Gives nothing: for checking without any network."""

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT) -> bytes:
        """Refuse."""
        raise SourceFailed("unreachable")


class InternalSource:
    """Our own public addresses, answered by the very views that answer strangers (decisions 1)."""

    def __init__(self, origin: str = "") -> None:
        self.origin = (origin or settings.ISSUER_ORIGIN).rstrip("/")

    def covers(self, url: str) -> bool:
        """Return whether an address is at our issuer origin."""
        return url.startswith(self.origin + "/")

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT) -> bytes:
        """Return the body of the view at the address, as a stranger gets it."""
        for _step in range(2):
            if not self.covers(url):
                raise SourceFailed("refused")
            response = self._ask(url)
            if response.status_code in {301, 302, 307, 308}:
                url = urljoin(url, response.headers.get("Location", ""))
                continue
            body = body_of(response)
            if response.status_code != 200 or len(body) > max_bytes:
                raise SourceFailed("missing" if response.status_code in {404, 410} else "unreachable")
            return body
        raise SourceFailed("refused")

    def _ask(self, url: str) -> HttpResponseBase:
        path = unquote(urlsplit(url).path)
        if _OURS.match(path) is None:
            raise SourceFailed("missing")
        try:
            match = resolve(path)
            return match.func(stranger_request(url, path), *match.args, **match.kwargs)
        except (Resolver404, Http404, SuspiciousOperation):
            raise SourceFailed("missing") from None


def stranger_request(url: str, path: str) -> HttpRequest:
    """Return a request as a stranger without cookies makes it, for calling a view in this process."""
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    parts = urlsplit(url)
    request.META = {
        "REQUEST_METHOD": "GET",
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or 443),
        "HTTP_HOST": parts.netloc,
        "wsgi.url_scheme": "https",
    }
    return request


def body_of(response: HttpResponseBase) -> bytes:
    """Return the whole body of a response, streamed or not."""
    if getattr(response, "streaming", False):
        return b"".join(response)  # type: ignore[arg-type]
    return bytes(getattr(response, "content", b""))


class FetchSource:
    """Addresses elsewhere, through the guarded client; all of one run together get only so much time."""

    def __init__(self, client: fetch.Client | None = None, seconds: float = MAX_SECONDS) -> None:
        self.client, self.seconds_left = client, seconds

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT) -> bytes:
        """Return what the address gives within the limits of the guarded client."""
        if self.seconds_left <= 0:
            raise SourceFailed("unreachable")
        start = time.monotonic()
        try:
            return fetch.get(url, max_bytes=max_bytes, client=self.client).body
        except fetch.AddressMissing:
            raise SourceFailed("missing") from None
        except fetch.AddressRefused:
            raise SourceFailed("refused") from None
        except fetch.FetchFailed:
            raise SourceFailed("unreachable") from None
        finally:
            self.seconds_left -= time.monotonic() - start


class FilesSource:
    """Saved answers: each prefix of an address stands for a file, a folder, or a server on loopback."""

    def __init__(self, places: dict[str, str]) -> None:
        self.places = sorted(places.items(), key=lambda pair: -len(pair[0]))

    @classmethod
    def from_words(cls, words: list[str]) -> "FilesSource":
        """Return the source of `PREFIX=PLACE` words, or of JSON files that hold such pairs."""
        places: dict[str, str] = {}
        for word in words:
            prefix, equals, place = word.rpartition("=") if "=" in word else (word, "", "")
            if equals:
                places[prefix] = place
            else:
                places |= {str(k): str(v) for k, v in json.loads(Path(word).read_text()).items()}
        return cls(places)

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT) -> bytes:
        """Return the bytes of the longest prefix that fits."""
        for prefix, place in self.places:
            if url.startswith(prefix):
                rest = url.removeprefix(prefix)
                if place.startswith(("http://", "https://")):
                    return _from_loopback(place + rest, max_bytes)
                return _from_files(Path(place), rest, max_bytes)
        raise SourceFailed("unreachable")


def _from_files(place: Path, rest: str, max_bytes: int) -> bytes:
    target = place
    if place.is_dir():
        root = place.resolve()
        target = (root / unquote(rest.partition("?")[0]).strip("/")).resolve()
        if root not in (target, *target.parents):
            raise SourceFailed("refused")
        tries = [target, target.with_name(target.name + ".json"), *(target / name for name in _PLACES)]
        target = next((one for one in tries if one.is_file()), target)
    if not target.is_file():
        raise SourceFailed("unreachable")  # not saved says nothing of what is there
    if target.stat().st_size > max_bytes:
        raise SourceFailed("refused")
    return target.read_bytes()


def _from_loopback(url: str, max_bytes: int) -> bytes:
    if urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise SourceFailed("refused")
    try:
        with httpx.stream("GET", url, timeout=5, trust_env=False, follow_redirects=False) as answer:
            if answer.status_code != 200:
                raise SourceFailed("missing" if answer.status_code in {404, 410} else "unreachable")
            body = bytearray()
            for part in answer.iter_raw():
                body += part
                if len(body) > max_bytes:
                    raise SourceFailed("refused")
            return bytes(body)
    except httpx.HTTPError:
        raise SourceFailed("unreachable") from None


@dataclass
class Gathered:
    """Ours first, then the others; each address asked once, and only so many of them."""

    sources: list[Source]
    left: int = MAX_REQUESTS
    known: dict[str, bytes | SourceFailed] = field(default_factory=dict)

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT) -> bytes:
        """Return what the first source gives that has an answer."""
        if url not in self.known:
            if self.left <= 0:
                raise SourceFailed("refused")
            self.left -= 1
            self.known[url] = self._ask(url, max_bytes)
        found = self.known[url]
        if isinstance(found, SourceFailed):
            raise found
        return found

    def _ask(self, url: str, max_bytes: int) -> bytes | SourceFailed:
        failure = SourceFailed("unreachable")
        for source in self.sources:
            if isinstance(source, InternalSource) and not source.covers(url):
                continue
            try:
                return source.get(url, max_bytes=max_bytes)
            except SourceFailed as error:
                failure = error
            if isinstance(source, InternalSource):
                break  # nobody else speaks for our own addresses
        return failure


def default_source() -> Gathered:
    """Return what pages and the API use: our own views, then the open internet."""
    return Gathered([InternalSource(), FetchSource()])
