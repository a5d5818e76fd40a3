import pytest


@pytest.fixture
def publish():
    """Publish the lists of withdrawn credentials as the sweep does today; pages read the real clock."""
    from django.utils import timezone

    from credentials.status import services

    def now_published():
        services.sweep(now=timezone.now())
        services.publish_waiting(now=timezone.now())

    return now_published


@pytest.fixture
def amara(issuer, publish):
    """A learner with one credential, of a college whose lists are of today."""
    from tests.support.records import make_learner

    learner = make_learner(issuer, 1)
    publish()
    return learner


@pytest.fixture
def visitor():
    """Somebody without an account."""
    from django.test import Client

    from tests.learners.sharing.pages import CHROME

    return Client(headers={"user-agent": CHROME})
