"""Verbs of checking: check one document or many, follow a link, keep count, know issuers and contexts."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from credentials.canon.contexts import PINNED, ContextLoader, document_loader
from credentials.checks.examine import examine, refused
from credentials.checks.report import Report
from credentials.checks.run import Ask, Json, Register, digest_of
from credentials.reading import incoming
from credentials.reading.sources import Source
from credentials.verification import selectors
from credentials.verification.errors import ContextDigestDiffers, IssuerAlreadyKnown
from credentials.verification.models import ContextFile, TrustedIssuer, VerificationCount
from credentials.verification.registries import MANAGE, is_issuer_id
from credentials.verification.sources import default_source, resource_source, source_of_a_heap
from institution.accounts.authz import require
from institution.errors import InvalidInput
from institution.events.services import record

Document = bytes | str | Json


def verify(
    document: Document,
    *,
    now: datetime,
    source: Source | None = None,
    expected_recipient: str | None = None,
    register: Register | None = None,
    demand_known: bool = False,
    max_bytes: int = incoming.OPEN_BYTES,
    follow: incoming.Follow | None = None,
    resources: Source | None = None,
) -> Report:
    """Return the report on one credential: its bytes, its text, or its parsed JSON. Never raises on bad input.

    source: where other documents come from; our own views and the open internet by default.
    register: look-ups in our tables; an empty Register() needs no database.
    follow: opens the link that came in place of a credential; without it none is opened.
    resources: where related files of any kind come from; with the default source the open internet.
    """
    found = _read(document, max_bytes, follow)
    if isinstance(found, Report):
        return found
    ask = Ask(
        now=now,
        source=source or default_source(),
        resources=resources or (None if source else resource_source()),
        register=register or selectors.register(),
        contexts=contexts_now() if register is None else None,
        demand_known=demand_known,
        recipient=expected_recipient or "",
        origin=settings.ISSUER_ORIGIN,
    )
    return examine(found.document, ask, digest=digest_of(found.text), token=found.token)


def verify_many(
    documents: Iterable[tuple[str, Document]],
    *,
    now: datetime,
    source: Source | None = None,
    expected_recipient: str | None = None,
    max_bytes: int = incoming.OPEN_BYTES,
    follow: incoming.Follow | None = None,
) -> list[Report]:
    """Return a report for each labeled document; the same address is asked only once for all of them.

    An unsigned bundle is taken apart. Our register is asked once for all the texts.
    """
    read = [part for label, document in documents for part in _parts(label, document, max_bytes, follow)]
    return _examined(read, source or default_source(), bool(source), expected_recipient, now)


def verify_each(
    documents: Iterable[Document], *, now: datetime, expected_recipient: str | None = None, max_bytes: int
) -> list[Report]:
    """Return one report for each document of a request. They wait for other sites together, not each for its own."""
    read = [("", _read(document, max_bytes)) for document in documents]
    return _examined(read, source_of_a_heap(), False, expected_recipient, now)


def _examined(
    read: list[tuple[str, incoming.Found | Report]],
    source: Source,
    alone: bool,
    recipient: str | None,
    now: datetime,
) -> list[Report]:
    """Return the reports. alone: related files come from the source too, and from nowhere else."""
    digests = [digest for _label, one in read if isinstance(one, incoming.Found) for digest in one.digests]
    ask = Ask(
        now=now,
        source=source,
        resources=None if alone else resource_source(),
        register=selectors.register(digests),
        contexts=contexts_now(),
        recipient=recipient or "",
        origin=settings.ISSUER_ORIGIN,
    )
    reports = []
    for label, one in read:
        if isinstance(one, incoming.Found):
            one = examine(one.document, replace(ask), digest=digest_of(one.text), token=one.token)
        reports.append(replace(one, label=label))
    return reports


def _parts(
    label: str, document: Document, max_bytes: int, follow: incoming.Follow | None
) -> list[tuple[str, incoming.Found | Report]]:
    """Return the credentials of an unsigned bundle, each on its own; anything else stays one."""
    found = _read(document, max_bytes, follow)
    members = found.members if isinstance(found, incoming.Found) else []
    if not members:
        return [(label, found)]
    named = [(f"{label} ({number})", one) for number, one in enumerate(members, 1)]
    return [(name, _read(one, max_bytes)) for name, one in named]


def _read(
    document: Document, max_bytes: int, follow: incoming.Follow | None = None
) -> incoming.Found | Report:
    try:
        return incoming.read(_bytes(document), max_bytes=max_bytes, follow=follow)
    except incoming.NotRead as error:
        return refused(error.sentence, verdict=error.verdict, advice=error.advice)
    except (TypeError, ValueError):
        return refused(_("This is not a credential."))


def _bytes(document: Document) -> bytes:
    if isinstance(document, str):
        return document.encode("utf-8", "surrogatepass")
    return document if isinstance(document, bytes) else orjson.dumps(document)


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
    if not is_issuer_id(did):
        raise InvalidInput({"did": _("Write it as did:web:…, did:key:… or an address with https://.")})
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
