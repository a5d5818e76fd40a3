"""The key screens, what machines fetch, and the commands."""

import base64
import io
import json
import re
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.core.management import CommandError, call_command
from django.urls import reverse

from credentials.keys import services
from credentials.keys.models import SigningKey
from credentials.keys.published import did_document
from credentials.keys.signers import signer_for
from tests.credentials.keys.samples import NOW, make_key, make_profile


@pytest.fixture
def key(college):
    return make_key(college)


class TestKeyPages:
    def test_an_administrator_sees_issuers_and_keys(self, client, college, key):
        client.force_login(college.administrator)
        page = client.get(reverse("keys:list"))
        assert page.status_code == 200
        assert key.kid in page.content.decode()
        assert "No key waits for a second administrator." in page.text

    def test_queries_do_not_grow_with_keys(self, client, college, key, django_assert_max_num_queries):
        for _ in range(5):
            services.propose_key(key.profile, actor=college.administrator, now=NOW)
        client.force_login(college.administrator)
        with django_assert_max_num_queries(16):
            client.get(reverse("keys:list"))

    @pytest.mark.parametrize("who", ["stranger", "faculty", "dean"])
    def test_others_are_refused(self, client, college, key, who):
        client.force_login(getattr(college, who))
        for url in (reverse("keys:list"), reverse("keys:detail", args=[key.pk])):
            assert client.get(url).status_code == 403

    def test_a_neighbor_does_not_see_the_college_key(self, client, college, key):
        client.force_login(college.neighbor)
        assert client.get(reverse("keys:detail", args=[key.pk])).status_code == 404
        assert client.post(reverse("keys:step", args=[key.pk, "retire"])).status_code == 404

    def test_asks_who_is_not_signed_in_to_sign_in(self, client, key):
        assert client.get(reverse("keys:list")).status_code == 302

    def test_proposing_asks_about_a_token_only_where_one_is(self, client, college, settings):
        client.force_login(college.administrator)
        url = reverse("keys:propose", args=[make_profile(college).pk])
        settings.PKCS11_MODULE = ""
        assert 'name="found"' not in client.get(url).text
        settings.PKCS11_MODULE = "/usr/lib/some.so"
        assert 'name="found"' in client.get(url).text

    def test_a_key_that_signs_leads_to_the_way_out(self, client, college, key):
        client.force_login(college.administrator)
        way = reverse("reissues:guide", args=[key.pk])
        assert way in client.get(reverse("keys:detail", args=[key.pk])).text
        assert "still trusted" in client.get(way).text

    def test_propose_then_confirm_by_another(self, client, college):
        profile = make_profile(college)
        client.force_login(college.administrator)
        client.post(
            reverse("keys:propose", args=[profile.pk]), {"kind": "ed25519", "purpose": "data_integrity"}
        )
        key = SigningKey.objects.get()
        step = reverse("keys:step", args=[key.pk, "confirm"])
        assert "confirm/" not in client.get(reverse("keys:detail", args=[key.pk])).content.decode()
        assert client.get(step).status_code == 302  # nor does the page ask who may not
        assert client.post(step).status_code == 403
        client.force_login(college.second_administrator)
        assert step in client.get(reverse("keys:detail", args=[key.pk])).content.decode()
        assert key.public_multibase in client.get(step).content.decode()  # to be compared before confirming
        assert client.post(step).status_code == 302
        key.refresh_from_db()
        assert key.state == "active"

    def test_the_registrar_looks_and_changes_nothing(self, client, college, key):
        client.force_login(college.registrar)
        assert client.get(reverse("keys:detail", args=[key.pk])).status_code == 200
        assert client.post(reverse("keys:step", args=[key.pk, "retire"])).status_code == 403
        asked = client.get(reverse("keys:step", args=[key.pk, "retire"]), follow=True)
        assert asked.redirect_chain == [(reverse("keys:detail", args=[key.pk]), 302)]
        assert "That cannot be done with this key now, or not by you." in asked.content.decode()
        assert client.get(reverse("keys:propose", args=[key.profile_id])).status_code == 403

    @pytest.mark.parametrize("step", ["confirm", "decline", "destroy"])
    def test_a_step_that_is_not_open_is_not_asked_for(self, client, college, key, step):
        client.force_login(college.administrator)
        assert client.get(reverse("keys:step", args=[key.pk, step])).status_code == 302

    def test_the_private_part_is_on_no_page(self, client, college, key):
        client.force_login(college.administrator)
        text = client.get(reverse("keys:detail", args=[key.pk])).content.decode()
        for secret in (bytes(key.sealed), bytes(key.wrapped_key)):
            assert secret.hex() not in text
            assert base64.b64encode(secret).decode() not in text

    def test_the_profile_page_creates_and_revises(self, client, college):
        client.force_login(college.administrator)
        url = reverse("keys:profile", args=[college.main.pk])
        client.post(url, {"name": "Riverbend", "url": "https://riverbend.example"})
        client.post(url, {"name": "Riverbend College", "url": "https://riverbend.example"})
        assert college.main.issuer_profile.revision == 2
        client.force_login(college.stranger)
        assert client.get(url).status_code == 403


