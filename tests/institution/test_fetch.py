"""The outgoing client against a real TLS server on loopback, and against every way to reach inside."""

import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from institution import fetch

PUBLIC = "93.184.215.14"
HOSTS = ["college.example", "other.example"]


class Pages(BaseHTTPRequestHandler):
    """What the server says at each path; it counts and keeps what it was asked."""

    asked: list[tuple[str, str, str]] = []
    redirects = {
        "/there": "/list",
        "/private": "https://inside.example/list",
        "/plain": "http://college.example/list",
        "/loop": "/loop",
        "/numbers": "https://2130706433/list",
        "/other": "https://other.example/list",
    }

    def do_GET(self) -> None:
        Pages.asked.append(
            (self.path, self.headers.get("Host", ""), str(self.connection.server_hostname_sent))
        )
        if self.path in self.redirects:
            return self._say(302, b"", {"Location": self.redirects[self.path]})
        answers: dict[str, tuple[int, bytes, dict[str, str]]] = {
            "/list": (200, b'{"a": 1}', {"Content-Type": "application/vc"}),
            "/page": (200, b"<html>", {"Content-Type": "text/html"}),
            "/gzip": (200, b"x", {"Content-Type": "application/json", "Content-Encoding": "gzip"}),
            "/big": (200, b"x" * 5000, {"Content-Type": "application/json"}),
            "/fresh": (200, b"{}", {"Content-Type": "application/json", "Cache-Control": "no-store"}),
            "/cookie": (200, b"{}", {"Content-Type": "application/json", "Set-Cookie": "a=b"}),
            "/down": (503, b"", {}),
        }
        if self.path == "/two":
            kind = "text/html" if self.headers["Accept"].startswith("text/html,") else "application/pdf"
            return self._say(200, self.headers["Accept"].encode(), {"Content-Type": kind})
        if self.path == "/endless":
            return self._drip()
        return self._say(*answers.get(self.path, (404, b"", {})))

    def _say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        for _ in range(100):
            try:
                self.wfile.write(b" ")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.05)

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOSTS[0])])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    path = _certificate(tmp_path_factory.mktemp("tls"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    def note(socket: Any, name: str | None, _context: ssl.SSLContext) -> None:
        socket.server_hostname_sent = name

    context.sni_callback = note
    listener = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    listener.socket = context.wrap_socket(listener.socket, server_side=True)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    yield {"port": listener.server_address[1], "trust": ssl.create_default_context(cafile=str(path))}
    listener.shutdown()


class ToLoopback(httpcore.SyncBackend):
    """Leads every connection to the test's server, and keeps to which address it was meant."""

    def __init__(self, port: int) -> None:
        self.port, self.meant = port, []

    def connect_tcp(self, host: str, port: int, **how: Any) -> httpcore.NetworkStream:
        self.meant.append((host, port))
        if host == "198.41.0.4":
            raise httpcore.ConnectError("nobody there")
        return super().connect_tcp("127.0.0.1", self.port, **how)


NAMES = {"inside.example": ["10.0.0.8"], "mixed.example": [PUBLIC, "192.168.1.1"]}


@pytest.fixture
def client(server: dict[str, Any]) -> fetch.Client:
    Pages.asked.clear()
    return fetch.Client(
        resolver=lambda host, port: NAMES.get(host, [PUBLIC]),
        backend=ToLoopback(server["port"]),
        ssl_context=server["trust"],
    )


class TestGet:
    def test_returns_what_the_address_gives(self, client):
        answer = fetch.get("https://college.example/list", client=client)
        assert (answer.body, answer.content_type) == (b'{"a": 1}', "application/vc")

    def test_connects_to_the_address_it_looked_at_and_keeps_the_name(self, client):
        fetch.get("https://college.example/list", client=client)
        assert client.backend.meant == [(PUBLIC, 443)]
        assert Pages.asked == [("/list", "college.example", "college.example")]

    @pytest.mark.parametrize("preferred", ["text/html", "image/png"])
    def test_says_what_is_preferred_and_takes_the_rest_too(self, client, preferred):
        types = (preferred, "*/*;q=0.1")
        answer = fetch.get("https://college.example/two", types=types, client=client)
        assert answer.body == f"{preferred}, */*;q=0.1".encode()
        assert answer.content_type == ("text/html" if preferred == "text/html" else "application/pdf")
        again = fetch.get("https://college.example/two", types=("*/*",), client=client)
        assert again.body == b"*/*"  # what was kept for one type is not given for another

    def test_asks_the_resolver_once(self, client):
        asked = []
        client.resolver = lambda host, port: asked.append(host) or [PUBLIC]
        fetch.get("https://college.example/list", client=client)
        assert asked == ["college.example"]

    def test_a_second_time_comes_from_the_cache(self, client):
        for _ in range(2):
            fetch.get("https://college.example/list", client=client)
        assert len(Pages.asked) == 1

    def test_what_says_no_store_is_asked_again(self, client):
        for _ in range(2):
            fetch.get("https://college.example/fresh", client=client)
        assert len(Pages.asked) == 2

    def test_tries_the_next_address_when_one_is_silent(self, client):
        client.resolver = lambda host, port: ["198.41.0.4", PUBLIC]
        assert fetch.get("https://college.example/list", client=client).body
        assert [address for address, _ in client.backend.meant] == ["198.41.0.4", PUBLIC]

    def test_follows_a_redirect_and_looks_at_it_again(self, client):
        answer = fetch.get("https://college.example/other", client=client)
        assert answer.url == "https://other.example/list"
        assert Pages.asked[-1][1:] == ("other.example", "other.example")

    def test_sends_no_cookie_back(self, client):
        fetch.get("https://college.example/cookie", client=client, cache_seconds=0)
        assert fetch.get("https://college.example/list", client=client, cache_seconds=0).body

    @pytest.mark.parametrize(
        ("path", "error"),
        [
            ("/none", fetch.AddressMissing),
            ("/down", fetch.FetchFailed),
            ("/page", fetch.AnswerRefused),
            ("/gzip", fetch.AnswerRefused),
            ("/loop", fetch.AnswerRefused),
            ("/private", fetch.AddressRefused),
            ("/plain", fetch.AddressRefused),
            ("/numbers", fetch.AddressRefused),
        ],
    )
    def test_refuses(self, client, path, error):
        with pytest.raises(fetch.FetchFailed) as caught:
            fetch.get(f"https://college.example{path}", client=client)
        assert type(caught.value) is error

    def test_stops_at_the_size_limit(self, client):
        with pytest.raises(fetch.AnswerRefused):
            fetch.get("https://college.example/big", client=client, max_bytes=4999)
        assert fetch.get("https://college.example/big", client=client, max_bytes=5000).body

    def test_stops_a_slow_drip_at_the_deadline(self, client):
        client.total_seconds = 0.5
        start = time.monotonic()
        with pytest.raises(fetch.FetchFailed):
            fetch.get("https://college.example/endless", client=client)
        assert time.monotonic() - start < 2

    def test_a_certificate_of_another_name_is_refused(self, client):
        with pytest.raises(fetch.FetchFailed):
            fetch.get("https://stranger.example/list", client=client)

    def test_a_certificate_nobody_trusts_is_refused(self, client):
        client.ssl_context = None
        with pytest.raises(fetch.FetchFailed):
            fetch.get("https://college.example/list", client=client)
        assert Pages.asked == []

    @pytest.mark.parametrize("host", ["inside.example", "mixed.example"])
    def test_refuses_a_name_that_leads_inside_before_it_connects(self, client, host):
        with pytest.raises(fetch.AddressRefused):
            fetch.get(f"https://{host}/list", client=client)
        assert client.backend.meant == []

    def test_a_name_nobody_knows_is_a_failure(self, client):
        def unknown(host: str, port: int) -> list[str]:
            raise OSError

        client.resolver = unknown
        with pytest.raises(fetch.FetchFailed):
            fetch.get("https://college.example/list", client=client)


class TestCheckUrl:
    @pytest.mark.parametrize(
        "url",
        [
            "http://college.example/",
            "ftp://college.example/",
            "file:///etc/passwd",
            "https://user@college.example/",
            "https://user:word@college.example/",
            "https://college.example:22/",
            "https://college.example:6379/",
            "https://college.example:99999/",
            "https://college.example:0/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://localhost/",
            "https://portal/",
            "https://a.localhost/",
            "https://redis.internal/",
            "https://printer.local/",
            "https://college.example\\@127.0.0.1/",
            "https://college.example\t/",
            "https://college.example /",
            "https://college.example/a\r\nX: y",
            "https://ｃollege.example/",
            "https://college..example/",
            "https:///list",
            "https://" + "a" * 2100 + ".example/",
            "",
        ],
    )
    def test_refuses(self, url):
        with pytest.raises(fetch.AddressRefused):
            fetch.check_url(url)

    @pytest.mark.parametrize(
        "url",
        [
            "https://college.example/",
            "https://a-b.college.edu:8443/i/x/did.json?x=y",
            "https://xn--bcher-kva.example/",
        ],
    )
    def test_takes(self, url):
        assert fetch.check_url(url).hostname


class TestIsPublic:
    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1",
            "127.9.9.9",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fe80::1%eth0",
            "fec0::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:93.184.215.14",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:0:1::1",
            "2001:db8::1",
            "nonsense",
        ],
    )
    def test_refuses(self, address):
        assert not fetch.is_public(address)

    @pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700:4700::1111"])
    def test_takes(self, address):
        assert fetch.is_public(address)


class TestTypes:
    @pytest.mark.parametrize(
        "named",
        [
            "application/vc",
            "application/vc+ld+json",
            "application/vc+jwt",
            "application/dc+sd-jwt",
        ],
    )
    def test_a_credential_in_every_form_is_taken(self, named):
        assert fetch.matches(named, fetch.JSON_TYPES)

    @pytest.mark.parametrize(
        "named", ["text/html", "application/jwt-page", "application/xhtml+xml", "", "jwt"]
    )
    def test_a_page_is_not(self, named):
        assert not fetch.matches(named, fetch.JSON_TYPES)
