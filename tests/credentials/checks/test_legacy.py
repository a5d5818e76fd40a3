"""Open Badges of version 2: hosted at their issuer's site or signed with its RSA key, and what refuses them."""

from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credentials.documents.baking.png import _chunk
from credentials.tokens import jws
from tests.credentials.checks.checking import check, found, knows
from tests.credentials.tokens.support import private_key, sign
from tests.support.hostile.lists import PNG
from tests.support.hostile.older import BADGE, ISSUER, KEY, LIST, OWN, SITE, hosted
from tests.support.issuers import ADDRESS, Saved


@cache
def pem() -> str:
    public = private_key("RS256").public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def site(**changed) -> Saved:
    """Return what the college's old badge site publishes."""
    pages = {
        OWN: hosted(),
        BADGE: {
            "type": "BadgeClass",
            "id": BADGE,
            "name": "Old Skills",
            "description": "x",
            "issuer": ISSUER,
        },
        ISSUER: {
            "type": "Issuer",
            "id": ISSUER,
            "name": "Riverbend",
            "url": SITE,
            "publicKey": KEY,
            "revocationList": LIST,
        },
        KEY: {"type": "CryptographicKey", "id": KEY, "owner": ISSUER, "publicKeyPem": pem()},
        LIST: {"type": "RevocationList", "id": LIST, "revokedAssertions": [{"id": "urn:uuid:2"}]},
    }
    saved = Saved()
    for url, page in (pages | {f"{SITE}/{name}": page for name, page in changed.items()}).items():
        if page is not None:
            saved.save(url, page)
    return saved


def signed(**members) -> str:
    creator = {"type": "SignedBadge", "creator": KEY}
    payload = hosted(id="urn:uuid:1", verification=creator) | members
    prepared = jws.prepare({"alg": "RS256"}, payload)
    return prepared.secured(sign("RS256", prepared.to_sign))


def asked(document, saved=None, **how):
    return check(document, saved or site(), register=knows(ISSUER, provenance="administrator"), **how)


class TestHosted:
    def test_holds_as_its_site_publishes_it_and_is_never_green(self):
        report = asked(hosted(), expected_recipient=ADDRESS)
        assert (report.verdict, report.reasons, report.tone) == ("valid", ("legacy",), "unknown")
        assert "older version 2" in report.answer
        assert "badges.college.example publishes it like this today" in report.answer
        assert (report.summary.title, report.summary.awarded_on) == ("Old Skills", "2019-05-14")
        assert found(report, "recipient").outcome == "pass"

    def test_comes_as_the_address_baked_into_a_picture(self):
        picture = PNG[:33] + _chunk(b"tEXt", b"openbadges\0" + OWN.encode()) + PNG[33:]
        assert asked(picture).verdict == "valid"

    @pytest.mark.parametrize(
        ("document", "changed", "verdict"),
        [
            (
                hosted(recipient={"type": "email", "hashed": False, "identity": "x@y.example"}),
                {},
                "signature-invalid",
            ),
            (hosted(badge=f"{SITE}/other"), {}, "signature-invalid"),
            (hosted(), {"1": hosted(revoked=True)}, "revoked"),
            (hosted(), {"1": hosted(id=f"{SITE}/2")}, "signature-invalid"),
            (hosted(), {"1": None}, "key-unresolvable"),
            (hosted(), {"1": b"<html>"}, "key-unresolvable"),
            (hosted(), {"badge": {"id": f"{SITE}/x", "name": "x"}}, "key-unresolvable"),
            (hosted(id="http://badges.college.example/1"), {}, "key-unresolvable"),
            (
                hosted(expires="2020-01-01T00:00:00Z"),
                {"1": hosted(expires="2020-01-01T00:00:00Z")},
                "expired",
            ),
        ],
        ids=["recipient", "badge", "revoked", "another", "silent", "page", "class", "http", "expired"],
    )
    def test_does_not_hold(self, document, changed, verdict):
        assert asked(document, site(**changed)).verdict == verdict

    def test_at_a_strangers_site_in_our_name_is_not_ours(self):
        foreign = hosted(id="https://stranger.example/1")
        saved = site()
        saved.save("https://stranger.example/1", foreign)
        assert asked(foreign, saved).verdict == "issuer-mismatch"


class TestSigned:
    def test_holds_by_the_key_that_the_issuer_lists(self):
        report = asked(signed())
        assert (report.verdict, report.reasons) == ("valid", ("legacy",))
        assert found(report, "signature").outcome == found(report, "status").outcome == "pass"

    @pytest.mark.parametrize(
        ("document", "changed", "verdict"),
        [
            (signed()[:-8] + "AAAAAAAA", {}, "signature-invalid"),
            (signed(id="urn:uuid:2"), {}, "revoked"),
            (signed(), {"revoked": None}, "status-unavailable"),
            (
                signed(),
                {"key": {"id": KEY, "owner": "https://stranger.example/", "publicKeyPem": pem()}},
                "issuer-mismatch",
            ),
            (signed(), {"key": {"id": KEY, "owner": ISSUER, "publicKeyPem": "none"}}, "key-unresolvable"),
            (signed(verification={"type": "SignedBadge", "creator": f"{SITE}/key2"}), {}, "issuer-mismatch"),
        ],
        ids=["changed", "revoked", "list silent", "owner", "no key", "another key"],
    )
    def test_does_not_hold(self, document, changed, verdict):
        assert asked(document, site(**changed)).verdict == verdict

    def test_payload_without_its_signature_is_nothing(self):
        for own in ("urn:uuid:1", OWN):
            bare = hosted(id=own, verification={"type": "SignedBadge", "creator": KEY})
            assert asked(bare).verdict == "no-proof"
