"""The public visitor: every way in, one answer or one table, no trace of what was given."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials.documents.baking.png import bake_png
from credentials.verification import jobs, links, services, tasks
from credentials.verification.models import TrustedIssuer, VerificationCount
from tests.credentials.checks.checking import SIGNER, world
from tests.support.hostile import presentations as shown
from tests.support.issuers import NOW

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@pytest.fixture
def visitor(db: None, monkeypatch: pytest.MonkeyPatch, time_machine: Any) -> Client:
    """A visitor; what is elsewhere comes from saved answers, as the outgoing client would give it."""
    time_machine.move_to(NOW, tick=False)
    TrustedIssuer.objects.create(
        did=SIGNER.did, name="Riverbend Community College", provenance="administrator", added_at=NOW
    )
    monkeypatch.setattr(services, "default_source", world)
    return Client()


def post(visitor: Client, **data: Any) -> Any:
    return visitor.post(reverse("verification:verify"), data)


def text() -> str:
    return json.dumps(SIGNER.credential())


class TestTheForm:
    def test_shows_without_script_or_account(self, visitor):
        answer = visitor.get(reverse("verification:verify"))
        assert answer.status_code == 200
        assert b"Verify a credential" in answer.content
        assert b'enctype="multipart/form-data"' in answer.content

    def test_asks_for_something(self, visitor):
        answer = post(visitor)
        assert answer.status_code == 200
        assert b"Choose a file, or paste" in answer.content

    def test_refuses_more_than_thirty_files(self, visitor):
        files = [SimpleUploadedFile(f"{number}.json", b"{}") for number in range(31)]
        answer = post(visitor, documents=files)
        assert (answer.status_code, b"At most 30" in answer.content) == (200, True)

    def test_needs_no_cookie(self, visitor):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(reverse("verification:verify"), {"text": text()}).status_code == 200


class TestOneCredential:
    def test_pasted(self, visitor):
        answer = post(visitor, text=text())
        assert answer.status_code == 200
        assert "Issued by Riverbend Community College, unchanged, not withdrawn." in answer.content.decode()

    def test_a_presentation_pasted_as_a_token(self, visitor):
        page = post(visitor, text=shown.token()).content.decode()
        assert "Several credentials, shown together." in page
        assert "2 credentials inside" in page

    def test_as_a_file(self, visitor):
        answer = post(visitor, documents=SimpleUploadedFile("badge.json", text().encode()))
        assert b"verdict--pass" in answer.content

    def test_baked_into_a_picture(self, visitor):
        baked = bake_png(PNG, text())
        assert b"verdict--pass" in post(visitor, documents=SimpleUploadedFile("badge.png", baked)).content

    def test_a_picture_without_one_says_what_to_do(self, visitor):
        answer = post(visitor, documents=SimpleUploadedFile("badge.png", PNG)).content.decode()
        assert "This picture carries no credential." in answer
        assert "verdict--unknown" in answer

    def test_changed(self, visitor):
        answer = post(visitor, text=text().replace("Amara Nwosu", "Amara Nwosa")).content.decode()
        assert "verdict--fail" in answer
        assert "Do not rely on this." in answer
        assert "What it claims, without proof" in answer

    def test_in_spanish_keeps_working(self, visitor):
        visitor.cookies["django_language"] = "es"
        assert post(visitor, text=text()).status_code == 200

    def test_leaves_no_personal_data_in_the_address_or_the_tables(self, visitor):
        answer = post(visitor, text=text(), recipient="amara@example.com")
        assert answer.request["PATH_INFO"] == "/verify/"
        assert answer.request["QUERY_STRING"] == ""
        assert list(VerificationCount.objects.values_list("verdict", "count")) == [("valid", 1)]

    def test_is_not_kept_by_any_cache_on_the_way(self, visitor):
        assert "no-store" in post(visitor, text=text()).headers["Cache-Control"]

    def test_strangers_words_cannot_act_on_the_page(self, visitor):
        criteria = (
            "<script>alert(1)</script> [click](javascript:alert(1)) ![x](https://spy.example/x.png) **bold**"
        )
        document = SIGNER.credential(achievement=SIGNER.achievement(criteria=_criteria(criteria)))
        answer = post(visitor, text=json.dumps(document)).content.decode()
        assert "<strong>bold</strong>" in answer
        assert "<script>alert" not in answer
        assert 'spy.example/x.png"' not in answer
        assert 'href="javascript' not in answer


def _criteria(words: str) -> Any:
    from credentials.documents.model import Criteria

    return Criteria(words)


class TestSeveral:
    def test_stand_in_one_table_the_gravest_first(self, visitor):
        changed = text().replace("Clinical Skills II", "Clinical Skills IX")
        files = [SimpleUploadedFile(f"good-{n}.json", text().encode()) for n in range(2)]
        files.append(SimpleUploadedFile("changed.json", changed.encode()))
        answer = post(visitor, documents=files).content.decode()
        assert "1 of 3 credentials does not hold" in answer
        assert answer.index("changed.json") < answer.index("good-0.json")
        assert VerificationCount.objects.get(verdict="valid").count == 2

    def test_of_which_none_holds_are_not_counted_as_naught(self, visitor):
        changed = text().replace("Clinical Skills II", "Clinical Skills IX")
        files = [SimpleUploadedFile(f"{n}.json", changed.encode()) for n in range(2)]
        answer = post(visitor, documents=files).content.decode()
        assert "None is issued by somebody we know, unchanged and not withdrawn." in answer
        assert ">0 are" not in answer

    def test_thirty_at_once(self, visitor):
        files = [SimpleUploadedFile(f"{n}.json", text().encode()) for n in range(30)]
        assert "All 30 credentials hold" in post(visitor, documents=files).content.decode()

    def test_a_bundle_of_credentials_is_taken_apart(self, visitor):
        bundle = json.dumps({"credentials": [SIGNER.credential(), SIGNER.credential()]})
        assert "All 2 credentials hold" in post(visitor, text=bundle).content.decode()

    def test_thirty_cost_no_more_queries_than_three(self, visitor, django_assert_max_num_queries):
        files = [SimpleUploadedFile(f"{n}.json", text().encode()) for n in range(30)]
        with django_assert_max_num_queries(16):
            post(visitor, documents=files)


class TestALink:
    def test_elsewhere_is_followed(self, visitor, monkeypatch):
        monkeypatch.setattr(
            links.fetch, "get", lambda url, **how: links.fetch.Answer(url, "", text().encode())
        )
        assert b"verdict--pass" in post(visitor, text="https://badges.example/7.json").content

    @pytest.mark.parametrize(
        "url", ["http://badges.example/7", "https://192.168.0.1/x", "https://10.0.0.1:22/"]
    )
    def test_inside_is_not_opened(self, visitor, url):
        assert b"This address is not one that we open." in post(visitor, text=url).content

    def test_to_a_page_of_ours_that_shares_nothing(self, visitor):
        answer = post(visitor, text="http://localhost:8000/desk/").content.decode()
        assert "does not lead to a shared credential" in answer

    def test_to_our_own_issuer_address_with_nothing_there(self, visitor, settings):
        answer = post(visitor, text=f"{settings.ISSUER_ORIGIN}/a/none").content.decode()
        assert "There is nothing at this link." in answer


class TestTheThrottle:
    def test_ends_in_a_plain_sentence(self, visitor):
        files = [SimpleUploadedFile(f"{n}.json", b"{}") for n in range(30)]
        codes = [
            post(visitor, documents=[SimpleUploadedFile(f.name, b"{}") for f in files]).status_code
            for _ in range(4)
        ]
        assert codes == [200] * 4
        answer = post(visitor, text=text())
        assert answer.status_code == 429
        assert b"Wait a minute" in answer.content


def _other(number: int) -> dict[str, str]:
    return {"credential_id": f"urn:uuid:00000000-0000-4000-8000-{number:012d}"}


class TestALargeDocument:
    def large(self) -> str:
        return json.dumps(SIGNER.record(*[SIGNER.credential(**_other(number)) for number in range(25)]))

    def test_goes_to_a_worker_and_its_report_is_found_again(self, visitor, monkeypatch):
        tickets: list[str] = []
        monkeypatch.setattr(tasks.check_documents, "delay", lambda ticket: tickets.append(ticket))
        assert len(self.large()) > 64 * 1024
        answer = post(visitor, text=self.large())
        assert answer.status_code == 302
        waiting = visitor.get(answer.url)
        assert (waiting.status_code, waiting.headers["Refresh"]) == (200, "2")
        assert tasks.check_documents(ticket=tickets[0]) == 1
        assert "verdict--pass" in visitor.get(answer.url).content.decode()
        assert cache.get(f"verify:job:{tickets[0]}") is None

    def test_a_task_that_runs_twice_checks_once(self, visitor):
        ticket = jobs.put_aside([("a", text().encode())], now=NOW)
        assert [tasks.check_documents(ticket=ticket) for _ in range(2)] == [1, 0]
        assert VerificationCount.objects.get().count == 1

    def test_a_job_whose_worker_was_killed_is_sent_again_and_then_told_as_cut_off(
        self, visitor, monkeypatch, time_machine
    ):
        sent: list[str] = []
        monkeypatch.setattr(tasks.check_documents, "delay", lambda ticket: sent.append(ticket))
        page = post(visitor, text=self.large()).url
        for tries in (1, 2):
            jobs.take(sent[0], now=timezone.now())  # and the worker is killed
            assert visitor.get(page).status_code == 200
            assert len(sent) == tries
            time_machine.shift(jobs.LOST_AFTER)
            if tries == 1:
                assert visitor.get(page).status_code == 200
                assert visitor.get(page).status_code == 200  # sent once for each loss
        answer = visitor.get(page)
        assert (answer.status_code, len(sent)) == (503, 2)
        assert b"cut off twice" in answer.content
        assert tasks.check_documents(ticket=sent[0]) == 0

    def test_a_report_that_is_no_longer_kept_says_so(self, visitor):
        answer = visitor.get(reverse("verification:report", args=["nothing"]))
        assert answer.status_code == 404
        assert b"no longer kept" in answer.content
