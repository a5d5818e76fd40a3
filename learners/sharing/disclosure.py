"""What a learner's consent opens to a partner's system, and the note that it was read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from credentials.issuing.models import Credential
from learners.records.models import IdentityClaim
from learners.sharing.models import AccessLog, Consent

VISITOR = 120


def consents_given_to(partner: Any, *, now: datetime) -> QuerySet[Consent]:
    """Return the consents in force that learners gave to this partner's service user."""
    return Consent.objects.filter(
        partner=partner, withdrawn_at__isnull=True, given_at__lte=now, until__gt=now
    )


def credentials_open_to(partner: Any, *, now: datetime) -> QuerySet[Credential]:
    """Return credentials that were ever released, of learners whose consent to this partner is in force."""
    learners = consents_given_to(partner, now=now).values("learner")
    people = IdentityClaim.objects.filter(learner__in=learners, ended_at__isnull=True).values("recipient")
    return Credential.objects.out_in_the_world().filter(recipient__in=people)


def credentials_under_any_consent() -> Q:
    """Return the condition that a learner has let some partner read a released credential."""
    learners = Consent.objects.filter(partner__isnull=False, withdrawn_at__isnull=True).values("learner")
    people = IdentityClaim.objects.filter(learner__in=learners, ended_at__isnull=True).values("recipient")
    return Q(recipient__in=people, released_at__isnull=False)


def note_reading(
    credentials: Iterable[Credential], *, partner: Any, what: str, visitor: str, now: datetime
) -> int:
    """Write one line into the access log of each consent that these credentials were read under."""
    recipients = {one.recipient_id for one in credentials}
    claims = IdentityClaim.objects.filter(recipient__in=recipients, ended_at__isnull=True)
    consents = consents_given_to(partner, now=now).filter(learner__in=claims.values("learner"))
    rows = [
        AccessLog(consent_id=pk, at=now, what=what, visitor=visitor[:VISITOR])
        for pk in consents.values_list("pk", flat=True)
    ]
    return len(AccessLog.objects.bulk_create(rows))
