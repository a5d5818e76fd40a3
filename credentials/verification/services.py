"""Verbs of checking: check one document or many, follow a link, keep count, know issuers and contexts."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from credentials.canon.contexts import PINNED, ContextLoader, document_loader
from credentials.documents.did import did_web_url
from credentials.documents.errors import DocumentError
from credentials.verification import reading, selectors
from credentials.verification.checks.run import Ask, Json, Register
from credentials.verification.errors import ContextDigestDiffers, IssuerAlreadyKnown
from credentials.verification.examine import examine, refused
from credentials.verification.models import ContextFile, TrustedIssuer, VerificationCount
from credentials.verification.report import Report
from credentials.verification.sources import Source, default_source
from institution.accounts.authz import require
from institution.errors import InvalidInput
from institution.events.services import record

MANAGE = "verification.manage_issuers"
Document = bytes | str | Json


def verify(
    document: Document,
    *,
    now: datetime,
    source: Source | None = None,
    expected_recipient: str | None = None,
    register: Register | None = None,
    demand_known: bool = False,
    max_bytes: int = reading.OPEN_BYTES,
) -> Report:
    """Return the report on one credential: its bytes, its text, or its parsed JSON. Never raises on bad input.

    source: where other documents come from; our own views and the open internet by default.
    register: look-ups in our tables; an empty Register() needs no database.
    """
    ask = Ask(
        now=now,
        source=source or default_source(),
        register=register or selectors.register(),
        contexts=contexts_now() if register is None else None,
        demand_known=demand_known,
        recipient=expected_recipient or "",
        origin=settings.ISSUER_ORIGIN,
    )
    return _verify(document, ask, max_bytes)


def verify_many(
    documents: Iterable[tuple[str, Document]],
    *,
    now: datetime,
    source: Source | None = None,
    expected_recipient: str | None = None,
    max_bytes: int = reading.OPEN_BYTES,
) -> list[Report]:
    """Return a report for each labeled document; the same address is asked only once for all of them."""
    source, register = source or default_source(), selectors.register()
    reports = []
    for label, document in documents:
        for number, part in enumerate(parts_of(document, max_bytes), 1):
            ask = Ask(
                now=now,
                source=source,
                register=register,
                contexts=contexts_now(),
                recipient=expected_recipient or "",
                origin=settings.ISSUER_ORIGIN,
            )
            name = f"{label} ({number})" if number > 1 else label
            reports.append(_labeled(_verify(part, ask, max_bytes), name))
    return reports


def parts_of(document: Document, max_bytes: int = reading.OPEN_BYTES) -> Sequence[Document]:
    """Return the credentials of an unsigned bundle, each on its own; anything else stays one."""
    try:
        found = (
            document
            if isinstance(document, dict)
            else reading.read(_bytes(document), max_bytes=max_bytes).document
        )
    except reading.NotRead:
        return [document]
    members = found.get("credentials")
    if members is None and "proof" not in found and "VerifiablePresentation" in str(found.get("type"))[:200]:
        members = found.get("verifiableCredential")
    if isinstance(members, dict):
        members = [members]
    if not isinstance(members, list) or not 0 < len(members) <= 100:
        return [document]
    return [one if isinstance(one, dict | str) else {} for one in members]


def _verify(document: Document, ask: Ask, max_bytes: int) -> Report:
    try:
        if isinstance(document, dict):
            document = orjson.dumps(document)
        data = _bytes(document)
        found = reading.read(data, max_bytes=max_bytes)
    except (reading.NotRead, TypeError, orjson.JSONEncodeError) as error:
        if isinstance(error, reading.NotRead):
            return refused(error.sentence, verdict=error.verdict, advice=error.advice)
        return refused(_("This is not a credential."))
    return examine(found.document, ask, digest=hashlib.sha256(found.text).hexdigest())


def _bytes(document: Document) -> bytes:
    if isinstance(document, str):
        return document.encode("utf-8", "surrogatepass")
    return document if isinstance(document, bytes) else orjson.dumps(document)


def _labeled(report: Report, label: str) -> Report:
    values = {name: getattr(report, name) for name in report.__dataclass_fields__}
    return Report(**values | {"label": label})


def contexts_now() -> ContextLoader:
    """Return the pinned contexts and those that administrators added; one loader for each state of the table."""
    return _loader(tuple(sorted(selectors.extra_contexts().items())))


@lru_cache(maxsize=2)
def _loader(extra: tuple[tuple[str, str], ...]) -> ContextLoader:
    return document_loader({url: json.loads(text) for url, text in extra})


def count(reports: Iterable[Report], *, now: datetime) -> None:
    """Add to the day's figures how many documents came to which verdict. Nothing of them is kept."""
    totals: dict[str, int] = {}
    for report in reports:
        totals[report.verdict[:40]] = totals.get(report.verdict[:40], 0) + 1
    for verdict, number in sorted(totals.items()):
        row, _created = VerificationCount.objects.get_or_create(day=now.date(), verdict=verdict)
        VerificationCount.objects.filter(pk=row.pk).update(count=F("count") + number)


