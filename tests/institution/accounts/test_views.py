from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from institution.accounts.models import RoleAssignment, User
from institution.accounts.roles import Role
from tests.support.people import give, make_person


def page(client, who, name, *args):
    """Open a page as somebody."""
    client.force_login(who)
    return client.get(reverse(name, args=args))


class TestPeople:
    def test_lists_who_has_a_role(self, client, college):
        answer = page(client, college.administrator, "accounts:people")
        assert answer.status_code == 200
        assert b"Dean" in answer.content

    @pytest.mark.parametrize("who", ["stranger", "neighbor"])
    def test_refuses(self, client, college, who):
        assert page(client, getattr(college, who), "accounts:people").status_code == 403

    def test_sends_somebody_unknown_to_sign_in(self, client, college):
        assert "/accounts/login/" in client.get(reverse("accounts:people"))["Location"]

    def test_queries_do_not_grow_with_the_rows(self, client, college, django_assert_max_num_queries):
        for number in range(60):
            give(make_person(f"p{number}@riverbend.example"), Role.FACULTY, college.nursing)
        page(client, college.administrator, "accounts:people")
        with django_assert_max_num_queries(12):
            client.get(reverse("accounts:people"))


class TestInvite:
    def test_gives_account_and_role(self, client, college):
        page(client, college.administrator, "accounts:invite")
        answer = client.post(
            reverse("accounts:invite"),
            {
                "name": "Ñandú Öztürk",
                "email": "n@riverbend.example",
                "role": "dean",
                "unit": college.nursing.pk,
            },
        )
        person = User.objects.get(email="n@riverbend.example")
        assert answer["Location"] == reverse("accounts:person", args=[person.pk])
        assert person.assignments.get().unit == college.nursing

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "auditor"])
    def test_refuses(self, client, college, who):
        assert page(client, getattr(college, who), "accounts:invite").status_code == 403


class TestPerson:
    @pytest.mark.parametrize("who", ["stranger", "neighbor"])
    def test_refuses(self, client, college, who):
        assert page(client, getattr(college, who), "accounts:person", college.dean.pk).status_code == 403

    def test_an_auditor_sees_and_cannot_change(self, client, college):
        answer = page(client, college.auditor, "accounts:person", college.dean.pk)
        assert answer.status_code == 200
        assert b"Give role" not in answer.content


class TestLeave:
    def test_closes_the_account(self, client, college):
        page(client, college.administrator, "accounts:leave", college.evaluator.pk)
        client.post(reverse("accounts:leave", args=[college.evaluator.pk]), {"heir": str(college.dean.pk)})
        college.evaluator.refresh_from_db()
        assert not college.evaluator.is_active

    def test_of_somebody_without_work_offers_no_items_to_move(self, client, college):
        text = page(client, college.administrator, "accounts:leave", college.evaluator.pk).text
        assert "No open work is in their hands" in text
        assert "End the roles</button>" in text
        assert "0 item" not in text
        assert "Who takes over the roles" in text

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "dean"])
    def test_refuses(self, client, college, who):
        assert page(client, getattr(college, who), "accounts:leave", college.evaluator.pk).status_code == 403


class TestSubstitute:
    def test_two_taps_name_one(self, client, college):
        role = RoleAssignment.objects.get(user=college.dean)
        assert page(client, college.dean, "accounts:my_roles").status_code == 200
        until = timezone.localdate() + timedelta(days=10)
        client.post(
            reverse("accounts:substitute", args=[role.pk]),
            {"substitute": str(college.evaluator.pk), "until": until.isoformat()},
        )
        assert role.substitutes.get().user == college.evaluator

    def test_a_role_of_somebody_else_is_not_there(self, client, college):
        role = RoleAssignment.objects.get(user=college.dean)
        assert page(client, college.neighbor, "accounts:substitute", role.pk).status_code == 404


class TestEndRole:
    @pytest.mark.parametrize("who", ["stranger", "neighbor", "dean"])
    def test_refuses(self, client, college, who):
        role = RoleAssignment.objects.get(user=college.dean)
        client.force_login(getattr(college, who))
        assert client.post(reverse("accounts:end_role", args=[role.pk])).status_code == 403


class TestInstitution:
    def test_saves(self, client, college):
        answer = page(client, college.administrator, "accounts:institution")
        data = answer.context["form"].initial | {
            "short_name": "RCCD",
            "portal_hosts": "portal.riverbend.example",
        }
        client.post(reverse("accounts:institution"), data)
        answer = client.get(reverse("accounts:institution"))
        assert b"RCCD" in answer.content

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "registrar"])
    def test_refuses(self, client, college, who):
        assert page(client, getattr(college, who), "accounts:institution").status_code == 403


class TestWear:
    def test_only_roles_of_ones_own(self, client, college):
        role = RoleAssignment.objects.get(user=college.dean)
        client.force_login(college.neighbor)
        assert client.post(reverse("accounts:wear"), {"assignment": str(role.pk)}).status_code == 404


class TestPeopleWithoutSecondFactor:
    def test_lists_registrars_and_administrators_only(self, client, college):
        from allauth.mfa.models import Authenticator

        Authenticator.objects.create(user=college.registrar, type=Authenticator.Type.TOTP, data={})
        client.force_login(college.administrator)
        page = client.get(reverse("accounts:people"), {"factor": "none"}).context["page"]
        names = {person.pk for person in page}
        assert {college.administrator.pk, college.second_administrator.pk} <= names
        assert college.registrar.pk not in names
        assert college.dean.pk not in names
