"""The help desk's pages: who asks, one person, who has not claimed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from credentials.issuing.models import Recipient
from institution.accounts.roles import Role
from institution.notices.models import Notice
from learners.records import services
from learners.records.models import ClaimLink, HelpRequest
from tests.credentials.issuing.samples import NOW, people, person
from tests.support.people import give, make_person
from tests.support.records import SOON, recipient, tell, token_of

DESK, UNCLAIMED, REMIND = (reverse(f"records:{name}") for name in ("help_desk", "unclaimed", "remind"))


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as context:
        assert client.get(url).status_code == 200
    return len(context)


def page_of(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


class TestHelpDesk:
    def test_lists_open_requests(self, client, issuer):
        tell(issuer, people(2))
        services.say_not_me(recipient(1), learner=None, now=SOON)
        client.force_login(issuer.adviser)
        page = page_of(client, DESK)
        assert "1 request waits for you" in page
        assert "Learner 1" in page
        assert "Learner 2" not in page

    @pytest.mark.parametrize("words", ["learner 2", "LEARNER2@students", "S00002"])
    def test_finds_a_person_and_no_name_stands_in_an_address(self, client, issuer, words):
        tell(issuer, people(3))
        client.force_login(issuer.adviser)
        answer = client.post(DESK, {"q": words})
        assert answer["Location"] == DESK
        page = page_of(client, DESK)
        assert "1 person found" in page
        assert reverse("records:person", args=[recipient(2).pk]) in page

    def test_a_neighbor_finds_only_their_department(self, client, issuer):
        tell(issuer, [person(1), person(2, code="WELD-109", result="")])
        services.say_not_me(recipient(1), learner=None, now=SOON)
        client.force_login(issuer.neighbor)
        client.post(DESK, {"q": "learner"})
        page = page_of(client, DESK)
        assert "Learner 2" in page
        assert "Learner 1" not in page

    @pytest.mark.parametrize("who", ["stranger", "faculty", "dean", "auditor"])
    def test_refuses(self, client, issuer, who):
        client.force_login(getattr(issuer, who))
        assert {client.get(url).status_code for url in (DESK, UNCLAIMED)} == {403}

    def test_takes_as_many_queries_for_forty_as_for_two(self, client, issuer):
        client.force_login(issuer.adviser)
        tell(issuer, people(40))
        for number in (1, 2):
            services.say_not_me(recipient(number), learner=None, now=SOON)
        client.post(DESK, {"q": "learner"})
        few = queries_of(client, DESK)
        for number in range(3, 41):
            HelpRequest.objects.create(
                recipient=recipient(number), kind="other", org_unit=issuer.nursing, opened_at=SOON
            )
        assert queries_of(client, DESK) == few <= 20


class TestPerson:
    @pytest.fixture
    def url(self, client, issuer):
        tell(issuer, people(2))
        client.force_login(issuer.adviser)
        return reverse("records:person", args=[recipient(1).pk])

    def test_shows_what_was_sent_and_earned_but_never_the_link(self, client, url):
        page = page_of(client, url)
        assert "your record is ready" in page
        assert "Clinical Skills II" in page
        assert "learner1@students.example" in page
        assert token_of(recipient(1)) not in page

    def test_a_neighbor_finds_nobody_and_changes_nothing(self, client, url, issuer):
        client.force_login(issuer.neighbor)
        notice = Notice.objects.get(about_id=str(recipient(1).pk))
        assert client.get(url).status_code == 404
        for tail in ("send/", "address/", f"came-back/{notice.pk}/"):
            assert client.post(url + tail, {"address": "x@home.example"}).status_code == 404
        assert client.get(url + "forget/").status_code == client.post(url + "forget/").status_code == 404
        assert Notice.objects.filter(about_id=str(recipient(1).pk)).count() == 1
        assert recipient(1).email == "learner1@students.example"

    def test_sends_a_fresh_link(self, client, url):
        client.post(url + "send/")
        assert Notice.objects.filter(about_id=str(recipient(1).pk)).count() == 2

    def test_says_why_no_link_goes_to_somebody_who_disputed(self, client, url):
        services.say_not_me(recipient(1), learner=None, now=SOON)
        answer = client.post(url + "send/", follow=True)
        assert "said: this is not me" in answer.content.decode()

    def test_corrects_the_address(self, client, url):
        client.post(url + "address/", {"address": "new@home.example"})
        assert recipient(1).email == "new@home.example"
        assert client.post(url + "address/", {"address": "nonsense"}).status_code == 400

    def test_the_registrar_forgets_a_person_after_being_asked(self, client, url, issuer):
        asked = {"recipient": recipient(1), "org_unit": issuer.nursing, "opened_at": SOON}
        HelpRequest.objects.create(kind="other", text="I moved away", **asked)
        client.force_login(issuer.registrar)
        assert "Copies that the person holds still verify" in page_of(client, url + "forget/")
        assert recipient(1).name == "Learner 1"
        client.post(url + "forget/")
        left = Notice.objects.get(about_id=str(Recipient.objects.get(key__startswith="erased").pk))
        assert (left.address, left.subject, left.body, left.state) == ("", "", "", "voided")
        assert HelpRequest.objects.get().text == ""
        assert not ClaimLink.objects.filter(recipient=left.about_id, voided_at=None).exists()
        assert Recipient.objects.filter(name="Learner 2").exists()
        page = page_of(client, url)
        assert "erased" in page
        assert "Forget this person" not in page

    def test_an_adviser_may_not_forget_anybody(self, client, url):
        assert "Forget this person" not in page_of(client, url)
        assert client.post(url + "forget/").status_code == 403
        assert recipient(1).name == "Learner 1"

    def test_who_earned_elsewhere_too_is_not_forgotten_by_one_department(self, client, url, issuer):
        tell(issuer, [person(1, code="WELD-109")])
        one_department = make_person("registrar.nursing@riverbend.example")
        give(one_department, Role.REGISTRAR, issuer.nursing)
        client.force_login(one_department)
        assert "in other units too" in client.post(url + "forget/", follow=True).content.decode()
        assert recipient(1).name == "Learner 1"
        client.force_login(issuer.stranger)
        assert client.post(url + "forget/").status_code == 403

    def test_notes_that_a_message_came_back(self, client, url):
        Notice.objects.update(state="sent")
        notice = Notice.objects.get(about_id=str(recipient(1).pk))
        client.post(url + f"came-back/{notice.pk}/")
        notice.refresh_from_db()
        assert notice.state == "bounced"

    def test_a_message_about_somebody_else_is_not_there(self, client, url):
        Notice.objects.update(state="sent")
        other = Notice.objects.get(about_id=str(recipient(2).pk))
        assert client.post(url + f"came-back/{other.pk}/").status_code == 404

    def test_closes_a_request(self, client, url, issuer):
        request = services.say_not_me(recipient(1), learner=None, now=SOON)
        close = reverse("records:close_request", args=[request.pk])
        client.force_login(issuer.neighbor)
        assert client.post(close).status_code == 404
        client.force_login(issuer.adviser)
        client.post(close)
        request.refresh_from_db()
        assert request.closed_by == issuer.adviser

    def test_takes_as_many_queries_for_many_credentials_as_for_one(self, client, url, issuer):
        few = queries_of(client, url)
        for day in range(1, 9):
            tell(issuer, [person(1, awarded_on=f"2026-04-{day:02}", source_row=str(day))], now=SOON)
        assert queries_of(client, url) == few


class TestUnclaimed:
    @pytest.fixture
    def listed(self, client, issuer):
        now = timezone.now()
        tell(issuer, people(3), now=now - timedelta(days=40))
        tell(issuer, [person(4)], now=now - timedelta(days=3))
        services.claim(token_of(recipient(3)), user=None, now=now - timedelta(days=1))
        client.force_login(issuer.adviser)

    def names(self, client, query=""):
        return [one.name for one in client.get(UNCLAIMED + query).context["page"]]

    def test_those_who_wait_longest_come_first_and_who_claimed_is_gone(self, client, listed):
        assert set(self.names(client)[:2]) == {"Learner 1", "Learner 2"}
        assert self.names(client)[2:] == ["Learner 4"]

    def test_can_be_narrowed_by_age_and_by_the_last_message(self, client, listed):
        Notice.objects.filter(about_id=str(recipient(2).pk)).update(state="bounced")
        assert sorted(self.names(client, "?age=30")) == ["Learner 1", "Learner 2"]
        assert self.names(client, "?told=bounced") == ["Learner 2"]
        assert self.names(client, "?told=none") == []

    def test_words_are_kept_privately(self, client, listed):
        assert client.post(UNCLAIMED, {"q": "Learner 4", "age": ""})["Location"] == f"{UNCLAIMED}?age="
        assert self.names(client) == ["Learner 4"]

    def test_a_neighbor_sees_none_of_the_college(self, client, listed, issuer):
        client.force_login(issuer.neighbor)
        assert self.names(client) == []

    def test_reminding_asks_once_with_the_number(self, client, listed):
        ids = [str(recipient(number).pk) for number in (1, 2)]
        asked = client.post(REMIND, {"ids": ids}).content.decode()
        assert "Remind 2 people" in asked
        assert not Notice.objects.filter(kind="record.reminder").exists()
        client.post(REMIND, {"ids": ids, "count": "2"})
        assert Notice.objects.filter(kind="record.reminder").count() == 2

    def test_all_that_the_filter_finds_can_be_reminded(self, client, listed):
        client.post(REMIND, {"all": "1", "age": "30", "count": "2"})
        assert Notice.objects.filter(kind="record.reminder").count() == 2

    def test_asks_again_when_the_list_has_changed(self, client, listed):
        client.post(REMIND, {"all": "1", "count": "17"})
        assert not Notice.objects.filter(kind="record.reminder").exists()

    def test_nobody_chosen_reminds_nobody(self, client, listed):
        assert client.post(REMIND, {"count": "0"})["Location"] == UNCLAIMED

    def test_a_neighbor_cannot_remind_people_of_the_college(self, client, listed, issuer):
        client.force_login(issuer.neighbor)
        client.post(REMIND, {"ids": [str(recipient(1).pk)], "count": "1"})
        assert not Notice.objects.filter(kind="record.reminder").exists()

    def test_takes_as_many_queries_for_forty_as_for_three(self, client, listed, issuer):
        few = queries_of(client, UNCLAIMED)
        tell(issuer, [person(number) for number in range(10, 47)], now=NOW)
        assert queries_of(client, UNCLAIMED) == few <= 16
