import base64
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.canon.errors import ProofError
from credentials.proofs.data_integrity import prepare
from credentials.proofs.data_integrity import verify as verify_proofs
from credentials.tokens import enveloped, jws, presentation, vc_jwt, vp_jwt
from credentials.tokens.enveloped import envelop, is_enveloped, open_envelope
from tests.credentials.proofs.support import ED, method, resolve, sign_with

from .support import BADGE, NOW, PLAIN, public_key, token
from .test_sd_jwt_vc import issue

HOLDER = f"did:key:{public_key('EdDSA').to_multikey()}"
HOLDER_KEY = f"{HOLDER}#{HOLDER.removeprefix('did:key:')}"
ASKED = {"audience": "https://verifier.example", "nonce": "n-1"}
VC_TOKEN = token(vc_jwt.prepare(BADGE, algorithm="ES256", key="did:web:college.example#key-1", profile="w3c"))
PRESENTATION = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiablePresentation"],
    "holder": HOLDER,
    "verifiableCredential": [envelop(VC_TOKEN), envelop(issue(), "application/dc+sd-jwt")],
}


def refusal(call, *args, **how) -> str:
    with pytest.raises(ProofError) as caught:
        call(*args, **how)
    return caught.value.code


class TestEnvelopes:
    def test_come_open_again(self):
        opened = open_envelope(envelop(VC_TOKEN))
        assert (opened.token, opened.media_type, opened.is_sd_jwt) == (VC_TOKEN, "application/vc+jwt", False)
        shown = issue()
        opened = open_envelope(envelop(shown, "application/vc+sd-jwt"))
        assert (opened.token, opened.is_sd_jwt) == (shown, True)
        body = base64.b64encode(VC_TOKEN.encode()).decode()
        encoded = envelop(VC_TOKEN) | {"id": f"data:application/vc+jwt;base64,{body}"}
        assert open_envelope(encoded).token == VC_TOKEN

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"name": "unsigned"}, "malformed"),
            ({"@context": "https://www.w3.org/2018/credentials/v1"}, "malformed"),
            ({"@context": []}, "malformed"),
            ({"type": "EnvelopedVerifiablePresentation"}, "malformed"),
            ({"type": ["EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"]}, "malformed"),
            ({"type": "VerifiableCredential"}, "malformed"),
            ({"id": None}, "malformed"),
            ({"id": "https://a.example"}, "malformed"),
            ({"id": "data:application/vc+jwt"}, "malformed"),
            ({"id": "data:application/vc+jwt,a.b"}, "malformed"),
            ({"id": f"data:application/vc+jwt;charset=utf-8,{VC_TOKEN}"}, "malformed"),
            ({"id": "data:application/vc+jwt;base64,!"}, "malformed"),
            ({"id": f"data:application/vc+sd-jwt,{VC_TOKEN}"}, "malformed"),
            ({"id": f"data:text/plain,{VC_TOKEN}"}, "unsupported-proof"),
            ({"id": f"data:application/vc+cose,{VC_TOKEN}"}, "unsupported-proof"),
        ],
    )
    def test_refuse_what_is_none(self, change, expected):
        assert refusal(open_envelope, envelop(VC_TOKEN) | change) == expected

    @settings(max_examples=100, deadline=None)
    @given(st.text(max_size=30) | st.none() | st.lists(st.text(max_size=3), max_size=2))
    def test_survive_any_id(self, value):
        assert refusal(open_envelope, envelop(VC_TOKEN) | {"id": value}) in {"malformed", "unsupported-proof"}

    def test_are_known_by_their_type(self):
        assert is_enveloped(envelop(VC_TOKEN))
        assert not any(is_enveloped(other) for other in (BADGE, None, [], {"type": 7}))
        assert set(enveloped.MEDIA_TYPES.values()) == {enveloped.CREDENTIAL, enveloped.PRESENTATION}


class TestMembers:
    def test_are_envelopes_documents_or_bare_tokens(self):
        found = presentation.members({"verifiableCredential": [envelop(VC_TOKEN), PLAIN, VC_TOKEN, issue()]})
        kinds = [(one.document is not None, one.envelope and one.envelope.media_type) for one in found]
        assert kinds == [
            (False, "application/vc+jwt"),
            (True, None),
            (False, "application/vc+jwt"),
            (False, "application/vc+sd-jwt"),
        ]
        assert presentation.members({}) == []
        assert [one.document for one in presentation.members({"verifiableCredential": PLAIN})] == [PLAIN]

    @pytest.mark.parametrize("value", ["x", 7, None, [[]], [None], [PLAIN] * 101])
    def test_refuse_anything_else(self, value):
        assert refusal(presentation.members, {"verifiableCredential": value}) == "malformed"


def made(document=PRESENTATION, *, key=HOLDER_KEY, issued_at=NOW, **asked) -> str:
    prepared = vp_jwt.prepare(document, algorithm="EdDSA", key=key, issued_at=issued_at, **ASKED | asked)
    return token(prepared, "EdDSA")


