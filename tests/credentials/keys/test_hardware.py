"""Keys on a real PKCS#11 token (SoftHSM2): made there, found there, used there, destroyed there."""

import json
import multiprocessing
import uuid
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key

from credentials.keys import hardware, services
from credentials.keys.errors import NoPrivatePart, NoSuchKey, TokenUnavailable
from credentials.keys.hardware import TokenSigner, TokenStore
from credentials.keys.models import SigningKey
from credentials.keys.published import did_document
from credentials.keys.signers import _opened, signer_for
from credentials.proofs.data_integrity import verify
from credentials.proofs.public_key import PublicKey
from tests.credentials.issuing.samples import lay_issuer, make_released
from tests.credentials.keys.samples import NOW, make_key
from tests.support import hsm

KINDS = ("ed25519", "p256", "rsa2048")


@pytest.fixture
def token(settings):
    """The settings that name a token of this process."""
    for name, value in hsm.make_token().items():
        setattr(settings, name, value)
    _opened.clear()
    yield settings
    hardware._forget_session()


def verify_by_cryptography(kind: str, public: bytes, signature: bytes, message: bytes) -> None:
    """Check a signature with `cryptography` alone. Raises InvalidSignature."""
    if kind == "ed25519":
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    elif kind == "p256":
        assert len(signature) == 64
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        point.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    else:
        load_der_public_key(public).verify(signature, message, padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def test_is_made_on_the_token_and_signs_there(self, token, kind):
        made = TokenStore().make(kind, uuid.uuid4())
        assert made.sealed is None
        signatures = TokenSigner(kind, made.handle).sign_many([b"one", b"two"])
        verify_by_cryptography(kind, made.public, signatures[0], b"one")
        verify_by_cryptography(kind, made.public, signatures[1], b"two")
        with pytest.raises(InvalidSignature):
            verify_by_cryptography(kind, made.public, signatures[0], b"two")

    def test_a_key_of_a_ceremony_is_found_again(self, token, kind):
        made = TokenStore().make(kind, uuid.uuid4())
        assert TokenStore().find(kind, made.handle.upper()).public == made.public
        other = KINDS[(KINDS.index(kind) + 1) % 3]
        with pytest.raises(NoSuchKey):
            TokenStore().find(other, made.handle)

    def test_the_private_part_cannot_be_read_from_the_token(self, token, kind):
        import pkcs11

        made = TokenStore().make(kind, uuid.uuid4())
        private = hardware._object(made.handle, private=True)
        secret = pkcs11.Attribute.PRIVATE_EXPONENT if kind == "rsa2048" else pkcs11.Attribute.VALUE
        with pytest.raises(pkcs11.AttributeSensitive):
            private[secret]


class TestWholeWay:
    def test_a_batch_is_signed_on_the_token(self, token, college):
        lay_issuer(college, store="pkcs11")
        assert bytes(college.key.sealed or b"") == b""
        batch = make_released(college)
        public = PublicKey.from_multikey(college.key.public_multibase)
        for credential in batch.credentials.all():
            [outcome] = verify(
                json.loads(credential.document), resolve=lambda url: public, now=NOW + timedelta(days=1)
            )
            assert outcome.verified

    def test_a_retired_key_is_destroyed_on_the_token_and_stays_published(self, token, college):
        key = make_key(college, store="pkcs11")
        services.retire_key(key, actor=college.administrator, now=NOW)
        assert services.sweep(now=NOW + timedelta(days=91)) == 1
        with pytest.raises(NoSuchKey):
            hardware._object(key.handle, private=True)
        assert key.kid in did_document(key.profile).decode()

    def test_a_compromise_is_said_at_once_and_the_token_cleared_when_it_answers(self, token, college):
        key = make_key(college, store="pkcs11")
        pin, token.PKCS11_PIN = token.PKCS11_PIN, "wrong"
        hardware._forget_session()
        services.mark_compromised(key, actor=college.administrator, now=NOW)
        assert services.sweep(now=NOW) == 0
        token.PKCS11_PIN = pin
        assert services.sweep(now=NOW) == 1
        key.refresh_from_db()
        assert (key.state, key.destroyed_at) == ("compromised", NOW)
        with pytest.raises(NoSuchKey):
            hardware._object(key.handle, private=True)

    def test_a_forked_worker_opens_its_own_session(self, token):
        made = TokenStore().make("ed25519", uuid.uuid4())
        fork = multiprocessing.get_context("fork")
        answers = fork.Queue()
        child = fork.Process(
            target=lambda: answers.put(TokenSigner("ed25519", made.handle).sign_many([b"child"])[0])
        )
        child.start()
        signature = answers.get(timeout=20)
        child.join()
        verify_by_cryptography("ed25519", made.public, signature, b"child")
        assert len(TokenSigner("ed25519", made.handle).sign_many([b"parent"])[0]) == 64

    def test_a_key_that_vanished_is_said_so(self, token, college):
        key = make_key(college, store="pkcs11")
        TokenStore().destroy(key)
        TokenStore().destroy(key)
        with pytest.raises(NoPrivatePart):
            signer_for(SigningKey.objects.get(pk=key.pk))


class TestOutOfReach:
    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("PKCS11_MODULE", "", "PKCS11_MODULE not set"),
            ("PKCS11_PIN", "", "PKCS11_PIN not set"),
            ("PKCS11_MODULE", "/nowhere/libtoken.so", "no module at /nowhere/libtoken.so"),
            ("PKCS11_TOKEN", "another", "NoSuchToken"),
            ("PKCS11_PIN", "0000-wrong", "PinIncorrect"),
        ],
    )
    def test_is_said_in_words_and_never_with_the_pin(self, token, caplog, name, value, said):
        hardware._forget_session()
        setattr(token, name, value)
        with pytest.raises(TokenUnavailable) as caught:
            TokenStore().make("ed25519", uuid.uuid4())
        text = f"{caught.value} {caught.value!r} {caught.value.facts} {caplog.text}"
        assert said in text
        assert hsm.PIN not in text
        assert "0000-wrong" not in text

    def test_the_library_is_wanted_only_by_who_uses_a_token(self, token, monkeypatch):
        hardware._forget_session()
        monkeypatch.setitem(__import__("sys").modules, "pkcs11", None)
        with pytest.raises(TokenUnavailable, match="not installed"):
            TokenStore().make("ed25519", uuid.uuid4())
