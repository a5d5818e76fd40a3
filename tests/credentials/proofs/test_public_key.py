from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.canon.errors import ProofError
from credentials.proofs import multibase
from credentials.proofs.public_key import PublicKey

from .support import ED, P256, P384, sign_with


def jwk_of(key: PublicKey) -> dict:
    from cryptography.hazmat.primitives.asymmetric import ec

    b64 = multibase.base64url_encode
    if key.kind == "Ed25519":
        return {"kty": "OKP", "crv": "Ed25519", "x": b64(key.data)}
    curve, size = (ec.SECP256R1(), 32) if key.kind == "P-256" else (ec.SECP384R1(), 48)
    numbers = ec.EllipticCurvePublicKey.from_encoded_point(curve, key.data).public_numbers()
    return {
        "kty": "EC",
        "crv": key.kind,
        "x": b64(numbers.x.to_bytes(size)),
        "y": b64(numbers.y.to_bytes(size)),
    }


@pytest.mark.parametrize("published", [ED, P256, P384])
class TestPublicKey:
    def test_knows_its_own_signature_only(self, published):
        key = PublicKey.from_multikey(published["public"])
        signature = sign_with(published)(b"data")
        assert key.verify(signature, b"data")
        assert not key.verify(signature, b"other")
        assert not key.verify(signature[:-1], b"data")
        assert not key.verify(bytes(len(signature)), b"data")
        assert not key.verify(b"\xff" * len(signature), b"data")

    def test_is_the_same_from_jwk_and_multikey(self, published):
        key = PublicKey.from_multikey(published["public"])
        assert PublicKey.from_jwk(jwk_of(key)) == key
        assert key.to_multikey() == published["public"]

    @pytest.mark.parametrize(
        "change",
        [{"d": "AA"}, {"kty": "RSA"}, {"crv": "X25519"}, {"crv": None}, {"x": "AA"}, {"x": 7}, {"x": "!"}],
    )
    def test_refuses_other_jwks(self, published, change):
        jwk = jwk_of(PublicKey.from_multikey(published["public"])) | change
        with pytest.raises(ProofError) as caught:
            PublicKey.from_jwk(jwk)
        assert caught.value.code in ("key-unresolvable", "malformed")


class TestPointsOffTheCurve:
    @pytest.mark.parametrize(("kind", "size"), [("P-256", 33), ("P-384", 49)])
    def test_are_refused(self, kind, size):
        with pytest.raises(ProofError) as caught:
            PublicKey.from_multikey(multibase.encode_multikey(kind, b"\x02" + b"\xff" * (size - 1)))
        assert caught.value.code == "key-unresolvable"

    @pytest.mark.parametrize("jwk", [None, [], "x", {}])
    def test_something_that_is_no_jwk_is_refused(self, jwk):
        with pytest.raises(ProofError):
            PublicKey.from_jwk(jwk)

    def test_a_jwk_whose_point_is_off_the_curve_is_refused(self):
        x = multibase.base64url_encode(b"\x01" * 32)
        with pytest.raises(ProofError):
            PublicKey.from_jwk({"kty": "EC", "crv": "P-256", "x": x, "y": x})


class TestLoaded:
    def test_a_key_made_of_another_checks_by_its_own_data(self):
        secrets = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2)]
        one = PublicKey("Ed25519", secrets[0].public_key().public_bytes_raw())
        assert one.verify(secrets[0].sign(b"x"), b"x")
        other = replace(one, data=secrets[1].public_key().public_bytes_raw())
        assert not other.verify(secrets[0].sign(b"x"), b"x")
        assert other.verify(secrets[1].sign(b"x"), b"x")
        assert one != other
        assert one == PublicKey(one.kind, one.data)
