"""A learner says yes, no, or that it ends; the partner reads only under a yes, and each reading is noted."""

import hashlib
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.issuing import services as issuing
from credentials.issuing.models import Credential
from learners.sharing.models import AccessLog, Consent
from learners.sharing.services import grant_consent, withdraw_consent
from registry.partners import services
from tests.registry.partners.factory import NOW, caller_for
from tests.support.records import credentials_of, make_learner, recipient

CREDENTIALS = "/api/v1/credentials"


@pytest.fixture
def issuer(college, settings, tmp_path):
    from tests.credentials.issuing.samples import lay_issuer

    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    return lay_issuer(college)


@pytest.fixture
def learner(issuer):
    return make_learner(issuer)


@pytest.fixture
def caller(issuer):
    return caller_for(issuer)


def say_yes(learner, caller, **how):
    """Let a partner read from now on."""
    now = timezone.now()
    values = {"purpose": "To hire", "until": now + timedelta(days=30), "now": now} | how
    return grant_consent(learner, caller.partner.service_user, **values)


class TestReading:
    def test_nothing_without_a_yes(self, learner, caller):
        found = credentials_of(learner)[0]
        assert caller.get(CREDENTIALS).json()["results"] == []
        assert caller.get(f"{CREDENTIALS}/{found.pk}").status_code == 404
        assert caller.get(f"{CREDENTIALS}/{found.pk}/document").status_code == 404
        assert not AccessLog.objects.exists()

    def test_under_a_yes_the_signed_bytes(self, learner, caller):
        consent = say_yes(learner, caller)
        row = caller.get(CREDENTIALS).json()["results"][0]
        document = caller.get(row["document"])
        assert document["Content-Type"] == "application/vc"
        assert hashlib.sha256(document.content).hexdigest() == row["sha256"]
        assert document.content.decode() == credentials_of(learner)[0].document
        assert caller.get(f"{CREDENTIALS}/{row['id']}").json() == row
        as_json = caller.get(row["document"], headers={"Accept": "application/json"})
        assert as_json.content == document.content
        whats = list(AccessLog.objects.filter(consent=consent).order_by("id").values_list("what", flat=True))
        assert whats == ["listed", "downloaded", "fetched"]

    def test_only_of_the_learner_who_said_it(self, issuer, learner, caller):
        other = make_learner(issuer, 2)
        say_yes(other, caller)
        assert {row["id"] for row in caller.get(CREDENTIALS).json()["results"]} == {
            str(one.pk) for one in credentials_of(other)
        }

    def test_only_by_the_partner_it_was_said_to(self, issuer, learner, caller):
        say_yes(learner, caller)
        neighbor = caller_for(issuer, name="Neighbor", unit=issuer.welding)
        assert neighbor.get(CREDENTIALS).json()["results"] == []
        assert neighbor.get("/api/v1/consents").json()["results"] == []

    def test_not_before_it_begins_and_not_after_it_ends(self, learner, caller):
        now = timezone.now()
        consent = say_yes(learner, caller)
        for span in ((now - timedelta(2), now - timedelta(1)), (now + timedelta(1), now + timedelta(2))):
            Consent.objects.filter(pk=consent.pk).update(given_at=span[0], until=span[1])
            assert caller.get(CREDENTIALS).json()["results"] == []

    def test_not_after_it_was_withdrawn(self, learner, caller):
        consent = say_yes(learner, caller)
        withdraw_consent(consent, learner=learner, now=timezone.now())
        assert caller.get(CREDENTIALS).json()["results"] == []

    def test_by_source_and_number(self, issuer, learner, caller):
        say_yes(learner, caller)
        number = recipient(1)
        for query, count in (
            (f"source={number.source}&source_id={number.source_id}", 1),
            (f"source=other&source_id={number.source_id}", 0),
            (f"source={number.source}&source_id=S99999", 0),
        ):
            assert caller.get(f"{CREDENTIALS}?{query}").json()["count"] == count

    def test_by_consent(self, issuer, learner, caller):
        other = make_learner(issuer, 2)
        consent, _other = say_yes(learner, caller), say_yes(other, caller)
        assert caller.get("/api/v1/consents").json()["count"] == 2
        assert caller.get(f"/api/v1/consents/{consent.pk}").json()["purpose"] == "To hire"
        assert caller.get(f"{CREDENTIALS}?consent={consent.pk}").json()["count"] == 1

    def test_by_the_id_of_the_signed_document(self, issuer, learner, caller):
        other = make_learner(issuer, 2)
        say_yes(learner, caller), say_yes(other, caller)
        wanted = credentials_of(learner)[0]
        for text in (f"urn:uuid:{wanted.urn}", str(wanted.urn)):
            found = caller.get(CREDENTIALS, {"urn": text}).json()["results"]
            assert [row["id"] for row in found] == [str(wanted.pk)]
        assert caller.get(CREDENTIALS, {"urn": str(wanted.pk)}).json()["count"] == 0
        refused = caller.get(CREDENTIALS, {"urn": "urn:uuid:x"})
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["urn"])

    def test_by_id_not_without_a_yes(self, issuer, learner, caller):
        say_yes(make_learner(issuer, 2), caller)
        wanted = credentials_of(learner)[0]
        assert caller.get(CREDENTIALS, {"urn": str(wanted.urn)}).json()["count"] == 0

    def test_by_achievement(self, issuer, learner, caller):
        say_yes(learner, caller)
        wanted = credentials_of(learner)[0]
        number = wanted.achievement_version.achievement_id
        assert (
            f"/a/{number}/"
            in caller.get(CREDENTIALS, {"achievement": number}).json()["results"][0]["achievement"]
        )
        assert caller.get(CREDENTIALS, {"achievement": wanted.pk}).json()["count"] == 0

    def test_says_when_one_is_withdrawn_but_never_the_note(self, issuer, learner, caller):
        say_yes(learner, caller)
        issuing.revoke_credentials(
            credentials_of(learner),
            code="issued_in_error",
            note="Secret note",
            actor=issuer.registrar,
            now=NOW,
        )
        answer = caller.get(CREDENTIALS)
        row = answer.json()["results"][0]
        assert (row["state"], row["revocation_code"]) == ("revoked", "issued_in_error")
        assert "Secret note" not in answer.content.decode()

    def test_takes_as_many_queries_for_ten_as_for_one(self, issuer, caller, django_assert_max_num_queries):
        say_yes(make_learner(issuer), caller)
        with django_assert_max_num_queries(15) as few:
            assert caller.get(CREDENTIALS).json()["count"] == 1
        for number in range(2, 6):
            say_yes(make_learner(issuer, number), caller)
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert caller.get(CREDENTIALS).json()["count"] == 5


