"""The one outgoing HTTP client: https only, public addresses only, bounded in size, time and type.

A host is resolved once, every address is looked at, and the connection goes to that very address,
while name and certificate stay the host's. So no later answer of the name server, and no redirect,
can lead to a machine that strangers may not reach.
"""

import hashlib
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
import httpcore
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError

MAX_BYTES = 256 * 1024
MAX_REDIRECTS = 3
MAX_CACHE_SECONDS = 3600
MAX_ADDRESSES = 2  # of one host that are tried
TOTAL_SECONDS = 5.0
PORTS = frozenset({443, 8443})
JSON_TYPES = (
    *("application/json", "application/*+json", "application/vc", "text/plain"),
    *("application/jwt", "application/*+jwt", "application/*+sd-jwt"),
)
IMAGE_TYPES = ("image/png", "image/svg+xml")
PDF_TYPES = ("application/pdf",)

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{4,253}}\Z)(?:{_LABEL}\.)+(?=[a-z0-9-]*[a-z-])[a-z0-9-]{{2,63}}\Z")
_PRINTABLE = re.compile(r"[\x21-\x7e]+\Z")
_NOT_PUBLIC_NAMES = (".localhost", ".local", ".internal", ".home.arpa", ".onion", ".localdomain")
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
_TUNNELS = tuple(ipaddress.ip_network(text) for text in ("2001::/23", "2002::/16", "3fff::/20"))
_SPECIAL_V4 = tuple(ipaddress.ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24"))
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_AGE = re.compile(r"max-age=(\d{1,9})")

Resolver = Callable[[str, int], Iterable[str]]


class FetchFailed(RegistryError):
    """Nothing usable came from an address elsewhere."""

    code = "fetch-failed"
    title = _("The address did not answer.")
    remedy = _("Try again in a few minutes.")
    status = 502


class AddressRefused(FetchFailed):
    code = "address-refused"
    title = _("This address is not one that we open.")
    remedy = _("Use an address that starts with https:// and that anybody can reach.")
    status = 400


class AddressMissing(FetchFailed):
    code = "address-missing"
    title = _("There is nothing at this address.")
    remedy = _("Compare the address with the one you were given.")
    status = 404


class AnswerRefused(FetchFailed):
    code = "answer-refused"
    title = _("The address answered with something that we do not read.")
    remedy = _("Ask for the address of the credential itself.")


@dataclass(frozen=True)
class Answer:
    """What came back: the bytes, their media type, and the address that gave them."""

    url: str
    content_type: str
    body: bytes


def get(
    url: str,
    *,
    types: Iterable[str] = JSON_TYPES,
    max_bytes: int = MAX_BYTES,
    cache_seconds: int = 300,
    client: "Client | None" = None,
) -> Answer:
    """Return what a public https address gives, from the cache if it was asked a short while ago.

    types: media types to take, `*` allowed in them. cache_seconds: at most; the answer's own
    max-age may shorten it. Raises AddressRefused, AddressMissing, AnswerRefused, FetchFailed.
    """
    check_url(url)
    types = tuple(types)
    name = hashlib.sha256(repr((url, types, max_bytes)).encode()).hexdigest()
    key = f"fetch:{name}"
    known = cache.get(key) if cache_seconds else None
    if known is not None:
        return Answer(**known)
    answer, keep = (client or Client()).get(url, types=types, max_bytes=max_bytes)
    seconds = min(cache_seconds, MAX_CACHE_SECONDS, keep)
    if seconds > 0:
        cache.set(key, vars(answer), seconds)
    return answer


def check_url(url: str) -> SplitResult:
    """Return the parts of an address that may be opened. Raises AddressRefused.

    Refused: other schemes than https, names or passwords in it, ports other than 443 and 8443, and
    hosts that are numbers, have no dot, or belong to private networks by name.
    """
    if len(url) > 2_000 or _PRINTABLE.match(url) is None or "\\" in url:
        raise AddressRefused(reason="characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(reason="not-a-url") from None
    if parts.scheme != "https" or "@" in parts.netloc:
        raise AddressRefused(reason="scheme-or-userinfo")
    if (443 if port is None else port) not in PORTS:
        raise AddressRefused(reason="port")
    host = parts.hostname or ""
    if _HOST.match(host) is None or f".{host}".endswith(_NOT_PUBLIC_NAMES):
        raise AddressRefused(reason="host")
    return parts


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the open internet, seen through every disguise."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return False
        if found not in _GLOBAL_V6 or any(found in tunnel for tunnel in _TUNNELS):
            return False
    elif any(found in network for network in _SPECIAL_V4):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def resolve(host: str, port: int) -> list[str]:
    """Return every address that the system's resolver gives for a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def matches(content_type: str, types: Iterable[str]) -> bool:
    """Return whether a media type is among those wanted; `application/*+json` takes any such type.

    A preference behind a wanted one (`;q=0.1`) is for the server.
    """
    names = (re.escape(wanted.partition(";")[0]).replace(r"\*", r"[a-z0-9.+-]*") for wanted in types)
    return any(re.fullmatch(name, content_type) for name in names)


@dataclass
class Client:
    """One try at an address and what it redirects to. Tests give another resolver and connector."""

    resolver: Resolver = resolve
    backend: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)
    ssl_context: ssl.SSLContext | None = None
    total_seconds: float = TOTAL_SECONDS

    def get(self, url: str, *, types: tuple[str, ...], max_bytes: int) -> tuple[Answer, int]:
        """Return the answer and for how many seconds it says it may be kept."""
        deadline = time.monotonic() + self.total_seconds
        for _step in range(MAX_REDIRECTS + 1):
            parts = check_url(url)
            addresses = self._addresses(parts)
            answer, where = self._ask(parts, url, addresses, types, max_bytes, deadline)
            if answer is not None:
                return answer
            url = urljoin(url, where).partition("#")[0]
        raise AnswerRefused(reason="redirects")

    def _addresses(self, parts: SplitResult) -> list[str]:
        try:
            found = list(self.resolver(parts.hostname or "", parts.port or 443))
        except (OSError, UnicodeError):
            raise FetchFailed(reason="no-such-host") from None
        if not found:
            raise FetchFailed(reason="no-such-host")
        if not all(is_public(address) for address in found):
            raise AddressRefused(reason="not-public")
        return found[:MAX_ADDRESSES]

    def _ask(
        self,
        parts: SplitResult,
        url: str,
        addresses: list[str],
        types: tuple[str, ...],
        max_bytes: int,
        deadline: float,
    ) -> tuple[tuple[Answer, int] | None, str]:
        headers: list[tuple[bytes | str, bytes | str]] = [
            ("Host", parts.netloc),
            ("Accept", ", ".join(types)),
            ("Accept-Encoding", "identity"),
            ("User-Agent", "credential-registry"),
        ]
        backend = _Pinned(self.backend, addresses, deadline)
        context = self.ssl_context or ssl.create_default_context(cafile=certifi.where())
        try:
            with (
                httpcore.ConnectionPool(ssl_context=context, network_backend=backend) as pool,
                pool.stream("GET", url.partition("#")[0], headers=headers) as response,
            ):
                said = {key.lower(): value for key, value in response.headers}
                if response.status in _REDIRECTS:
                    return None, said.get(b"location", b"").decode("latin-1")
                _check_answer(response.status, said, types, max_bytes)
                body = _read(response, max_bytes)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError):
            raise FetchFailed(reason="no-answer") from None
        return (Answer(url, _media_type(said), body), _keep(said)), ""


def _media_type(said: dict[bytes, bytes]) -> str:
    return said.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()


def _check_answer(status: int, said: dict[bytes, bytes], types: tuple[str, ...], max_bytes: int) -> None:
    if status in {404, 410}:
        raise AddressMissing()
    if status != 200:
        raise FetchFailed(reason=f"status-{status}")
    if not matches(_media_type(said), types):
        raise AnswerRefused(reason="type")
    if said.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise AnswerRefused(reason="encoding")
    length = said.get(b"content-length", b"0")
    if length.isdigit() and int(length[:12]) > max_bytes:
        raise AnswerRefused(reason="size")


def _read(response: httpcore.Response, max_bytes: int) -> bytes:
    body = bytearray()
    for part in response.iter_stream():
        body += part
        if len(body) > max_bytes:
            raise AnswerRefused(reason="size")
    return bytes(body)


def _keep(said: dict[bytes, bytes]) -> int:
    """Return how long the answer may be kept by its own word; an hour where it says nothing."""
    words = said.get(b"cache-control", b"").decode("latin-1").lower()
    if "no-store" in words or "no-cache" in words:
        return 0
    age = _MAX_AGE.search(words)
    return int(age[1]) if age else MAX_CACHE_SECONDS


class _Pinned(httpcore.NetworkBackend):
    """Connects to the addresses that were looked at, whatever the name says by now; ends on time."""

    def __init__(self, inner: httpcore.NetworkBackend, addresses: list[str], deadline: float) -> None:
        self.inner, self.addresses, self.deadline = inner, addresses, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """Try each address; host is what it is for, never asked for again."""
        for number, address in enumerate(self.addresses, 1):
            try:
                left = _left(self.deadline, share=2 if number < len(self.addresses) else 1)
                return _Timed(self.inner.connect_tcp(address, port, timeout=left), self.deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(self.addresses):
                    raise
        raise httpcore.ConnectError("no address")

    def sleep(self, seconds: float) -> None:
        """Wait, which no part of one GET does."""


class _Timed(httpcore.NetworkStream):
    """A stream on which every step shares one deadline, so that a slow drip ends too."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self.inner, self.deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, timeout=_left(self.deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, timeout=_left(self.deadline))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self.inner.start_tls(ssl_context, server_hostname, timeout=_left(self.deadline))
        return _Timed(inner, self.deadline)

    def close(self) -> None:
        self.inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


def _left(deadline: float, share: int = 1) -> float:
    left = (deadline - time.monotonic()) / share
    if left <= 0:
        raise httpcore.ReadTimeout("out of time")
    return left