class TestDidJson:
    def test_serves_the_same_bytes_as_the_internal_source(self, client, key):
        answer = client.get(f"/i/{key.profile.key}/did.json")
        assert answer.content == did_document(key.profile)
        assert answer["Content-Type"] == "application/did+json"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert not answer.cookies

    def test_names_the_key_as_method_and_as_trusted(self, client, key):
        document = json.loads(client.get(f"/i/{key.profile.key}/did.json").content)
        assert document["id"] == key.profile.did
        assert document["assertionMethod"] == [key.verification_method]
        assert document["verificationMethod"][0]["publicKeyMultibase"] == key.public_multibase

    def test_who_has_it_already_gets_304(self, client, key):
        url = f"/i/{key.profile.key}/did.json"
        tag = client.get(url)["ETag"]
        again = client.get(url, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")

    def test_a_retired_key_stays_and_a_proposed_one_does_not_show(self, college, key):
        services.propose_key(key.profile, actor=college.administrator, now=NOW)
        second = make_key(college, key.profile)
        document = json.loads(did_document(key.profile))
        assert set(document["assertionMethod"]) == {key.verification_method, second.verification_method}

    def test_a_compromised_key_is_marked_and_not_trusted(self, college, key):
        services.mark_compromised(key, actor=college.administrator, now=NOW + timedelta(days=3))
        document = json.loads(did_document(key.profile))
        assert document["assertionMethod"] == []
        assert document["verificationMethod"][0]["revoked"] == "2026-05-23T15:30:00Z"

    def test_an_unknown_issuer_is_404(self, client, db):
        assert client.get("/i/nobody/did.json").status_code == 404


class TestBareKey:
    def test_an_rsa_key_verifies_what_it_signed(self, client, college, key):
        rs = make_key(college, key.profile, kind="rsa2048", purpose="jwt")
        jwk = json.loads(client.get(f"/i/{key.profile.key}/keys/{rs.kid}").content)
        n, e = (int.from_bytes(base64.urlsafe_b64decode(jwk[part] + "=="), "big") for part in ("n", "e"))
        signature = signer_for(rs).sign_many([b"payload"])[0]
        rsa.RSAPublicNumbers(e, n).public_key().verify(
            signature, b"payload", padding.PKCS1v15(), hashes.SHA256()
        )

    def test_has_no_private_member(self, client, college, key):
        make_key(college, key.profile, kind="p256", purpose="jwt")
        for one in SigningKey.objects.published():
            jwk = json.loads(client.get(f"/i/{key.profile.key}/keys/{one.kid}").content)
            assert not {"d", "p", "q", "k"} & jwk.keys()

    def test_a_proposed_key_is_404(self, client, college, key):
        proposed = services.propose_key(key.profile, actor=college.administrator, now=NOW)
        assert client.get(f"/i/{key.profile.key}/keys/{proposed.kid}").status_code == 404


class TestCommands:
    def test_two_people_make_a_key(self, college):
        profile, out = make_profile(college), io.StringIO()
        call_command("propose_key", profile=profile.key, email=college.administrator.email, stdout=out)
        key = SigningKey.objects.get()
        with pytest.raises(CommandError):
            call_command("confirm_key", key=str(key.pk), email=college.administrator.email)
        call_command("confirm_key", key=str(key.pk), email=college.second_administrator.email, stdout=out)
        call_command("export_public_keys", stdout=out)
        text = out.getvalue()
        assert key.public_multibase in text
        assert bytes(key.sealed).hex() not in text
        assert "PRIVATE" not in text

    @pytest.mark.parametrize(
        ("command", "words", "said"),
        [
            (
                "propose_key",
                {"profile": "nobody", "email": "x@y.example"},
                "There is no issuer nobody. There is: ",
            ),
            ("rotate_key", {"email": "x@y.example"}, "Nobody here has the address x@y.example."),
            ("confirm_key", {"key": "key-nobody"}, "There is no key key-nobody."),
            ("compromise_key", {"key": "7"}, "There is no key 7."),
            ("rewrap_keys", {"email": "x@y.example"}, "Nobody here has the address x@y.example."),
        ],
    )
    def test_say_in_plain_words_whom_they_do_not_know(self, college, command, words, said):
        known = {"profile": make_profile(college).key, "email": college.administrator.email}
        wanted = {
            name: known[name]
            for name in ("profile", "email")
            if (name, command) != ("profile", "rewrap_keys")
        }
        if command in {"confirm_key", "compromise_key"}:
            del wanted["profile"]
        with pytest.raises(CommandError, match=re.escape(said)):
            call_command(command, **(wanted | words))

    def test_confirm_takes_the_name_that_the_page_shows(self, college):
        profile = make_profile(college)
        call_command("propose_key", profile=profile.key, email=college.administrator.email)
        key = SigningKey.objects.get()
        call_command("confirm_key", key=key.kid, email=college.second_administrator.email)
        key.refresh_from_db()
        assert key.state == "active"

    def test_the_next_key_does_not_begin_on_a_day_that_is_over(self, college):
        words = ["--profile", make_profile(college).key, "--as", college.administrator.email]
        with pytest.raises(CommandError, match="2020-01-01 is over"):
            call_command("rotate_key", *words, "--from", "2020-01-01")

    def test_a_stranger_makes_none(self, college):
        profile = make_profile(college)
        with pytest.raises(CommandError):
            call_command("propose_key", profile=profile.key, email=college.stranger.email)
        with pytest.raises(CommandError):
            call_command("rewrap_keys", email=college.stranger.email)
        assert not SigningKey.objects.exists()
