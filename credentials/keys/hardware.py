"""Keys on a PKCS#11 token: SoftHSM2 in the tests, a network or USB device of the institution in production.

The private part is made on the token and never leaves it. `python-pkcs11` is installed with the extra
`hsm` and imported when the first key is asked for. The PIN stands in the environment only.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from django.conf import settings

from credentials.keys.errors import NoPrivatePart, NoSuchKey, TokenLacksKind, TokenUnavailable
from credentials.keys.states import KeyKind
from credentials.keys.stores import RSA_BITS, Made, Signer, public_bytes_of

# EC_PARAMS of Ed25519: as a curve name (PKCS#11 3.0, section 2.3.5), and as the OID that other tokens want.
ED25519_PARAMETERS = (b"\x13\x0cedwards25519", b"\x06\x03\x2b\x65\x70")
P256_PARAMETERS = bytes.fromhex("06082a8648ce3d030107")
OCTET_STRING = 4

_lock = threading.RLock()  # a session serves one thread at a time
_state: dict[str, Any] = {}


class TokenStore:
    """The token that `PKCS11_MODULE`, `PKCS11_TOKEN` and `PKCS11_PIN` name. A handle is the key's CKA_ID in hex."""

    def make(self, kind: str, key_id: UUID) -> Made:
        """Make a pair on the token, not to be exported, under the row's id."""
        makers = {KeyKind.ED25519: _make_ed25519, KeyKind.P256: _make_p256, KeyKind.RSA2048: _make_rsa}
        with _lock, _told("make"):
            session = _session()
            public = makers[KeyKind(kind)](session, key_id.bytes, f"key-{key_id.hex[:12]}")
            return Made(_public_part(kind, public), handle=key_id.hex)

    def find(self, kind: str, handle: str) -> Made:
        """Return a pair that a ceremony made on the token. handle: its CKA_ID in hex. Raises NoSuchKey."""
        with _lock, _told("find"):
            public, _private = _object(handle, private=False), _object(handle, private=True)
            try:
                return Made(_public_part(kind, public), handle=handle.lower())
            except ValueError:
                raise NoSuchKey(handle=handle) from None

    def open(self, key: Any) -> Signer:
        """Return what signs on the token. Raises NoPrivatePart, TokenUnavailable."""
        with _lock, _told("open"):
            try:
                _object(key.handle, private=True)
            except NoSuchKey:
                raise NoPrivatePart(key=str(key.pk)) from None
        return TokenSigner(key.kind, key.handle)

    def destroy(self, key: Any) -> None:
        """Destroy the private object; the public one may stay."""
        with _lock, _told("destroy"):
            try:
                _object(key.handle, private=True).destroy()
            except NoSuchKey:
                return


class TokenSigner:
    """Signs on the token, one message after the other, in the session of this process."""

    def __init__(self, kind: str, handle: str) -> None:
        self._kind, self._handle = kind, handle

    def sign_many(self, messages: Sequence[bytes]) -> list[bytes]:
        with _lock, _told("sign"):
            import pkcs11

            private = _object(self._handle, private=True)
            if self._kind == KeyKind.ED25519:
                return [private.sign(one, mechanism=pkcs11.Mechanism.EDDSA) for one in messages]
            if self._kind == KeyKind.P256:
                digests = [hashlib.sha256(one).digest() for one in messages]
                return [private.sign(one, mechanism=pkcs11.Mechanism.ECDSA) for one in digests]
            return [private.sign(one, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS) for one in messages]


class _told:  # noqa: N801  (reads as a sentence where it is used)
    """Turn what the token says into an error of ours, without its text: a driver may repeat a PIN."""

    def __init__(self, act: str) -> None:
        self.act = act

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is None or not type(error).__module__.startswith("pkcs11"):
            return
        _forget_session()
        name = type(error).__name__
        if name in {"MechanismInvalid", "CurveNotSupported", "DomainParamsInvalid", "TemplateInconsistent"}:
            raise TokenLacksKind(act=self.act, said=name) from None
        raise TokenUnavailable(act=self.act, said=name) from None


