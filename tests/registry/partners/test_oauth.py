"""Tokens: who gets one, for what, and in whose name it acts."""

import pytest
from django.contrib.auth import get_user_model
from oauth2_provider.models import AccessToken
from rest_framework.test import APIClient

from registry.partners import services
from registry.partners.oauth import WORDS
from tests.registry.partners.factory import NOW, ask_token, basic, make_client, with_token

OFFERINGS = "/api/v1/offerings"


class TestToken:
    def test_acts_as_the_service_user_of_the_client(self, college):
        client, secret = make_client(college)
        answer = ask_token(client, secret)
        assert answer.status_code == 200
        token = AccessToken.objects.get()
        assert token.user == client.service_user
        assert token.user.kind == get_user_model().Kind.SERVICE
        assert with_token(answer.json()["access_token"]).get(OFFERINGS).status_code == 200

    def test_is_kept_as_a_digest_only(self, college):
        client, secret = make_client(college)
        value = ask_token(client, secret).json()["access_token"]
        client.refresh_from_db()
        assert secret not in client.client_secret
        assert AccessToken.objects.get().token != value

    def test_carries_what_was_asked_for(self, college):
        client, secret = make_client(college, scopes=("catalog.read", "batches.read"))
        assert ask_token(client, secret, "batches.read").json()["scope"] == "batches.read"

    def test_carries_all_that_is_allowed_if_nothing_is_asked_for(self, college):
        client, secret = make_client(college, scopes=("catalog.read", "batches.read"))
        assert set(ask_token(client, secret).json()["scope"].split()) == {"catalog.read", "batches.read"}

    def test_never_carries_more_than_the_client_is_allowed(self, college):
        client, secret = make_client(college, scopes=("catalog.read",))
        answer = ask_token(client, secret, "catalog.read batches.write")
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")

    def test_is_refused_with_a_wrong_secret(self, college):
        client, _secret = make_client(college)
        answer = ask_token(client, "wrong")
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")

    @pytest.mark.parametrize("door", ["token", "revoke", "introspect"])
    @pytest.mark.parametrize("header", [True, False])
    def test_names_the_scheme_of_clients_to_who_is_none(self, college, door, header):
        client, _secret = make_client(college)
        body = {"grant_type": "client_credentials", "token": "x"}
        how = {"headers": {"Authorization": basic(client, "wrong")}} if header else {}
        answer = APIClient().post(f"/oauth/{door}/", body, **how)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Basic realm="oauth"')
        assert answer["Cache-Control"] == "no-store"
        assert "Ask an administrator" in answer.json()["error_description"]

    def test_tells_what_to_send_instead(self, college):
        client, secret = make_client(college, scopes=("catalog.read",))
        how = {"headers": {"Authorization": basic(client, secret)}}
        scope = ask_token(client, secret, "batches.write").json()
        body = {"grant_type": "client_credentials"}
        json = APIClient().post("/oauth/token/", body, format="json", **how).json()
        assert "granted to this partner" in scope["error_description"]
        assert json["error"] == "unsupported_grant_type"
        assert "x-www-form-urlencoded" in json["error_description"]
        for words in WORDS.values():  # RFC 6749, section 5.2
            assert set(words) <= {chr(code) for code in range(0x20, 0x7F)} - {'"', "\\"}

    @pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "implicit"])
    def test_is_refused_for_other_grants(self, college, grant):
        client, secret = make_client(college)
        body = {"grant_type": grant, "username": "a", "password": "b", "code": "c", "refresh_token": "d"}
        answer = APIClient().post("/oauth/token/", body, headers={"Authorization": basic(client, secret)})
        assert answer.status_code in (400, 401)

    def test_refuses_a_secret_in_the_address(self, college):
        client, secret = make_client(college)
        query = f"?client_id={client.client_id}&client_secret={secret}"
        answer = APIClient().post(f"/oauth/token/{query}", {"grant_type": "client_credentials"})
        assert answer.status_code == 400
        assert "access_token" not in answer.json()

    def test_is_no_use_in_the_address(self, college):
        client, secret = make_client(college)
        value = ask_token(client, secret).json()["access_token"]
        assert APIClient().get(OFFERINGS, {"access_token": value}).status_code == 401

    def test_is_given_only_so_often(self, college):
        client, _secret = make_client(college)
        answers = [ask_token(client, "wrong").status_code for _try in range(61)]
        assert answers[:60] == [401] * 60
        assert answers[60] == 429

    def test_opens_no_page(self, college):
        client, secret = make_client(college)
        caller = with_token(ask_token(client, secret).json()["access_token"])
        assert caller.get("/partners/").status_code == 302


