"""Flaws of tokens: of the header, of the claims, of the key, and of the letters."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from credentials.proofs import multibase
from credentials.proofs.public_key import PublicKey
from credentials.tokens import sd_jwt_vc
from tests.support.hostile.cases import COLLEGE, STRANGER, Json, case, part, text_of, unsigned
from tests.support.issuers import NOW, Signing

OURS = {"alg": "EdDSA", "kid": COLLEGE.method}


def signed(header: Json | str, payload: Json | str, signer: Signing = COLLEGE) -> str:
    """Return a token that a signer's Ed25519 key signed."""
    covered = f"{part(header)}.{part(payload)}"
    return f"{covered}.{multibase.base64url_encode(signer.secret.sign(covered.encode()))}"


def token() -> str:
    """Return the badge as a token of the college."""
    return signed(OURS | {"typ": "vc+jwt"}, unsigned())


def _jwk(issuer: Signing) -> Json:
    return PublicKey.from_multikey(issuer.multikey).to_jwk()


def _case(expected: str, **made: Callable[[], Any]) -> None:
    for name, make in made.items():

        def recipe(make: Callable[[], Any] = make) -> Any:
            return make()

        recipe.__name__ = name
        case(expected, twin=token)(recipe)


def _claims(**claims: Any) -> Callable[[], str]:
    return lambda: signed(OURS, unsigned() | claims)


def _header(signer: Signing = COLLEGE, **members: Any) -> Callable[[], str]:
    header = {name: value for name, value in (OURS | members).items() if value is not None}
    return lambda: signed(header, unsigned(), signer)


def _no_signature(algorithm: str) -> Callable[[], str]:
    return lambda: f"{part({'alg': algorithm, 'kid': COLLEGE.method})}.{part(unsigned())}."


def _hmac() -> str:
    covered = f"{part({'alg': 'HS256', 'kid': COLLEGE.method})}.{part(unsigned())}"
    public = PublicKey.from_multikey(COLLEGE.multikey).data
    return f"{covered}.{multibase.base64url_encode(hmac.digest(public, covered.encode(), hashlib.sha256))}"


def _spliced(change: Callable[[list[str]], list[str]]) -> Callable[[], str]:
    return lambda: ".".join(change(token().split(".")))


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _with_bits_left_over() -> str:
    text = token()
    return text[:-1] + _LETTERS[_LETTERS.index(text[-1]) | 1]


def _two(member: str, document: Json) -> str:
    text = text_of(document)
    return text[:-1] + f',"{member}":{json.dumps(document[member])}}}'


_case(
    "signature-invalid",
    token_of_no_algorithm=_no_signature("none"),
    token_of_no_algorithm_in_capitals=_no_signature("NoNe"),
    token_of_a_shared_secret=_hmac,
    token_with_a_critical_header=_header(crit=["b64"], b64=False),
    token_with_its_own_key_beside_ours=_header(STRANGER, jwk=_jwk(STRANGER)),
    token_of_a_stranger_in_our_name=_header(STRANGER),
    token_payload_changed=_spliced(lambda p: [p[0], part(unsigned() | {"name": "Another"}), p[2]]),
    token_header_changed=_spliced(lambda p: [part(OURS | {"typ": "JWT"}), p[1], p[2]]),
    token_without_signature=_spliced(lambda p: [p[0], p[1], ""]),
    token_of_tomorrow=lambda: signed(
        OURS | {"typ": "vc+jwt"}, unsigned() | {"nbf": int(NOW.timestamp()) + 86_400}
    ),
    token_made_tomorrow=_claims(iat=int(NOW.timestamp()) + 86_400),
)
_case(
    "key-unresolvable",
    token_with_its_own_key=_header(STRANGER, kid=None, jwk=_jwk(STRANGER)),
    token_that_names_a_key_set=_header(STRANGER, kid=None, jku="https://stranger.example/keys"),
    token_with_a_certificate=_header(STRANGER, kid=None, x5c=["AAAA"]),
    token_in_another_algorithm=_header(alg="ES256"),
    token_key_by_plain_http=_header(kid="http://credentials.college.example/i/k7f3/keys/1"),
    token_key_in_a_file=_header(kid="file:///etc/passwd"),
    token_key_on_this_machine=_header(kid="https://127.0.0.1/keys/1"),
    token_key_up_the_folders=_header(kid="../../etc/passwd"),
    token_key_in_the_fragment=_header(STRANGER, kid=f"{COLLEGE.did}#{STRANGER.multikey}"),
)
_case(
    "issuer-mismatch",
    token_of_a_strangers_key=lambda: signed({"alg": "EdDSA", "kid": STRANGER.method}, unsigned(), STRANGER),
    token_claims_another_issuer=_claims(iss=STRANGER.did),
)
_case("proof-expired", token_that_ran_out=_claims(exp=int(NOW.timestamp()) - 60))
_case(
    "malformed",
    token_with_bits_left_over=_with_bits_left_over,
    token_claims_another_day=_claims(nbf=int(NOW.timestamp()) + 86_400),
    token_signature_cut=_spliced(lambda p: [p[0], p[1], p[2][:-4]]),
    token_with_padding=lambda: token() + "=",
    token_with_a_space=_spliced(lambda p: [p[0], p[1][:8] + " " + p[1][8:], p[2]]),
    token_of_four_parts=lambda: token() + ".AAAA",
    token_with_two_algorithms=lambda: signed(_two("alg", OURS), unsigned()),
    token_with_two_issuers=lambda: signed(OURS, _two("issuer", unsigned())),
    token_claims_another_subject=_claims(sub="urn:uuid:11111111-0000-4000-8000-000000000000"),
    token_claims_another_id=_claims(jti="urn:uuid:11111111-0000-4000-8000-000000000000"),
    token_time_is_text=_claims(exp="2031-01-01"),
    token_of_a_key_binding=_header(typ="kb+jwt"),
    token_of_a_presentation=lambda: signed(OURS, {"vp": {"verifiableCredential": [unsigned()]}}),
    token_of_nothing=lambda: signed(OURS, {}),
    token_of_a_list=lambda: signed(OURS, "[" + text_of(unsigned()) + "]"),
    token_header_of_100000_letters=lambda: signed(OURS | {"x": "y" * 100_000}, unsigned()),
    token_payload_of_5000_brackets=lambda: signed(OURS, '{"x":' + "[" * 5_000 + "]" * 5_000 + "}"),
)
_case(
    "unsupported-proof",
    token_as_json=lambda: {
        "payload": token().split(".")[1],
        "signatures": [{"protected": token().split(".")[0], "signature": token().split(".")[2]}],
    },
)
_case("expired", token_of_an_expired_badge=_claims(validUntil="2026-05-31T00:00:00Z"))


