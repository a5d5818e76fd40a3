import copy
import json
from datetime import timedelta

import jwt as pyjwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.canon.errors import ProofError
from credentials.tokens import jws, vc_jwt

from .support import BADGE, ISSUER, KEY_URL, NOW, PLAIN, private_key, resolver, token

CODES = {
    "verified",
    "malformed",
    "unsupported-proof",
    "key-unresolvable",
    "issuer-mismatch",
    "signature-invalid",
    "proof-expired",
}


def raw(payload, **header) -> str:
    return token(jws.prepare({"alg": "ES256", "kid": KEY_URL, **header}, payload))


def verify(text, *, algorithm="ES256", url=KEY_URL, now=NOW):
    read = vc_jwt.read(text)
    vc_jwt.verify(read, resolve=resolver(algorithm, url), now=now)
    return read


def code(text, **how) -> str:
    with pytest.raises(ProofError) as caught:
        verify(text, **how)
    return caught.value.code


def outcome(payload, header) -> str:
    try:
        verify(raw(payload, **header))
    except ProofError as error:
        return error.code
    return "verified"


BADGE_TOKEN = token(vc_jwt.prepare(BADGE, algorithm="ES256", key=KEY_URL))
PAYLOAD = json.loads(jws.read(BADGE_TOKEN).payload)


class TestThe1EdtechProfile:
    @pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
    def test_is_issued_and_verified(self, algorithm):
        url = "https://credentials.example/i/a/keys/1"
        text = token(vc_jwt.prepare(BADGE, algorithm=algorithm, key=url), algorithm)
        read = verify(text, algorithm=algorithm, url=url)
        assert (read.document, read.profile, read.deviations) == (BADGE, "1edtech", ())

    def test_has_the_header_and_claims_that_it_wants(self):
        read = verify(BADGE_TOKEN)
        assert read.jws.header == {"alg": "ES256", "kid": KEY_URL, "typ": "JWT"}
        assert read.claims == {
            "iss": ISSUER,
            "sub": "did:example:1",
            "jti": BADGE["id"],
            "nbf": 1777629600,
            "exp": 1809165600,
        }

    def test_is_read_by_pyjwt(self):
        public = private_key("ES256").public_key()
        assert pyjwt.decode(BADGE_TOKEN, public, algorithms=["ES256"], issuer=ISSUER) == PAYLOAD

    @pytest.mark.parametrize(
        "change",
        [
            {"id": None},
            {"issuer": {"name": "x"}},
            {"validFrom": "2026-05-01T10:00:00.5Z"},
            {"validFrom": None},
            {"credentialSubject": {"type": ["AchievementSubject"]}},
            {"credentialSubject": [{"id": "urn:a:1"}, {"id": "urn:a:2"}]},
            {"iss": ISSUER},
            {"vc": {}},
        ],
    )
    def test_is_not_issued_without_what_it_needs(self, change):
        with pytest.raises(ProofError) as caught:
            vc_jwt.prepare(BADGE | change, algorithm="ES256", key=KEY_URL)
        assert caught.value.code in {"proof-generation", "malformed"}

    def test_is_not_issued_with_a_name_that_is_no_url_or_with_more_claims(self):
        for how in ({"key": "key-1"}, {"key": KEY_URL, "claims": {"iat": 1}}):
            with pytest.raises(ProofError) as caught:
                vc_jwt.prepare(BADGE, algorithm="ES256", **how)
            assert caught.value.code == "proof-generation"

    @pytest.mark.parametrize(
        ("claim", "value", "expected"),
        [
            ("iss", "did:web:other.example", "issuer-mismatch"),
            ("iss", None, "issuer-mismatch"),
            ("sub", "did:example:2", "malformed"),
            ("jti", "urn:uuid:0", "malformed"),
            ("nbf", 1777629601, "malformed"),
            ("nbf", True, "malformed"),
            ("nbf", "1777629600", "malformed"),
            ("exp", 1809165599, "malformed"),
            ("exp", -1, "malformed"),
            ("exp", 1e300, "malformed"),
        ],
    )
    def test_refuses_a_claim_that_contradicts_the_credential(self, claim, value, expected):
        assert code(raw(PAYLOAD | {claim: value})) == expected

    def test_reports_what_it_wants_otherwise(self):
        payload = {name: value for name, value in PAYLOAD.items() if name not in {"sub", "exp"}}
        read = verify(raw(payload, typ="jwt", x5c=["a"]))
        assert read.deviations == ("header-member", "typ", "claim-missing-sub", "claim-missing-exp")
        read = vc_jwt.read(token(jws.prepare({"alg": "EdDSA"}, PAYLOAD), "EdDSA"))
        assert read.deviations == ("kid-missing", "algorithm")