class TestEnd:
    def test_a_token_given_back_ends(self, college):
        client, secret = make_client(college)
        value = ask_token(client, secret).json()["access_token"]
        done = APIClient().post(
            "/oauth/revoke/", {"token": value}, headers={"Authorization": basic(client, secret)}
        )
        assert done.status_code == 200
        assert with_token(value).get(OFFERINGS).status_code == 401

    def test_another_client_cannot_give_it_back(self, college):
        client, secret = make_client(college)
        value = ask_token(client, secret).json()["access_token"]
        other, others = make_client(college, name="Other")
        APIClient().post("/oauth/revoke/", {"token": value}, headers={"Authorization": basic(other, others)})
        assert with_token(value).get(OFFERINGS).status_code == 200

    def test_a_disabled_client_is_out_at_once(self, college):
        client, secret = make_client(college)
        value = ask_token(client, secret).json()["access_token"]
        services.disable_client(client, actor=college.administrator, now=NOW)
        assert with_token(value).get(OFFERINGS).status_code == 401
        assert ask_token(client, secret).status_code == 401

    def test_a_token_written_before_its_client_was_disabled_is_worth_nothing(self, college):
        client, secret = make_client(college)
        value = ask_token(client, secret).json()["access_token"]
        type(client).objects.filter(pk=client.pk).update(disabled_at=NOW)
        assert with_token(value).get(OFFERINGS).status_code == 401


class TestIntrospect:
    def ask(self, client, secret, token):
        return APIClient().post(
            "/oauth/introspect/", {"token": token}, headers={"Authorization": basic(client, secret)}
        )

    def test_tells_a_client_about_its_own_token(self, college):
        client, secret = make_client(college, scopes=("catalog.read",))
        value = ask_token(client, secret).json()["access_token"]
        found = self.ask(client, secret, value).json()
        assert (found["active"], found["scope"], found["client_id"]) == (
            True,
            "catalog.read",
            client.client_id,
        )
        assert "username" not in found

    def test_tells_nothing_about_anothers(self, college):
        client, secret = make_client(college)
        value = ask_token(client, secret).json()["access_token"]
        other, others = make_client(college, name="Other")
        assert self.ask(other, others, value).json() == {"active": False}

    def test_is_kept_by_no_cache(self, college):
        client, secret = make_client(college)
        value = ask_token(client, secret).json()["access_token"]
        for token in (value, "another"):
            assert self.ask(client, secret, token)["Cache-Control"] == "no-store"

    def test_needs_a_token_in_a_form(self, college):
        client, secret = make_client(college)
        for how in ({"data": {}}, {"data": {"token": "x"}, "format": "json"}):
            answer = APIClient().post(
                "/oauth/introspect/", headers={"Authorization": basic(client, secret)}, **how
            )
            assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")

    def test_refuses_strangers_and_addresses(self, college):
        client, secret = make_client(college)
        assert APIClient().post("/oauth/introspect/", {"token": "x"}).status_code == 401
        assert APIClient().post("/oauth/introspect/?token=x").status_code == 400
        query = f"?client_id={client.client_id}&client_secret={secret}"
        assert APIClient().post(f"/oauth/introspect/{query}", {"token": "x"}).status_code == 400
