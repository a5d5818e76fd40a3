"""Learners for tests: told, with the link from their message, and claimed by its button."""

import re
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from credentials.issuing.models import Credential, Recipient
from institution.notices.models import Notice
from learners.records import services
from learners.records.models import Learner
from learners.records.tokens import digest_of
from tests.credentials.issuing.samples import NOW, make_released

SOON = NOW + timedelta(hours=1)
LINK = re.compile(r"/claim/([A-Za-z0-9_-]+)/")


def recipient(number: int = 1) -> Recipient:
    """Return the recipient of `samples.person(number)`."""
    return Recipient.objects.get(source_id=f"S{number:05}")


def token_of(recipient: Recipient) -> str:
    """Return this recipient's token in the newest message about them, also where one message tells several."""
    notice = Notice.objects.filter(about_id=str(recipient.pk)).order_by("-created_at")[0]
    tokens = LINK.findall((notice.said_in or notice).body)
    mine = set(recipient.claim_links.values_list("token_digest", flat=True))
    found = [token for token in tokens if digest_of(token) in mine]
    assert found, "the message holds no link"
    return found[0]


def tell(college: SimpleNamespace, rows: list[dict[str, str]] | None = None, *, now: datetime = NOW) -> Any:
    """Release a batch and tell its learners."""
    batch = make_released(college, rows, now=now)
    services.tell_released_batches(now=now)
    return batch


def make_learner(college: SimpleNamespace, number: int = 1, **values: str) -> Learner:
    """Issue one credential to somebody, tell them, and let them claim it."""
    from tests.credentials.issuing.samples import person

    tell(college, [person(number, **values)])
    return services.claim(token_of(recipient(number)), user=None, now=SOON)


def credentials_of(learner: Learner) -> list[Credential]:
    """Return a learner's credentials, oldest first."""
    mine = Credential.objects.filter(recipient__claims__learner=learner)
    return list(mine.order_by("awarded_on", "pk"))
