"""The pages of batches and credentials: who sees what, and what a press does."""

import json
import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from credentials.batches.views import batches as batch_pages
from credentials.issuing import services
from credentials.issuing.models import Credential, IssuanceBatch
from credentials.issuing.selectors import Progress
from credentials.withdrawal.models import Withdrawal
from institution.imports.models import Upload
from tests.credentials.issuing.samples import (
    DAY,
    NOW,
    csv_of,
    make_draft,
    make_released,
    make_signed,
    people,
    person,
)

STEPS = ("confirm", "pause", "resume", "cancel", "release", "undo")


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    """Messages are sent on commit; a test that rolls back sends none. This guards against a slip."""
    monkeypatch.setattr("celery.app.task.Task.delay", lambda *args, **kwargs: pytest.fail("sent at once"))


def text_of(answer):
    return answer.content.decode()


def order_of(count, **chosen):
    return {"code": "withdrawn", "note": "x", "count": str(count), "order": str(uuid4()), **chosen}


class TestBatchList:
    def test_shows_batches_of_my_units(self, client, issuer):
        batch = make_draft(issuer)
        client.force_login(issuer.registrar)
        assert reverse("issuing:detail", args=[batch.pk]) in text_of(client.get(reverse("issuing:list")))

    def test_a_neighbor_sees_none_of_them(self, client, issuer):
        batch = make_draft(issuer)
        client.force_login(issuer.neighbor)
        assert str(batch.pk) not in text_of(client.get(reverse("issuing:list")))

    def test_faculty_see_what_they_prepared(self, client, issuer):
        batch = services.batch_from_roster(
            issuer.clinical, people(2), awarded_on=DAY, actor=issuer.faculty, now=NOW
        )
        other = make_draft(issuer)
        client.force_login(issuer.faculty)
        text = text_of(client.get(reverse("issuing:list")))
        assert str(batch.pk) in text
        assert str(other.pk) not in text

    def test_filters_stay_in_the_address(self, client, issuer):
        make_draft(issuer)
        client.force_login(issuer.registrar)
        assert "No batch matches" in text_of(client.get(reverse("issuing:list"), {"state": "released"}))

    def test_queries_do_not_grow(self, client, issuer, django_assert_max_num_queries):
        for _ in range(8):
            make_draft(issuer, people(1))
        client.force_login(issuer.registrar)
        with django_assert_max_num_queries(16):
            client.get(reverse("issuing:list"))


class TestDoors:
    def urls(self, batch):
        credential = Credential.objects.first()
        names = ["detail", "progress", "faulty", "report"]
        own = [reverse(f"issuing:{name}", args=[batch.pk]) for name in names]
        own += [reverse("issuing:step", args=[batch.pk, step]) for step in STEPS]
        own += [
            reverse(f"issuing:{name}", args=[credential.pk]) for name in ("credential", "document", "revoke")
        ]
        return own

    def test_who_is_not_signed_in_is_asked_to(self, client, issuer):
        batch = make_signed(issuer)
        shared = [
            reverse(f"issuing:{name}")
            for name in ("list", "upload", "roster_choose", "credentials", "revoke_many")
        ]
        for url in [*self.urls(batch), *shared]:
            assert client.get(url).status_code == 302

    def test_a_stranger_is_refused_everywhere(self, client, issuer):
        batch = make_signed(issuer)
        client.force_login(issuer.stranger)
        shared = [
            reverse(f"issuing:{name}")
            for name in ("list", "upload", "roster_choose", "credentials", "revoke_many")
        ]
        roster = reverse("issuing:roster", args=[issuer.clinical.pk])
        for url in [*self.urls(batch), *shared, roster]:
            assert client.get(url).status_code == 403, url

    def test_a_neighbor_finds_nothing_next_door(self, client, issuer):
        batch = make_signed(issuer, people(2))
        client.force_login(issuer.neighbor)
        for url in [*self.urls(batch), reverse("issuing:roster", args=[issuer.clinical.pk])]:
            assert client.get(url).status_code == 404, url
            assert client.post(url).status_code in (404, 405), url
        batch.refresh_from_db()
        assert batch.state == "signed"

    def test_the_auditor_reads_and_steps_nowhere(self, client, issuer):
        batch = make_draft(issuer)
        client.force_login(issuer.auditor)
        page = text_of(client.get(reverse("issuing:detail", args=[batch.pk])))
        assert "/confirm/" not in page
        for step in STEPS:
            assert client.post(reverse("issuing:step", args=[batch.pk, step])).status_code == 403, step


