"""Flaws of Open Badges of version 2: of hosted ones, whose site has the last word, and of signed ones."""

import hashlib
import hmac
from collections.abc import Callable
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credentials.proofs import multibase
from credentials.reading.incoming import OB2_CONTEXT
from tests.support.hostile.cases import FURTHER, Json, case, part, text_of
from tests.support.issuers import ADDRESS

SITE = "https://badges.college.example"
ISSUER, BADGE, KEY, LIST, OWN = (f"{SITE}/{name}" for name in ("issuer", "badge", "key", "revoked", "1"))
SIGNED_ID, WITHDRAWN_ID = "urn:uuid:1", "urn:uuid:2"
THEIRS = "https://stranger.example/badges"
_PRIMES = (  # of a key that signs nothing but these cases
    "e8ada507d0dd43c5eb9c8c1488607adf1dd636603a815f8143df9e6019592625ee5f4ba534ae679a72e8acced3"
    "d90896eaa6fc5556f28ba16e813a053e857f0dd3b8ba09ae2e5605df600c3582038290416160af0d190526ea6b"
    "0bf02b1b04cc9ce7d855fd14f958026bcfdd47e53dc73b9427b7d324a0e900778d330b04407b",
    "dd6c106218b4039a3e91a570bf74c345ba0d841dc686b3c9fb8e846d19b5a227f91b0bbc6a24d941d96383ef73"
    "79a29797c2198a6c40811e9d7fab0ba9cc30295c7da681d3b9fe14ddc36d64325f28d741775db663a759c82bff"
    "d82e1f343044d52aede95f627cb1a492e00c3ea29cdf8019d9c47bf7306a89f2092192bf737b",
)


@cache
def _secret(theirs: bool = False) -> rsa.RSAPrivateKey:
    """Return the college's key of then; the stranger's has another exponent, which is as good as another key."""
    p, q = (int(text, 16) for text in _PRIMES)
    e = 65_539 if theirs else 65_537
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p, q=q, d=d, dmp1=d % (p - 1), dmq1=d % (q - 1), iqmp=pow(q, -1, p),
        public_numbers=rsa.RSAPublicNumbers(e, p * q),
    )  # fmt: skip
    return numbers.private_key()


def pem(theirs: bool = False) -> str:
    """Return the public key as an issuer of then published it."""
    public = _secret(theirs).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def hosted(**members: Any) -> Json:
    """Return a hosted assertion of the college."""
    plain = {
        "@context": OB2_CONTEXT,
        "type": "Assertion",
        "id": OWN,
        "recipient": {"type": "email", "hashed": False, "identity": ADDRESS},
        "badge": BADGE,
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2019-05-14T12:00:00Z",
    }
    return plain | members


def site() -> dict[str, Json]:
    """Return what the college's old badge site publishes."""
    return {
        OWN: hosted(),
        BADGE: {"type": "BadgeClass", "id": BADGE, "name": "Old", "description": "x", "issuer": ISSUER},
        ISSUER: {
            "type": "Issuer", "id": ISSUER, "name": "Riverbend", "url": SITE, "publicKey": KEY, "revocationList": LIST,
        },
        KEY: {"type": "CryptographicKey", "id": KEY, "owner": ISSUER, "publicKeyPem": pem()},
        LIST: {"type": "RevocationList", "id": LIST, "revokedAssertions": [{"id": WITHDRAWN_ID}]},
    }  # fmt: skip