class TestChanges:
    def lines(self, caller):
        body = caller.get("/api/v1/changes").json()
        return [(line["type"], line["action"]) for line in body["results"] if line["type"] in KINDS]

    def test_tell_the_yes_what_came_what_went_and_the_end(self, issuer, learner, caller):
        consent = say_yes(learner, caller)
        from tests.credentials.issuing.samples import make_released, person

        make_released(issuer, [person(1, awarded_on="2026-05-01")])
        issuing.revoke_credentials(
            Credential.objects.filter(awarded_on="2026-05-01"),
            code="withdrawn",
            actor=issuer.registrar,
            now=NOW,
        )
        seen = self.lines(caller)
        assert seen[-3:] == [("consent", "changed"), ("credential", "changed"), ("credential", "deleted")]
        withdraw_consent(consent, learner=learner, now=timezone.now())
        assert self.lines(caller) == [("consent", "changed"), ("consent", "deleted")]

    def test_tell_nobody_else(self, issuer, learner, caller):
        say_yes(learner, caller)
        assert self.lines(caller_for(issuer, name="Neighbor", unit=issuer.welding)) == []


KINDS = {"consent", "credential"}


class TestPage:
    @pytest.fixture
    def visitor(self, client, learner):
        client.force_login(learner.user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    def url(self, caller):
        return reverse("partners:consent", args=[caller.partner.pk])

    def test_says_who_asks_for_what_and_writes_nothing(self, visitor, caller):
        text = visitor.get(self.url(caller)).content.decode()
        assert caller.partner.name in text
        assert caller.partner.purpose in text
        assert "Clinical Skills II" in text
        assert not Consent.objects.exists()

    def test_lists_what_the_partner_would_read_also_what_is_withdrawn(self, visitor, caller, learner, issuer):
        issuing.revoke_credentials(
            credentials_of(learner), code="withdrawn", actor=issuer.registrar, now=timezone.now()
        )
        text = visitor.get(self.url(caller), headers={"Accept-Language": "es"}).content.decode()
        assert "1 credencial que leería hoy" in text
        assert "Retirada" in text
        visitor.post(self.url(caller), {"answer": "yes", "days": "30"})
        assert caller.get(CREDENTIALS).json()["count"] == 1

    def test_takes_a_yes_and_its_end(self, visitor, caller, learner):
        for _time in range(2):
            assert visitor.post(self.url(caller), {"answer": "yes", "days": "30"}).status_code == 302
        consent = Consent.objects.get()
        assert consent.partner == caller.partner.service_user
        assert timedelta(29) < consent.until - timezone.now() <= timedelta(30)
        assert caller.get(CREDENTIALS).json()["count"] == 1
        visitor.post(self.url(caller), {"answer": "end"})
        assert caller.get(CREDENTIALS).json()["count"] == 0

    def test_takes_a_no(self, visitor, caller):
        assert visitor.post(self.url(caller), {"answer": "no"}).status_code == 302
        assert not Consent.objects.exists()

    def test_takes_no_guess(self, visitor, caller):
        for body in ({}, {"answer": "yes"}, {"answer": "yes", "days": "9999"}, {"answer": "end"}):
            assert visitor.post(self.url(caller), body).status_code == 200
        assert not Consent.objects.exists()

    def test_gives_yes_and_no_the_same_weight(self, visitor, caller):
        text = visitor.get(self.url(caller)).content.decode()
        assert 'class="button" name="answer" value="yes"' in text
        assert 'class="button" name="answer" value="no"' in text

    def test_is_whole_in_spanish(self, visitor, caller):
        text = visitor.get(self.url(caller), headers={"Accept-Language": "es"}).content.decode()
        for english in ("asks to read", "Who asks", "What for", "Yes, let it", "For how long", "For a year"):
            assert english not in text

    def test_opens_only_for_partners_that_may_ask(self, issuer, visitor, caller):
        other = caller_for(issuer, name="Agency", scopes=("catalog.read",))
        assert visitor.get(self.url(other)).status_code == 404
        services.disable_client(caller.partner, actor=issuer.administrator, now=NOW)
        assert visitor.get(self.url(caller)).status_code == 404
        assert visitor.post(self.url(caller), {"answer": "yes", "days": "30"}).status_code == 404

    def test_asks_the_signed_out_to_sign_in(self, client, caller):
        assert client.get(self.url(caller)).status_code == 302

    def test_tells_who_has_no_record_what_to_do(self, client, college, caller):
        client.force_login(college.stranger, "allauth.account.auth_backends.AuthenticationBackend")
        assert "No record yet" in client.get(self.url(caller)).content.decode()
        client.post(self.url(caller), {"answer": "yes", "days": "30"})
        assert not Consent.objects.exists()