class TestWizard:
    def upload(self, client, issuer, text):
        file = SimpleUploadedFile("spring.csv", text.encode())
        return client.post(reverse("issuing:upload"), {"org_unit": issuer.main.pk, "file": file})

    def columns(self):
        upload = Upload.objects.get()
        names = ["source_id", "name", "email", "code", "awarded_on", "result", "narrative", "evidence_url"]
        return upload, {f"column_{name}": str(index) for index, name in enumerate(names)}

    def test_from_file_to_report(self, client, issuer):
        client.force_login(issuer.registrar)
        answer = self.upload(client, issuer, csv_of([*people(3), person(9, code="NURS-12O")]))
        upload, columns = self.columns()
        assert answer["Location"] == reverse("issuing:columns", args=[upload.pk])
        page = text_of(client.get(answer["Location"]))
        assert "Student number" in page
        answer = client.post(answer["Location"], columns)
        batch = IssuanceBatch.objects.get()
        assert answer["Location"] == reverse("issuing:detail", args=[batch.pk])
        page = text_of(client.get(answer["Location"]))
        assert "Nothing is issued until you confirm." in page
        assert "NURS-120" in page
        assert "1 row needs you." in page
        assert not Credential.objects.exists()

    def test_a_file_that_is_none_says_what_to_do(self, client, issuer):
        client.force_login(issuer.registrar)
        answer = self.upload(client, issuer, "")
        assert answer.status_code == 400
        assert not Upload.objects.exists()

    def test_a_missing_column_is_named(self, client, issuer):
        client.force_login(issuer.registrar)
        self.upload(client, issuer, csv_of(people(1)))
        upload, columns = self.columns()
        del columns["column_code"]
        answer = client.post(reverse("issuing:columns", args=[upload.pk]), columns)
        assert answer.status_code == 400
        assert not IssuanceBatch.objects.exists()

    def test_reading_again_with_another_header(self, client, issuer):
        client.force_login(issuer.registrar)
        self.upload(client, issuer, csv_of(people(2)))
        upload = Upload.objects.get()
        url = reverse("issuing:reading", args=[upload.pk])
        assert client.post(url, {"reading-header_line": "0"}).status_code == 302
        client.force_login(issuer.stranger)
        assert client.post(url, {"reading-header_line": "0"}).status_code == 403

    def test_a_neighbor_does_not_see_the_file(self, client, issuer):
        client.force_login(issuer.registrar)
        self.upload(client, issuer, csv_of(people(1)))
        client.force_login(issuer.neighbor)
        assert client.get(reverse("issuing:columns", args=[Upload.objects.get().pk])).status_code == 404


