"""Sign what one issuer signs of a chunk: most by the mold, the rest built one by one, each linted."""

import functools
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from credentials.canon.errors import ProofError
from credentials.keys.models import SigningKey
from credentials.keys.securing import prepare_documents, secure, secure_texts, shapes
from credentials.minting.documents import Frame, Json, NotFitToSign, Reserved, build
from credentials.minting.errors import SignatureDoesNotHold
from credentials.minting.molds import Cast, Molds
from credentials.proofs import data_integrity
from credentials.proofs.public_key import PublicKey

CHECK_EVERY = 1_000
CAST_SUITE = "eddsa-rdfc-2022"

Refused = tuple[Reserved, list[tuple[str, str, str]]]


@dataclass
class Job:
    """What all documents of one issuer in a chunk share. urls: of the status lists, by their ids.

    unchecked: how many of each context were cast since one was checked in full.
    """

    key: SigningKey
    frames: Mapping[str, Frame]
    urls: Mapping[str, str]
    zone: zoneinfo.ZoneInfo
    now: datetime
    unchecked: dict[tuple[str, ...], int] = field(default_factory=dict)

    def build(self, one: Reserved) -> Json:
        """Return the linted unsigned document of a row. Raises NotFitToSign."""
        return build(one, self.frames[one.achievement_version_id], self.urls[one.status_list_id], self.zone)

    def cast(self, one: Reserved) -> Cast | None:
        """Return the same by its mold, or None."""
        frame = self.frames[one.achievement_version_id]
        return _molds().cast(one, frame, self.urls[one.status_list_id], self.zone)


@dataclass
class Minted:
    """Signed texts, byte for byte as they will leave, and the rows that are not fit to be signed.

    by_mold: how many were cast; the others were built, linted and made canonical one by one.
    """

    signed: list[tuple[Reserved, bytes]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    by_mold: int = 0


@functools.cache
def _molds() -> Molds:
    return Molds(shapes())


def forget_molds() -> None:
    """Drop what is remembered: for tests, whose rows come and go."""
    _molds.cache_clear()


def mint(pending: Sequence[Reserved], job: Job) -> Minted:
    """Return the signed texts of some rows.

    The first of the cast ones and 1 in 1,000 are built and linted again, compared byte for byte,
    and verified by the full algorithm (signing.md 8.3); so is the first of the others.
    Raises SignatureDoesNotHold, NoActiveKey.
    """
    minted = Minted()
    casts: list[tuple[Reserved, Cast]] = []
    others: list[Reserved] = []
    may_cast = job.key.cryptosuite == CAST_SUITE
    for one in pending:
        cast = job.cast(one) if may_cast else None
        if cast is None:
            others.append(one)
        else:
            casts.append((one, cast))
    minted.by_mold = len(casts)
    minted.signed.extend(_signed_casts(casts, job))
    _sign_others(others, job, minted)
    return minted


def _signed_casts(casts: list[tuple[Reserved, Cast]], job: Job) -> Iterator[tuple[Reserved, bytes]]:
    by_context: dict[tuple[str, ...], list[tuple[Reserved, Cast]]] = {}
    for one, cast in casts:
        by_context.setdefault(cast.context, []).append((one, cast))
    for context, same in by_context.items():
        pairs = [(cast.text, cast.digest) for _, cast in same]
        texts = secure_texts(pairs, list(context), key=job.key, created=job.now)
        for number in _to_check(context, len(same), job):
            one, cast = same[number]
            if orjson.dumps(job.build(one)) != cast.text:
                raise SignatureDoesNotHold(key=str(job.key.pk))
            check_one(orjson.loads(texts[number]), job.key, now=job.now)
        yield from ((one, text) for (one, _), text in zip(same, texts, strict=True))


def _to_check(context: tuple[str, ...], count: int, job: Job) -> range:
    """Return which of the next casts are checked in full: of a job's the first, then 1 in 1,000."""
    since = job.unchecked.get(context, CHECK_EVERY)
    job.unchecked[context] = (since + count - 1) % CHECK_EVERY + 1
    return range(CHECK_EVERY - since, count, CHECK_EVERY)


def _sign_others(others: list[Reserved], job: Job, minted: Minted) -> None:
    """Build, lint and sign one by one; what cannot be signed joins the refused."""
    built: list[tuple[Reserved, Json]] = []
    for one in others:
        try:
            built.append((one, job.build(one)))
        except NotFitToSign as error:
            minted.refused.append((one, error.findings))
    outcomes = prepare_documents([document for _, document in built], key=job.key, created=job.now)
    ready = []
    for (one, _), outcome in zip(built, outcomes, strict=True):
        if isinstance(outcome, ProofError):
            minted.refused.append((one, [("", outcome.code, outcome.detail)]))
        else:
            ready.append((one, outcome))
    secured = secure([prepared for _, prepared in ready], key=job.key)
    documents = [{**one, "proof": [one["proof"]]} for one in secured]  # OB 3.0: proof is a list
    if documents:
        check_one(documents[0], job.key, now=job.now)
    texts = map(orjson.dumps, documents)
    minted.signed.extend((one, text) for (one, _), text in zip(ready, texts, strict=True))


def check_one(document: Json, key: SigningKey, *, now: datetime) -> None:
    """Verify one signed document the long way, with the key as did.json publishes it."""
    public = PublicKey.from_multikey(key.public_multibase)
    [outcome] = data_integrity.verify(document, resolve=lambda url: public, now=now)
    if not outcome.verified or outcome.verification_method != key.verification_method:
        raise SignatureDoesNotHold(key=str(key.pk))
