import json
from datetime import UTC, datetime, timedelta

import pytest
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier

from credentials.canon.errors import ProofError
from credentials.proofs.public_key import PublicKey
from credentials.tokens import jws, key_binding, sd_jwt, sd_jwt_vc
from credentials.tokens.concealing import conceal
from credentials.tokens.key_binding import Demand

from .support import BADGE, ISSUER, KEY_URL, NOW, VECTORS, private_key, public_key, resolver, sign, token

RFC = json.loads((VECTORS / "sd-jwt" / "figures.json").read_text())
SALTS = [f"salt-{number:017d}" for number in range(9)]
DEMAND = Demand("https://verifier.example", "n-1")
CLAIMS = {
    "iss": ISSUER,
    "vct": "https://college.example/types/course",
    "exp": int(NOW.timestamp()) + 1_000,
    "cnf": {"jwk": public_key("EdDSA").to_jwk()},
    "sub": "did:example:1",
    "name": "Ada",
    "course": {"title": "Glazing", "grade": "A"},
}
HIDDEN = ["/name", "/course/grade", "/sub"]


def issue(claims=CLAIMS, hidden=HIDDEN, **how) -> str:
    prepared = sd_jwt_vc.prepare(
        claims, algorithm="ES256", key=KEY_URL, hidden=hidden, salts=SALTS[: len(hidden)], **how
    )
    return token(prepared)


def bind(text: str, *, algorithm="EdDSA", issued_at=NOW, **how) -> str:
    asked = {"audience": DEMAND.audience, "nonce": DEMAND.nonce} | how
    prepared = key_binding.prepare_key_binding(text, algorithm=algorithm, issued_at=issued_at, **asked)
    return prepared.secured(sign(algorithm, prepared.to_sign))


def verify(text, *, demand=None, now=NOW):
    read = sd_jwt_vc.read(text)
    return read, sd_jwt_vc.verify(read, resolve=resolver(), now=now, demand=demand)


def code(text, **how) -> str:
    try:
        verify(text, **how)
    except ProofError as error:
        return error.code
    return "verified"


def made(payload, *disclosures, typ="dc+sd-jwt") -> str:
    return "~".join(
        [token(jws.prepare({"alg": "ES256", "kid": KEY_URL, "typ": typ}, payload)), *disclosures, ""]
    )


class TestIetf:
    def test_is_issued_shown_in_part_and_verified(self):
        text = issue()
        read, verified = verify(text)
        assert (read.kind, read.claims) == ("ietf", CLAIMS)
        assert (verified.key, verified.holder) == (public_key("ES256"), None)
        part, _ = verify(sd_jwt.present(text, ["/course/grade"]))
        assert part.claims == {n: v for n, v in CLAIMS.items() if n not in ("name", "sub")}

    def test_is_read_by_the_sd_jwt_package(self):
        key = JWK.from_pyca(private_key("ES256"))
        assert SDJWTVerifier(issue(), lambda issuer, header: key).get_verified_payload() == CLAIMS

    @pytest.mark.parametrize(
        "pointer", ["/iss", "/exp", "/cnf", "/cnf/jwk", "/vct", "/vct#integrity/x", "/status"]
    )
    def test_never_hides_what_must_stay_open(self, pointer):
        with pytest.raises(ProofError) as caught:
            issue(hidden=[pointer])
        assert caught.value.code == "proof-generation"

    @pytest.mark.parametrize("pointer", ["/iss", "/cnf/jwk", "/vct", "/exp"])
    def test_refuses_a_token_that_hid_it(self, pointer):
        payload, disclosures = conceal(CLAIMS, [pointer], salts=SALTS[:1])
        assert code(made(payload, *disclosures)) == "malformed"

    @pytest.mark.parametrize(
        ("change", "typ", "expected"),
        [
            ({}, "vc+sd-jwt", "verified"),
            ({}, "application/dc+sd-jwt", "verified"),
            ({}, "JWT", "malformed"),
            ({}, "kb+jwt", "malformed"),
            ({"vct": ""}, "dc+sd-jwt", "malformed"),
            ({"vct": 7}, "dc+sd-jwt", "malformed"),
            ({"exp": NOW.timestamp()}, "dc+sd-jwt", "proof-expired"),
            ({"nbf": NOW.timestamp() + 301}, "dc+sd-jwt", "signature-invalid"),
            ({"iat": "x"}, "dc+sd-jwt", "malformed"),
        ],
    )
    def test_is_judged_by_type_and_times(self, change, typ, expected):
        assert code(made(CLAIMS | change, typ=typ)) == expected

    def test_refuses_another_signature_and_what_says_no_type(self):
        head, _, rest = issue().partition(".")
        other = made(CLAIMS | {"name": "Eve"}).split(".")[1]
        assert code(f"{head}.{other}.{rest.partition('.')[2]}") != "verified"
        for claims, how in (({"iss": ISSUER}, {}), (CLAIMS, {"kind": "w3c"})):
            with pytest.raises(ProofError):
                issue(claims, [], **how)


