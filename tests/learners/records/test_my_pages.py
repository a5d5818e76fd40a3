"""The learner's own pages: something is wrong, my settings, send me a link."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from credentials.issuing.models import Credential, Recipient
from institution.notices.models import Notice
from learners.records import services
from learners.records.models import HelpRequest, IdentityClaim
from tests.credentials.issuing.samples import people
from tests.support.people import make_person
from tests.support.records import make_learner, recipient, tell, token_of


def page_of(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


class TestHelp:
    @pytest.fixture
    def url(self, client, issuer):
        learner = make_learner(issuer)
        client.force_login(learner.user)
        return reverse("records:help", args=[Credential.objects.get().pk])

    def test_a_wrong_name_reaches_the_desk(self, client, url):
        assert "Learner 1" in page_of(client, url)
        client.post(url, {"kind": "wrong_name", "text": "It is Müller."})
        assert HelpRequest.objects.get().text == "It is Müller."

    def test_this_is_not_me_takes_it_off_the_record(self, client, url):
        client.post(url, {"kind": "not_me"})
        assert IdentityClaim.objects.get().ended_at is not None
        assert client.get(url).status_code == 404

    def test_nothing_chosen_is_said(self, client, url):
        assert client.post(url, {"text": "x"}).status_code == 400
        assert not HelpRequest.objects.exists()

    def test_somebody_elses_credential_is_not_there(self, client, url, issuer):
        client.force_login(make_learner(issuer, 2).user)
        assert client.get(url).status_code == 404
        assert client.post(url, {"kind": "not_me"}).status_code == 404
        assert IdentityClaim.objects.filter(ended_at__isnull=True).count() == 2


class TestSettings:
    def test_keeps_name_and_language_and_speaks_it_at_once(self, client, issuer):
        learner = make_learner(issuer)
        client.force_login(learner.user)
        client.cookies["django_language"] = "en"
        url = reverse("records:settings")
        assert "Learner 1" in page_of(client, url)
        client.post(url, {"name": "أمارا", "language": "es"})
        learner.refresh_from_db()
        assert learner.preferred_name == "أمارا"
        assert '<html lang="es"' in page_of(client, url)

    def test_changes_nobody_elses(self, client, issuer):
        one, other = make_learner(issuer, 1), make_learner(issuer, 2)
        client.force_login(one.user)
        client.post(reverse("records:settings"), {"name": "Changed", "language": "en"})
        other.refresh_from_db()
        assert other.preferred_name == "Learner 2"

    def test_an_empty_name_is_refused(self, client, issuer):
        client.force_login(make_learner(issuer).user)
        answer = client.post(reverse("records:settings"), {"name": " ", "language": "en"})
        assert answer.status_code == 400
        assert Recipient.objects.get().language == ""


class TestSendLink:
    URL = reverse("records:send_link")

    @pytest.fixture
    def me(self, client, issuer):
        tell(issuer, people(2))
        user = make_person("learner1@students.example")
        client.force_login(user)
        return user

    def test_sends_a_fresh_link_to_ones_own_proven_address_once_an_hour(self, client, me):
        EmailAddress.objects.create(user=me, email=me.email, verified=True)
        for _press in range(2):
            client.post(self.URL)
        assert Notice.objects.filter(kind="record.claim", address=me.email).count() == 2
        services.claim(token_of(recipient(1)), user=me, now=timezone.now())

    def test_an_address_that_is_not_proven_gets_nothing(self, client, me):
        EmailAddress.objects.create(user=me, email=me.email, verified=False)
        answer = client.post(self.URL, follow=True)
        assert "a link is on its way there" in answer.content.decode()
        assert Notice.objects.filter(address=me.email).count() == 1

    def test_sends_nothing_that_is_somebody_elses(self, client, me):
        EmailAddress.objects.create(user=me, email=me.email, verified=True)
        client.post(self.URL)
        assert Notice.objects.filter(address="learner2@students.example").count() == 1
