"""No address in a credential leads inside: by did:web, key, status list, refresh, or what a name resolves to."""

from typing import Any

import httpcore
import pytest
from django.core.cache import cache

from credentials.documents.model import StatusEntry
from credentials.reading.sources import Gathered
from credentials.verification.sources import ANY_TYPE, FetchSource
from institution import fetch
from tests.credentials.checks.checking import SIGNER, check, world
from tests.support.issuers import Saved, Signing
from tests.support.tokens import token


class Counting(httpcore.SyncBackend):
    """Connects to nobody, and keeps to whom it was asked to connect."""

    def __init__(self) -> None:
        self.meant: list[str] = []

    def connect_tcp(self, host: str, port: int, **how: Any) -> httpcore.NetworkStream:
        self.meant.append(host)
        raise httpcore.ConnectError("nobody")


def asked(document: Any, saved: Saved, *addresses: str) -> tuple[Any, list[str]]:
    """Return the report and every address to which a connection was tried. addresses: what each name resolves to."""
    backend = Counting()
    client = fetch.Client(resolver=lambda host, port: list(addresses), backend=backend)
    cache.clear()
    return check(document, Gathered([saved, FetchSource(client)])), backend.meant


class Recording:
    """A client that gives the same to everybody, and keeps the types it was asked for."""

    def __init__(self) -> None:
        self.types: list[tuple[str, ...]] = []

    def get(self, url: str, *, types: tuple[str, ...], max_bytes: int) -> tuple[fetch.Answer, int]:
        """Return a file."""
        self.types.append(types)
        return fetch.Answer(url, "text/html", b"x"), 0


class TestMediaTypes:
    def asked(self, media_type: str, **how: Any) -> list[tuple[str, ...]]:
        """Return the types under which a file was asked for."""
        client = Recording()
        Gathered([FetchSource(client, **how)]).get("https://college.example/x", media_type=media_type)  # type: ignore[arg-type]
        return client.types

    def test_of_a_file_of_any_kind_is_preferred(self):
        assert self.asked("text/html", types=ANY_TYPE) == [("text/html", "*/*;q=0.1")]
        assert self.asked("", types=ANY_TYPE) == [ANY_TYPE]

    def test_of_a_document_stays_what_we_read(self):
        assert self.asked("text/html") == [fetch.JSON_TYPES]

    def test_are_kept_apart(self):
        client = Recording()
        source = Gathered([FetchSource(client, types=ANY_TYPE)])  # type: ignore[arg-type]
        for media_type in ("text/html", "image/png", "text/html"):
            source.get("https://college.example/x", media_type=media_type)
        assert len(client.types) == 2


INSIDE = [
    *("127.0.0.1", "10.0.0.8", "169.254.169.254", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.0"),  # noqa: S104
    *("::1", "fe80::1", "fc00::1", "::ffff:10.0.0.8", "64:ff9b::a00:8", "2002:a00:8::1"),
]


class TestNames:
    @pytest.mark.parametrize("address", INSIDE)
    def test_that_resolve_inside_are_never_opened(self, address):
        report, meant = asked(SIGNER.credential(), Saved(), address)
        assert (report.verdict, report.conclusion, meant) == ("key-unresolvable", "unknown", [])

    def test_that_resolve_inside_and_outside_are_never_opened(self):
        _report, meant = asked(SIGNER.credential(), Saved(), "93.184.215.14", "10.0.0.8")
        assert meant == []

    def test_that_resolve_outside_are_opened_at_that_address(self):
        _report, meant = asked(SIGNER.credential(), Saved(), "93.184.215.14")
        assert set(meant) == {"93.184.215.14"}


HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    "2130706433",
    "0x7f000001",
    "metadata.internal",
    "a.local",
    "host:22",
]


class TestAddresses:
    @pytest.mark.parametrize("host", HOSTS)
    def test_of_a_did_web(self, host):
        did = f"did:web:{host.replace(':', '%3A')}"
        document = SIGNER.sign(SIGNER.unsigned() | {"issuer": {"id": did}}, method=f"{did}#key-1")
        report, meant = asked(document, Saved(), "93.184.215.14")
        assert (report.ok, meant) == (False, [])

    @pytest.mark.parametrize("host", HOSTS)
    def test_of_a_key(self, host):
        url = f"https://{host}/keys/1"
        report, meant = asked(token(SIGNER.unsigned(), SIGNER, kid=url), world(), "93.184.215.14")
        assert (report.verdict, meant) == ("key-unresolvable", [])

    @pytest.mark.parametrize("host", HOSTS)
    def test_of_a_status_list_and_a_refresh_service(self, host):
        status = StatusEntry(f"https://{host}/status/1", 7)
        unsigned = SIGNER.unsigned(status=status, refresh_url=f"https://{host}/refresh")
        report, meant = asked(SIGNER.sign(unsigned), world(), "93.184.215.14")
        assert (report.verdict, meant) == ("status-unavailable", [])


def test_one_document_asks_for_a_bounded_number_of_addresses():
    members = [
        Signing(20 + number, f"did:web:a{number}.example").credential(status=None) for number in range(45)
    ]
    for place, member in enumerate(members):
        member["id"] = f"urn:uuid:00000000-0000-4000-8000-{place:012d}"
    saved = world()
    check(SIGNER.record(*members), Gathered([saved]))
    assert len(saved.asked) <= 40
