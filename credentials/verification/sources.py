"""Sources that need the portal or the network: our own views, the guarded client, a server on loopback."""

import re
import time
from urllib.parse import unquote, urljoin, urlsplit

import httpx
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from credentials.reading.sources import MAX_DOCUMENT, FilesSource, Gathered, SourceFailed
from institution import fetch

MAX_SECONDS = 12.0
MAX_SECONDS_OF_A_HEAP = 30.0  # of a request with many documents, all together
MAX_REQUESTS_OF_A_HEAP = 240
MAX_FILES = 10  # related files asked for one visitor
ANY_TYPE = ("*/*",)
_OURS = re.compile(
    r"/(?:i/[a-z0-9]{1,20}/(?:did\.json|(?:keys|status)/[A-Za-z0-9._-]{1,80})|clr/[A-Za-z0-9_-]{1,80}|a/[0-9a-f-]{36}(?:/\d{1,9})?)\Z"
)


class InternalSource:
    """Our own public addresses, answered by the very views that answer strangers (decisions 1)."""

    def __init__(self, origin: str = "") -> None:
        self.origin = (origin or settings.ISSUER_ORIGIN).rstrip("/")

    def covers(self, url: str) -> bool:
        """Return whether an address is at our issuer origin."""
        return url.startswith(self.origin + "/")

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT, media_type: str = "") -> bytes:
        """Return the body of the view at the address, as a stranger gets it."""
        for _step in range(2):
            if not self.covers(url):
                raise SourceFailed("refused")
            response = self._ask(url, media_type)
            if response.status_code in {301, 302, 307, 308}:
                url = urljoin(url, response.headers.get("Location", ""))
                continue
            body = body_of(response)
            if response.status_code != 200 or len(body) > max_bytes:
                raise SourceFailed("missing" if response.status_code in {404, 410} else "unreachable")
            return body
        raise SourceFailed("refused")

    def _ask(self, url: str, media_type: str) -> HttpResponseBase:
        path = unquote(urlsplit(url).path)
        if _OURS.match(path) is None:
            raise SourceFailed("missing")
        try:
            match = resolve(path)
            return match.func(
                stranger_request(url, path, _accepting(media_type)), *match.args, **match.kwargs
            )
        except (Resolver404, Http404, SuspiciousOperation):
            raise SourceFailed("missing") from None


def stranger_request(url: str, path: str, accept: tuple[str, ...] = ANY_TYPE) -> HttpRequest:
    """Return a request as a stranger without cookies makes it, for calling a view in this process."""
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    parts = urlsplit(url)
    request.META = {
        "REQUEST_METHOD": "GET",
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or 443),
        "HTTP_HOST": parts.netloc,
        "HTTP_ACCEPT": ", ".join(accept),
        "wsgi.url_scheme": "https",
    }
    return request


def _accepting(media_type: str) -> tuple[str, ...]:
    """Return what is preferred and, since only the digest decides, anything else behind it."""
    return (media_type, "*/*;q=0.1") if media_type else ANY_TYPE


def body_of(response: HttpResponseBase) -> bytes:
    """Return the whole body of a response, streamed or not."""
    if getattr(response, "streaming", False):
        return b"".join(response)  # type: ignore[arg-type]
    return bytes(getattr(response, "content", b""))


class FetchSource:
    """Addresses elsewhere, through the guarded client; all of one run together get only so much time.

    types: media types that are taken. What is only compared with a digest may be of any, and is asked for by its own.
    """

    def __init__(
        self,
        client: fetch.Client | None = None,
        seconds: float = MAX_SECONDS,
        types: tuple[str, ...] = fetch.JSON_TYPES,
    ) -> None:
        self.client, self.seconds_left, self.types = client, seconds, types

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT, media_type: str = "") -> bytes:
        """Return what the address gives within the limits of the guarded client."""
        types = _accepting(media_type) if self.types == ANY_TYPE else self.types
        if self.seconds_left <= 0:
            raise SourceFailed("unreachable")
        start = time.monotonic()
        try:
            return fetch.get(url, types=types, max_bytes=max_bytes, client=self.client).body
        except fetch.AddressMissing:
            raise SourceFailed("missing") from None
        except fetch.AddressRefused:
            raise SourceFailed("refused") from None
        except fetch.FetchFailed:
            raise SourceFailed("unreachable") from None
        finally:
            self.seconds_left -= time.monotonic() - start


class MappedSource(FilesSource):
    """Saved answers, of which some stand at a server on loopback."""

    def at(self, place: str, rest: str, max_bytes: int) -> bytes:
        """Return the bytes at a place; an address must be of loopback."""
        if place.startswith(("http://", "https://")):
            return _from_loopback(place + rest, max_bytes)
        return super().at(place, rest, max_bytes)


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


def default_source() -> Gathered:
    """Return what pages and the API use: our own views, then the open internet."""
    return Gathered([FetchSource()], own=InternalSource())


def source_of_a_heap() -> Gathered:
    """Return the same for many documents in one request, which wait together and not each for its own issuer."""
    fetched = FetchSource(seconds=MAX_SECONDS_OF_A_HEAP)
    return Gathered([fetched], left=MAX_REQUESTS_OF_A_HEAP, own=InternalSource())


def resource_source() -> Gathered:
    """Return the same for files of any kind that are only compared with a digest."""
    return Gathered([FetchSource(types=ANY_TYPE)], left=MAX_FILES, own=InternalSource())
