"""What a learner's consent opens to a partner's system, and the note that it was read."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from credentials.issuing.models import Credential
from learners.records.models import IdentityClaim, Learner
from learners.sharing.models import AccessLog, Consent
from learners.sharing.selectors import HEAVY
from learners.sharing.states import Access

VISITOR = 120
AGAIN_SECONDS = 60


def consents_given_to(partner: Any, *, now: datetime) -> QuerySet[Consent]:
    """Return the consents in force that learners gave to this partner's service user."""
    return Consent.objects.in_force(now).filter(partner=partner)


def credentials_open_to(partner: Any, *, now: datetime) -> QuerySet[Credential]:
    """Return credentials that were ever released, of learners whose consent to this partner is in force."""
    learners = consents_given_to(partner, now=now).values("learner")
    people = IdentityClaim.objects.filter(learner__in=learners, ended_at__isnull=True).values("recipient")
    return Credential.objects.out_in_the_world().filter(recipient__in=people)


def credentials_a_yes_opens(learner: Learner) -> QuerySet[Credential]:
    """Return what a partner would read of this learner today, newest first; also what is withdrawn or replaced."""
    people = IdentityClaim.objects.filter(learner=learner, ended_at__isnull=True).values("recipient")
    found = Credential.objects.out_in_the_world().filter(recipient__in=people)
    found = found.select_related("achievement_version").defer("document", *HEAVY)
    return found.order_by("-awarded_on", "achievement_version__name", "pk")


def credentials_under_any_consent() -> Q:
    """Return the condition that a learner has let some partner read a released credential."""
    learners = Consent.objects.to_partners().filter(withdrawn_at__isnull=True).values("learner")
    people = IdentityClaim.objects.filter(learner__in=learners, ended_at__isnull=True).values("recipient")
    return Q(recipient__in=people, released_at__isnull=False)


def note_reading(
    credentials: Iterable[Credential], *, partner: Any, what: Access, visitor: str, now: datetime
) -> int:
    """Write into the log of each consent that these credentials were read under; a retry is one access."""
    visitor, since = visitor[:VISITOR], now - timedelta(seconds=AGAIN_SECONDS)
    recipients = {one.recipient_id for one in credentials}
    claims = IdentityClaim.objects.filter(recipient__in=recipients, ended_at__isnull=True)
    same = AccessLog.objects.filter(consent=OuterRef("pk"), at__gt=since, what=what, visitor=visitor)
    consents = consents_given_to(partner, now=now).filter(~Exists(same), learner__in=claims.values("learner"))
    rows = [
        AccessLog(consent_id=pk, at=now, what=what, visitor=visitor)
        for pk in consents.values_list("pk", flat=True)
    ]
    return len(AccessLog.objects.bulk_create(rows))