@case("revoked", twin=token)
def token_revoked() -> tuple[str, Json]:
    return token(), {COLLEGE.list_url: COLLEGE.status_list(40_961)}


def sd_jwt(hidden: tuple[str, ...] = ("/evidence", "/credentialSubject/name")) -> str:
    """Return the badge as an SD-JWT of the college, two members of it hidden and shown."""
    salts = [f"salt-{number:018d}" for number in range(len(hidden))]
    made = sd_jwt_vc.prepare(
        unsigned(), algorithm="EdDSA", key=COLLEGE.method, kind="w3c", hidden=hidden, salts=salts
    )
    return made.secured(COLLEGE.secret.sign(made.to_sign))


def _sd_case(expected: str, **made: Callable[[list[str]], list[str]]) -> None:
    """Register a case for each change to the parts of an SD-JWT: token, disclosures, and what the holder signed."""
    for name, change in made.items():

        def recipe(change: Callable[[list[str]], list[str]] = change) -> str:
            return "~".join(change(sd_jwt().split("~")))

        recipe.__name__ = name
        case(expected, twin=sd_jwt)(recipe)


def _disclosed(*parts: Any) -> str:
    return part(json.dumps(list(parts)))


_sd_case(
    "malformed",
    disclosure_is_no_list=lambda p: [p[0], part('"name"'), *p[2:]],
    sd_jwt_cut_at_its_end=lambda p: [*p[:-2], p[-2][:-16]],
    disclosure_with_padding=lambda p: [p[0], p[1] + "=", *p[2:]],
    disclosures_3000=lambda p: [p[0], *[_disclosed("salt", f"x{n}", n) for n in range(3_000)], ""],
)
_sd_case(
    "signature-invalid",
    disclosure_changed=lambda p: [p[0], _disclosed("salt-000000000000000000", "name", "Somebody"), *p[2:]],
    disclosure_twice=lambda p: [p[0], p[1], *p[1:]],
    disclosure_nobody_signed=lambda p: [*p[:3], _disclosed("salt", "validUntil", "2099-01-01T00:00:00Z"), ""],
    sd_jwt_payload_changed=lambda p: [
        ".".join([p[0].split(".")[0], part(unsigned() | {"name": "Another"}), p[0].split(".")[2]]),
        "",
    ],
    sd_jwt_of_no_algorithm=lambda p: [
        ".".join([part({"alg": "none", "typ": "vc+sd-jwt"}), p[0].split(".")[1], ""]),
        *p[1:],
    ],
)
_sd_case(
    "key-unresolvable",
    sd_jwt_with_its_own_key=lambda p: [
        signed({"alg": "EdDSA", "typ": "vc+sd-jwt", "jwk": _jwk(STRANGER)}, unsigned(), STRANGER),
        "",
    ],
)


def _envelope(**members: Any) -> Json:
    whole = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/vc+jwt,{token()}",
    }
    return whole | members


def envelope() -> Json:
    """Return the token of the badge in its envelope."""
    return _envelope()


def _envelope_case(expected: str, **made: Callable[[], Json]) -> None:
    for name, make in made.items():

        def recipe(make: Callable[[], Json] = make) -> Json:
            return make()

        recipe.__name__ = name
        case(expected, twin=envelope)(recipe)


_envelope_case(
    "malformed",
    envelope_with_something_beside=lambda: _envelope(validUntil="2099-01-01T00:00:00Z"),
    envelope_that_is_fetched=lambda: _envelope(id="https://stranger.example/token"),
    envelope_of_a_page=lambda: _envelope(id="data:application/vc+jwt,<html>"),
)
_envelope_case(
    "signature-invalid",
    envelope_of_another_token=lambda: _envelope(id=f"data:application/vc+jwt,{_hmac()}"),
)
