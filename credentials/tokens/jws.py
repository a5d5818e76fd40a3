"""Compact JWS, read strictly and put together for a signer.

Rule: RFC 7515, sections 3.1, 5.1 and 5.2; RFC 7518, section 3; RFC 8037 and RFC 9864 (EdDSA).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from credentials.canon import strict_json
from credentials.canon.errors import ProofError
from credentials.proofs import multibase
from credentials.proofs.jwk import ALGORITHMS
from credentials.proofs.public_key import MAX_RSA_BITS, MIN_RSA_BITS, SIGNATURE_LENGTHS, PublicKey

MAX_TOKEN = 6 * 1024 * 1024  # characters: a payload of 4 MiB, in base64url
MAX_HEADER = 16 * 1024  # characters
MAX_SIGNATURE = 2_048  # characters

_NO_SIGNATURE = re.compile(r"(?i:none|hs\d{1,4})\Z")  # anybody, or anybody who has the public key
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\Z")


@dataclass(frozen=True)
class Jws:
    """A token taken apart but not believed: nothing in it counts before `require`.

    signing_input: the very bytes received that the signature covers.
    """

    header: Mapping[str, Any]
    payload: bytes
    signature: bytes
    signing_input: bytes

    @property
    def algorithm(self) -> str:
        """The header's `alg`, one of proofs.jwk.ALGORITHMS."""
        return str(self.header["alg"])

    @property
    def kind(self) -> str:
        """The kind of key that `alg` needs."""
        return ALGORITHMS[self.algorithm]

    @property
    def typ(self) -> str:
        """The header's `typ`, in small letters and without "application/", or ""."""
        return str(self.header.get("typ", "")).lower().removeprefix("application/")


@dataclass(frozen=True)
class PreparedToken:
    """A token that waits for its signature.

    to_sign: the bytes for `Signer.sign_many`. secured: takes the signature (ECDSA as r and s side
    by side) and returns the token.
    """

    to_sign: bytes
    secured: Callable[[bytes], str]


def looks_like_token(text: str) -> bool:
    """Tell whether a text has the form of a compact JWS: three parts of base64url."""
    return _SHAPE.match(text) is not None


def read(token: str, *, max_chars: int = MAX_TOKEN) -> Jws:
    """Return the parts of a compact JWS whose algorithm is one of proofs.jwk.ALGORITHMS.

    Raises ProofError: "malformed" for what is no token (other form, base64url with padding or bits
    left over, duplicate members), "signature-invalid" for `none`, HMAC and `crit`,
    "unsupported-proof" for every other algorithm.
    """
    if not isinstance(token, str) or len(token) > max_chars or not looks_like_token(token):
        raise ProofError("malformed", "The token is not a compact JWS, or far too long.")
    head, body, tail = token.split(".")
    if len(head) > MAX_HEADER or len(tail) > MAX_SIGNATURE:
        raise ProofError("malformed", "The header or the signature of the token is far too long.")
    header = strict_json.loads(multibase.base64url_decode(head))
    _check_header(header)
    return Jws(
        header,
        multibase.base64url_decode(body),
        multibase.base64url_decode(tail),
        f"{head}.{body}".encode(),
    )


def require(jws: Jws, key: PublicKey) -> None:
    """Return only if the key made the signature. Raises ProofError.

    key: from the issuer's own document, never from the token.
    """
    if jws.kind != key.kind:
        raise ProofError("key-unresolvable", f"A {key.kind} key cannot sign with {jws.algorithm}.")
    if not key.verify(jws.signature, jws.signing_input):
        raise ProofError("signature-invalid", "The signature does not match the token and the key.")


def prepare(header: Mapping[str, Any], payload: Mapping[str, Any]) -> PreparedToken:
    """Return the bytes to sign and how to put the signature in. Raises ProofError.

    header: with an `alg` of proofs.jwk.ALGORITHMS. payload: a JSON object, written as it is.
    """
    _check_header(header)
    signing_input = f"{encode_json(header)}.{encode_json(payload)}"
    kind = ALGORITHMS[header["alg"]]

    def secured(signature: bytes) -> str:
        _check_length(signature, kind)
        return f"{signing_input}.{multibase.base64url_encode(signature)}"

    return PreparedToken(signing_input.encode(), secured)


def encode_json(value: Any) -> str:
    """Return the base64url text of a JSON value without needless spaces. Raises ProofError."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return multibase.base64url_encode(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise ProofError("malformed", "A part of the token is not JSON.") from error


def _check_length(signature: bytes, kind: str) -> None:
    wanted = SIGNATURE_LENGTHS.get(kind)
    length = len(signature)
    if length != wanted and (wanted is not None or not MIN_RSA_BITS <= length * 8 <= MAX_RSA_BITS):
        raise ProofError("proof-generation", "The signature has a length that its kind does not know.")


def _check_header(header: Mapping[str, Any]) -> None:
    algorithm = header.get("alg")
    if not isinstance(algorithm, str):
        raise ProofError("malformed", "The token names no algorithm.")
    if _NO_SIGNATURE.match(algorithm):
        raise ProofError("signature-invalid", "The token's algorithm proves nothing.")
    if "crit" in header:  # RFC 7515, section 4.1.11: none of these extensions is understood here
        raise ProofError("signature-invalid", "The token demands an extension that is not known here.")
    if header.get("b64", True) is not True:  # RFC 7797, section 6: to be named in `crit`, and readers differ
        raise ProofError("signature-invalid", "The token leaves open what its signature covers.")
    if algorithm not in ALGORITHMS:
        raise ProofError("unsupported-proof", "The token's algorithm is not one that is known here.")
    for name in ("typ", "cty", "kid"):
        if name in header and not isinstance(header[name], str):
            raise ProofError("malformed", f"The member {name} of the header is not text.")
