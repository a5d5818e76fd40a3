"""A link that a visitor typed: to one of our own pages, or to somebody else's file."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from credentials.checks.states import Verdict
from credentials.documents.baking.kinds import MAX_FILE
from credentials.reading.incoming import NotRead
from credentials.reading.sources import SourceFailed
from credentials.verification.portal import shared_document
from credentials.verification.sources import InternalSource
from institution import fetch

MAX_FOLLOWED = 5
TYPES = (*fetch.JSON_TYPES, *fetch.IMAGE_TYPES, *fetch.PDF_TYPES)


def follow(url: str, *, client: fetch.Client | None = None) -> bytes:
    """Return what a link leads to. Raises NotRead with what to do instead."""
    if _is_portal(url):
        return shared_document(url)
    internal = InternalSource()
    if internal.covers(url):
        try:
            return internal.get(url)
        except SourceFailed:
            raise _nothing() from None
    try:
        return fetch.get(url, types=TYPES, max_bytes=MAX_FILE, cache_seconds=0, client=client).body
    except fetch.AddressMissing:
        raise _nothing() from None
    except fetch.AnswerRefused:
        raise NotRead(
            _("The link leads to a web page, not to a credential."),
            _("Look on that page for a way to download the credential, and check that file."),
        ) from None
    except fetch.AddressRefused as refused:
        raise NotRead(str(refused.title), str(refused.remedy)) from None
    except fetch.FetchFailed:
        raise NotRead(
            _("The link did not answer."), _("Try again in a few minutes."), Verdict.CONTEXT_UNAVAILABLE
        ) from None


class Follower:
    """Follows the links in the codes of one visitor's pictures, and only so many of them."""

    def __init__(self, left: int = MAX_FOLLOWED) -> None:
        self.left = left

    def __call__(self, url: str) -> bytes:
        """Return what a link leads to. Raises NotRead."""
        if self.left <= 0:
            raise NotRead(
                _("These are more links than we open at once."),
                _("Check the rest in a second go."),
                Verdict.UNSUPPORTED_PROOF,
            )
        self.left -= 1
        return follow(url)


def _is_portal(url: str) -> bool:
    asked, own = urlsplit(url), urlsplit(settings.PORTAL_ORIGIN)
    return asked.netloc == own.netloc or (
        asked.hostname in settings.ALLOWED_HOSTS and asked.hostname != "testserver"
    )


def _nothing() -> NotRead:
    return NotRead(_("There is nothing at this link."), _("Compare it with the link you were sent."))