class TestTheW3cProfile:
    def test_is_issued_and_verified(self):
        text = token(vc_jwt.prepare(BADGE, algorithm="EdDSA", key=KEY_URL, profile="w3c"), "EdDSA")
        read = verify(text, algorithm="EdDSA")
        assert (read.document, read.profile, read.claims) == (BADGE, "w3c", {})
        assert read.jws.header == {"alg": "EdDSA", "kid": KEY_URL, "typ": "vc+jwt", "cty": "vc"}

    def test_may_have_registered_claims_only(self):
        claims = {"iat": 1777629600, "cnf": {"kid": "x"}}
        prepared = vc_jwt.prepare(PLAIN, algorithm="ES256", key=KEY_URL, profile="w3c", claims=claims)
        assert verify(token(prepared)).claims == claims
        with pytest.raises(ProofError):
            vc_jwt.prepare(PLAIN, algorithm="ES256", key=KEY_URL, profile="w3c", claims={"vct": "x"})

    @pytest.mark.parametrize(
        ("claims", "expected"),
        [
            ({"exp": NOW.timestamp()}, "proof-expired"),
            ({"exp": "soon"}, "malformed"),
            ({"nbf": NOW.timestamp() + 301}, "signature-invalid"),
            ({"iat": NOW.timestamp() + 301}, "signature-invalid"),
            ({"iss": "https://other.example"}, "issuer-mismatch"),
            ({"sub": "did:example:2"}, "malformed"),
        ],
    )
    def test_refuses_by_its_claims(self, claims, expected):
        assert code(raw(PLAIN | claims, typ="vc+jwt")) == expected

    def test_lets_its_signature_end_at_another_time_than_the_credential(self):
        claims = {"exp": NOW.timestamp() + 1, "nbf": NOW.timestamp() + 299}
        assert verify(raw(BADGE | claims, typ="vc+jwt")).profile == "w3c"

    @pytest.mark.parametrize("typ", ["vp+jwt", "kb+jwt", "dc+sd-jwt", "at+jwt", "openid4vci-proof+jwt"])
    def test_refuses_tokens_of_another_type(self, typ):
        assert code(raw(PLAIN, typ=typ)) == "malformed"

    def test_takes_the_type_with_application_before_it(self):
        assert verify(raw(PLAIN, typ="application/vc+JWT")).document == PLAIN

    def test_refuses_a_presentation(self):
        assert code(raw({"vp": {}, **PLAIN})) == "malformed"


class TestTheOlderDataModel:
    VC = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"degree": "x"},
    }
    CLAIMS = {
        "iss": ISSUER,
        "sub": "did:example:1",
        "jti": "urn:uuid:1",
        "nbf": 1777629600,
        "exp": 1809165600,
    }

    def test_gets_from_the_claims_what_only_they_say(self):
        read = verify(raw({"vc": self.VC, **self.CLAIMS}))
        assert read.profile == "vcdm-1.1"
        assert read.document == self.VC | {
            "id": "urn:uuid:1",
            "issuer": ISSUER,
            "issuanceDate": "2026-05-01T10:00:00Z",
            "expirationDate": "2027-05-01T10:00:00Z",
            "credentialSubject": {"id": "did:example:1", "degree": "x"},
        }

    def test_refuses_what_the_claims_contradict(self):
        inner = self.VC | {"issuer": "did:web:other.example"}
        assert code(raw({"vc": inner, **self.CLAIMS})) == "issuer-mismatch"
        inner = self.VC | {"expirationDate": "2028-01-01T00:00:00Z"}
        assert code(raw({"vc": inner, **self.CLAIMS})) == "malformed"

    @pytest.mark.parametrize("inner", [None, [], "x", {"iss": "x"}])
    def test_refuses_what_is_no_credential(self, inner):
        assert code(raw({"vc": inner})) == "malformed"


class TestKeyUrl:
    @pytest.mark.parametrize(
        ("kid", "issuer", "expected"),
        [
            ("https://a.example/k", ISSUER, "https://a.example/k"),
            ("#key-1", ISSUER, KEY_URL),
            ("key-1", {"id": ISSUER}, KEY_URL),
            (None, "did:key:z6Mkw", "did:key:z6Mkw#z6Mkw"),
        ],
    )
    def test_names_the_key(self, kid, issuer, expected):
        header = {"alg": "ES256"} | ({"kid": kid} if kid else {})
        read = vc_jwt.read(token(jws.prepare(header, PLAIN | {"issuer": issuer})))
        assert vc_jwt.key_url(read) == expected

    @pytest.mark.parametrize("header", [{}, {"kid": ""}, {"kid": "a b"}, {"kid": "x" * 3_000}])
    def test_never_guesses(self, header):
        assert code(token(jws.prepare({"alg": "ES256", **header}, PLAIN))) == "key-unresolvable"

    def test_does_not_take_a_key_from_the_header(self):
        from .support import public_key

        forged = token(jws.prepare({"alg": "ES256", "jwk": public_key("ES256").to_jwk()}, PLAIN))
        assert code(forged) == "key-unresolvable"


class TestVerify:
    def test_refuses_a_signature_of_another_key(self):
        assert code(token(vc_jwt.prepare(BADGE, algorithm="ES256", key=KEY_URL + "x"))) == "key-unresolvable"
        head, body, tail = BADGE_TOKEN.split(".")
        other = raw(PAYLOAD | {"name": "Other"}, typ="JWT").split(".")[1]
        assert code(f"{head}.{other}.{tail}") == "signature-invalid"
        assert verify(BADGE_TOKEN, now=NOW + timedelta(days=3_000)).document == BADGE

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def test_survives_anything_in_any_place(self, data):
        anything = st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
            ),
            max_leaves=4,
        )
        payload = copy.deepcopy(PAYLOAD)
        name = data.draw(st.sampled_from([*payload, "vc", "vp", "iat", "cnf", "aud"]))
        payload[name] = data.draw(anything)
        header = {"typ": data.draw(st.sampled_from(["JWT", "vc+jwt"]))}
        header["kid"] = data.draw(st.text(max_size=5) | st.just(KEY_URL))
        assert outcome(payload, header) in CODES
