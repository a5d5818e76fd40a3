"""The keys of the VC-API: made for it, each a did:key of its own, never a key of an institution.

They stand in the environment (VC_API_KEYS) as secret Multikeys. What they sign says nothing in anybody's name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings

from credentials.canon.errors import ProofError
from credentials.keys.models import SigningKey
from credentials.proofs import multibase
from credentials.proofs.multibase import ED25519, P256, P384, SECRET_LENGTHS, SECRET_PREFIXES
from credentials.proofs.public_key import PublicKey
from credentials.vcapi.errors import NoApiKey

CURVES: dict[str, ec.EllipticCurve] = {P256: ec.SECP256R1(), P384: ec.SECP384R1()}
HASHES: dict[str, hashes.HashAlgorithm] = {P256: hashes.SHA256(), P384: hashes.SHA384()}
KINDS = (ED25519, P256, P384)


@dataclass(frozen=True)
class ApiKey:
    """One key pair, ready to sign. kind: as Multikeys name it."""

    kind: str
    multikey: str
    sign: Callable[[bytes], bytes]

    @property
    def did(self) -> str:
        """The only name of its holder."""
        return f"did:key:{self.multikey}"

    @property
    def verification_method(self) -> str:
        """The address of the key in its own DID document."""
        return f"{self.did}#{self.multikey}"


def api_keys() -> tuple[ApiKey, ...]:
    """Return the keys of the settings, in their order. Raises NoApiKey if there is none, or one is of an institution."""
    try:
        keys = read_keys(tuple(settings.VC_API_KEYS))
    except ProofError:
        keys = ()
    if not keys or SigningKey.objects.filter(public_multibase__in=[key.multikey for key in keys]).exists():
        raise NoApiKey
    return keys


def key_named(did: str) -> ApiKey | None:
    """Return the key whose did:key is asked for, or None."""
    return next((key for key in api_keys() if key.did == did), None)


@lru_cache(maxsize=2)
def read_keys(texts: tuple[str, ...]) -> tuple[ApiKey, ...]:
    """Return the keys behind secret Multikeys. Raises ProofError "malformed"."""
    return tuple(_read(text) for text in texts)


def new_secret(kind: str) -> tuple[str, ApiKey]:
    """Return a new secret Multikey, and the key behind it."""
    if kind == ED25519:
        secret = ed25519.Ed25519PrivateKey.generate().private_bytes(
            Encoding.Raw, PrivateFormat.Raw, NoEncryption()
        )
    else:
        number = ec.generate_private_key(CURVES[kind]).private_numbers().private_value
        secret = number.to_bytes(SECRET_LENGTHS[kind])
    text = multibase.encode(SECRET_PREFIXES[kind] + secret, "z")
    return text, _read(text)


def _read(text: str) -> ApiKey:
    data = multibase.decode(text, "z")
    for kind, prefix in SECRET_PREFIXES.items():
        if data.startswith(prefix) and len(data) == len(prefix) + SECRET_LENGTHS[kind]:
            return _pair(kind, data.removeprefix(prefix))
    raise ProofError("malformed", "A secret key is of a kind that is not used here.")


def _pair(kind: str, secret: bytes) -> ApiKey:
    if kind == ED25519:
        private = ed25519.Ed25519PrivateKey.from_private_bytes(secret)
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return ApiKey(kind, PublicKey(kind, public).to_multikey(), private.sign)
    try:
        curve_key = ec.derive_private_key(int.from_bytes(secret), CURVES[kind])
    except ValueError:
        raise ProofError("malformed", "A secret key is out of range.") from None
    point = curve_key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    size, digest = SECRET_LENGTHS[kind], HASHES[kind]

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(curve_key.sign(message, ec.ECDSA(digest, deterministic_signing=True)))
        return r.to_bytes(size) + s.to_bytes(size)

    return ApiKey(kind, PublicKey(kind, point).to_multikey(), sign)