def _session() -> Any:
    """Return this process's session, opened once; a forked child opens its own. Raises TokenUnavailable."""
    if _state.get("pid") == os.getpid() and "session" in _state:
        return _state["session"]
    missing = [
        name for name in ("PKCS11_MODULE", "PKCS11_TOKEN", "PKCS11_PIN") if not getattr(settings, name)
    ]
    if missing:
        raise TokenUnavailable(act="open", said=f"{', '.join(missing)} not set")
    try:
        import pkcs11
    except ImportError:
        raise TokenUnavailable(act="open", said="python-pkcs11 is not installed") from None
    if not os.path.exists(settings.PKCS11_MODULE):
        raise TokenUnavailable(act="open", said=f"no module at {settings.PKCS11_MODULE}")
    library = pkcs11.lib(settings.PKCS11_MODULE)
    if _state.get("pid") not in (None, os.getpid()):
        library.reinitialize()
    token = library.get_token(token_label=settings.PKCS11_TOKEN)
    _state["session"] = token.open(rw=True, user_pin=settings.PKCS11_PIN)
    _state["pid"] = os.getpid()
    return _state["session"]


def _forget_session() -> None:
    """Let the next call open a new session: the device may have been unplugged or restarted."""
    session = _state.pop("session", None)
    if session is not None and _state.get("pid") == os.getpid():
        from pkcs11.exceptions import PKCS11Error

        with suppress(PKCS11Error):  # the device is gone already
            session.close()


def _object(handle: str, *, private: bool) -> Any:
    """Return the one object of a handle. Raises NoSuchKey."""
    import pkcs11

    try:
        wanted = bytes.fromhex(handle)
    except ValueError:
        raise NoSuchKey(handle=handle) from None
    side = pkcs11.ObjectClass.PRIVATE_KEY if private else pkcs11.ObjectClass.PUBLIC_KEY
    found = list(
        _session().get_objects({pkcs11.Attribute.CLASS: side, pkcs11.Attribute.ID: wanted}) if wanted else []
    )
    if len(found) != 1:
        raise NoSuchKey(handle=handle)
    return found[0]


def _template() -> dict[Any, bool]:
    from pkcs11 import Attribute

    return {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.SIGN: True}


def _make_ed25519(session: Any, key_id: bytes, label: str) -> Any:
    import pkcs11

    failure: BaseException | None = None
    for parameters in ED25519_PARAMETERS:
        try:
            domain = session.create_domain_parameters(
                pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: parameters}, local=True
            )
            make: Callable[..., Any] = domain.generate_keypair
            mechanism = pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN
            return make(
                mechanism=mechanism, store=True, id=key_id, label=label, private_template=_template()
            )[0]
        except pkcs11.PKCS11Error as error:
            failure = error
    raise failure or TokenLacksKind(act="make", said="Ed25519")


def _make_p256(session: Any, key_id: bytes, label: str) -> Any:
    import pkcs11

    domain = session.create_domain_parameters(
        pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: P256_PARAMETERS}, local=True
    )
    return domain.generate_keypair(store=True, id=key_id, label=label, private_template=_template())[0]


def _make_rsa(session: Any, key_id: bytes, label: str) -> Any:
    import pkcs11

    return session.generate_keypair(
        pkcs11.KeyType.RSA, RSA_BITS, store=True, id=key_id, label=label, private_template=_template()
    )[0]


def _public_part(kind: str, public: Any) -> bytes:
    """Return the public part as rows hold it. Raises NoSuchKey if the token's key is of another kind."""
    from pkcs11 import Attribute, KeyType

    wanted = {KeyKind.ED25519: KeyType.EC_EDWARDS, KeyKind.P256: KeyType.EC, KeyKind.RSA2048: KeyType.RSA}
    if public.key_type != wanted[KeyKind(kind)]:
        raise ValueError("another kind of key")
    if kind == KeyKind.RSA2048:
        modulus, exponent = (
            int.from_bytes(public[name], "big") for name in (Attribute.MODULUS, Attribute.PUBLIC_EXPONENT)
        )
        if modulus.bit_length() != RSA_BITS:
            raise ValueError("another length of key")
        return public_bytes_of(rsa.RSAPublicNumbers(exponent, modulus).public_key())
    point = bytes(public[Attribute.EC_POINT])
    if point[0] == OCTET_STRING and point[1] == len(point) - 2:  # DER around it, as PKCS#11 2.40 wants
        point = point[2:]
    if kind == KeyKind.ED25519:
        return public_bytes_of(ed25519.Ed25519PublicKey.from_public_bytes(point))
    return public_bytes_of(ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
