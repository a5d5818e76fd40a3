"""A registrar without a second factor can do nothing but set one up; tried through the pages themselves."""

import re
from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from institution.accounts.factor import FactorAdapter, owes_factor, reseal_factors
from institution.accounts.models import User
from institution.accounts.roles import Role
from institution.accounts.services import invite_person
from tests.support import servers
from tests.support.people import give, make_person

PASSWORD = "a-long-and-quiet-pass-phrase"
NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def demanded(settings, college):
    """A portal that demands second factors, as production does; its registrar knows a password."""
    settings.REQUIRE_SECOND_FACTOR = True
    for person in (college.registrar, college.dean):
        person.set_password(PASSWORD)
        person.save()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return college


def sign_in(client, person):
    return client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def set_up_app(client) -> str:
    """Set up an authenticator app as the page says, password once more if there is one; return its secret."""
    page = client.get(reverse("mfa_activate_totp"))
    if page.status_code == 302:
        page = client.post(page["Location"], {"password": PASSWORD}, follow=True)
    assert page.status_code == 200
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.status_code == 302, answer.context["form"].errors
    return secret


class TestRequired:
    @pytest.mark.parametrize("name", ["desk:home", "issuing:list", "accounts:my_roles", "admin:index"])
    def test_leads_a_registrar_without_one_to_the_set_up(self, client, demanded, name):
        sign_in(client, demanded.registrar)
        assert client.get(reverse(name))["Location"] == reverse("mfa_index")
        assert client.post(reverse(name))["Location"] == reverse("mfa_index")

    def test_says_why_and_opens_all_once_it_is_there(self, client, demanded):
        sign_in(client, demanded.registrar)
        page = client.get(reverse("desk:home"), follow=True)
        assert "Your role asks for a second step" in page.text
        assert reverse("issuing:list") not in page.text, "a room that would not open"
        set_up_app(client)
        assert client.get(reverse("issuing:list")).status_code == 200

    def test_the_next_sign_in_asks_for_the_code(self, client, demanded):
        sign_in(client, demanded.registrar)
        secret = set_up_app(client)
        client.post(reverse("account_logout"))
        assert sign_in(client, demanded.registrar)["Location"] == reverse("mfa_authenticate")
        assert client.get(reverse("issuing:list")).status_code == 302
        servers.forget_cache()  # a code works once; this one was used a moment ago to set the app up
        client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert client.get(reverse("issuing:list")).status_code == 200

    def test_a_part_of_a_page_leads_the_whole_page_there(self, client, demanded):
        sign_in(client, demanded.registrar)
        answer = client.get(reverse("issuing:list"), HTTP_HX_REQUEST="true")
        assert answer["HX-Redirect"] == reverse("mfa_index")

    def test_removing_it_closes_the_portal_again(self, client, demanded):
        sign_in(client, demanded.registrar)
        set_up_app(client)
        Authenticator.objects.filter(type=Authenticator.Type.TOTP).delete()  # the recovery codes stay
        assert Authenticator.objects.exists()
        assert client.get(reverse("issuing:list"))["Location"] == reverse("mfa_index")

    def test_signing_out_and_the_language_stay_open(self, client, demanded):
        sign_in(client, demanded.registrar)
        assert client.post(reverse("set_language"), {"language": "es"})["Location"] != reverse("mfa_index")
        client.post(reverse("account_logout"))
        assert not client.get(reverse("account_login")).wsgi_request.user.is_authenticated

    def test_others_are_not_asked(self, client, demanded):
        sign_in(client, demanded.dean)
        assert client.get(reverse("desk:home")).status_code == 200

    def test_a_substitute_owes_it_while_standing_in(self, demanded):
        held = demanded.registrar.assignments.get()
        give(demanded.faculty, Role.REGISTRAR, held.unit, ends_at=NOW.replace(day=9), substitute_for=held)
        assert owes_factor(demanded.faculty, now=NOW)
        assert not owes_factor(demanded.faculty, now=NOW.replace(day=10))

    def test_programs_are_exempt_and_superusers_are_not(self, demanded):
        program = make_person("program@partner.example", kind=User.Kind.SERVICE)
        give(program, Role.ADMINISTRATOR, demanded.main)
        assert not owes_factor(program, now=NOW)
        assert owes_factor(make_person("root@riverbend.example", is_superuser=True), now=NOW)

    def test_is_not_demanded_without_the_setting(self, client, college):
        client.force_login(college.registrar)
        assert client.get(reverse("issuing:list")).status_code == 200


class TestAdminDoor:
    def test_djangos_own_sign_in_is_ours(self, client, college):
        """It would ask for a password only, and so pass a second factor by."""
        answer = client.get(reverse("admin:login"))
        assert answer["Location"].startswith(reverse("account_login"))
        data = {"username": college.registrar.email, "password": PASSWORD}
        assert client.post(reverse("admin:login"), data)["Location"].startswith(reverse("account_login"))
        assert "_auth_user_id" not in client.session

    def test_refuses_who_is_signed_in_and_may_not(self, client, college):
        client.force_login(college.dean)
        assert client.get(reverse("admin:login")).status_code == 403


class TestSecrets:
    def test_lie_encrypted(self, client, demanded):
        sign_in(client, demanded.registrar)
        secret = set_up_app(client)
        assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))

    def test_open_with_every_key_and_close_with_the_first(self, settings):
        settings.KEY_ENCRYPTION_KEYS = ["old-key"]
        sealed = FactorAdapter().encrypt("JBSWY3DPEHPK3PXP")
        settings.KEY_ENCRYPTION_KEYS = ["new-key", "old-key"]
        assert FactorAdapter().decrypt(sealed) == "JBSWY3DPEHPK3PXP"

    def test_are_sealed_anew_before_a_key_goes(self, settings, college):
        settings.KEY_ENCRYPTION_KEYS = ["old-key"]
        row = Authenticator(user=college.dean, type=Authenticator.Type.TOTP)
        row.data = {"secret": FactorAdapter().encrypt("JBSWY3DPEHPK3PXP")}
        row.save()
        settings.KEY_ENCRYPTION_KEYS = ["new-key", "old-key"]
        assert reseal_factors() == 1
        settings.KEY_ENCRYPTION_KEYS = ["new-key"]
        row.refresh_from_db()
        assert FactorAdapter().decrypt(row.data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_an_invited_registrar_gets_in_by_code_and_sets_it_up(client, demanded):
    """Nobody gave them a password: the code proves the address, and no password is asked for on the way."""
    given = invite_person(
        "newcomer@riverbend.example",
        name="Newcomer",
        role=Role.REGISTRAR,
        unit=demanded.main,
        actor=demanded.administrator,
        now=NOW,
    )
    newcomer = given.user
    client.post(reverse("account_request_login_code"), {"email": newcomer.email})
    code = re.search(r"^\s*([A-Z0-9-]{6,12})\s*$", mail.outbox[-1].body, re.MULTILINE)
    assert code, mail.outbox[-1].body
    client.post(reverse("account_confirm_login_code"), {"code": code[1]})
    assert client.get(reverse("desk:home"))["Location"] == reverse("mfa_index")
    set_up_app(client)
    assert client.get(reverse("desk:home")).status_code == 200
    assert not owes_factor(newcomer, now=timezone.now())
