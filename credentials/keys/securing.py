"""Documents in, documents with a proof out: the proof library prepares, a signer signs."""

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from credentials.canon.errors import ProofError
from credentials.documents.dates import instant_text
from credentials.keys.errors import NoActiveKey
from credentials.keys.models import IssuerProfile, SigningKey
from credentials.keys.signers import signer_for
from credentials.keys.states import ALGORITHMS, KeyKind, KeyPurpose
from credentials.proofs.data_integrity import Prepared, prepare
from credentials.proofs.multibase import encode
from credentials.shapes.cache import ShapeCache, configuration_of, prepare_many
from credentials.tokens import vc_jwt

Json = dict[str, Any]


def active_key(profile: IssuerProfile, purpose: str = KeyPurpose.DATA_INTEGRITY) -> SigningKey:
    """Return the key that signs for a profile now. Raises NoActiveKey."""
    key = SigningKey.objects.active(purpose).filter(profile=profile).select_related("profile").first()
    if key is None:
        raise NoActiveKey(profile=str(profile.pk))
    return key


def prepare_document(document: Json, *, key: SigningKey, created: datetime) -> Prepared:
    """Return what is to be signed of a linted document. Raises ProofError."""
    return prepare(
        document,
        verification_method=key.verification_method,
        created=instant_text(created),
        cryptosuite=key.cryptosuite,
    )


def prepare_documents(
    documents: Sequence[Json], *, key: SigningKey, created: datetime
) -> list[Prepared | ProofError]:
    """Return what is to be signed of many linted documents, or why one of them cannot be.

    Documents of one shape are expanded once; the compiled shapes stay in this process's memory.
    """
    if key.cryptosuite == "eddsa-rdfc-2022":
        try:
            return list(
                prepare_many(
                    documents,
                    verification_method=key.verification_method,
                    created=instant_text(created),
                    cache=shapes(),
                )
            )
        except ProofError:
            pass  # one of them; find out which
    outcomes: list[Prepared | ProofError] = []
    for document in documents:
        try:
            outcomes.append(prepare_document(document, key=key, created=created))
        except ProofError as error:
            outcomes.append(error)
    return outcomes


@functools.cache
def shapes() -> ShapeCache:
    """Return the compiled shapes of this process; `counts` tells how many documents went which way."""
    return ShapeCache()


def secure(prepared: Sequence[Prepared], *, key: SigningKey) -> list[Json]:
    """Return the documents with their proofs, all signatures made in one call of the signer."""
    signatures = signer_for(key).sign_many([one.to_sign for one in prepared])
    return [one.secured(signature) for one, signature in zip(prepared, signatures, strict=True)]


def secure_texts(
    texts: Sequence[tuple[bytes, bytes]], context: list[Any], *, key: SigningKey, created: datetime
) -> list[bytes]:
    """Return the JSON texts of documents with their proofs; each comes with its canonical form's SHA-256.

    For keys of eddsa-rdfc-2022. The proof is the last member, a list of one (OB 3.0).
    """
    proof, configuration = configuration_of(
        context,
        verification_method=key.verification_method,
        created=instant_text(created),
        cache=shapes(),
    )
    before, after = orjson.dumps([{**proof, "proofValue": "\0"}]).split(b"\\u0000")
    signatures = signer_for(key).sign_many([configuration + digest for _, digest in texts])
    return [
        b"".join((text[:-1], b',"proof":', before, encode(signature).encode(), after, b"}"))
        for (text, _), signature in zip(texts, signatures, strict=True)
    ]


def as_token(document: Json, *, profile: IssuerProfile) -> str:
    """Return a signed document as a VC-JWT (1EdTech profile) of the issuer's key for tokens; it is kept nowhere.

    `kid` is the address of the bare key. Raises NoActiveKey; ProofError where the profile wants more.
    """
    key = active_key(profile, KeyPurpose.JWT)
    url = f"{key.profile.base_url}/keys/{key.kid}"
    prepared = vc_jwt.prepare(document, algorithm=ALGORITHMS[KeyKind(key.kind)], key=url)
    return prepared.secured(signer_for(key).sign_many([prepared.to_sign])[0])


def makes_tokens(profile: IssuerProfile) -> bool:
    """Return whether the issuer has a key that signs tokens now."""
    return SigningKey.objects.active(KeyPurpose.JWT).filter(profile=profile).exists()