def token(header: Json | None = None, *, theirs: bool = False, **members: Any) -> str:
    """Return a signed assertion of the college."""
    creator = {"type": "SignedBadge", "creator": KEY}
    payload = hosted(id=SIGNED_ID, verification=creator) | members
    covered = f"{part(header or {'alg': 'RS256'})}.{part(payload)}"
    signature = _secret(theirs).sign(covered.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{covered}.{multibase.base64url_encode(signature)}"


def _hosted_case(expected: str, **made: Callable[[], Any]) -> None:
    _register(expected, hosted, made)


def _signed_case(expected: str, **made: Callable[[], Any]) -> None:
    _register(expected, token, made)


def _register(expected: str, twin: Callable[[], Any], made: dict[str, Callable[[], Any]]) -> None:
    for name, make in made.items():

        def recipe(make: Callable[[], Any] = make) -> Any:
            return make()

        recipe.__name__ = name
        case(expected, twin=twin)(recipe)


def _at_its_place(**members: Any) -> Callable[[], Any]:
    """Return an assertion that its site shows like this."""
    return lambda: (hosted(**members), {OWN: hosted(**members)})


def _forged_issuer(**members: Any) -> Json:
    """Return a badge class that brings an issuer of its own making, in the college's name."""
    profile = {"type": "Issuer", "id": ISSUER, "name": "Riverbend", "url": SITE} | members
    return {
        "type": "BadgeClass",
        "id": f"{THEIRS}/class",
        "name": "Old",
        "description": "x",
        "issuer": profile,
    }


def _elsewhere(**members: Any) -> Callable[[], Any]:
    """Return an assertion that lies at a stranger's site."""
    own = f"{THEIRS}/1"
    return lambda: (hosted(id=own, **members), {own: hosted(id=own, **members)})


_hosted_case(
    "signature-invalid",
    older_hosted_recipient_changed=lambda: hosted(
        recipient={"type": "email", "hashed": False, "identity": "x"}
    ),
    older_hosted_day_changed=lambda: hosted(issuedOn="2024-05-14T12:00:00Z"),
    older_hosted_end_removed=lambda: (hosted(expires="2031-01-01T00:00:00Z"), {OWN: hosted()}),
    older_hosted_another_at_its_address=lambda: (hosted(), {OWN: hosted(id=f"{SITE}/2")}),
)
_hosted_case(
    "issuer-mismatch",
    older_hosted_by_another_host=_elsewhere(),
    older_hosted_with_an_issuer_of_its_own_making=_elsewhere(
        badge=_forged_issuer(verification={"allowedOrigins": ["stranger.example"]})
    ),
    older_hosted_with_a_start_of_its_own_making=_elsewhere(
        badge=_forged_issuer(verification={"startsWith": [THEIRS]})
    ),
)
_hosted_case(
    "revoked",
    older_hosted_withdrawn=lambda: (hosted(), {OWN: hosted(revoked=True)}),
)
_hosted_case("expired", older_hosted_expired=_at_its_place(expires="2020-01-01T00:00:00Z"))
_hosted_case(
    "key-unresolvable",
    older_hosted_silent=lambda: (hosted(), {OWN: None}),
    older_hosted_by_plain_http=lambda: hosted(id=OWN.replace("https", "http")),
    older_hosted_in_a_file=lambda: hosted(id="file:///etc/passwd"),
    older_hosted_inside_a_network=lambda: hosted(id="https://169.254.169.254/1"),
    older_issuer_without_an_address=_at_its_place(badge=_forged_issuer(id="urn:uuid:9")),
)
_hosted_case(
    "no-proof",
    older_signed_without_its_signature=lambda: hosted(verification={"type": "SignedBadge", "creator": KEY}),
)


def _swapped(change: Callable[[list[str]], list[str]]) -> Callable[[], str]:
    return lambda: ".".join(change(token().split(".")))


def _shared_secret() -> str:
    covered = f"{part({'alg': 'HS256'})}.{token().split('.')[1]}"
    digest = hmac.digest(pem().encode(), covered.encode(), hashlib.sha256)
    return f"{covered}.{multibase.base64url_encode(digest)}"


_signed_case(
    "signature-invalid",
    older_signed_by_no_algorithm=_swapped(lambda p: [part({"alg": "none"}), p[1], ""]),
    older_signed_by_a_shared_secret=_shared_secret,
    older_signed_by_another_key=lambda: token(theirs=True),
    older_signed_assertion_changed=_swapped(
        lambda p: [p[0], part(hosted(id=SIGNED_ID, issuedOn="2024-05-14T12:00:00Z")), p[2]]
    ),
)
_signed_case(
    "issuer-mismatch",
    older_signed_by_a_key_nobody_lists=lambda: token(
        theirs=True, verification={"type": "SignedBadge", "creator": f"{THEIRS}/key"}
    ),
    older_signed_with_a_key_of_its_own_making=lambda: token(
        theirs=True,
        verification={"type": "SignedBadge", "creator": f"{THEIRS}/key"},
        badge=_forged_issuer(publicKey={"id": f"{THEIRS}/key", "owner": ISSUER, "publicKeyPem": pem(True)}),
    ),
    older_signed_key_of_another_owner=lambda: (token(), {KEY: site()[KEY] | {"owner": THEIRS}}),
)
_signed_case("revoked", older_signed_withdrawn=lambda: token(id=WITHDRAWN_ID))
_signed_case("status-unavailable", older_signed_list_silent=lambda: (token(), {LIST: None}))
_signed_case(
    "key-unresolvable",
    older_signed_key_is_none=lambda: (token(), {KEY: site()[KEY] | {"publicKeyPem": "none"}}),
    older_signed_issuer_silent=lambda: (token(), {ISSUER: None}),
)


FURTHER.update((url, text_of(page).encode()) for url, page in site().items())
