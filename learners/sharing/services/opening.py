"""The visitor's side of a share link: open it, with its passphrase if it has one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.core.cache import cache

from credentials.issuing.models import Credential
from learners.records.models import Learner
from learners.sharing.errors import (
    PassphraseNeeded,
    PassphraseWrong,
    ShareLinkExpired,
    ShareLinkRevoked,
    ShareLinkUnknown,
    TooManyPassphrases,
)
from learners.sharing.models import ShareLink
from learners.sharing.sealing import digest_of
from learners.sharing.selectors import shown_credentials
from learners.sharing.services.consents import note_access
from learners.sharing.services.links import plain
from learners.sharing.states import Access, LinkState

WRONG_TRIES = 10
TRIES_SECONDS = 3600


@dataclass(frozen=True)
class Opened:
    """What an open link shows. lost: how many were erased since, or left the record. own: it is the learner who looks."""

    link: ShareLink
    learner: Learner
    credentials: list[Credential]
    lost: int
    own: bool


def open_link(
    token: str,
    *,
    passphrase: str = "",
    unlocked: frozenset[str] = frozenset(),
    now: datetime,
    visitor: str,
    viewer: Learner | None = None,
    what: str = Access.OPENED,
    only: UUID | None = None,
) -> Opened:
    """Return what a link shows, and note that it was opened.

    unlocked: ids of links whose passphrase this visitor has entered before. visitor: "" notes nothing.
    viewer: the learner who looks; at their own link they need no passphrase and leave no note.
    only: one credential of it. Raises ShareLinkUnknown, ShareLinkRevoked, ShareLinkExpired,
    PassphraseNeeded, PassphraseWrong, TooManyPassphrases.
    """
    link = _found(token, now)
    own = viewer is not None and viewer.pk == link.learner_id
    if link.passphrase_hash and not own and str(link.pk) not in unlocked:
        _check_passphrase(link, passphrase, visitor, now)
    shown = shown_credentials(link)
    lost = link.credentials.count() - len(shown)
    if only is not None:
        shown = [one for one in shown if one.pk == only]
        if not shown:
            raise ShareLinkUnknown()
    if visitor and not own:
        note_access(link.consent, what, visitor=visitor, now=now)
    return Opened(link, link.learner, shown, lost, own)


def _found(token: str, now: datetime) -> ShareLink:
    links = ShareLink.objects.select_related("learner__user", "consent")
    link = links.filter(token_digest=digest_of(token)).first()
    if link is None:
        raise ShareLinkUnknown()
    state = link.state(now=now)
    if state is LinkState.REVOKED:
        raise ShareLinkRevoked()
    if state is LinkState.EXPIRED:
        raise ShareLinkExpired()
    return link


def _check_passphrase(link: ShareLink, passphrase: str, visitor: str, now: datetime) -> None:
    """Return only for the right passphrase. A try is counted before it is looked at."""
    if not passphrase:
        raise PassphraseNeeded()
    key = f"share:tries:{link.pk}"
    cache.add(key, 0, TRIES_SECONDS)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out between the two calls
        cache.set(key, 1, TRIES_SECONDS)
        tries = 1
    if tries > WRONG_TRIES:
        raise TooManyPassphrases()
    if not check_password(plain(passphrase)[:200], link.passphrase_hash):
        note_access(link.consent, Access.REFUSED, visitor=visitor, now=now)
        raise PassphraseWrong()
    cache.delete(key)
