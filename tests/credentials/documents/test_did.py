"""did.json and did:web names."""

from datetime import UTC, datetime

import pytest

from credentials.documents.did import DidKey, KeyState, build_did_document, did_web_from_url, did_web_url
from credentials.documents.errors import DocumentError

DID = "did:web:credentials.riverbend.example:i:k7f3"
# VC Data Integrity EdDSA Cryptosuites v1.0, appendix B.1: public key of the test vectors.
MULTIKEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
JWK = {  # RFC 7515, appendix A.3.1
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
MOMENT = datetime(2026, 9, 1, 8, tzinfo=UTC)

NAMES = [
    ("did:web:college.example", "https://college.example/.well-known/did.json"),
    ("did:web:college.example:issuers:nursing", "https://college.example/issuers/nursing/did.json"),
    ("did:web:college.example%3A8443", "https://college.example:8443/.well-known/did.json"),
    ("did:web:college.example%3A8443:i:a1", "https://college.example:8443/i/a1/did.json"),
    ("did:web:localhost%3A8000:i:a1", "https://localhost:8000/i/a1/did.json"),
]


class TestDidWebNames:
    @pytest.mark.parametrize(("did", "url"), NAMES)
    def test_lead_to_an_address_and_back(self, did, url):
        assert did_web_url(did) == url
        assert did_web_from_url(url) == did

    @pytest.mark.parametrize(
        "did",
        [
            "",
            "did:web:",
            "did:key:z6Mk",
            "DID:web:college.example",
            "did:web:College.example",
            "did:web:10.0.0.1",
            "did:web:127.1",
            "did:web:0x7f.0x1",
            "did:web:[::1]",
            "did:web:college",
            "did:web:college.example:8443:",
            "did:web:college.example::x",
            "did:web:college.example:..:x",
            "did:web:college.example:%2E%2E",
            "did:web:college.example:a%2Fb",
            "did:web:college.example:a%0A",
            "did:web:college.example%3a8443",
            "did:web:college.example%3A0",
            "did:web:college.example%3A99999",
            "did:web:user@college.example",
            "did:web:college.example/x",
            "did:web:college.example#key",
            "did:web:college.example?x=1",
            "did:web:college.example\n",
            "did:web:-college.example",
            "did:web:" + "a." * 2_000 + "example",
        ],
    )
    def test_refuse_what_is_not_a_host_and_a_path(self, did):
        with pytest.raises(DocumentError):
            did_web_url(did)

    @pytest.mark.parametrize(
        "url",
        [
            "http://college.example/.well-known/did.json",
            "https://college.example/did.json",
            "https://college.example/x/did.json?y=1",
            "https://college.example/x/did.json#y",
            "https://college.example/x/other.json",
            "https://me@college.example/x/did.json",
            "https://10.0.0.1/x/did.json",
            "https://college.example/../did.json",
            "https://[::1/x/did.json",
            "https://college.example/.well-known/x/../did.json",
        ],
    )
    def test_refuse_addresses_no_did_leads_to(self, url):
        with pytest.raises(DocumentError):
            did_web_from_url(url)


class TestBuildDidDocument:
    def test_lists_keys_under_assertion_method(self):
        document = build_did_document(DID, [DidKey("key-1", MULTIKEY)], also_known_as=["https://x.example/"])
        assert document["id"] == DID
        assert document["assertionMethod"] == [f"{DID}#key-1"]
        assert document["alsoKnownAs"] == ["https://x.example/"]
        assert document["verificationMethod"] == [
            {
                "id": f"{DID}#key-1",
                "type": "Multikey",
                "controller": DID,
                "publicKeyMultibase": MULTIKEY,
            }
        ]

    def test_keeps_retired_keys(self):
        keys = [DidKey("a", MULTIKEY, state=KeyState.RETIRED), DidKey("b", MULTIKEY)]
        assert build_did_document(DID, keys)["assertionMethod"] == [f"{DID}#a", f"{DID}#b"]

    def test_shows_a_compromised_key_as_revoked_and_trusts_it_no_more(self):
        keys = [DidKey("a", MULTIKEY, state=KeyState.COMPROMISED, revoked_at=MOMENT), DidKey("b", MULTIKEY)]
        document = build_did_document(DID, keys)
        assert document["assertionMethod"] == [f"{DID}#b"]
        assert document["verificationMethod"][0]["revoked"] == "2026-09-01T08:00:00Z"

    def test_names_the_jwk_context_only_with_a_jwk(self):
        without = build_did_document(DID, [DidKey("a", MULTIKEY)])
        assert "https://w3id.org/security/jwk/v1" not in without["@context"]
        document = build_did_document(DID, [DidKey("a", jwk=JWK)])
        assert "https://w3id.org/security/jwk/v1" in document["@context"]
        assert document["verificationMethod"][0]["publicKeyJwk"] == JWK

    def test_is_the_same_whatever_the_order_of_keys(self):
        keys = [DidKey("b", MULTIKEY), DidKey("a", MULTIKEY)]
        assert build_did_document(DID, keys) == build_did_document(DID, reversed(keys))

    @pytest.mark.parametrize(
        ("keys", "code"),
        [
            ([DidKey("a", MULTIKEY), DidKey("a", jwk=JWK)], "key-fragment-twice"),
            ([DidKey("a")], "key-needs-one-form"),
            ([DidKey("a", MULTIKEY, JWK)], "key-needs-one-form"),
            ([DidKey("a b", MULTIKEY)], "key-fragment"),
            ([DidKey("a", "zIl0")], "key-not-multikey"),
            ([DidKey("a", MULTIKEY[:-1])], "key-not-multikey"),
            ([DidKey("a", jwk=JWK | {"d": "x"})], "key-is-private"),
            ([DidKey("a", jwk=JWK | {"x": JWK["y"]})], "key-not-jwk"),
            ([DidKey("a", jwk=JWK | {"use": "enc"})], "key-not-jwk"),
            ([DidKey("a", MULTIKEY, state=KeyState.COMPROMISED)], "key-revocation-time"),
            ([DidKey("a", MULTIKEY, revoked_at=MOMENT)], "key-revocation-time"),
        ],
    )
    def test_refuses(self, keys, code):
        with pytest.raises(DocumentError) as caught:
            build_did_document(DID, keys)
        assert caught.value.code == code
