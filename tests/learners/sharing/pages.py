"""What the tests of the pages share: a link made today, its address, and the words of a page."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from learners.sharing import services
from tests.support.records import credentials_of

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
PHRASE = "blue heron 42"


def share(learner, **changes):
    now = timezone.now()
    words = {"audience": "Riverbend Hospital", "expires_at": now + timedelta(days=30), "now": now} | changes
    return services.create_link(learner, credentials_of(learner), **words)


def address(link, name="shared"):
    return reverse(f"sharing:{name}", args=[services.token_of(link)])


def words_of(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"[\u2066-\u2069]", "", re.sub(r"\s+", " ", text))