class TestW3c:
    def test_is_issued_shown_in_part_and_verified(self):
        text = issue(BADGE, ["/name", "/credentialSubject/id"], kind="w3c")
        read, _ = verify(text)
        assert (read.kind, read.document) == ("w3c", BADGE)
        part, _ = verify(sd_jwt.present(text, []))
        assert part.document["credentialSubject"] == {"type": ["AchievementSubject"]}

    @pytest.mark.parametrize(
        "pointer", ["/@context", "/@context/0", "/type", "/issuer/id", "/credentialStatus"]
    )
    def test_never_hides_what_verifying_needs(self, pointer):
        with pytest.raises(ProofError):
            issue(BADGE, [pointer], kind="w3c")

    def test_refuses_a_claim_that_contradicts(self):
        assert code(made(BADGE | {"iss": "did:web:other.example"}, typ="vc+sd-jwt")) == "issuer-mismatch"


class TestKeyBinding:
    def test_holds_for_its_demand(self):
        _, verified = verify(bind(sd_jwt.present(issue(), ["/name"])), demand=DEMAND)
        assert verified.holder == public_key("EdDSA")

    def test_of_the_rfc_holds(self):
        text = next(case["text"] for case in RFC["tokens"] if not case["text"].endswith("~"))
        demand = Demand("https://verifier.example.org", "1234567890")
        claims = json.loads(jws.read(text.rpartition("~")[2]).payload)
        then = datetime.fromtimestamp(claims["iat"], UTC)
        holder = key_binding.verify_key_binding(sd_jwt.read(text), demand, now=then)
        assert holder == PublicKey.from_jwk(RFC["holder"])

    def test_of_a_copy_holds_whoever_asks_or_none(self):
        whole = bind(sd_jwt.present(issue(), ["/name"]))
        assert code(whole) == "verified"
        assert (
            code(bind(issue(), audience="https://other.example", issued_at=NOW - timedelta(days=9)))
            == "verified"
        )
        assert code(bind(issue(), algorithm="ES256")) == "key-unresolvable"

    @pytest.mark.parametrize("cut", [1, 2, 16, 40])
    def test_refuses_a_copy_that_was_cut_at_its_end(self, cut):
        assert code(issue()[:-cut]) != "verified"
        assert code(bind(issue())[:-cut]) != "verified"

    def test_refuses_the_binding_of_other_parts(self):
        shown, other = sd_jwt.present(issue(), ["/name"]), issue()
        moved = shown + bind(other).removeprefix(other)
        assert code(moved) == "signature-invalid"

    @pytest.mark.parametrize(
        ("how", "expected"),
        [
            ({"audience": "https://other.example"}, "signature-invalid"),
            ({"nonce": "n-2"}, "signature-invalid"),
            ({"nonce": "ä"}, "signature-invalid"),
            ({"algorithm": "ES256"}, "key-unresolvable"),
            ({"issued_at": NOW - timedelta(minutes=11)}, "proof-expired"),
            ({"issued_at": NOW + timedelta(minutes=6)}, "signature-invalid"),
        ],
    )
    def test_refuses_what_was_made_for_something_else(self, how, expected):
        assert code(bind(issue(), **how), demand=DEMAND) == expected

    def test_refuses_other_disclosures_under_it(self):
        text = issue()
        kb = bind(sd_jwt.present(text, ["/name"])).rpartition("~")[2]
        assert code(text + kb, demand=DEMAND) == "signature-invalid"
        assert code(sd_jwt.present(text, []) + kb, demand=DEMAND) == "signature-invalid"

    def test_is_demanded_by_the_verifier_only(self):
        assert code(issue(), demand=DEMAND) == "signature-invalid"
        assert code(bind(issue(), nonce="other")) == "verified"

    @pytest.mark.parametrize(
        "cnf", [None, {}, {"jwk": {}}, {"kid": "x"}, "x", {"jwk": {"kty": "oct", "k": "AA"}}]
    )
    def test_needs_the_holders_key_in_the_credential(self, cnf):
        claims = CLAIMS | {"cnf": cnf}
        assert code(bind(made(claims)), demand=DEMAND) == "key-unresolvable"

    def test_refuses_a_token_of_another_type(self):
        payload = {"iat": 1, "aud": DEMAND.audience, "nonce": DEMAND.nonce}
        other = token(jws.prepare({"alg": "EdDSA", "typ": "JWT"}, payload), "EdDSA")
        assert code(issue() + other, demand=DEMAND) == "signature-invalid"

    def test_is_made_once(self):
        with pytest.raises(ProofError):
            bind(bind(issue()))
        with pytest.raises(ProofError):
            sd_jwt.present(bind(issue()), [])
