"""Partners come in, change, get a new secret, and are switched off."""

import pytest
from django.contrib.auth import get_user_model

from institution.accounts.models import RoleAssignment
from institution.accounts.roles import Role
from institution.errors import InvalidInput, NotAllowed
from institution.events.services import history_of
from registry.partners import services
from registry.partners.errors import ClientDisabled
from registry.partners.models import PartnerClient
from tests.registry.partners.factory import EVERY, NOW, ask_token, make_client, with_token
from tests.support.people import give

OFFERINGS = "/api/v1/offerings"


def kinds(client):
    """Return what happened to a client, oldest first."""
    return [event.kind for event in history_of(client)][::-1]


class TestCreateClient:
    def test_makes_a_service_user_with_the_role_at_the_unit(self, college):
        client, _secret = make_client(college)
        role = RoleAssignment.objects.get(user=client.service_user)
        assert (role.role, role.unit) == (Role.PARTNER, college.nursing)
        assert not client.service_user.has_usable_password()
        assert kinds(client) == ["partner.created"]

    def test_keeps_no_secret(self, college):
        client, secret = make_client(college)
        row = PartnerClient.objects.values().get(pk=client.pk)
        assert len(secret) >= 64
        assert secret not in str(row)

    def test_refuses_a_second_of_the_same_name(self, college):
        make_client(college)
        with pytest.raises(InvalidInput):
            make_client(college)

    @pytest.mark.parametrize("scopes", [(), ("catalog.write",), ("catalog.read", "everything")])
    def test_refuses_scopes_that_are_none(self, college, scopes):
        with pytest.raises(InvalidInput):
            make_client(college, scopes=scopes)

    @pytest.mark.parametrize("who", ["stranger", "registrar", "neighbor"])
    def test_refuses_others(self, college, who):
        with pytest.raises(NotAllowed):
            services.create_client(
                "X", org_unit=college.nursing, scopes=EVERY, actor=getattr(college, who), now=NOW
            )

    def test_refuses_an_administrator_of_another_unit(self, college):
        give(college.stranger, Role.ADMINISTRATOR, college.welding)
        with pytest.raises(NotAllowed):
            services.create_client(
                "X", org_unit=college.nursing, scopes=EVERY, actor=college.stranger, now=NOW
            )


class TestChangeClient:
    def change(self, college, client, **how):
        values = {"scopes": EVERY, "name": client.name, "actor": college.administrator, "now": NOW} | how
        return services.change_client(client, **values)

    def test_ends_tokens_when_a_scope_is_taken_away(self, college):
        client, secret = make_client(college)
        value = ask_token(client, secret).json()["access_token"]
        self.change(college, client, scopes=("batches.read",))
        assert with_token(value).get(OFFERINGS).status_code == 401
        fresh = ask_token(client, secret).json()["access_token"]
        assert with_token(fresh).get(OFFERINGS).status_code == 403

    def test_keeps_tokens_when_words_change(self, college):
        client, secret = make_client(college)
        value = ask_token(client, secret).json()["access_token"]
        self.change(college, client, name="State office")
        assert with_token(value).get(OFFERINGS).status_code == 200
        assert get_user_model().objects.get(pk=client.service_user_id).name == "State office"

    def test_twice_the_same_is_one_event(self, college):
        client, _secret = make_client(college)
        for _time in range(2):
            self.change(college, client, purpose="Other")
        assert kinds(client) == ["partner.created", "partner.changed"]

    def test_refuses_strangers(self, college):
        client, _secret = make_client(college)
        with pytest.raises(NotAllowed):
            self.change(college, client, actor=college.stranger)


class TestRotateSecret:
    def test_ends_the_old_secret_and_all_tokens(self, college):
        client, old = make_client(college)
        value = ask_token(client, old).json()["access_token"]
        new = services.rotate_secret(client, actor=college.administrator, now=NOW)
        assert ask_token(client, old).status_code == 401
        assert with_token(value).get(OFFERINGS).status_code == 401
        assert ask_token(client, new).status_code == 200

    def test_refuses_strangers_and_clients_that_are_off(self, college):
        client, _secret = make_client(college)
        with pytest.raises(NotAllowed):
            services.rotate_secret(client, actor=college.registrar, now=NOW)
        services.disable_client(client, actor=college.administrator, now=NOW)
        with pytest.raises(ClientDisabled):
            services.rotate_secret(client, actor=college.administrator, now=NOW)


class TestSwitch:
    def test_off_and_on_again_with_the_same_secret(self, college):
        client, secret = make_client(college)
        for _time in range(2):
            services.disable_client(client, actor=college.administrator, now=NOW)
        assert ask_token(client, secret).status_code == 401
        for _time in range(2):
            services.enable_client(client, actor=college.administrator, now=NOW)
        assert ask_token(client, secret).status_code == 200
        assert kinds(client) == ["partner.created", "partner.disabled", "partner.enabled"]

    def test_refuses_strangers(self, college):
        client, _secret = make_client(college)
        for verb in (services.disable_client, services.enable_client):
            with pytest.raises(NotAllowed):
                verb(client, actor=college.stranger, now=NOW)