class TestBatchPage:
    def test_asks_once_then_confirms(self, client, issuer):
        batch = make_draft(issuer)
        client.force_login(issuer.registrar)
        url = reverse("issuing:step", args=[batch.pk, "confirm"])
        assert "Sign 3 credentials" in text_of(client.get(url))
        batch.refresh_from_db()
        assert batch.state == "draft"
        client.post(url)
        batch.refresh_from_db()
        assert batch.state == "queued"

    def test_progress_moves_for_every_viewer_and_asks_for_the_page_at_the_end(self, client, issuer):
        batch = make_draft(issuer)
        services.confirm_batch(batch, actor=issuer.registrar, now=NOW)
        url = reverse("issuing:progress", args=[batch.pk])
        for person_ in (issuer.registrar, issuer.auditor):
            client.force_login(person_)
            answer = client.get(url)
            assert "0 rows signed" in text_of(answer)
            assert "HX-Refresh" not in answer
        services.sign_chunk(batch.pk, now=NOW)
        services.finish_batch(batch.pk, now=NOW)
        assert client.get(url)["HX-Refresh"] == "true"

    @pytest.mark.parametrize("show", ["needs", "issue", "correct", "nothing", "signed", "canceled"])
    def test_every_figure_opens_a_list_of_that_length(self, client, issuer, show):
        make_released(issuer, people(3))
        rows = [person(1), person(2, name="Learner Two"), person(3, code="X"), person(4), person(5)]
        batch = make_signed(issuer, rows)
        client.force_login(issuer.registrar)
        answer = client.get(reverse("issuing:detail", args=[batch.pk]), {"show": show})
        count = {
            tab["url"].partition("show=")[2].partition("#")[0]: tab["count"] for tab in answer.context["tabs"]
        }
        assert count.get(show, 0) == len(answer.context["page"].object_list)

    def test_rows_that_need_you_say_each_thing_once(self, client, issuer):
        batch = make_draft(issuer, [person(1, code="WELD-9", name="Amara")])
        client.force_login(issuer.registrar)
        page = client.get(reverse("issuing:detail", args=[batch.pk]), {"show": "needs"}).text
        rows = page[page.index('id="rows"') :]
        assert rows.count("WELD-9”") == 1
        assert "<q>WELD-9</q>" not in rows
        assert 'data-label=""' not in rows
        assert ">State</th>" not in rows

    def test_a_correction_shows_what_changes(self, client, issuer):
        make_released(issuer, people(1))
        batch = make_draft(issuer, [person(name="Learner Uno")])
        client.force_login(issuer.registrar)
        page = text_of(client.get(reverse("issuing:detail", args=[batch.pk]), {"show": "correct"}))
        assert "<ins>" in page
        assert "Uno" in page

    def test_queries_do_not_grow_with_rows(self, client, issuer, django_assert_max_num_queries):
        batch = make_signed(issuer, people(60))
        client.force_login(issuer.registrar)
        with django_assert_max_num_queries(24):
            client.get(reverse("issuing:detail", args=[batch.pk]), {"show": "signed"})

    def test_release_and_undo_are_pages_that_name_what_they_do(self, client, issuer):
        batch = make_signed(issuer)
        client.force_login(issuer.registrar)
        assert "Withdraw 3 credentials" in text_of(
            client.get(reverse("issuing:step", args=[batch.pk, "undo"]))
        )
        client.post(reverse("issuing:step", args=[batch.pk, "release"]))
        assert Credential.objects.filter(state="released").count() == 3

    def test_a_step_that_does_not_follow_is_a_sentence(self, client, issuer):
        batch = make_draft(issuer)
        client.force_login(issuer.registrar)
        assert client.post(reverse("issuing:step", args=[batch.pk, "release"])).status_code == 409

    def test_faulty_rows_come_as_a_file_without_formulas(self, client, issuer):
        batch = make_draft(issuer, [person(name="=1+1 Ann", code="X-9")])
        client.force_login(issuer.registrar)
        answer = client.get(reverse("issuing:faulty", args=[batch.pk]))
        text = b"".join(answer.streaming_content).decode()
        assert "'=1+1 Ann" in text
        assert "X-9" in text

    def test_the_report_is_a_tagged_pdf_without_names(self, client, issuer):
        batch = make_released(issuer, [*people(2), person(3, code="X-9")])
        client.force_login(issuer.registrar)
        pdf = client.get(reverse("issuing:report", args=[batch.pk]))
        assert pdf["Content-Type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF")
        import io

        from pypdf import PdfReader

        reader = PdfReader(io.BytesIO(pdf.content))
        text = "".join(page.extract_text() for page in reader.pages)
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert "Registrar" in text
        assert "Rows that were left out" in text
        assert "Learner" not in text


class TestProgressWords:
    @pytest.mark.parametrize(("rate", "said"), [(0.2, "1 row a second"), (7_360.4, "7,360 rows a second")])
    def test_a_rate_is_grouped_and_agrees_with_its_number(self, issuer, rate, said):
        seen = Progress(20_000, 2_000, 2_000, 0, rate, 30, "")
        assert said in batch_pages._rest(make_draft(issuer), seen)


