"""How a status list is served to strangers, also as it was in the past, and what staff see of its history."""

from datetime import timedelta

import pytest
from django.urls import reverse

from credentials.issuing.models import Credential
from credentials.issuing.services import revoke_credentials, undo_batch
from credentials.status import services
from credentials.status.models import StatusList
from tests.credentials.issuing.samples import NOW, lay_issuer, make_released, make_signed, people, person

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def issuer(college, settings, tmp_path):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    return lay_issuer(college)


@pytest.fixture
def listed(issuer):
    """A list in which one was withdrawn after an hour, and another batch undone after two."""
    make_released(issuer, people(3))
    [withdrawn, *_] = Credential.objects.order_by("pk")
    undone = make_signed(issuer, [person(9)])
    revoke_credentials(
        Credential.objects.filter(pk=withdrawn.pk), code="withdrawn", actor=issuer.registrar, now=LATER
    )
    services.sweep(now=LATER)
    undo_batch(undone, actor=issuer.registrar, now=LATER + timedelta(hours=1))
    services.sweep(now=LATER + timedelta(hours=1))
    return StatusList.objects.select_related("profile").get()


def address(listed):
    return f"/i/{listed.profile.key}/status/{listed.number}"


class TestServing:
    @pytest.mark.parametrize(
        "accept", ["application/vc", "application/json", "*/*", "text/html, application/ld+json;q=0.5"]
    )
    def test_says_what_it_is_to_whoever_takes_it(self, client, listed, accept):
        answer = client.get(address(listed), headers={"accept": accept})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/vc")

    @pytest.mark.parametrize("accept", ["text/html", "application/vc+jwt", "image/png"])
    def test_refuses_what_it_is_not(self, client, listed, accept):
        assert client.get(address(listed), headers={"accept": accept}).status_code == 406

    def test_is_the_same_for_everybody(self, client, issuer, listed):
        client.force_login(issuer.registrar)
        answer = client.get(address(listed), headers={"accept-language": "es"})
        assert not answer.cookies
        for header in ("Vary", "Content-Language", "Set-Cookie"):
            assert header not in answer.headers
        assert answer["Cache-Control"] == "public, max-age=300"

    def test_a_browser_on_another_site_may_ask_with_an_etag(self, client, listed):
        asked = client.options(address(listed))
        assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, "*")
        assert "If-None-Match" in asked["Access-Control-Allow-Headers"]
        assert client.head(address(listed)).status_code == 200
        assert client.post(address(listed)).status_code == 405


class TestThePast:
    def at(self, client, listed, moment):
        return client.get(address(listed), {"timestamp": moment})

    def test_each_published_version_is_answered_for_its_time(self, client, listed):
        versions = list(listed.history.order_by("published_at"))
        assert [one.set_count for one in versions] == [0, 1, 2]
        for one in versions:
            for moment in (one.published_at, one.published_at + timedelta(minutes=30)):
                answer = self.at(client, listed, moment.isoformat())
                assert answer.content.decode() == one.document
                assert answer["Access-Control-Allow-Origin"] == "*"
        assert versions[-1].document == listed.document

    def test_before_the_first_there_was_none(self, client, listed):
        assert self.at(client, listed, "2020-01-01T00:00:00Z").status_code == 404

    @pytest.mark.parametrize("moment", ["", "yesterday", "2026-05-20T18:30:00", "2026-13-45T99:00:00Z"])
    def test_what_is_no_moment_with_a_zone_is_refused(self, client, listed, moment):
        assert self.at(client, listed, moment).status_code == 400


class TestPages:
    def test_show_how_full_each_list_is(self, client, issuer, listed, django_assert_max_num_queries):
        client.force_login(issuer.auditor)
        with django_assert_max_num_queries(10):
            answer = client.get(reverse("status:lists"))
        [one] = answer.context["page"]
        assert (one.taken, one.set_count) == (4, 2)

    def test_name_when_it_changed_and_by_which_act(self, client, issuer, listed):
        client.force_login(issuer.auditor)
        answer = client.get(reverse("status:history", args=[listed.pk]))
        versions = list(answer.context["page"])
        assert [one.cause for one in versions] == ["changed", "changed", "opened"]
        acts = [answer.context["acts"].get(one.pk, []) for one in versions]
        told = [[(act.kind, act.actor, n) for act, n in found] for found in acts]
        assert told == [
            [("batch.undone", issuer.registrar, 1)],
            [("credential.revoked", issuer.registrar, 1)],
            [],
        ]

    def test_queries_do_not_grow_with_versions_and_acts(
        self, client, issuer, listed, django_assert_max_num_queries
    ):
        for minutes in range(1, 9):
            make_released(issuer, [person(20 + minutes)])
            gone = Credential.objects.filter(state="released")[:1]
            later = LATER + timedelta(hours=2, minutes=minutes)
            revoke_credentials(gone, code="withdrawn", actor=issuer.registrar, now=later)
            services.sweep(now=later)
        client.force_login(issuer.auditor)
        with django_assert_max_num_queries(14):
            answer = client.get(reverse("status:history", args=[listed.pk]))
        assert answer.context["page"].paginator.count == 11
        assert len(answer.context["acts"]) == 10

    def test_lead_to_each_version(self, client, issuer, listed):
        client.force_login(issuer.auditor)
        page = client.get(reverse("status:history", args=[listed.pk])).content.decode()
        for one in listed.history.all():
            link = f"{address(listed)}?timestamp={one.published_at.isoformat().replace('+00:00', 'Z')}"
            assert link in page
            assert client.get(link).content.decode() == one.document

    def test_a_neighbor_sees_no_list_of_the_college(self, client, issuer, listed):
        client.force_login(issuer.stranger)
        for url in (reverse("status:lists"), reverse("status:history", args=[listed.pk])):
            assert client.get(url).status_code == 403
        client.force_login(issuer.neighbor)
        assert listed not in client.get(reverse("status:lists")).context["page"]
        assert client.get(reverse("status:history", args=[listed.pk])).status_code == 404
