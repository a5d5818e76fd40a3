import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.canon.errors import ProofError
from credentials.proofs.multibase import base64url_encode
from credentials.proofs.public_key import PublicKey
from tests.credentials.tokens.support import ALGORITHMS, JOSE, private_key, public_key, sign

from .support import ED, P256, P384

RSA_JWK = JOSE["rs256"]["jwk"]


def refused(jwk) -> str:
    with pytest.raises(ProofError) as caught:
        PublicKey.from_jwk(jwk)
    return caught.value.code


def outcome(jwk) -> str:
    try:
        PublicKey.from_jwk(jwk)
    except ProofError as error:
        return error.code
    return "key"


def der_of(bits: int, exponent: int = 65537) -> bytes:
    modulus = (1 << (bits - 1)) | 1
    numbers = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    return numbers.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


class TestJwk:
    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_out_and_in_again_is_the_same_key(self, algorithm):
        key = public_key(algorithm)
        jwk = key.to_jwk() | {"use": "sig", "alg": algorithm, "kid": "x", "key_ops": ["verify"]}
        assert PublicKey.from_jwk(jwk) == key
        assert key.verify(sign(algorithm, b"data"), b"data")
        assert not key.verify(sign(algorithm, b"data"), b"other")

    @pytest.mark.parametrize("published", [ED, P256, P384])
    def test_of_a_published_multikey_comes_back_as_that_multikey(self, published):
        key = PublicKey.from_multikey(published["public"])
        assert PublicKey.from_jwk(key.to_jwk()).to_multikey() == published["public"]

    @pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
    def test_with_a_private_member_is_refused(self, member):
        assert refused(RSA_JWK | {member: "AQAB"}) == "key-unresolvable"

    @pytest.mark.parametrize(
        "change",
        [
            {"use": "enc"},
            {"use": None},
            {"key_ops": ["sign"]},
            {"key_ops": "verify"},
            {"alg": "RS512"},
            {"alg": "ES256"},
            {"alg": ["RS256"]},
            {"n": "AA" + RSA_JWK["n"]},
            {"n": RSA_JWK["n"] + "="},
            {"n": RSA_JWK["n"][:300]},
            {"n": "", "e": ""},
            {"n": 7},
            {"e": "Aw"},
            {"e": "AQAC"},
            {"e": "AAEAAQ"},
            {"e": "_____________w"},
            {"kty": "rsa"},
            {"kty": ["RSA"]},
        ],
    )
    def test_that_is_not_for_this_or_not_canonical_is_refused(self, change):
        assert refused(RSA_JWK | change) == "key-unresolvable"

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.dictionaries(
            st.sampled_from(["kty", "crv", "x", "y", "n", "e", "use", "alg", "key_ops"]),
            st.sampled_from(["OKP", "EC", "RSA", "Ed25519", "P-256", "AQAB", "sig"])
            | st.binary(max_size=300).map(base64url_encode)
            | st.none()
            | st.integers()
            | st.lists(st.text(max_size=2), max_size=2),
        )
    )
    def test_of_anything_is_a_key_or_a_refusal(self, jwk):
        assert outcome(jwk) in {"key", "key-unresolvable"}


class TestRsaKeys:
    def test_have_no_multikey(self):
        with pytest.raises(ProofError):
            public_key("RS256").to_multikey()

    @pytest.mark.parametrize("der", [b"", b"x" * 40, der_of(2048, 3), der_of(8200)])
    def test_that_are_too_weak_too_big_or_no_key_are_refused(self, der):
        with pytest.raises(ProofError) as caught:
            PublicKey.from_der(der)
        assert caught.value.code == "key-unresolvable"

    def test_of_1024_bits_are_refused(self):
        private = rsa.generate_private_key(public_exponent=65537, key_size=1024)
        der = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        with pytest.raises(ProofError):
            PublicKey.from_der(der)

    def test_sign_with_as_many_bytes_as_their_modulus(self):
        assert public_key("RS256").signature_length == private_key("RS256").key_size // 8
