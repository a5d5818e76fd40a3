"""The learner's pages of sharing: everybody sees only their own."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from institution.accounts.models import User
from learners.sharing import services
from learners.sharing.models import Consent, ShareLink
from tests.learners.sharing.pages import PHRASE, address, share, words_of
from tests.support.records import credentials_of, make_learner


class TestCreate:
    def form(self, learner, **changes):
        picked = [str(one.pk) for one in credentials_of(learner)]
        return {"credentials": picked, "audience": "Hospital", "days": "30", "step": "preview"} | changes

    def test_shows_the_page_before_it_makes_the_link(self, client, amara):
        client.force_login(amara.user)
        page = client.post(reverse("sharing:create"), self.form(amara))
        assert "Learner 1 shares 1 credential with you." in words_of(page)
        assert "unchanged, not withdrawn" in words_of(page)
        assert not ShareLink.objects.exists()
        again = self.form(amara, step="create", link=str(page.context["link_id"]), passphrase=PHRASE)
        for _time in range(2):
            made = client.post(reverse("sharing:create"), again)
            assert made["Location"] == reverse("sharing:detail", args=[ShareLink.objects.get().pk])

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"credentials": []}, "Choose at least one credential."),
            ({"audience": ""}, "This field is required."),
            ({"days": "3000"}, "Select a valid choice"),
            ({"step": "create", "passphrase": "short"}, "at least 8 characters"),
        ],
    )
    def test_says_what_is_missing(self, client, amara, changes, words):
        client.force_login(amara.user)
        assert words in words_of(client.post(reverse("sharing:create"), self.form(amara, **changes)))
        assert not ShareLink.objects.exists()

    def test_keeps_what_was_chosen_when_something_is_changed(self, client, amara):
        client.force_login(amara.user)
        page = client.post(reverse("sharing:create"), self.form(amara, step="change"))
        assert "Hospital" in page.content.decode()
        assert page.content.decode().count("checked") == 2

    def test_does_not_offer_what_is_somebody_elses(self, client, issuer, amara):
        other = make_learner(issuer, 2)
        client.force_login(amara.user)
        for step in ("preview", "create"):
            answer = client.post(reverse("sharing:create"), self.form(other, step=step))
            assert "cannot be shared any more" in words_of(answer)
        assert not ShareLink.objects.exists()

    def test_ticks_what_the_record_page_names(self, client, amara):
        client.force_login(amara.user)
        (mine,) = credentials_of(amara)
        for query in (f"?credential={mine.pk}", "?all=1"):
            form = client.get(reverse("sharing:create") + query).context["form"]
            assert form["credentials"].value() == [str(mine.pk)]


class TestList:
    def test_says_with_whom_and_how_often(self, client, visitor, amara):
        link = share(amara)
        visitor.get(address(link))
        client.force_login(amara.user)
        words = words_of(client.get(reverse("sharing:list")))
        assert "1 link of yours is open" in words
        assert "Riverbend Hospital" in words
        assert "1 time" in words

    def test_whoever_has_no_link_sees_one_button(self, client, amara):
        client.force_login(amara.user)
        button = f'href="{reverse("sharing:create")}"'
        assert client.get(reverse("sharing:list")).text.count(button) == 1
        share(amara)
        assert client.get(reverse("sharing:list")).text.count(button) == 1

    def test_queries_do_not_grow_with_the_rows(self, client, amara):
        client.force_login(amara.user)
        counts = []
        for _round in range(2):
            for _link in range(6):
                share(amara)
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("sharing:list"))
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_who_has_no_record_reads_how_to_get_one(self, client, issuer):
        client.force_login(issuer.stranger)
        assert "Nothing is on your record yet" in words_of(client.get(reverse("sharing:list")))


class TestDetail:
    def test_gives_the_link_to_send_and_who_looked(self, client, visitor, amara, settings):
        link = share(amara)
        visitor.get(address(link))
        client.force_login(amara.user)
        page = client.get(reverse("sharing:detail", args=[link.pk]))
        assert settings.PORTAL_ORIGIN + address(link) in page.content.decode()
        assert "Opened the page" in words_of(page)
        assert "Chrome" in words_of(page)

    def test_another_learner_finds_nothing(self, client, issuer, amara):
        link, other = share(amara), make_learner(issuer, 2)
        for person_ in (other.user, issuer.registrar):
            client.force_login(person_)
            assert client.get(reverse("sharing:detail", args=[link.pk])).status_code == 404
            for name in ("revoke", "extend"):
                answer = client.post(reverse(f"sharing:{name}", args=[link.pk]), {"days": "365"})
                assert answer.status_code == 404
        link.refresh_from_db()
        assert link.revoked_at is None

    def test_extends_and_takes_back(self, client, visitor, amara):
        link = share(amara)
        client.force_login(amara.user)
        client.post(reverse("sharing:extend", args=[link.pk]), {"days": "90"})
        link.refresh_from_db()
        assert link.expires_at > timezone.now() + timedelta(days=89)
        assert "holds longer than that" in words_of(
            client.post(reverse("sharing:extend", args=[link.pk]), {"days": "7"}, follow=True)
        )
        assert client.get(reverse("sharing:revoke", args=[link.pk])).status_code == 200
        link.refresh_from_db()
        assert link.revoked_at is None
        client.post(reverse("sharing:revoke", args=[link.pk]))
        gone = visitor.get(address(link))
        assert gone.status_code == 410
        assert "no longer shared" in words_of(gone)


class TestConsents:
    @pytest.fixture
    def given(self, amara):
        agency = User.objects.create(email="a@service.invalid", name="State agency", kind=User.Kind.SERVICE)
        now = timezone.now()
        return services.grant_consent(
            amara, agency, purpose="Wage records", until=now + timedelta(days=30), now=now
        )

    def test_lists_and_withdraws(self, client, amara, given):
        client.force_login(amara.user)
        assert "Wage records" in words_of(client.get(reverse("sharing:consents")))
        client.post(reverse("sharing:consents"), {"consent": given.pk})
        given.refresh_from_db()
        assert given.withdrawn_at is not None

    def test_another_learner_withdraws_nothing(self, client, issuer, given):
        client.force_login(make_learner(issuer, 2).user)
        for pk in (given.pk, "nonsense"):
            assert client.post(reverse("sharing:consents"), {"consent": pk}).status_code == 404
        given.refresh_from_db()
        assert given.withdrawn_at is None

    def test_queries_do_not_grow_with_the_rows(self, client, amara, given):
        client.force_login(amara.user)
        counts = []
        for round_ in range(2):
            for number in range(5):
                name = f"{round_}{number}"
                one = User.objects.create(email=f"{name}@service.invalid", name=name, kind=User.Kind.SERVICE)
                Consent.objects.create(
                    learner=amara, partner=one, purpose="x", given_at=given.given_at, until=given.until
                )
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("sharing:consents"))
            counts.append(len(queries))
        assert counts[0] == counts[1]
