"""The verb that is the help desk's own: forget a person with all that was written to and by them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from credentials.erasure.services import erase_recipient
from credentials.issuing.models import Recipient
from institution.notices.services import erase_about
from learners.records.models import HelpRequest
from learners.records.services import void_links


@transaction.atomic
def forget_person(recipient: Recipient, *, actor: Any, now: datetime) -> int:
    """Erase a person, the messages to them and their words to us; return how many credentials became tombstones.

    Links end. Copies that the person holds keep verifying (decisions 13). Raises NotAllowed if a credential
    of theirs was issued outside the actor's units.
    """
    count = erase_recipient(recipient, actor=actor, now=now)
    void_links(recipient, now=now)
    erase_about("issuing.recipient", str(recipient.pk), now=now)
    HelpRequest.objects.filter(recipient=recipient).update(text="")
    return count
