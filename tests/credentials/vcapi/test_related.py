"""What a credential of the VC-API refers to, objects of one id, and presentations in tokens."""

import hashlib
from base64 import b64encode
from typing import Any

import pytest

from credentials.canon.contexts import CREDENTIALS_V2, pinned_bytes
from credentials.proofs.data_integrity import prepare
from credentials.tokens import vp_jwt
from credentials.tokens.enveloped import envelop
from credentials.vcapi import services
from tests.credentials.vcapi.samples import (
    CREDENTIAL,
    ISSUE,
    KEYS,
    PRESENT,
    VERIFY,
    issued,
    post,
    unsigned_presentation,
)
from tests.support.issuers import NOW, Saved

FILE = "https://files.example/syllabus.pdf"
DATA = b"a syllabus"


def sri(data: bytes | None) -> str:
    return f"sha384-{b64encode(hashlib.sha384(data or b'').digest()).decode()}"


def referring(url: str, digest: str) -> dict[str, Any]:
    return CREDENTIAL | {"relatedResource": {"id": url, "digestSRI": digest}}


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Saved:
    saved = Saved()
    saved.answers[FILE] = DATA
    monkeypatch.setattr(services, "resource_source", lambda: saved)
    return saved


@pytest.mark.django_db
class TestRelatedResources:
    def test_a_wrong_digest_is_not_signed(self, files):
        assert post(ISSUE, {"credential": referring(FILE, sri(DATA))}).status_code == 201
        answer = post(ISSUE, {"credential": referring(FILE, sri(b"other"))})
        assert (answer.status_code, "another digest" in answer.content.decode()) == (400, True)
        own = pinned_bytes(CREDENTIALS_V2)
        assert post(ISSUE, {"credential": referring(CREDENTIALS_V2, sri(own))}).status_code == 201
        assert post(ISSUE, {"credential": referring(CREDENTIALS_V2, sri(b"other"))}).status_code == 400

    def test_a_file_that_changed_since_does_not_verify(self, files):
        signed = issued(referring(FILE, sri(DATA)))
        assert post(VERIFY, {"verifiableCredential": signed}).json()["verified"] is True
        files.answers[FILE] = b"other"
        answer = post(VERIFY, {"verifiableCredential": signed}).json()
        assert (answer["verified"], answer["problemDetails"][0]["code"]) == (False, "signature-invalid")

    def test_a_file_that_cannot_be_had_is_a_warning(self, files):
        signed = issued(referring("https://files.example/gone", sri(DATA)))
        answer = post(VERIFY, {"verifiableCredential": signed}).json()
        assert (answer["verified"], "resource" in {one["code"] for one in answer["problemDetails"]}) == (
            True,
            True,
        )


@pytest.mark.django_db
class TestObjectsOfOneId:
    """What RDF would join must say the same, or the signature would hold for another document (lint.merging)."""

    TWICE = CREDENTIAL | {
        "issuer": {"id": KEYS[0].did, "name": "Somebody"},
        "credentialSubject": {"id": KEYS[0].did, "description": "Else"},
    }
    ALIKE = TWICE | {"credentialSubject": {"id": KEYS[0].did, "name": "Somebody"}}

    def test_are_not_signed_over_statements(self):
        answer = post(ISSUE, {"credential": self.TWICE})
        assert (answer.status_code, "one id" in answer.content.decode()) == (400, True)
        assert post(ISSUE, {"credential": self.ALIKE}).status_code == 201

    def test_are_signed_over_every_byte(self):
        signed = issued(self.TWICE, cryptosuite="eddsa-jcs-2022")
        assert post(VERIFY, {"verifiableCredential": signed}).json()["verified"] is True

    def test_do_not_verify(self):
        key = KEYS[0]
        prepared = prepare(
            self.TWICE, verification_method=key.verification_method, created="2026-05-01T00:00:00Z"
        )
        signed = prepared.secured(key.sign(prepared.to_sign))
        assert post(VERIFY, {"verifiableCredential": signed}).json()["verified"] is False


def shown(**members: Any) -> str:
    """Return a presentation by one of the keys, as a token that answers a challenge."""
    key = KEYS[0]
    prepared = vp_jwt.prepare(
        unsigned_presentation(**members),
        algorithm="EdDSA",
        key=key.verification_method,
        audience="example.com",
        nonce="c-1",
        issued_at=NOW.replace(year=2025),
    )
    return prepared.secured(key.sign(prepared.to_sign))


@pytest.mark.django_db
class TestEnvelopes:
    OPTIONS = {"challenge": "c-1", "domain": "example.com"}

    def test_a_presentation_verifies_for_its_question(self):
        envelope = envelop(shown(), "application/vp+jwt")
        body = {"verifiablePresentation": envelope, "options": self.OPTIONS}
        assert post(PRESENT, body).json()["verified"] is True
        for options in ({"challenge": "c-2"}, {"domain": "example.org"}):
            assert post(PRESENT, body | {"options": options}).json()["verified"] is False
        assert (
            post(PRESENT, {"verifiablePresentation": envelope | {"holder": "x"}}).json()["verified"] is False
        )

    def test_one_bad_credential_fails_it(self):
        bad = issued()
        bad["credentialSubject"]["name"] = "Somebodx"
        envelope = envelop(shown(verifiableCredential=[issued(), bad]), "application/vp+jwt")
        answer = post(PRESENT, {"verifiablePresentation": envelope, "options": self.OPTIONS}).json()
        assert (answer["verified"], answer["problemDetails"][-1]["code"]) == (
            False,
            "nested-signature-invalid",
        )
