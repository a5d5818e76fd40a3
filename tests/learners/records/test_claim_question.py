"""The second datum: asked by policy where it is known, compared with a salted mark, five tries (decisions 8)."""

from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from credentials.erasure.services import erase_recipient
from credentials.issuing.models import BatchRow, Recipient
from institution.accounts.marks import answer_matches, seal_answer
from institution.accounts.models import Institution
from institution.accounts.roles import Role
from institution.events.models import Event
from learners.records import services
from learners.records.models import ClaimLink, Learner
from learners.records.services.claiming import make_link
from tests.credentials.issuing.samples import NOW, person
from tests.support.people import give, make_person
from tests.support.records import recipient, tell, token_of

BORN = "2001-02-03"


def link_of(issuer, question, **values) -> str:
    """Return the address in a message, under a policy that asks this."""
    Institution.objects.update(claim_question=question)
    tell(issuer, [person(1, birth_date=BORN, **values)], now=timezone.now())
    return reverse("records:claim", args=[token_of(recipient(1))])


class TestQuestion:
    @pytest.mark.parametrize(
        ("question", "right", "label"),
        [
            ("birth_date", BORN, "Your date of birth"),
            ("student_id", " s00001 ", "Your student number"),
        ],
    )
    def test_is_asked_and_the_right_answer_claims(self, client, issuer, question, right, label):
        link = link_of(issuer, question)
        assert label in client.get(link).text
        wrong = client.post(link, {"answer": "2001-02-04"})
        assert 'aria-invalid="true" data-focus' in wrong.text
        assert (wrong.status_code, Learner.objects.count()) == (422, 0)
        assert client.post(link, {"answer": right})["Location"] == reverse("records:record")

    def test_without_an_answer_nothing_is_claimed(self, client, issuer):
        assert client.post(link_of(issuer, "birth_date")).status_code == 422
        assert not Learner.objects.exists()

    def test_five_wrong_answers_close_the_link_even_for_the_right_one(self, client, issuer):
        link = link_of(issuer, "birth_date")
        for day in range(10, 15):
            client.post(link, {"answer": f"2001-02-{day}"})
        assert ClaimLink.objects.get().voided_at is not None
        assert client.post(link, {"answer": BORN}).status_code == 404
        assert not Learner.objects.exists()

    def test_several_links_give_no_more_tries_than_one(self, client, issuer):
        first = link_of(issuer, "birth_date")
        second, token = make_link(recipient(1), now=timezone.now())
        second.save()
        other = reverse("records:claim", args=[token])
        tried = [
            client.post(link, {"answer": "2001-02-10"}).status_code
            for link in (first, first, other, other, first)
        ]
        assert tried == [422, 422, 422, 422, 429]
        assert not ClaimLink.objects.filter(voided_at=None).exists()
        assert [client.post(link, {"answer": BORN}).status_code for link in (first, other)] == [404, 404]
        assert not Learner.objects.exists()

    def spent(self, client, issuer) -> datetime:
        """Give five wrong answers; return when."""
        link, now = link_of(issuer, "birth_date"), timezone.now()
        said = [client.post(link, {"answer": f"2001-02-{day}"}).text for day in range(10, 15)]
        assert "Too many wrong answers for one day." in said[-1]
        return now

    def fresh(self) -> str:
        link, token = make_link(recipient(1), now=timezone.now())
        link.save()
        return token

    def test_a_fresh_link_gives_no_tries_that_were_spent_today(self, client, issuer):
        now = self.spent(client, issuer)
        user = make_person(recipient(1).email)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        assert services.send_missing_links(user, now=now) == 0
        token = self.fresh()  # as a batch released today would send one
        link = reverse("records:claim", args=[token])
        assert client.get(link).status_code == client.post(link, {"answer": BORN}).status_code == 429
        assert client.get(reverse("records:claim_not_me", args=[token])).status_code == 200
        assert not Learner.objects.exists()
        tomorrow = now + timedelta(days=1, minutes=1)
        assert services.send_missing_links(user, now=tomorrow) == 1
        assert services.claim(token, user=user, now=tomorrow, answer=BORN).user == user

    def test_the_help_desk_lifts_it_with_a_fresh_link(self, client, issuer):
        now = self.spent(client, issuer)
        client.force_login(issuer.adviser)
        page = reverse("records:person", args=[recipient(1).pk])
        assert "Five wrong answers were given today" in client.get(page).text
        assert services.send_again(recipient(1), actor=issuer.adviser, now=now)
        assert Event.objects.get(kind="record.link_sent").data == {"forgiven": 5}
        assert "Five wrong answers were given today" not in client.get(page).text
        client.logout()
        link = reverse("records:claim", args=[token_of(recipient(1))])
        assert client.post(link, {"answer": "2001-02-10"}).status_code == 422
        assert client.post(link, {"answer": BORN})["Location"] == reverse("records:record")

    def test_a_record_without_a_question_is_not_closed_by_old_answers(self, client, issuer):
        self.spent(client, issuer)
        Institution.objects.update(claim_question="none")
        assert client.post(reverse("records:claim", args=[self.fresh()])).status_code == 302

    def test_is_not_asked_where_policy_or_the_file_says_nothing(self, client, issuer):
        link = link_of(issuer, "none")
        assert 'name="answer"' not in client.get(link).text
        Recipient.objects.update(birth_mark="")
        Institution.objects.update(claim_question="birth_date")
        assert client.post(link)["Location"] == reverse("records:record")

    def test_a_proven_address_is_no_way_around_it(self, issuer):
        link_of(issuer, "birth_date")
        user = make_person("learner1@students.example")
        later = timezone.now()
        assert services.claim_proven_address(user, user.email, proven_at=later, now=later) == 0


class TestWhatIsKept:
    def test_a_salted_mark_and_never_the_date(self, issuer):
        link_of(issuer, "birth_date")
        known = Recipient.objects.get()
        assert BORN not in str(Recipient.objects.values()) + str(BatchRow.objects.values())
        assert answer_matches(BORN, known.birth_mark)
        assert seal_answer(BORN) != seal_answer(BORN)

    def test_a_refused_row_does_not_show_it(self, issuer):
        link_of(issuer, "birth_date", code="NURS-120")
        from tests.credentials.issuing.samples import make_draft

        make_draft(issuer, [person(2, birth_date=BORN, code="NOWHERE-1")])
        assert BORN not in str(BatchRow.objects.values())

    def test_a_later_file_without_it_leaves_it(self, issuer):
        link_of(issuer, "birth_date")
        tell(issuer, [person(1, code="WELD-109", result="")])
        assert answer_matches(BORN, Recipient.objects.get().birth_mark)

    def test_erasing_forgets_it(self, issuer):
        link_of(issuer, "birth_date")
        give(issuer.registrar, Role.REGISTRAR, issuer.district)
        erase_recipient(recipient(1), actor=issuer.registrar, now=NOW)
        assert set(Recipient.objects.values_list("birth_mark", flat=True)) == {""}
        assert set(BatchRow.objects.values_list("birth_mark", flat=True)) == {""}

    def test_marks_outlive_a_change_of_the_secret_key(self, settings):
        sealed = seal_answer(BORN)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another-one"
        assert answer_matches(BORN, sealed)
