import json

import pytest
from django.urls import reverse

from credentials.clr.models import ComposedRecord
from credentials.clr.services import sign_waiting
from credentials.clr.tasks import sign_waiting as task
from credentials.issuing.models import Credential
from tests.credentials.issuing.samples import make_released, person
from tests.support.records import SOON, make_learner

PAGE = "records:clr"


@pytest.fixture
def learner(issuer, monkeypatch):
    monkeypatch.setattr(task, "delay_on_commit", lambda: None)  # the worker's part is called below
    return make_learner(issuer)


@pytest.fixture
def me(client, learner):
    client.force_login(learner.user)
    return client


def ids() -> list[str]:
    return [str(pk) for pk in Credential.objects.values_list("pk", flat=True)]


class TestSignedRecord:
    def test_what_was_chosen_is_signed_and_can_be_kept(self, me, learner):
        assert me.get(reverse(PAGE)).text.count('type="checkbox"') == 1
        me.post(reverse(PAGE), {"credential": ids()})
        assert "being signed" in me.get(reverse(PAGE)).text
        sign_waiting(now=SOON)
        row = ComposedRecord.objects.get()
        link = reverse("records:clr_file", args=[row.pk])
        assert link in me.get(reverse(PAGE)).text
        assert json.loads(me.get(link).content)["type"] == ["VerifiableCredential", "ClrCredential"]
        again = me.post(reverse(PAGE), {"credential": ids()}, follow=True).text
        assert "You have this file already" in again
        assert "is being made" not in again

    def test_choosing_nothing_says_so(self, me):
        answer = me.post(reverse(PAGE), {})
        assert answer.status_code == 422
        assert "Choose at least one" in answer.text

    def test_another_learner_has_neither_the_file_nor_the_credentials(self, me, client, issuer, learner):
        me.post(reverse(PAGE), {"credential": ids()})
        sign_waiting(now=SOON)
        row = ComposedRecord.objects.get()
        other = make_learner(issuer, 2)
        client.force_login(other.user)
        assert client.get(reverse("records:clr_file", args=[row.pk])).status_code == 404
        assert "Files so far" not in client.get(reverse(PAGE)).text
        theirs = [str(one.pk) for one in row.members.all()]
        assert client.post(reverse(PAGE), {"credential": theirs}).status_code == 422

    def test_a_part_says_that_it_is_one(self, me, issuer, learner):
        make_released(issuer, [person(1, code="WELD-109", result="")])
        me.post(reverse(PAGE), {"credential": ids()[:1]})
        assert ComposedRecord.objects.get().partial
        assert "a part of your record" in me.get(reverse(PAGE)).text
