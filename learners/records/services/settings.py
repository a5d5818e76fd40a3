"""What a learner may set: the name the record shows, and the language of pages and messages."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from credentials.issuing.models import Recipient
from institution.errors import InvalidInput
from institution.events.services import record
from learners.records.models import Learner


@transaction.atomic
def change_settings(learner: Learner, *, name: str, language: str, now: datetime) -> Learner:
    """Keep the preferred name and the language; signed documents stay as they were signed.

    Raises InvalidInput.
    """
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise InvalidInput({"name": _("Write the name your record shall show, in up to 200 characters.")})
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput({"language": _("Choose one of the languages.")})
    if (learner.preferred_name, learner.user.language) != (name, language):
        learner.preferred_name = name
        learner.save(update_fields=["preferred_name"])
        learner.user.language = language
        learner.user.save(update_fields=["language"])
        mine = Recipient.objects.filter(claims__learner=learner, claims__ended_at__isnull=True)
        Recipient.objects.filter(pk__in=mine.values("pk")).update(language=language)
        record("record.settings_changed", actor=learner.user, target=learner, at=now)
    return learner
