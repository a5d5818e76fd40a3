import itertools
import json

import jwt as pyjwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.canon.errors import ProofError
from credentials.proofs.multibase import base64url_decode, base64url_encode
from credentials.proofs.public_key import PublicKey
from credentials.tokens import jws

from .support import ALGORITHMS, JOSE, private_key, public_key, sign, token


def part(value) -> str:
    return base64url_encode(value if isinstance(value, bytes) else json.dumps(value).encode())


def code(text, key=None) -> str:
    with pytest.raises(ProofError) as caught:
        jws.require(jws.read(text), key or public_key("ES256"))
    return caught.value.code


GOOD = token(jws.prepare({"alg": "ES256"}, {"a": 1}))
TWICE = b'{"alg":"ES256","alg":"none"}'
HEAD, BODY, TAIL = GOOD.split(".")


class TestPublishedFigures:
    @pytest.mark.parametrize("name", ["rs256", "es256"])
    def test_tokens_of_rfc_7515_hold(self, name):
        case = JOSE[name]
        read = jws.read(".".join([case["header"], JOSE["payload"], case["signature"]]))
        jws.require(read, PublicKey.from_jwk(case["jwk"]))
        assert json.loads(read.payload)["iss"] == "joe"

    def test_the_token_of_rfc_8037_holds_and_is_made_again(self):
        case = JOSE["eddsa"]
        read = jws.read(case["token"])
        jws.require(read, PublicKey.from_jwk(case["jwk"]))
        assert read.payload == b"Example of Ed25519 signing"

    def test_thumbprints_are_those_of_the_rfcs(self):
        assert PublicKey.from_jwk(JOSE["eddsa"]["jwk"]).thumbprint() == JOSE["eddsa"]["thumbprint"]
        case = JOSE["thumbprint"]
        key = PublicKey.from_jwk(case["jwk"])
        assert key.thumbprint() == case["sha256"]
        assert key.to_jwk() == {name: case["jwk"][name] for name in ("e", "kty", "n")}


class TestBesidePyJwt:
    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_each_accepts_what_the_other_made(self, algorithm):
        ours = token(jws.prepare({"alg": algorithm, "typ": "JWT"}, {"a": "ä"}), algorithm)
        public = private_key(algorithm).public_key()
        assert pyjwt.decode(ours, public, algorithms=[algorithm]) == {"a": "ä"}
        theirs = pyjwt.encode({"b": [1]}, private_key(algorithm), algorithm=algorithm)
        read = jws.read(theirs)
        jws.require(read, public_key(algorithm))
        assert json.loads(read.payload) == {"b": [1]}


