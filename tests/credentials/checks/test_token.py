"""Tokens (VC-JWT): whose key signed them, what they may not say, and that they are checked like any other."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from credentials.proofs import ecdsa_sd_2023
from credentials.proofs.data_integrity import proof_options
from credentials.tokens import jws
from tests.credentials.checks.checking import SIGNER, check, found, knows, world
from tests.credentials.tokens.support import public_key, sign
from tests.support.hostile import tokens as hostile
from tests.support.issuers import NOW, Saved, Signing
from tests.support.tokens import ALGORITHMS, jwk_url, publish, token

STRANGER = Signing(2, "did:web:stranger.example")
PLAIN = SIGNER.unsigned()
WORLD = publish(world(), SIGNER)


def asked(document: str | bytes, **changed):
    """Return the report on a token in the college's world."""
    saved = Saved(dict(WORLD.answers))
    for url, body in changed.pop("answers", {}).items():
        saved.save(url, body)
    return check(document, saved, **changed)


def made(header: dict, payload: dict, algorithm: str = "ES256") -> str:
    prepared = jws.prepare({"alg": algorithm} | header, payload)
    return prepared.secured(sign(algorithm, prepared.to_sign))


class TestATokenThatHolds:
    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_with_every_algorithm(self, algorithm):
        report = asked(token(PLAIN, SIGNER, algorithm))
        assert (report.verdict, report.summary.title) == ("valid", "Clinical Skills II")
        assert report.summary.proof == f"JWT {algorithm}"
        assert found(report, "key").outcome == "pass"

    @pytest.mark.parametrize("profile", ["1edtech", "w3c"])
    def test_in_both_profiles_with_a_bare_key(self, profile):
        report = asked(token(PLAIN, SIGNER, "RS256", kid=jwk_url(SIGNER, "RS256"), profile=profile))
        assert report.verdict == "valid"

    def test_is_withdrawn_like_any_other(self):
        report = asked(token(PLAIN, SIGNER), answers={SIGNER.list_url: SIGNER.status_list(40_961)})
        assert report.verdict == "revoked"

    def test_with_words_nobody_defines_says_so_and_holds(self):
        report = asked(token(PLAIN | {"distinction": "x"}, SIGNER))
        assert (report.verdict, "jsonld-error" in report.reasons) == ("valid", True)

    def test_of_an_issuer_with_a_web_address(self):
        address = "https://college.example/issuers/7"
        document = PLAIN | {"issuer": {**PLAIN["issuer"], "id": address}, "credentialStatus": None}
        del document["credentialStatus"]
        own = public_key("RS256").to_jwk()
        for url, jwk, verdict in [
            (f"{address}/key", own, "valid"),
            ("https://college.example/keys/1", own | {"iss": address}, "valid"),
            ("https://college.example/keys/1", own, "key-unresolvable"),
            (
                "https://college.example/keys/1",
                own | {"iss": "https://college.example/issuers/8"},
                "key-unresolvable",
            ),
            ("https://stranger.example/keys/1", own | {"iss": address}, "key-unresolvable"),
        ]:
            saved = Saved({url: json.dumps(jwk).encode()})
            report = check(token(document, SIGNER, "RS256", kid=url), saved, register=knows(address))
            assert report.verdict == verdict, url


class TestATokenThatDoesNot:
    def test_was_changed(self):
        head, body, tail = token(PLAIN, SIGNER).split(".")
        other = token(PLAIN | {"name": "Another"}, SIGNER).split(".")[1]
        assert asked(f"{head}.{other}.{tail}").verdict == "signature-invalid"
        assert asked(f"{head}.{body}.{tail[:-4]}AAAA").verdict == "signature-invalid"

    def test_was_signed_by_a_stranger_in_our_name(self):
        assert asked(token(PLAIN, SIGNER, "ES256", kid=f"{SIGNER.did}#RS256")).verdict == "key-unresolvable"
        saved = publish(Saved(dict(WORLD.answers)), STRANGER)
        report = check(token(PLAIN, STRANGER), saved)
        assert "issuer-mismatch" in report.reasons
        foreign = token(PLAIN, SIGNER, kid=jwk_url(STRANGER, "ES256"))
        saved.answers[SIGNER.did_url] = json.dumps(SIGNER.did_document()).encode()
        assert check(foreign, saved).verdict == "key-unresolvable"

    def test_names_another_issuer_in_its_claims(self):
        payload = PLAIN | {"iss": STRANGER.did}
        assert asked(made({"kid": f"{SIGNER.did}#ES256"}, payload)).verdict == "issuer-mismatch"

    @pytest.mark.parametrize("claims", [{"jti": "urn:x:y"}, {"sub": "urn:x:y"}, {"nbf": 1}, {"exp": 1}])
    def test_contradicts_itself(self, claims):
        payload = PLAIN | {"validUntil": "2027-01-01T00:00:00Z"} | claims
        assert asked(made({"kid": f"{SIGNER.did}#ES256"}, payload)).verdict == "malformed"

    def test_names_a_key_that_was_compromised_or_ran_out(self):
        for member in ("revoked", "expires"):
            changed = publish(world(), SIGNER, **{member: "2026-05-30T00:00:00Z"})
            for kid in ("", jwk_url(SIGNER, "ES256")):
                report = check(token(PLAIN, SIGNER, kid=kid), changed)
                assert report.verdict == "key-unresolvable"

    def test_ran_out_by_its_own_time(self):
        payload = PLAIN | {"exp": int(NOW.timestamp()) - 1}
        document = made({"kid": f"{SIGNER.did}#ES256", "typ": "vc+jwt"}, payload)
        assert asked(document).verdict == "proof-expired"

    def test_holds_a_proof_that_does_not(self):
        inside = SIGNER.credential() | {"name": "Another"}
        assert asked(made({"kid": f"{SIGNER.did}#ES256"}, inside)).verdict == "signature-invalid"
        assert asked(made({"kid": f"{SIGNER.did}#ES256"}, SIGNER.credential())).verdict == "valid"


