"""An employer types the link that a learner sent into the page that checks credentials."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as portal
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials.status import services as status
from learners.sharing import services
from learners.sharing.models import AccessLog
from tests.credentials.issuing.samples import lay_issuer
from tests.support.records import credentials_of, make_learner

DAY = timedelta(days=1)


@pytest.fixture
def learner(college: SimpleNamespace, settings: Any, tmp_path: Any) -> Any:
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    found = make_learner(lay_issuer(college), 1)
    status.sweep(now=timezone.now())
    status.publish_waiting(now=timezone.now())
    return found


def link(learner: Any, **changes: Any) -> Any:
    now = timezone.now()
    words = {"audience": "Hospital", "expires_at": now + 30 * DAY, "now": now} | changes
    return services.create_link(learner, credentials_of(learner), **words)


def check(made: Any) -> str:
    url = portal.PORTAL_ORIGIN + reverse("sharing:shared", args=[services.token_of(made)])
    return Client().post(reverse("verification:verify"), {"text": url}).content.decode()


@pytest.mark.django_db
class TestASharedLink:
    def test_is_opened_and_what_it_shares_is_checked(self, learner):
        answer = check(link(learner))
        assert "verdict--pass" in answer
        assert "unchanged, not withdrawn" in answer
        assert AccessLog.objects.get().what == "fetched"

    def test_with_a_passphrase_says_what_to_do(self, learner):
        assert "This link asks for a passphrase" in check(link(learner, passphrase="blue heron 42"))

    def test_that_was_revoked_says_so(self, learner):
        made = link(learner)
        services.revoke_link(made, learner=learner, now=timezone.now())
        answer = check(made)
        assert "Ask the holder for a new link" in answer
        assert "verdict--pass" not in answer
