"""The claim page: what it shows and keeps to itself, its button, its dead ends."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from credentials.issuing.models import Recipient
from institution.notices.models import Notice
from learners.records import limits
from learners.records.errors import TooManyTries
from learners.records.models import ClaimLink, HelpRequest, IdentityClaim, Learner
from learners.records.services import say_not_me
from tests.credentials.issuing.samples import NOW, people, person
from tests.support.people import make_person
from tests.support.records import recipient, tell, token_of


@pytest.fixture
def link(issuer, settings):
    """The address in the message of somebody who earned two things."""
    from django.utils import timezone

    now = timezone.now() - timedelta(days=1)
    tell(issuer, [person(1), person(1, code="WELD-109", result="")], now=now)
    return reverse("records:claim", args=[token_of(recipient(1))])


def age(days=61):
    ClaimLink.objects.update(
        created_at=NOW - timedelta(days=days), expires_at=NOW - timedelta(days=days - 60)
    )


class TestClaimPage:
    def test_says_what_waits_and_not_whose_it_is(self, client, link):
        page = client.get(link).content.decode()
        assert "2 credentials wait for you" in page
        assert "Clinical Skills II" in page
        assert "Welding I" in page
        for private in ("Learner 1", "learner1@students.example", "S00001"):
            assert private not in page

    def test_opening_it_claims_nothing_however_often(self, client, link):
        for _time in range(3):
            assert client.get(link).status_code == 200
            assert client.head(link).status_code == 200
        assert not Learner.objects.exists()
        assert ClaimLink.objects.get().used_at is None

    def test_the_button_leads_to_the_record_signed_in(self, link):
        browser = Client(enforce_csrf_checks=True)
        browser.get(link)
        token = browser.cookies["csrftoken"].value
        answer = browser.post(link, {"csrfmiddlewaretoken": token})
        assert answer["Location"] == reverse("records:record")
        assert "Clinical Skills II" in browser.get(answer["Location"]).content.decode()

    def test_a_forged_form_claims_nothing(self, link):
        assert Client(enforce_csrf_checks=True).post(link).status_code == 403
        assert not Learner.objects.exists()

    def test_the_secret_address_stays_out_of_caches_indexes_and_referers(self, client, link):
        for address in (link, link + "not-me/", reverse("records:claim", args=["guess"])):
            answer = client.get(address)
            assert "no-store" in answer["Cache-Control"]
            assert answer["Referrer-Policy"] == "strict-origin"
            assert "noindex" in answer["X-Robots-Tag"]

    def test_speaks_the_language_the_college_knows(self, client, link):
        Recipient.objects.update(language="es")
        assert '<html lang="es"' in client.get(link).content.decode()
        client.cookies["django_language"] = "en"
        assert '<html lang="en"' in client.get(link).content.decode()

    def test_somebody_signed_in_is_told_which_record_it_goes_to(self, client, link):
        me = make_person("me@home.example", "Me Myself")
        client.force_login(me)
        assert "Me Myself" in client.get(link).content.decode()
        client.post(link)
        assert IdentityClaim.objects.get().learner.user == me

    def test_many_titles_are_counted(self, client, issuer):
        from django.utils import timezone

        rows = [person(2, awarded_on=f"2026-05-{day:02}", row_id=str(day)) for day in range(1, 10)]
        tell(issuer, rows, now=timezone.now() - timedelta(days=1))
        page = client.get(reverse("records:claim", args=[token_of(recipient(2))])).content.decode()
        assert page.count("Clinical Skills II") <= 6


class TestDeadEnds:
    def test_a_guess_leads_nowhere(self, client, college):
        answer = client.get(reverse("records:claim", args=["guess"]))
        assert answer.status_code == 404
        assert "This link does not lead to a record." in answer.content.decode()

    def test_an_old_link_offers_a_new_one_which_goes_to_the_college_address(self, client, link):
        age()
        page = client.get(link)
        assert page.status_code == 410
        assert "Send me a new link" in page.content.decode()
        assert client.post(link + "again/").status_code == 200
        assert Notice.objects.filter(kind="record.claim", address="learner1@students.example").count() == 2

    def test_asking_for_a_new_link_tells_a_stranger_nothing(self, client, link):
        age()
        known = client.post(link + "again/")
        guess = client.post(reverse("records:claim_again", args=["guess"]))
        assert known.status_code == guess.status_code == 200
        body = [answer.content.decode().split("<main")[1].split("</main")[0] for answer in (known, guess)]
        assert body[0] == body[1]

    def test_a_used_link_leads_to_sign_in(self, client, link):
        Client().post(link)
        page = client.get(link)
        assert page.status_code == 410
        assert reverse("account_request_login_code") in page.content.decode()

    def test_a_guarded_account_signs_in_first(self, client, link, issuer):
        Recipient.objects.update(email=issuer.registrar.email)
        from learners.records.tokens import address_digest

        ClaimLink.objects.update(address_digest=address_digest(issuer.registrar.email))
        answer = client.post(link)
        assert answer.status_code == 403
        assert "_auth_user_id" not in client.session
        assert not IdentityClaim.objects.exists()

    def test_too_many_tries_from_one_address_are_refused(self, client, college, rf):
        request = rf.get("/")
        for _try in range(3):
            limits.spend(request, "door", most=3, seconds=60)
        with pytest.raises(TooManyTries):
            limits.spend(request, "door", most=3, seconds=60)
        limits.spend(rf.get("/", REMOTE_ADDR="203.0.113.9"), "door", most=3, seconds=60)

    def test_the_claim_page_counts_its_tries(self, client, link, monkeypatch):
        from learners.records.views import claiming

        monkeypatch.setattr(claiming, "TRIES", 2)
        assert [client.get(link).status_code for _try in range(3)] == [200, 200, 429]


class TestNotMe:
    def test_asks_once_then_ends_the_link(self, client, link):
        assert client.get(link + "not-me/").status_code == 200
        assert not HelpRequest.objects.exists()
        assert client.post(link + "not-me/").status_code == 200
        assert HelpRequest.objects.get().kind == "not_me"
        assert client.get(link).status_code == 404

    def test_a_guess_disputes_nothing(self, client, college):
        assert client.post(reverse("records:claim_not_me", args=["guess"])).status_code == 404
        assert not HelpRequest.objects.exists()


class TestAutoClaim:
    """Signing in by a code takes in what came to that address before (decisions 8)."""

    @pytest.fixture
    def told(self, issuer):
        from django.utils import timezone

        tell(issuer, people(1), now=timezone.now() - timedelta(days=1))
        return make_person("learner1@students.example", "One")

    def sign_in_by_code(self, client, address):
        import re

        from django.core import mail

        client.post(reverse("account_request_login_code"), {"email": address})
        code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mail.outbox[-1].body, re.MULTILINE)
        assert code, mail.outbox[-1].body
        return client.post(reverse("account_confirm_login_code"), {"code": code.group(1)})

    @pytest.fixture(autouse=True)
    def _mail(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    def test_a_code_sent_to_the_address_brings_the_record(self, client, told):
        EmailAddress.objects.create(user=told, email=told.email, verified=True, primary=True)
        self.sign_in_by_code(client, told.email)
        assert IdentityClaim.objects.get().proof == "address"
        assert "Clinical Skills II" in client.get(reverse("records:record")).content.decode()

    def test_who_said_it_is_not_them_gets_nothing_by_itself(self, client, told):
        say_not_me(recipient(1), learner=None, now=NOW)
        self.sign_in_by_code(client, told.email)
        assert not IdentityClaim.objects.exists()

    def test_an_address_confirmed_without_its_owner_signed_in_proves_nothing(self, rf, told):
        from django.contrib.auth.models import AnonymousUser

        from learners.records.doorways import take_confirmed

        request, address = rf.get("/"), EmailAddress(user=told, email=told.email)
        request.user = AnonymousUser()
        take_confirmed(request, address)
        assert not IdentityClaim.objects.exists()
        request.user = told
        take_confirmed(request, address)
        assert IdentityClaim.objects.count() == 1
