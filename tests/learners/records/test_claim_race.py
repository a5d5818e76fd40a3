"""The button pressed twice in the same moment, on a phone and on a laptop."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from learners.records import services
from learners.records.errors import ClaimLinkUsed
from learners.records.models import IdentityClaim, Learner
from tests.support.records import SOON, recipient, tell, token_of


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_claim_once():
    from tests.credentials.issuing.samples import lay_issuer, people
    from tests.support.people import lay_college

    tell(lay_issuer(lay_college()), people(1))
    token, gate = token_of(recipient(1)), Barrier(2)
    outcomes: list[str] = []

    def press() -> None:
        gate.wait(timeout=20)
        try:
            services.claim(token, user=None, now=SOON)
            outcomes.append("claimed")
        except ClaimLinkUsed:
            outcomes.append("used")
        finally:
            connection.close()

    presses = [Thread(target=press) for _press in range(2)]
    for one in presses:
        one.start()
    for one in presses:
        one.join(timeout=30)
    assert sorted(outcomes) == ["claimed", "used"]
    assert (Learner.objects.count(), IdentityClaim.objects.count()) == (1, 1)