def raw(payload, **header) -> str:
    return token(jws.prepare({"alg": "EdDSA", "kid": HOLDER_KEY, **header}, payload), "EdDSA")


def verify(text, *, now=NOW):
    read = vp_jwt.read(text)
    vp_jwt.verify(read, resolve=resolve, now=now, **ASKED)
    return read


class TestVpJwt:
    def test_holds_for_its_receiver_and_question(self):
        read = verify(made())
        assert read.document == PRESENTATION
        assert read.jws.header == {"alg": "EdDSA", "kid": HOLDER_KEY, "typ": "vp+jwt", "cty": "vp"}
        assert len(presentation.members(read.document)) == 2

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (made(audience="https://other.example"), "signature-invalid"),
            (made(nonce="n-2"), "signature-invalid"),
            (made(issued_at=NOW + timedelta(minutes=6)), "signature-invalid"),
            (made({**PRESENTATION, "holder": "did:web:other.example"}), "issuer-mismatch"),
            (made(key="did:web:a.example#k"), "key-unresolvable"),
            (
                raw({**PRESENTATION, "aud": ["https://verifier.example", "x"], "nonce": "n-1"}),
                "signature-invalid",
            ),
            (raw({**PRESENTATION, "aud": ASKED["audience"], "nonce": "n-1", "iss": "x"}), "issuer-mismatch"),
            (raw({**PRESENTATION, "aud": ASKED["audience"], "nonce": "n-1", "exp": 1}), "proof-expired"),
            (raw({**PRESENTATION, "type": "VerifiableCredential"}), "malformed"),
            (raw(PRESENTATION, typ="vc+jwt"), "malformed"),
            (raw({"vp": 7}), "malformed"),
        ],
    )
    def test_refuses_what_was_made_for_something_else(self, text, expected):
        assert refusal(verify, text) == expected

    def test_reads_the_older_form(self):
        inner = {name: value for name, value in PRESENTATION.items() if name != "holder"}
        claims = {"iss": HOLDER, "aud": ASKED["audience"], "nonce": "n-1"}
        assert verify(raw({"vp": inner, **claims}, typ="JWT")).document == PRESENTATION
        assert (
            refusal(verify, raw({"vp": PRESENTATION, **claims, "iss": "did:web:x.example"}))
            == "issuer-mismatch"
        )

    @pytest.mark.parametrize("how", [{"key": "k"}, {"document": {**PRESENTATION, "aud": "x"}}])
    def test_is_not_made_of_something_else(self, how):
        assert refusal(made, **how) == "proof-generation"


def proved(document=PRESENTATION, **options):
    prepared = prepare(
        document,
        verification_method=method(ED),
        created="2026-05-20T10:00:00Z",
        purpose="authentication",
        options=options,
    )
    return prepared.secured(sign_with(ED)(prepared.to_sign))


def outcome(secured, **how) -> str:
    [one] = verify_proofs(secured, resolve=resolve, now=NOW, purpose="authentication", **how)
    return one.error.code if one.error else "verified"


class TestEmbeddedProofs:
    SECURED = proved(challenge="c-1", domain=["https://a.example", "https://b.example"])

    def test_hold_for_challenge_and_domains(self):
        domains = ("https://b.example", "https://a.example")
        assert outcome(self.SECURED, challenge="c-1", domain=domains) == "verified"
        one = proved(challenge="c-1", domain="https://a.example")
        assert outcome(one, challenge="c-1", domain="https://a.example") == "verified"

    @pytest.mark.parametrize(
        "asked",
        [
            {"challenge": "c-2"},
            {"domain": "https://a.example"},
            {"domain": ["https://a.example", "https://c.example"]},
            {"domain": []},
        ],
    )
    def test_refuse_another_question(self, asked):
        assert outcome(self.SECURED, **asked) == "signature-invalid"

    @pytest.mark.parametrize("member", ["challenge", "nonce", "domain"])
    @pytest.mark.parametrize("value", [7, {}, [7], None])
    def test_refuse_members_of_another_form(self, member, value):
        secured = {**self.SECURED, "proof": {**self.SECURED["proof"], member: value}}
        assert outcome(secured) == "malformed"

    def test_made_for_credentials_do_not_count(self):
        prepared = prepare(PRESENTATION, verification_method=method(ED), created="2026-05-20T10:00:00Z")
        assert outcome(prepared.secured(sign_with(ED)(prepared.to_sign))) == "signature-invalid"

    def test_expire(self):
        assert outcome(proved(expires="2026-05-31T00:00:00Z")) == "proof-expired"
        assert outcome(proved(expires="2026-06-02T00:00:00Z")) == "verified"

    def test_belong_to_the_holder_named(self):
        mine = {**PRESENTATION, "holder": method(ED).partition("#")[0]}
        presentation.require_holder(mine, method(ED))
        presentation.require_holder({}, method(ED))
        presentation.require_holder({"holder": {"id": mine["holder"]}}, method(ED))
        for holder in (HOLDER, None, [], {}):
            assert refusal(presentation.require_holder, {"holder": holder}, method(ED)) == "issuer-mismatch"