class TestOtherForms:
    def test_sd_jwt_of_a_credential_shows_only_what_was_disclosed(self):
        whole = asked(hostile.sd_jwt())
        assert (whole.verdict, whole.summary.recipient) == ("valid", "Amara Nwosu")
        assert whole.summary.proof == "SD-JWT EdDSA"
        kept = "~".join([hostile.sd_jwt().split("~")[0], ""])
        assert (asked(kept).verdict, asked(kept).summary.recipient) == ("valid", "")

    @pytest.mark.parametrize(("claims", "verdict"), [({}, "valid"), ({"status": {}}, "status-unavailable")])
    def test_sd_jwt_vc_of_european_wallets(self, claims, verdict):
        issuer = "https://issuer.example/a"
        payload = {"iss": issuer, "vct": "urn:example:skill", **claims}
        prepared = jws.prepare({"alg": "ES256", "kid": "k1", "typ": "dc+sd-jwt"}, payload)
        shown = prepared.secured(sign("ES256", prepared.to_sign)) + "~"
        keys = {"keys": [public_key("ES256").to_jwk() | {"kid": "k1"}]}
        place = "https://issuer.example/.well-known/jwt-vc-issuer/a"
        assert asked(shown, answers={place: {"issuer": issuer, "jwks": keys}}).verdict == verdict
        assert (
            asked(shown, answers={place: {"issuer": "https://x.example", "jwks": keys}}).verdict
            == "key-unresolvable"
        )
        assert asked(shown).verdict == "key-unresolvable"

    def test_an_envelope_is_its_token_also_inside(self):
        assert asked(json.dumps(hostile.envelope())).verdict == "valid"
        shown = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": [hostile.envelope()],
        }
        report = asked(json.dumps(Signing(8, "did:key").sign(shown, purpose="authentication")))
        assert (report.verdict, report.members[0].summary.proof) == ("valid", "JWT EdDSA")

    def test_an_endorsement_may_be_a_token(self):
        guild = Signing(3, "did:web:guild.example", name="Guild")
        saved = publish(Saved(dict(WORLD.answers)), guild)
        bare = {name: value for name, value in guild.endorsement().items() if name != "proof"}
        for text, outcome in [(token(bare, guild, profile="w3c"), "pass"), ("eyJh.bad.token", "unknown")]:
            report = check(token(PLAIN | {"endorsementJwt": [text]}, SIGNER), saved)
            assert (report.verdict, found(report, "endorsement").outcome) == ("valid", outcome)

    def test_a_derived_proof_is_checked_like_any_other(self):
        report = asked(json.dumps(derived()))
        assert (report.verdict, report.summary.proof) == ("valid", "ecdsa-sd-2023")
        assert report.summary.evidence == ()
        assert found(report, "partial").warning
        assert asked(json.dumps(derived() | {"name": "Another"})).verdict == "signature-invalid"


def derived() -> dict:
    """Return what a holder shows of the badge without its evidence."""
    base = ecdsa_sd_2023.create_base_proof(
        PLAIN,
        proof_options(f"{SIGNER.did}#ES256", "2026-05-20T10:00:00Z", "assertionMethod"),
        mandatory_pointers=["/issuer", "/validFrom", "/credentialStatus", "/credentialSubject/achievement"],
        hmac_key=bytes(32),
        proof_key=ec.derive_private_key(7, ec.SECP256R1()),
    )
    secured = base.secured(sign("ES256", base.to_sign))
    proof = secured.pop("proof")
    return ecdsa_sd_2023.add_derived_proof(secured, proof, selective_pointers=["/name", "/id"])
