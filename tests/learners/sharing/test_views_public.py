"""The shared page: a stranger sees what was chosen, checked, and nothing more."""

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
from learners.sharing import services, visitors
from learners.sharing.models import AccessLog
from tests.credentials.issuing.samples import person
from tests.learners.sharing.pages import CHROME, PHRASE, address, share, words_of
from tests.support.records import credentials_of, make_learner, tell


class TestShared:
    def test_answers_first_and_shows_what_was_checked(self, visitor, amara):
        page = visitor.get(address(share(amara)))
        words = words_of(page)
        assert "Learner 1 shares 1 credential with you." in words
        assert "It was checked just now: unchanged, not withdrawn." in words
        assert "Clinical Skills II" in words
        assert "Proficient" in words
        assert "students.example" not in words

    def test_a_name_from_right_to_left_turns_no_sentence_around(self, visitor, amara):
        amara.preferred_name = "فاطمة الزهراء الإدريسي"
        amara.save()
        page = visitor.get(address(share(amara))).text
        [head] = re.findall(r"<h1 ([^>]*)>[^<]*فاطمة", page)
        assert "dir=" not in head

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
