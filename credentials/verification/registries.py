"""Registry files of known issuers, taken over as a whole: what was in the file before and is no more goes.

Format: the issuer registries of the Digital Credentials Consortium: {"meta": …, "registry": {DID: {"name", "url"}}}.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from credentials.canon import strict_json
from credentials.canon.errors import ProofError
from credentials.documents.did import did_web_url
from credentials.documents.errors import DocumentError
from credentials.verification.models import TrustedIssuer
from institution.accounts.authz import require
from institution.errors import InvalidInput
from institution.events.services import record

MANAGE = "verification.manage_issuers"
MAX_FILE = 2 * 1024 * 1024
MAX_ENTRIES = 5_000
_REGISTRY = TrustedIssuer.Provenance.REGISTRY


@dataclass(frozen=True)
class Entry:
    """One issuer as the file names it."""

    did: str
    name: str
    url: str


@dataclass(frozen=True)
class Taken:
    """What taking a file over did. kept: entries that stand here for another reason already."""

    added: int
    changed: int
    removed: int
    kept: int


def is_issuer_id(did: str) -> bool:
    """Return whether a text can be the id of an issuer: did:web, did:key, or an https address."""
    if len(did) > 300 or any(char.isspace() for char in did):
        return False
    try:
        return (
            bool(did_web_url(did))
            if did.startswith("did:web:")
            else did.startswith(("did:key:z", "https://"))
        )
    except DocumentError:
        return False


def read_registry(data: bytes) -> list[Entry]:
    """Return the issuers of a registry file. Raises InvalidInput, which names the first entry that is none."""
    try:
        found = strict_json.loads(data, max_bytes=MAX_FILE)
    except ProofError:
        raise InvalidInput({"file": _("This file is not JSON that we can read.")}) from None
    listed = found.get("registry", found.get("entries"))
    if not isinstance(listed, dict) or not listed:
        raise InvalidInput({"file": _("This file is not a registry of issuers: it lists none.")})
    if len(listed) > MAX_ENTRIES:
        raise InvalidInput({"file": _("More than {limit} issuers.").format(limit=MAX_ENTRIES)})
    return [_entry(did, about) for did, about in listed.items()]


def _entry(did: str, about: Any) -> Entry:
    name = about.get("name") if isinstance(about, dict) else None
    if not is_issuer_id(did) or not isinstance(name, str) or not name.strip():
        raise InvalidInput({"file": _("This entry has no usable id or no name: {did}").format(did=did[:120])})
    url = about.get("url")
    usable = isinstance(url, str) and url.startswith("https://") and len(url) <= 200
    return Entry(did, name.strip()[:200], url if usable else "")


@transaction.atomic
def take_over(entries: list[Entry], *, source: str, actor: Any, now: datetime) -> Taken:
    """Make the list of a registry what its file says; return what changed. Twice changes nothing.

    source: the registry's name, shown to whoever checks a credential. Raises NotAllowed, InvalidInput.
    """
    require(actor, MANAGE, None, now=now)
    source = source.strip()
    if not source or not entries:
        raise InvalidInput({"source": _("Say which registry this is.")})
    wanted = {one.did: one for one in entries}
    rows = {row.did: row for row in TrustedIssuer.objects.select_for_update().filter(did__in=wanted)}
    mine = [row for row in rows.values() if row.provenance == _REGISTRY and row.source == source]
    gone = TrustedIssuer.objects.filter(provenance=_REGISTRY, source=source).exclude(did__in=wanted)
    changed = [row for row in mine if (row.name, row.url) != (wanted[row.did].name, wanted[row.did].url)]
    for row in changed:
        row.name, row.url = wanted[row.did].name, wanted[row.did].url
    removed = gone.count()
    gone.delete()
    TrustedIssuer.objects.bulk_update(changed, ["name", "url"])
    fresh = [_row(one, source, actor, now) for did, one in wanted.items() if did not in rows]
    TrustedIssuer.objects.bulk_create(fresh)
    taken = Taken(len(fresh), len(changed), removed, len(rows) - len(mine))
    if fresh or changed or removed:
        counts = {"added": taken.added, "changed": taken.changed, "removed": taken.removed}
        record("issuers.imported", actor=actor, target=(fresh + mine)[0], at=now, data=counts)
    return taken


@transaction.atomic
def forget_registry(source: str, *, actor: Any, now: datetime) -> int:
    """Take a whole registry off the list; return how many issuers went. Twice is once."""
    require(actor, MANAGE, None, now=now)
    rows = TrustedIssuer.objects.filter(provenance=_REGISTRY, source=source)
    count, first = rows.count(), rows.first()
    if first is not None:
        record("issuers.forgotten", actor=actor, target=first, at=now, data={"removed": count})
        rows.delete()
    return count


def _row(one: Entry, source: str, actor: Any, now: datetime) -> TrustedIssuer:
    return TrustedIssuer(
        did=one.did,
        name=one.name,
        url=one.url,
        provenance=_REGISTRY,
        source=source,
        added_by=actor,
        added_at=now,
    )
