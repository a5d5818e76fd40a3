import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from credentials.canon.errors import ProofError
from credentials.proofs.public_key import PublicKey
from credentials.tokens import jws, sd_jwt
from credentials.tokens.concealing import conceal, disclosure

from .support import VECTORS, private_key, public_key, token

RFC = json.loads((VECTORS / "sd-jwt" / "figures.json").read_text())
SALTS = [f"salt-{number:017d}" for number in range(20)]
CLAIMS = {
    "sub": "user_42",
    "name": "Möbius",
    "address": {"street": "Main 1", "city": "Anytown", "a/b": 1},
    "nationalities": ["DE", "FR", "US"],
}
HIDDEN = ["/name", "/address", "/address/street", "/address/a~1b", "/nationalities/1", "/nationalities/2"]


def issue(claims=CLAIMS, hidden=HIDDEN, **how) -> str:
    payload, disclosures = conceal(claims, hidden, salts=SALTS[: len(hidden)], **how)
    return "~".join([token(jws.prepare({"alg": "ES256"}, payload)), *disclosures, ""])


def shown(text: str) -> dict:
    return sd_jwt.process(sd_jwt.read(text))[0]


def code(text) -> str:
    try:
        shown(text)
    except ProofError as error:
        return error.code
    return "read"


def made(payload, *disclosures) -> str:
    return "~".join([token(jws.prepare({"alg": "ES256"}, payload)), *disclosures, ""])


class TestFiguresOfRfc9901:
    @pytest.mark.parametrize("case", RFC["disclosures"], ids=lambda case: case["text"][-8:])
    def test_disclosures_and_their_digests(self, case):
        assert disclosure(*case["parts"]) == case["text"]
        assert sd_jwt.digest_of(case["text"]) == case["digest"]

    def test_its_tokens_verify_and_show_what_it_says(self):
        key = PublicKey.from_jwk(RFC["issuer"])
        for case in RFC["tokens"]:
            read = sd_jwt.read(case["text"])
            jws.require(read.jws, key)
            assert sd_jwt.process(read)[0] == case["shown"]


class TestConcealing:
    def test_is_undone_by_processing(self):
        assert shown(issue()) == CLAIMS
        payload = sd_jwt.read(issue()).payload
        assert payload["_sd_alg"] == "sha-256"
        assert payload["nationalities"][0] == "DE"
        assert set(payload["nationalities"][1]) == {"..."}
        assert "Main" not in json.dumps(payload)
        assert payload["_sd"] == sorted(payload["_sd"])

    def test_decoys_look_like_digests_and_show_nothing(self):
        decoys = {"": ["A" * 43], "/address": ["B" * 43], "/nationalities": ["C" * 43]}
        text = issue(decoys=decoys)
        assert shown(text) == CLAIMS
        assert "A" * 43 in sd_jwt.read(text).payload["_sd"]

    @pytest.mark.parametrize(
        ("claims", "hidden", "salts", "decoys"),
        [
            (CLAIMS, ["/none"], SALTS[:1], {}),
            (CLAIMS, ["/nationalities/3"], SALTS[:1], {}),
            (CLAIMS, ["/name/x"], SALTS[:1], {}),
            (CLAIMS, [""], SALTS[:1], {}),
            (CLAIMS, ["/name", "/name"], SALTS[:2], {}),
            (CLAIMS, ["/name"], [], {}),
            (CLAIMS, ["/name"], ["short"], {}),
            (CLAIMS, ["/name", "/sub"], [SALTS[0], SALTS[0]], {}),
            ({"_sd": []}, [], [], {}),
            ({"a": [{"...": 1}]}, [], [], {}),
            (CLAIMS, [], [], {"/name": ["A" * 43]}),
            (CLAIMS, [], [], {"": ["A" * 42]}),
        ],
    )
    def test_refuses_what_cannot_be_hidden(self, claims, hidden, salts, decoys):
        with pytest.raises(ProofError) as caught:
            conceal(claims, hidden, salts=salts, decoys=decoys)
        assert caught.value.code == "proof-generation"


class TestPresenting:
    def test_shows_the_chosen_and_what_holds_it(self):
        text = sd_jwt.present(issue(), ["/address/street", "/nationalities/2"])
        assert shown(text) == {
            "sub": "user_42",
            "address": {"street": "Main 1", "city": "Anytown"},
            "nationalities": ["DE", "US"],
        }

    def test_shows_nothing_unless_asked(self):
        assert shown(sd_jwt.present(issue(), [])) == {"sub": "user_42", "nationalities": ["DE"]}

    @pytest.mark.parametrize("pointer", ["/sub", "/none", "", "/address/city"])
    def test_refuses_a_pointer_to_what_is_not_hidden(self, pointer):
        with pytest.raises(ProofError):
            sd_jwt.present(issue(), [pointer])


A, B = disclosure("s" * 22, "a", 1), disclosure("t" * 22, "b", 2)
ITEM = disclosure("u" * 22, "x")
OUTER = disclosure("v" * 22, "o", {"_sd": [sd_jwt.digest_of(A)]})


