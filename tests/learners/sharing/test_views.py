"""Pages of sharing: the learner sees only their own; a stranger sees what was chosen, checked, and nothing more."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from credentials.issuing.models import Credential
from credentials.issuing.published import document_bytes
from credentials.issuing.services import revoke_credentials
from credentials.issuing.states import RevocationCode
from institution.accounts.models import User
from learners.sharing import services, visitors
from learners.sharing.models import AccessLog, Consent, ShareLink
from tests.credentials.issuing.samples import person
from tests.support.records import credentials_of, make_learner, tell

PHRASE = "blue heron 42"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.fixture
def amara(issuer, publish):
    learner = make_learner(issuer, 1)
    publish()
    return learner


@pytest.fixture
def visitor():
    """Somebody without an account."""
    return Client(headers={"user-agent": CHROME})


def share(learner, **changes):
    now = timezone.now()
    words = {"audience": "Riverbend Hospital", "expires_at": now + timedelta(days=30), "now": now} | changes
    return services.create_link(learner, credentials_of(learner), **words)


def address(link, name="shared"):
    return reverse(f"sharing:{name}", args=[services.token_of(link)])


def words_of(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"[\u2066-\u2069]", "", re.sub(r"\s+", " ", text))


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


class TestShared:
    def test_answers_first_and_shows_what_was_checked(self, visitor, amara):
        page = visitor.get(address(share(amara)))
        words = words_of(page)
        assert "Learner 1 shares 1 credential with you." in words
        assert "It was checked just now: unchanged, not withdrawn." in words
        assert "Clinical Skills II" in words
        assert "Proficient" in words
        assert "students.example" not in words

    def test_stays_out_of_caches_search_engines_and_other_sites(self, visitor, amara):
        link = share(amara)
        for name in ("shared", "shared_json"):
            answer = visitor.get(address(link, name))
            assert "no-store" in answer["Cache-Control"]
            assert "noindex" in answer["X-Robots-Tag"]
            assert answer["Referrer-Policy"] in {"no-referrer", "same-origin"}

    def test_names_the_person_of_the_documents_if_the_learner_took_another_name(self, visitor, amara):
        amara.preferred_name = "Somebody Famous"
        amara.save()
        words = words_of(visitor.get(address(share(amara))))
        assert "The signed documents name: Learner 1" in words

    @pytest.mark.parametrize("name", ["shared", "shared_json"])
    def test_unknown_and_ended_links_say_what_to_do(self, visitor, amara, name):
        assert visitor.get(reverse(f"sharing:{name}", args=["nowhere"])).status_code == 404
        link = share(amara, now=timezone.now() - timedelta(days=9), expires_at=timezone.now())
        ended = visitor.get(address(link, name))
        assert ended.status_code == 410
        assert "extend it or to send a new one" in ended.content.decode()

    def test_the_learners_own_look_is_not_counted_and_needs_no_passphrase(self, client, amara):
        link = share(amara, passphrase=PHRASE)
        client.force_login(amara.user)
        assert "your own page" in words_of(client.get(address(link)))
        assert not AccessLog.objects.exists()

    def test_notes_the_program_and_never_the_address(self, visitor, amara):
        visitor.get(address(share(amara)), REMOTE_ADDR="203.0.113.9")
        line = AccessLog.objects.get()
        assert line.visitor == "Chrome"
        assert "203.0.113.9" not in str(AccessLog.objects.values().get())

    def test_a_mere_look_at_the_head_is_no_visit(self, visitor, amara):
        assert visitor.head(address(share(amara))).status_code == 200
        assert not AccessLog.objects.exists()

    def test_too_many_pages_from_one_address_are_refused(self, visitor, amara, monkeypatch):
        monkeypatch.setattr("credentials.verification.limits.MAX_DOCUMENTS", 1)
        link = share(amara)
        assert visitor.get(address(link)).status_code == 200
        assert visitor.get(address(link)).status_code == 429

    def test_queries_do_not_grow_with_the_items(self, visitor, issuer, amara):
        counts = []
        for number in range(3):
            tell(issuer, [person(1, code="WELD-109", result="", awarded_on=f"2026-05-1{number}")])
            link = share(amara)
            visitor.get(address(link))
            with CaptureQueriesContext(connection) as queries:
                visitor.get(address(link))
            counts.append(len(queries))
        assert counts[1] == counts[2]


class TestWithdrawn:
    def withdraw(self, issuer, learner):
        mine = Credential.objects.filter(pk__in=[one.pk for one in credentials_of(learner)])
        revoke_credentials(
            mine,
            code=RevocationCode.WITHDRAWN,
            note="A secret reason.",
            actor=issuer.registrar,
            now=timezone.now(),
        )

    def test_is_said_at_once_and_again_from_the_public_list(self, visitor, issuer, amara, publish):
        url = address(share(amara))
        self.withdraw(issuer, amara)
        words = words_of(visitor.get(url))
        assert "1 of 1 does not hold any more." in words
        assert "The issuer has just withdrawn it." in words
        publish()
        words = words_of(visitor.get(url))
        assert "1 of 1 does not hold any more." in words
        assert "just withdrawn" not in words
        assert "secret" not in words

    def test_one_that_was_replaced_says_so_and_names_no_other(self, visitor, issuer, amara, publish):
        url = address(share(amara))
        tell(issuer, [person(1, result="Beginner")])
        assert {one.state for one in credentials_of(amara)} == {"superseded", "released"}
        words = words_of(visitor.get(url))
        assert "This is not the newest version." in words
        assert "Beginner" not in words
        publish()
        assert "does not hold any more" in words_of(visitor.get(url))


class TestPassphrase:
    def test_shows_nothing_before_it_and_all_after_it(self, visitor, amara):
        link = share(amara, passphrase=PHRASE)
        (mine,) = credentials_of(amara)
        closed = visitor.get(address(link))
        assert closed.status_code == 200
        assert "Learner 1" not in closed.content.decode()
        file = reverse("sharing:shared_document", args=[services.token_of(link), mine.pk])
        assert visitor.get(file).status_code == 302
        wrong = visitor.post(address(link), {"passphrase": "not this one"})
        assert wrong.status_code == 403
        assert "This is not the passphrase." in words_of(wrong)
        assert (
            "Learner 1" in visitor.post(address(link), {"passphrase": PHRASE}, follow=True).content.decode()
        )
        assert visitor.get(file).status_code == 200

    def test_what_one_visitor_entered_opens_nothing_to_another(self, visitor, amara):
        link = share(amara, passphrase=PHRASE)
        visitor.post(address(link), {"passphrase": PHRASE})
        assert "Learner 1" not in Client().get(address(link)).content.decode()

    def test_counts_as_entered_for_an_hour(self, visitor, amara, monkeypatch):
        link = share(amara, passphrase=PHRASE)
        visitor.post(address(link), {"passphrase": PHRASE})
        later = timezone.now() + timedelta(minutes=61)
        monkeypatch.setattr("learners.sharing.views.public.timezone.now", lambda: later)
        assert "Learner 1" not in visitor.get(address(link)).content.decode()

    def test_a_program_is_told_and_may_send_it(self, visitor, amara):
        link = share(amara, passphrase=PHRASE)
        refused = visitor.get(address(link, "shared_json"))
        assert refused.status_code == 401
        assert refused.json()["type"] == "/problems/passphrase-needed"
        assert visitor.post(address(link, "shared_json"), {"passphrase": PHRASE}).json()["credentials"]


class TestFiles:
    def test_the_twin_for_programs_holds_the_very_bytes(self, visitor, amara):
        link = share(amara)
        answer = visitor.get(address(link, "shared_json"))
        (mine,) = credentials_of(amara)
        assert document_bytes(mine) in answer.content
        body = json.loads(answer.content)
        assert body["sharedBy"] == "Learner 1"
        report = visitor.post(
            "/" + body["verify"].split("/", 3)[3],
            json.dumps(body["credentials"][0]),
            content_type="application/json",
        )
        assert report.json()["ok"] is True
        assert AccessLog.objects.get().what == "fetched"

    def test_a_file_is_the_signed_text_and_is_noted(self, visitor, amara):
        link = share(amara)
        (mine,) = credentials_of(amara)
        token = services.token_of(link)
        answer = visitor.get(reverse("sharing:shared_document", args=[token, mine.pk]))
        assert answer.content == document_bytes(mine)
        assert AccessLog.objects.get().what == "downloaded"

    def test_gives_no_file_that_is_not_shared(self, visitor, issuer, amara):
        (other,) = credentials_of(make_learner(issuer, 2))
        token = services.token_of(share(amara))
        for pk in (other.pk, uuid.uuid4()):
            assert visitor.get(reverse("sharing:shared_document", args=[token, pk])).status_code == 404

    def test_verify_follows_the_link(self, visitor, amara, settings):
        link = share(amara)
        text = settings.PORTAL_ORIGIN + address(link)
        page = visitor.post(reverse("verification:verify"), {"text": text})
        assert "Clinical Skills II" in words_of(page)
        assert "not withdrawn" in words_of(page)


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


class TestVisitors:
    @pytest.mark.parametrize(
        ("agent", "family"),
        [
            (CHROME, "Chrome"),
            ("Mozilla/5.0 (Windows NT 10.0; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox"),
            (CHROME + " Edg/140.0", "Edge"),
            ("Mozilla/5.0 (iPhone) AppleWebKit/605 Version/18 Mobile Safari/604", "Safari"),
            ("Slackbot-LinkExpanding 1.0", "program"),
            ("", "program"),
        ],
    )
    def test_names_the_family_only(self, agent, family):
        assert visitors.family_of(agent) == family