def add_issuer(
    did: str, name: str, *, url: str = "", source: str = "", actor: Any, now: datetime
) -> TrustedIssuer:
    """Put an issuer on the list of those this institution vouches for.

    did: a did:web or did:key name, or an https address. Raises NotAllowed, InvalidInput, IssuerAlreadyKnown.
    """
    require(actor, MANAGE, None, now=now)
    _check_did(did)
    if TrustedIssuer.objects.filter(did=did).exists():
        raise IssuerAlreadyKnown(did=did)
    with transaction.atomic():
        row = TrustedIssuer.objects.create(
            did=did,
            name=name,
            url=url,
            provenance=TrustedIssuer.Provenance.ADMINISTRATOR,
            source=source,
            added_by=actor,
            added_at=now,
        )
        record("issuer.trusted", actor=actor, target=row, at=now, data={"did": did})
    return row


def remove_issuer(issuer: TrustedIssuer, *, actor: Any, now: datetime) -> None:
    """Take an issuer off the list; what it signed is then of an unknown issuer. Twice is once."""
    require(actor, MANAGE, None, now=now)
    with transaction.atomic():
        if TrustedIssuer.objects.filter(pk=issuer.pk).exists():
            record("issuer.untrusted", actor=actor, target=issuer, at=now, data={"did": issuer.did})
            issuer.delete()


def add_context(url: str, text: str, sha256: str, *, actor: Any, now: datetime) -> ContextFile:
    """Add a JSON-LD context whose text has the digest that its publisher names.

    Raises NotAllowed, ContextDigestDiffers, InvalidInput for what is no context or is pinned already.
    """
    require(actor, MANAGE, None, now=now)
    found = hashlib.sha256(text.encode()).hexdigest()
    if found != sha256.strip().lower():
        raise ContextDigestDiffers(found=found)
    if url in PINNED:
        raise InvalidInput({"url": _("This context is built in.")})
    try:
        if "@context" not in json.loads(text):
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput({"text": _("This file is not a JSON-LD context.")}) from None
    try:
        with transaction.atomic():
            row = ContextFile.objects.create(url=url, text=text, sha256=found, added_by=actor, added_at=now)
            record("context.added", actor=actor, target=row, at=now, data={"url": url, "sha256": found})
    except IntegrityError:
        raise InvalidInput({"url": _("There is a context for this address already.")}) from None
    return row


def _check_did(did: str) -> None:
    try:
        if did.startswith("did:web:"):
            did_web_url(did)
        elif not did.startswith(("did:key:z", "https://")):
            raise DocumentError("not-did-web")
    except DocumentError:
        raise InvalidInput(
            {"did": _("Write it as did:web:…, did:key:… or an address with https://.")}
        ) from None