class TestProcessing:
    @pytest.mark.parametrize(
        ("payload", "disclosures", "expected"),
        [
            ({"_sd": [sd_jwt.digest_of(A)]}, [A, A], "signature-invalid"),
            ({"_sd": [sd_jwt.digest_of(A)]}, [A, B], "signature-invalid"),
            ({"_sd": [sd_jwt.digest_of(A)] * 2}, [A], "signature-invalid"),
            ({"_sd": ["x", "x"]}, [], "signature-invalid"),
            ({"_sd": [sd_jwt.digest_of(OUTER), sd_jwt.digest_of(A)]}, [OUTER, A], "signature-invalid"),
            ({"_sd": [sd_jwt.digest_of(OUTER)]}, [A], "signature-invalid"),
            ({"_sd": [sd_jwt.digest_of(A)], "a": 0}, [A], "malformed"),
            ({"_sd": [sd_jwt.digest_of(ITEM)]}, [ITEM], "malformed"),
            ({"l": [{"...": sd_jwt.digest_of(A)}]}, [A], "malformed"),
            ({"l": [{"...": sd_jwt.digest_of(ITEM), "y": 1}]}, [ITEM], "malformed"),
            ({"l": [{"...": 7}]}, [], "malformed"),
            ({"_sd": "x"}, [], "malformed"),
            ({"_sd": [7]}, [], "malformed"),
            ({"x": {"_sd_alg": "sha-256"}}, [], "malformed"),
            ({"...": 1}, [], "malformed"),
            ({"_sd_alg": "md5"}, [], "unsupported-proof"),
            ({"_sd_alg": ["sha-256"]}, [], "unsupported-proof"),
        ],
    )
    def test_refuses_what_the_rules_forbid(self, payload, disclosures, expected):
        assert code(made(payload, *disclosures)) == expected

    @pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg", 7, None])
    def test_refuses_reserved_names(self, name):
        text = disclosure("s" * 22, name, 1)
        assert code(made({"_sd": [sd_jwt.digest_of(text)]}, text)) == "malformed"

    @pytest.mark.parametrize(
        "text", ["", "W10", "eyJ9", "e30", "WzFd", "WyJhIl0", "!", "WzEsImEiLDJd", A[:-1]]
    )
    def test_refuses_disclosures_that_are_none(self, text):
        assert code(made({"_sd": [sd_jwt.digest_of(text)]}, text)) == "malformed"

    @pytest.mark.parametrize("name", ["sha-384", "sha-512"])
    def test_knows_other_hashes(self, name):
        assert shown(made({"_sd": [sd_jwt.digest_of(A, name)], "_sd_alg": name}, A)) == {"a": 1}

    def test_is_bounded_in_depth_and_number(self):
        chain, digest = [], None
        for number in range(70):
            value = {"_sd": [digest]} if digest else 1
            chain.append(disclosure(f"{number:022d}", "a", value))
            digest = sd_jwt.digest_of(chain[-1])
        assert code(made({"_sd": [digest]}, *chain)) == "malformed"
        assert code(made({}, *["e30"] * 1_001)) == "malformed"

    def test_keeps_what_is_signed_as_null(self):
        text = disclosure("s" * 22, "a", None)
        assert shown(made({"_sd": [sd_jwt.digest_of(text)]}, text)) == {"a": None}

    @pytest.mark.parametrize(
        "text", ["", "~", "a~", made({})[:-1], made({}) + "ä~", None, made({}).replace("~", "~~", 1) + "x"]
    )
    def test_refuses_what_is_no_sd_jwt(self, text):
        with pytest.raises(ProofError) as caught:
            sd_jwt.process(sd_jwt.read(text))
        assert caught.value.code == "malformed"

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def test_survives_any_digests_in_any_place(self, data):
        pieces = [A, B, ITEM, OUTER]
        digests = st.sampled_from([sd_jwt.digest_of(one) for one in pieces])
        leaf = st.none() | st.integers(0, 9) | digests
        values = st.recursive(
            leaf
            | st.fixed_dictionaries({"...": leaf})
            | st.fixed_dictionaries({"_sd": st.lists(leaf, max_size=3)}),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["a", "_sd", "...", "b"]), inner, max_size=3)
            ),
            max_leaves=6,
        )
        payload = data.draw(st.dictionaries(st.sampled_from(["a", "_sd", "...", "l"]), values, max_size=3))
        chosen = data.draw(st.lists(st.sampled_from(pieces), max_size=4))
        assert code(made(payload, *chosen)) in {"read", "malformed", "signature-invalid"}


class TestBesideTheSdJwtPackage:
    KEY = JWK.from_pyca(private_key("ES256"))

    def test_each_reads_what_the_other_made(self):
        claims = {
            SDObj("name"): "Möbius",
            "iss": "x",
            "list": [SDObj("DE"), "FR"],
            SDObj("o"): {SDObj("p"): 1},
        }
        theirs = SDJWTIssuer(claims, self.KEY, add_decoy_claims=True).sd_jwt_issuance
        read = sd_jwt.read(theirs)
        jws.require(read.jws, public_key("ES256"))
        assert shown(theirs) == {"name": "Möbius", "iss": "x", "list": ["DE", "FR"], "o": {"p": 1}}
        ours = issue(CLAIMS | {"iss": "x"}, decoys={"": ["A" * 43]})
        for text in (ours, sd_jwt.present(ours, ["/name"])):
            verified = SDJWTVerifier(text, lambda issuer, header: self.KEY).get_verified_payload()
            assert verified == shown(text)
