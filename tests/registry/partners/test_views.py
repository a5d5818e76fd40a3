"""Pages of partner systems: what they show, to whom, and that a secret is shown once."""

import pytest
from django.urls import reverse

from institution.accounts.roles import Role
from registry.partners.models import PartnerClient
from registry.problems import known_problems
from tests.registry.partners.factory import ask_token, make_client
from tests.support.people import give

FORM = {
    "name": "State agency",
    "purpose": "Compares catalogues.",
    "contact": "it@state.example",
    "scopes": ["catalog.read"],
}


@pytest.fixture
def administrator(client, college):
    client.force_login(college.administrator, "allauth.account.auth_backends.AuthenticationBackend")
    return client


class TestCreate:
    def test_shows_the_secret_once(self, administrator, college):
        answer = administrator.post(reverse("partners:create"), FORM | {"unit": college.nursing.pk})
        made = PartnerClient.objects.get()
        secret = answer.context["secret"]
        assert secret in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        assert ask_token(made, secret).status_code == 200
        for name in ("partners:detail", "partners:edit"):
            assert secret not in administrator.get(reverse(name, args=[made.pk])).content.decode()

    def test_a_reload_makes_no_second(self, administrator, college):
        for _time in range(2):
            answer = administrator.post(reverse("partners:create"), FORM | {"unit": college.nursing.pk})
        assert PartnerClient.objects.count() == 1
        assert "secret" not in answer.context
        assert answer.context["form"].errors["name"]

    def test_offers_only_units_of_the_administrator(self, client, college):
        give(college.stranger, Role.ADMINISTRATOR, college.welding)
        client.force_login(college.stranger, "allauth.account.auth_backends.AuthenticationBackend")
        answer = client.post(reverse("partners:create"), FORM | {"unit": college.nursing.pk})
        assert answer.context["form"].errors["unit"]
        assert not PartnerClient.objects.exists()


class TestDetail:
    def test_edits_what_is_known(self, administrator, college):
        made, _secret = make_client(college)
        url = reverse("partners:edit", args=[made.pk])
        assert administrator.post(url, FORM | {"name": "State office"}).status_code == 302
        made.refresh_from_db()
        assert (made.name, made.scopes) == ("State office", ["catalog.read"])
        assert (
            "State office" in administrator.get(reverse("partners:detail", args=[made.pk])).content.decode()
        )

    def test_renews_switches_off_and_on(self, administrator, college):
        made, old = make_client(college)
        new = ""
        for step in ("renew", "disable", "enable"):
            url = reverse("partners:step", args=[made.pk, step])
            assert administrator.get(url).status_code == 200
            answer = administrator.post(url)
            assert answer.status_code == (200 if step == "renew" else 302)
            new = answer.context["secret"] if step == "renew" else new
        assert ask_token(made, old).status_code == 401
        assert ask_token(made, new).status_code == 200


class TestList:
    def test_takes_as_many_queries_for_many_as_for_one(
        self, administrator, college, django_assert_max_num_queries
    ):
        make_client(college)
        administrator.get(reverse("partners:list"))
        with django_assert_max_num_queries(30) as few:
            administrator.get(reverse("partners:list"))
        for number in range(6):
            make_client(college, name=f"Partner {number}")
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert len(administrator.get(reverse("partners:list")).context["page"].object_list) == 7

    def test_says_what_it_is_for_while_it_is_empty(self, administrator):
        assert "No partner yet" in administrator.get(reverse("partners:list")).content.decode()


class TestDoors:
    def pages(self, made):
        return [
            reverse("partners:list"),
            reverse("partners:create"),
            reverse("partners:detail", args=[made.pk]),
            reverse("partners:edit", args=[made.pk]),
            reverse("partners:step", args=[made.pk, "renew"]),
            reverse("partners:step", args=[made.pk, "disable"]),
            reverse("partners:step", args=[made.pk, "enable"]),
        ]

    def test_send_the_signed_out_to_the_sign_in(self, client, college):
        made, _secret = make_client(college)
        assert {client.get(url).status_code for url in self.pages(made)} == {302}

    @pytest.mark.parametrize("who", ["stranger", "registrar", "neighbor"])
    def test_refuse_others(self, client, college, who):
        made, _secret = make_client(college)
        client.force_login(getattr(college, who), "allauth.account.auth_backends.AuthenticationBackend")
        assert {client.get(url).status_code for url in self.pages(made)} == {403}

    def test_hide_partners_from_the_administrator_of_another_unit(self, client, college):
        made, secret = make_client(college)
        give(college.stranger, Role.ADMINISTRATOR, college.welding)
        client.force_login(college.stranger, "allauth.account.auth_backends.AuthenticationBackend")
        assert {client.get(url).status_code for url in self.pages(made)[2:]} == {404}
        assert {client.post(url).status_code for url in self.pages(made)[3:]} == {404}
        assert client.get(reverse("partners:list")).context["page"].paginator.count == 0
        assert ask_token(made, secret).status_code == 200


class TestPublicPages:
    def test_the_reference_names_every_endpoint_without_script(self, client, college):
        text = client.get(reverse("partners:reference")).content.decode().replace("<wbr>", "")
        for path in ("/api/v1/offerings", "/api/v1/batches/{id}/rows", "/api/v1/credentials/verify"):
            assert path in text
        assert "batches.write" in text

    def test_every_problem_has_a_page(self, client, college):
        known = known_problems()
        assert {"not-allowed", "invalid-input", "throttled", "idempotency-key-reused"} <= set(known)
        assert client.get(reverse("partners:problems")).status_code == 200
        for code, problem in known.items():
            answer = client.get(f"/problems/{code}")
            assert answer.status_code == 200
            assert "{" not in str(problem.title)
        assert client.get("/problems/no-such-thing").status_code == 404
