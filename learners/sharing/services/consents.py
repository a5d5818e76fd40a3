"""A learner's yes to a partner's system, its end, and the log of who read under it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from institution.accounts.models import User
from institution.errors import InvalidInput, NotAllowed
from institution.events.services import record
from learners.records.models import Learner
from learners.sharing.models import AccessLog, Consent
from learners.sharing.services.links import revoke_link

LONGEST = timedelta(days=366)
PURPOSE = 300
AGAIN_SECONDS = 60  # the same program asking again within this time is one access


@transaction.atomic
def grant_consent(
    learner: Learner, partner_user: User, *, purpose: str, until: datetime, now: datetime
) -> Consent:
    """Let a partner's system read the learner's credentials until a moment; a yes in force is prolonged.

    partner_user: the service user that the partner's client acts as. Raises InvalidInput.
    """
    purpose = " ".join(purpose.split())
    if partner_user.kind != User.Kind.SERVICE or not partner_user.is_active:
        raise InvalidInput({"partner": _("This is not a partner's system.")})
    if not 0 < len(purpose) <= PURPOSE:
        raise InvalidInput({"purpose": _("Say in up to 300 characters what it is for.")})
    if not now < until <= now + LONGEST:
        raise InvalidInput({"until": _("A consent ends some time from now, within a year.")})
    Learner.objects.select_for_update().get(pk=learner.pk)  # two clicks at once give one consent
    standing = Consent.objects.of(learner).in_force(now).filter(partner=partner_user).first()
    if standing is None:
        given = Consent.objects.create(
            learner=learner, partner=partner_user, purpose=purpose, given_at=now, until=until
        )
    elif standing.until >= until:
        return standing
    else:
        given = standing
        given.until = until
        given.save(update_fields=["until"])
    record("consent.given", actor=learner.user, target=given, at=now, data={"until": until.isoformat()})
    return given


@transaction.atomic
def withdraw_consent(consent: Consent, *, learner: Learner, now: datetime) -> Consent:
    """End a consent now; the consent of a link takes the link back with it. Twice is once. Raises NotAllowed."""
    found = Consent.objects.select_for_update(of=("self",)).select_related("share_link").get(pk=consent.pk)
    if found.learner_id != learner.pk:
        raise NotAllowed()
    if found.withdrawn_at is not None:
        return found
    if found.share_link is not None:
        revoke_link(found.share_link, learner=learner, now=now)
        found.refresh_from_db()
        return found
    found.withdrawn_at = now
    found.save(update_fields=["withdrawn_at"])
    record("consent.withdrawn", actor=learner.user, target=found, at=now)
    return found


def note_access(consent: Consent, what: str, *, visitor: str, now: datetime) -> None:
    """Write who read under a consent: a program's family, never an address. A reload is one access."""
    since = now - timedelta(seconds=AGAIN_SECONDS)
    same = AccessLog.objects.filter(consent=consent, at__gt=since, at__lte=now, what=what, visitor=visitor)
    if not same.exists():
        AccessLog.objects.create(consent=consent, at=now, what=what, visitor=visitor[:120])
