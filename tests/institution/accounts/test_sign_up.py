import re

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
