import re

from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from institution.accounts.models import User


class TestSignUp:
    def test_an_address_is_proven_by_a_code_in_the_same_browser(self, client, college):
        data = {"email": "new@elsewhere.example", "password1": "a-long-and-quiet-pass-phrase"}
        answer = client.post(reverse("account_signup"), data, follow=True)
        assert answer.status_code == 200
        code = re.search(r"^\s*([A-Z0-9-]{6,12})\s*$", mail.outbox[0].body, re.MULTILINE)
        assert code, mail.outbox[0].body
        client.post(reverse("account_email_verification_sent"), {"code": code.group(1)}, follow=True)
        user = User.objects.get(email="new@elsewhere.example")
        assert user.emailaddress_set.get().verified

    def test_a_wrong_code_proves_nothing(self, client, college):
        data = {"email": "new@elsewhere.example", "password1": "a-long-and-quiet-pass-phrase"}
        client.post(reverse("account_signup"), data, follow=True)
        client.post(reverse("account_email_verification_sent"), {"code": "AAAAAA"}, follow=True)
        assert (
            not User.objects.get(email="new@elsewhere.example")
            .emailaddress_set.filter(verified=True)
            .exists()
        )


class TestAddresses:
    def test_a_single_main_address_offers_nothing_that_cannot_be_done(self, client, college):
        self.own(college.stranger, college.stranger.email, primary=True)
        client.force_login(college.stranger)
        page = client.get(reverse("account_email")).text
        assert "Your addresses" in page
        assert 'name="action_primary"' not in page
        assert 'name="action_remove"' not in page
        assert 'name="action_add"' in page

    def test_a_second_one_becomes_the_main_one_and_the_first_can_go(self, client, college):
        first = self.own(college.stranger, college.stranger.email, primary=True)
        second = self.own(college.stranger, "second@mail.example")
        client.force_login(college.stranger)
        page = client.get(reverse("account_email")).text
        assert page.count('name="action_primary"') == page.count('name="action_remove"') == 1
        client.post(reverse("account_email"), {"email": second.email, "action_primary": "1"}, follow=True)
        second.refresh_from_db()
        assert second.primary
        client.post(reverse("account_email"), {"email": first.email, "action_remove": "1"}, follow=True)
        assert [one.email for one in college.stranger.emailaddress_set.all()] == [second.email]

    def own(self, user: User, address: str, *, primary: bool = False) -> EmailAddress:
        return EmailAddress.objects.create(user=user, email=address, verified=True, primary=primary)
