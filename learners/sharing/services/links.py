"""The learner's side of a share link: make it, let it hold longer, take it back."""

import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from credentials.documents.text import clean_text
from credentials.issuing.models import Credential
from credentials.issuing.states import CredentialState
from institution.errors import InvalidInput, NotAllowed
from institution.events.services import record
from learners.records.models import IdentityClaim, Learner
from learners.sharing.errors import CredentialNotShareable, CredentialNotYours, ShareLinkRevoked
from learners.sharing.models import Consent, ShareLink
from learners.sharing.sealing import digest_of, new_token, seal, unseal

MOST = 100  # credentials behind one link: as many as are checked at once
LONGEST = timedelta(days=366)
SHORTEST_PASSPHRASE = 8
LONGEST_PASSPHRASE = 200
AUDIENCE = 200


@transaction.atomic
def create_link(
    learner: Learner,
    credentials: Iterable[Credential],
    *,
    audience: str,
    expires_at: datetime,
    passphrase: str = "",
    now: datetime,
    link_id: uuid.UUID | None = None,
) -> ShareLink:
    """Share credentials of the learner's own by a link, and write the consent that it stands for.

    link_id: chosen by the page, so that a form sent twice makes one link.
    Raises InvalidInput, CredentialNotYours, CredentialNotShareable, NotAllowed.
    """
    if link_id is not None:
        made = ShareLink.objects.filter(pk=link_id).first()
        if made is not None:
            _require_own(made, learner)
            return made
    chosen = list({one.pk: one for one in credentials}.values())
    audience = _audience(audience)
    _check_terms(chosen, expires_at, passphrase, now)
    check_own(learner, chosen)
    token, pk = new_token(), link_id or uuid.uuid4()
    link = ShareLink.objects.create(
        id=pk, learner=learner, token_digest=digest_of(token), token_sealed=seal(token, pk), audience=audience,
        passphrase_hash=make_password(plain(passphrase)) if passphrase else "",
        created_at=now, expires_at=expires_at,
    )  # fmt: skip
    link.credentials.set(chosen)
    Consent.objects.create(learner=learner, share_link=link, purpose=audience, given_at=now, until=expires_at)
    facts = {"credentials": [str(one.pk) for one in chosen], "passphrase": bool(passphrase)}
    record("share.created", actor=learner.user, target=link, at=now, data=facts)
    return link


def check_own(learner: Learner, chosen: Sequence[Credential]) -> None:
    """Return only if each credential is the learner's and stands. Raises CredentialNotYours, CredentialNotShareable."""
    mine = IdentityClaim.objects.filter(learner=learner, ended_at__isnull=True).values_list(
        "recipient", flat=True
    )
    owned = dict(
        Credential.objects.filter(pk__in=[one.pk for one in chosen], recipient__in=mine).values_list(
            "pk", "state"
        )
    )
    if len(owned) < len(chosen):
        raise CredentialNotYours()
    if any(state != CredentialState.RELEASED for state in owned.values()):
        raise CredentialNotShareable()


@transaction.atomic
def extend_link(link: ShareLink, *, expires_at: datetime, learner: Learner, now: datetime) -> ShareLink:
    """Let a link hold longer, also one that has ended; the same end twice is once.

    Raises NotAllowed, ShareLinkRevoked, InvalidInput for an end that is earlier or too far away.
    """
    link = _locked(link, learner)
    if link.revoked_at is not None:
        raise ShareLinkRevoked()
    if expires_at == link.expires_at:
        return link
    if expires_at < link.expires_at:
        raise InvalidInput({"days": _("The link holds longer than that already.")})
    _check_end(expires_at, now, "days")
    link.expires_at = expires_at
    link.save(update_fields=["expires_at"])
    Consent.objects.filter(share_link=link).update(until=expires_at)
    record("share.extended", actor=learner.user, target=link, at=now, data={"until": expires_at.isoformat()})
    return link


@transaction.atomic
def revoke_link(link: ShareLink, *, learner: Learner, now: datetime) -> ShareLink:
    """Take a link back: from now on it shows nothing. Twice is once. Raises NotAllowed."""
    link = _locked(link, learner)
    if link.revoked_at is None:
        link.revoked_at = now
        link.save(update_fields=["revoked_at"])
        Consent.objects.filter(share_link=link).update(withdrawn_at=now)
        record("share.revoked", actor=learner.user, target=link, at=now)
    return link


def token_of(link: ShareLink) -> str:
    """Return the link's token for its own learner to copy; empty if no key opens it any more."""
    return unseal(link.token_sealed, link.pk)


def plain(passphrase: str) -> str:
    """Return a passphrase as it is compared: one form for letters that keyboards write in two."""
    return unicodedata.normalize("NFKC", passphrase).strip()


def _locked(link: ShareLink, learner: Learner) -> ShareLink:
    found = ShareLink.objects.select_for_update().get(pk=link.pk)
    _require_own(found, learner)
    return found


def _require_own(link: ShareLink, learner: Learner) -> None:
    if link.learner_id != learner.pk:
        raise NotAllowed()


def _audience(words: str) -> str:
    cleaned = clean_text(words)
    audience = " ".join(cleaned.text.split())
    if any(finding.severity == "error" for finding in cleaned.findings):
        raise InvalidInput({"audience": _("Some letters in it cannot be shown. Type it anew.")})
    if not 0 < len(audience) <= AUDIENCE:
        raise InvalidInput({"audience": _("Say in up to 200 characters whom this is for.")})
    return audience


def _check_terms(chosen: Sequence[Credential], expires_at: datetime, passphrase: str, now: datetime) -> None:
    if not chosen:
        raise InvalidInput({"credentials": _("Choose at least one credential.")})
    if len(chosen) > MOST:
        raise InvalidInput({"credentials": _("Choose at most 100 credentials for one link.")})
    if passphrase and not SHORTEST_PASSPHRASE <= len(plain(passphrase)) <= LONGEST_PASSPHRASE:
        raise InvalidInput({"passphrase": _("Take a passphrase of 8 to 200 characters, or none.")})
    _check_end(expires_at, now, "expires_at")


def _check_end(expires_at: datetime, now: datetime, field: str) -> None:
    if not now < expires_at <= now + LONGEST:
        raise InvalidInput({field: _("A link ends some time from now, within a year.")})