class TestCredentialPages:
    @pytest.mark.parametrize("words", ["Learner 2", "S00002", "learner2@students.example"])
    def test_search_finds_the_person(self, client, issuer, words):
        make_released(issuer)
        client.force_login(issuer.registrar)
        answer = client.get(reverse("issuing:credentials"), {"q": words})
        assert [one.recipient.source_id for one in answer.context["page"]] == ["S00002"]

    def test_only_what_can_be_withdrawn_can_be_ticked(self, client, issuer):
        make_released(issuer, people(3))
        gone = Credential.objects.order_by("pk").first()
        services.revoke_credentials([gone], code="issued_in_error", note="", actor=issuer.registrar, now=NOW)
        client.force_login(issuer.registrar)
        page = client.get(reverse("issuing:credentials")).text
        ticks = re.findall(r'name="ids" value="([^"]+)"', page)
        assert sorted(ticks) == sorted(str(one.pk) for one in Credential.objects.exclude(pk=gone.pk))

    def test_queries_do_not_grow(self, client, issuer, django_assert_max_num_queries):
        make_released(issuer, people(55))
        client.force_login(issuer.registrar)
        with django_assert_max_num_queries(16):
            client.get(reverse("issuing:credentials"))

    def test_a_neighbor_sees_only_their_department(self, client, issuer):
        make_released(issuer, [person(), person(2, code="WELD-109", result="")])
        client.force_login(issuer.neighbor)
        [seen] = client.get(reverse("issuing:credentials")).context["page"]
        assert seen.org_unit == issuer.welding
        client.force_login(issuer.registrar)
        assert client.get(reverse("issuing:credentials")).context["page"].paginator.count == 2

    def test_one_page_shows_history_and_the_download_is_the_signed_text(self, client, issuer):
        make_released(issuer, people(1))
        credential = Credential.objects.get()
        client.force_login(issuer.registrar)
        page = text_of(client.get(reverse("issuing:credential", args=[credential.pk])))
        assert f"urn:uuid:{credential.urn}" in page
        assert "Released" in page
        body = client.get(reverse("issuing:document", args=[credential.pk])).content
        assert body.decode() == credential.document

    def test_corrections_link_both_ways(self, client, issuer):
        make_released(issuer, people(1))
        make_released(issuer, [person(name="Learner Uno")])
        old, new = Credential.objects.order_by("signed_at", "state")
        if old.state == "released":
            old, new = new, old
        client.force_login(issuer.registrar)
        pages = [text_of(client.get(reverse("issuing:credential", args=[one.pk]))) for one in (old, new)]
        assert reverse("issuing:credential", args=[new.pk]) in pages[0]
        assert reverse("issuing:credential", args=[old.pk]) in pages[1]

    def test_revoke_one(self, client, issuer):
        make_released(issuer, people(1))
        credential = Credential.objects.get()
        client.force_login(issuer.registrar)
        url = reverse("issuing:revoke", args=[credential.pk])
        assert "Revoke 1 credential" in text_of(client.get(url))
        client.post(url, {"code": "withdrawn", "note": "decided by the dean", "count": "1"})
        credential.refresh_from_db()
        assert (credential.state, credential.revocation_note) == ("revoked", "decided by the dean")

    def test_revoke_many_by_filter_and_by_hand(self, client, issuer):
        make_released(issuer, people(5))
        client.force_login(issuer.registrar)
        url = reverse("issuing:revoke_many")
        ids = [str(pk) for pk in Credential.objects.order_by("pk").values_list("pk", flat=True)[:2]]
        assert "Revoke 2 credentials" in text_of(client.get(url, {"ids": ids}))
        client.post(url, order_of(2, ids=ids))
        assert Withdrawal.objects.get().total == 2
        assert "Revoke 5 credentials" in text_of(client.get(url, {"state": "released"}))
        assert client.post(url, order_of(5, state="released")).status_code == 302
        assert Withdrawal.objects.order_by("total").last().total == 5

    def test_a_number_that_changed_meanwhile_is_asked_again(self, client, issuer):
        make_released(issuer, people(3))
        client.force_login(issuer.registrar)
        url = reverse("issuing:revoke_many")
        assert "changed since" in text_of(client.post(url, order_of(2, state="released")))
        assert not Withdrawal.objects.exists()

    @pytest.mark.parametrize("who", ["auditor", "dean", "adviser"])
    def test_readers_do_not_revoke(self, client, issuer, who):
        make_released(issuer, people(1))
        client.force_login(getattr(issuer, who))
        credential = Credential.objects.get()
        assert client.get(reverse("issuing:credential", args=[credential.pk])).status_code == 200
        assert client.post(reverse("issuing:revoke", args=[credential.pk])).status_code == 403

    def test_the_internal_note_is_in_no_signed_text(self, issuer):
        make_released(issuer, people(1))
        services.revoke_credentials(
            Credential.objects.all(), code="withdrawn", note="secret words", actor=issuer.registrar, now=NOW
        )
        credential = Credential.objects.get()
        assert "secret words" not in json.dumps(credential.document)