class TestRead:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "a.b",
            GOOD + ".",
            GOOD + "=",
            GOOD + "\n",
            f" {GOOD}",
            f"{HEAD}.{BODY}.{TAIL}.{TAIL}.{TAIL}",
            f"{part(b'[]')}.{BODY}.{TAIL}",
            f"{part(b'x')}.{BODY}.{TAIL}",
            f"{part({})}.{BODY}.{TAIL}",
            f"{part({'alg': 1})}.{BODY}.{TAIL}",
            f"{part({'alg': 'ES256', 'kid': 1})}.{BODY}.{TAIL}",
            f"{part({'alg': 'ES256', 'typ': None})}.{BODY}.{TAIL}",
            f"{part(TWICE)}.{BODY}.{TAIL}",
            f"{part({'alg': 'ES256', 'x': 'x' * 20_000})}.{BODY}.{TAIL}",
            f"{HEAD}.{BODY}.{'A' * 3_000}",
            None,
            7,
        ],
        ids=itertools.count(),  # the texts differ from run to run, and xdist wants one name in all processes
    )
    def test_refuses_what_is_no_compact_jws(self, text):
        assert code(text) == "malformed"

    def test_refuses_text_whose_last_character_could_be_another(self):
        other = chr(ord(TAIL[-1]) + 1)
        assert base64url_decode(TAIL)
        assert code(f"{HEAD}.{BODY}.{TAIL[:-1]}{other}") == "malformed"

    @pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "hs384", "HS512"])
    def test_refuses_algorithms_that_prove_nothing(self, algorithm):
        assert code(f"{part({'alg': algorithm})}.{BODY}.{TAIL}") == "signature-invalid"
        assert code(f"{part({'alg': algorithm})}.{BODY}.") == "signature-invalid"

    @pytest.mark.parametrize("algorithm", ["PS256", "ES256K", "ES512", "RS512", "es256", "EdDSA ", ""])
    def test_does_not_judge_other_algorithms(self, algorithm):
        assert code(f"{part({'alg': algorithm})}.{BODY}.{TAIL}") == "unsupported-proof"

    @pytest.mark.parametrize("b64", [False, 0, None, "false"])
    def test_refuses_a_payload_that_may_not_be_encoded(self, b64):
        assert code(f"{part({'alg': 'ES256', 'b64': b64})}.{BODY}.{TAIL}") == "signature-invalid"

    @pytest.mark.parametrize("crit", [["b64"], [], None, "exp"])
    def test_refuses_demands_that_it_does_not_know(self, crit):
        assert code(f"{part({'alg': 'ES256', 'crit': crit})}.{BODY}.{TAIL}") == "signature-invalid"

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.text(alphabet="ey.AQ-_=09\n ", max_size=40) | st.text(max_size=20))
    def test_survives_any_text(self, text):
        assert code(text) in {"malformed", "signature-invalid", "unsupported-proof"}


class TestRequire:
    def test_refuses_a_key_of_another_kind(self):
        assert code(GOOD, public_key("ES384")) == "key-unresolvable"
        hmac_like = GOOD.replace(HEAD, part({"alg": "RS256"}))
        assert code(hmac_like) == "key-unresolvable"

    def test_never_takes_the_key_of_the_header(self):
        prepared = jws.prepare({"alg": "EdDSA", "jwk": public_key("EdDSA").to_jwk()}, {"a": 1})
        forged = token(prepared, "EdDSA")
        assert code(forged, PublicKey.from_jwk(JOSE["eddsa"]["jwk"])) == "signature-invalid"

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_refuses_a_signature_of_another_length(self, algorithm):
        good = token(jws.prepare({"alg": algorithm}, {"a": 1}), algorithm)
        head, body, tail = good.split(".")
        data = base64url_decode(tail)
        jws.require(jws.read(good), public_key(algorithm))
        for signature in (data[:-1], data + b"\0", b"\0" + data, b"", bytes(len(data)), b"\xff" * len(data)):
            assert code(f"{head}.{body}.{part(signature)}", public_key(algorithm)) == "signature-invalid"

    def test_refuses_a_der_signature(self):
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        der = private_key("ES256").sign(f"{HEAD}.{BODY}".encode(), ec.ECDSA(hashes.SHA256()))
        assert code(f"{HEAD}.{BODY}.{part(der)}") == "signature-invalid"

    def test_refuses_another_payload_under_the_signature(self):
        assert code(f"{HEAD}.{part({'a': 2})}.{TAIL}") == "signature-invalid"


class TestPrepare:
    def test_refuses_what_read_would_refuse(self):
        for header in ({}, {"alg": "none"}, {"alg": "ES256", "crit": []}):
            with pytest.raises(ProofError):
                jws.prepare(header, {})

    @pytest.mark.parametrize("payload", [{"a": object()}, {"a": float("nan")}, {"a": "\ud800"}])
    def test_refuses_what_is_not_json(self, payload):
        with pytest.raises(ProofError) as caught:
            jws.prepare({"alg": "ES256"}, payload)
        assert caught.value.code == "malformed"

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_refuses_a_signature_of_another_length(self, algorithm):
        prepared = jws.prepare({"alg": algorithm}, {})
        with pytest.raises(ProofError) as caught:
            prepared.secured(sign(algorithm, prepared.to_sign)[:60])
        assert caught.value.code == "proof-generation"
