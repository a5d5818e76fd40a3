"""Reads of sharing: what may be shared, what a link shows, who opened it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from credentials.issuing.models import Credential
from credentials.issuing.states import CredentialState
from learners.records.models import IdentityClaim, Learner
from learners.sharing.models import AccessLog, Consent, ShareLink
from learners.sharing.states import Access

LATEST = 100
READ = (Access.OPENED, Access.FETCHED, Access.DOWNLOADED)
HEAVY = ("salt", "revocation_note", "achievement_version__image", "achievement_version__document")


def _claimed_by(learner: Any) -> Any:
    return IdentityClaim.objects.filter(learner=learner, ended_at__isnull=True).values("recipient")


def shareable(learner: Learner) -> QuerySet[Credential]:
    """Return the learner's credentials that stand, newest first, without their text."""
    mine = Credential.objects.filter(state=CredentialState.RELEASED, recipient__in=_claimed_by(learner))
    mine = mine.select_related("achievement_version__offering_version__offering", "org_unit")
    return mine.defer("document", *HEAVY).order_by("-awarded_on", "achievement_version__name", "id")


def chosen_of(learner: Learner, pks: Iterable[UUID]) -> list[Credential]:
    """Return these of the learner's shareable credentials with their text."""
    found = shareable(learner).filter(pk__in=list(pks)).defer(None).defer(*HEAVY)
    return list(found)


def shown_credentials(link: ShareLink) -> list[Credential]:
    """Return what a link shows today: all it was made for that is still the learner's and has its text."""
    shown = link.credentials.filter(recipient__in=_claimed_by(link.learner_id)).exclude(document="")
    shown = shown.select_related("achievement_version__offering_version__offering", "successor")
    heavy = (*HEAVY, "successor__document", "successor__salt")
    return list(shown.defer(*heavy).order_by("-awarded_on", "achievement_version__name", "id"))


def items_of(link: ShareLink) -> QuerySet[Credential]:
    """Return all that a link was made for, without texts, for its learner to see how each stands."""
    items = link.credentials.select_related("achievement_version__offering_version__offering")
    return items.defer("document", *HEAVY).order_by("-awarded_on", "id")


def links_of(learner: Learner) -> QuerySet[ShareLink]:
    """Return the learner's links, newest first, each with how many items it shows and how often it was read."""
    opened = Q(consent__accesses__what__in=READ)
    return (
        ShareLink.objects.of(learner)
        .annotate(
            item_count=Count("credentials", distinct=True),
            opened_count=Count("consent__accesses", filter=opened, distinct=True),
            opened_at=Max("consent__accesses__at", filter=opened),
        )
        .order_by("-created_at", "id")
    )


def accesses_of(link: ShareLink) -> list[AccessLog]:
    """Return the newest lines of the log of a link."""
    return list(AccessLog.objects.filter(consent__share_link=link).order_by("-at", "-id")[:LATEST])


def partner_consents(learner: Learner) -> QuerySet[Consent]:
    """Return the learner's consents to partners, newest first, each with how often it was read under."""
    given = Consent.objects.of(learner).to_partners().select_related("partner")
    given = given.annotate(read_count=Count("accesses"), read_at=Max("accesses__at"))
    return given.order_by("-given_at", "id")


def learner_of(user: Any) -> Learner | None:
    """Return the learner of a signed-in person, if they have claimed anything."""
    return Learner.objects.select_related("user").filter(user=user).first() if user.is_authenticated else None


def open_links_count(learner: Learner, *, now: datetime) -> int:
    """Return how many of the learner's links show something now."""
    return ShareLink.objects.of(learner).filter(revoked_at__isnull=True, expires_at__gt=now).count()
