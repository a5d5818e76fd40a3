"""Flaws of presentations in tokens: of who shows them, of the envelope, and of the credentials inside."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from credentials.proofs import multibase
from credentials.proofs.public_key import PublicKey
from tests.support.hostile import tokens
from tests.support.hostile.cases import COLLEGE, STRANGER, Json, badge, case, cases, part, unsigned
from tests.support.issuers import NOW, Signing

V2 = "https://www.w3.org/ns/credentials/v2"
HOLDER = Signing(4, "did:key")
HEAD = {"alg": "EdDSA", "kid": HOLDER.method, "typ": "vp+jwt", "cty": "vp"}


def shown(**members: Any) -> Json:
    """Return what a holder shows, not signed yet."""
    plain = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER.did,
        "verifiableCredential": [tokens.envelope(), badge()],
        "iat": int(NOW.timestamp()) - 60,
        "aud": "https://verifier.example",
        "nonce": "n-1",
    }
    return {name: value for name, value in (plain | members).items() if value is not None}


def made(header: Json | None = None, signer: Signing = HOLDER, **members: Any) -> str:
    """Return the token of it."""
    head = {name: value for name, value in (HEAD | (header or {})).items() if value is not None}
    return tokens.signed(head, shown(**members), signer)


def token() -> str:
    """Return a presentation that holds."""
    return made()


def older() -> str:
    """Return the same in the form of the data model 1.1, with a bare token inside."""
    inner = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [tokens.token()],
    }
    payload = {"iss": HOLDER.did, "iat": int(NOW.timestamp()) - 60, "vp": inner}
    return tokens.signed(HEAD | {"typ": "JWT"}, payload, HOLDER)


def envelope(**members: Any) -> Json:
    """Return it in its envelope."""
    whole = {
        "@context": V2,
        "type": "EnvelopedVerifiablePresentation",
        "id": f"data:application/vp+jwt,{token()}",
    }
    return whole | members


def _spliced(change: Callable[[list[str]], list[str]]) -> Callable[[], str]:
    return lambda: ".".join(change(token().split(".")))


def _shared_secret() -> str:
    covered = f"{part(HEAD | {'alg': 'HS256'})}.{part(shown())}"
    public = PublicKey.from_multikey(HOLDER.multikey).data
    return f"{covered}.{multibase.base64url_encode(hmac.digest(public, covered.encode(), hashlib.sha256))}"


def _changed() -> Json:
    return badge() | {"name": "Another"}


cases(
    "signature-invalid",
    token,
    shown_by_no_algorithm=_spliced(lambda p: [part(HEAD | {"alg": "none"}), p[1], ""]),
    shown_by_a_shared_secret=_shared_secret,
    shown_with_a_credential_added=_spliced(
        lambda p: [p[0], part(shown(verifiableCredential=[badge()] * 2)), p[2]]
    ),
    shown_for_another_question=_spliced(lambda p: [p[0], part(shown(nonce="n-2")), p[2]]),
    shown_by_a_stranger_with_the_holders_name=lambda: made(signer=STRANGER),
    shown_tomorrow=lambda: made(iat=int(NOW.timestamp()) + 86_400),
)
cases(
    "issuer-mismatch",
    token,
    shown_in_anothers_name=lambda: made(holder=COLLEGE.did),
    shown_by_another_maker=lambda: made(iss=STRANGER.did),
    shown_by_another_maker_than_nobody=lambda: made(iss=STRANGER.did, holder=None),
)
cases(
    "key-unresolvable",
    token,
    shown_with_its_own_key=lambda: made(
        {"kid": None, "jwk": PublicKey.from_multikey(HOLDER.multikey).to_jwk()}, holder=None
    ),
    shown_with_a_key_for_credentials_only=lambda: made(
        {"kid": STRANGER.method}, STRANGER, holder=STRANGER.did
    ),
)
cases("proof-expired", token, shown_too_late=lambda: made(exp=int(NOW.timestamp()) - 60))
cases(
    "malformed",
    token,
    shown_as_a_credential=lambda: made({"typ": "vc+jwt"}),
    shown_credential_as_a_presentation=lambda: tokens.signed(
        tokens.OURS | {"typ": "vp+jwt"}, unsigned(), COLLEGE
    ),
    shown_as_both=lambda: made(type=["VerifiablePresentation", "VerifiableCredential"]),
    shown_beside_a_credential=lambda: made({"typ": "JWT"}, vp=shown(), vc=unsigned()),
    shown_by_name_only=lambda: made(verifiableCredential=["urn:uuid:77777777-0000-4000-8000-000000000000"]),
    shown_for_a_number=lambda: made(nonce=7),
    shown_to_a_number=lambda: made(aud=[7]),
)
cases(
    "malformed",
    envelope,
    shown_envelope_of_a_credential=lambda: envelope(id=f"data:application/vp+jwt,{tokens.token()}"),
    shown_in_the_envelope_of_a_credential=lambda: (
        tokens.envelope() | {"id": f"data:application/vc+jwt,{made({'typ': None})}"}
    ),
    shown_envelope_with_a_holder_beside=lambda: envelope(holder=COLLEGE.did),
)
cases(
    "unsupported-proof",
    envelope,
    shown_in_parts=lambda: envelope(id=f"data:application/vp+sd-jwt,{token()}~"),
)
cases(
    "nested-signature-invalid",
    token,
    shown_with_a_changed_credential=lambda: made(verifiableCredential=[badge(), _changed()]),
    shown_with_a_forged_token=lambda: made(
        verifiableCredential=[
            tokens.envelope() | {"id": f"data:application/vc+jwt,{tokens.token()[:-8]}AAAAAAAA"}
        ]
    ),
)
cases(
    "nested-no-proof",
    token,
    shown_with_an_unsigned_credential=lambda: made(verifiableCredential=[unsigned()]),
)
cases(
    "nested-malformed",
    token,
    shown_inside_itself=lambda: made(verifiableCredential=[badge(), envelope()]),
)
cases(
    "nested-signature-invalid",
    older,
    shown_older_with_a_forged_token=lambda: tokens.signed(
        HEAD | {"typ": "JWT"},
        {
            "iss": HOLDER.did,
            "vp": {
                "@context": ["https://www.w3.org/2018/credentials/v1"],
                "type": ["VerifiablePresentation"],
                "verifiableCredential": [f"{tokens.token()[:-8]}AAAAAAAA"],
            },
        },
        HOLDER,
    ),
)


@case("nested-revoked", twin=token)
def shown_after_it_was_withdrawn() -> tuple[str, Json]:
    return token(), {COLLEGE.list_url: COLLEGE.status_list(40_961)}
