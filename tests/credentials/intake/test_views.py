"""The screens of the intake: what they show, whom they refuse, how often they ask the database."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from credentials.catalog.models import Offering
from credentials.intake import tasks
from institution.imports.models import Upload
from tests.credentials.intake.samples import SEATTLE, as_csv, seattle_like

HEADER = ["Code", "Title", "Credits"]
PAGES = ["detail", "columns", "faulty"]
POSTS = ["reading", "answer", "units", "apply", "abandon"]


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def upload(send) -> Upload:
    return send(as_csv([HEADER, ["A1", "One", "3"], ["A2", "Two", "four"], ["A3", "Three", "0"]]))


class TestNew:
    def test_says_what_to_do_with_an_unreadable_file(self, registrar, college):
        file = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
        answer = registrar.post(reverse("intake:new"), {"org_unit": college.main.pk, "file": file})
        assert answer.status_code == 400
        assert "Ask for the same list as CSV or XLSX" in answer.content.decode()

    def test_takes_no_unit_of_others(self, college):
        file = SimpleUploadedFile("a.csv", b"Code,Title\nA,B\n")
        answer = signed_in(college.neighbor).post(
            reverse("intake:new"), {"org_unit": college.nursing.pk, "file": file}
        )
        assert answer.status_code == 400
        assert not Upload.objects.exists()

    def test_asks_the_database_as_often_for_many_files(self, registrar, send, django_assert_max_num_queries):
        for _count in range(6):
            send(as_csv([HEADER, ["A1", "One", "3"]]))
        with django_assert_max_num_queries(14):
            registrar.get(reverse("intake:new"))


class TestColumns:
    def test_asks_what_the_file_does_not_say(self, registrar, college):
        file = SimpleUploadedFile("a.csv", as_csv([HEADER, ["A1", "One", "3"]]))
        url = registrar.post(reverse("intake:new"), {"org_unit": college.main.pk, "file": file})["Location"]
        answer = registrar.post(url, {"column_code": "0", "column_title": "1", "column_credits": "2"})
        assert answer.status_code == 400
        assert set(answer.context["form"].errors) == {"answer_kind", "answer_credit_unit"}

    def test_remembers_columns_and_answers(self, registrar, upload, college):
        file = SimpleUploadedFile("b.csv", as_csv([HEADER, ["A9", "Nine", "3"]]))
        url = registrar.post(reverse("intake:new"), {"org_unit": college.main.pk, "file": file})["Location"]
        form = registrar.get(url).context["form"]
        assert form.remembered
        assert form["answer_kind"].value() == "credit"

    def test_reads_again_with_another_header(self, registrar, upload):
        registrar.post(reverse("intake:reading", args=[upload.pk]), {"reading-header_line": "0"})
        upload.refresh_from_db()
        assert (upload.header_line, upload.row_count) == (None, 4)


class TestDetail:
    def test_every_figure_opens_its_list(self, registrar, upload):
        page = registrar.get(reverse("intake:detail", args=[upload.pk]))
        for tab in page.context["tabs"]:
            shown = registrar.get(reverse("intake:detail", args=[upload.pk]) + tab["url"])
            assert shown.context["page"].paginator.count == tab["count"]

    def test_names_line_column_value_and_remedy(self, registrar, upload):
        text = registrar.get(reverse("intake:detail", args=[upload.pk]) + "?show=faulty").content.decode()
        for words in ("Credits", "four", "This is not a number.", "Write one number"):
            assert words in text

    def test_asks_the_database_as_often_for_many_rows(
        self, registrar, send, college, django_assert_num_queries
    ):
        few = send(as_csv([SEATTLE, *seattle_like(20)]), unit=college.district)
        many = send(as_csv([SEATTLE, *seattle_like(110)]), unit=college.district)
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        url = "{}?show=added"
        with CaptureQueriesContext(connection) as counted:
            registrar.get(url.format(reverse("intake:detail", args=[few.pk])))
        with django_assert_num_queries(len(counted)):
            registrar.get(url.format(reverse("intake:detail", args=[many.pk])))

    def test_downloads_the_faulty_rows(self, registrar, upload):
        answer = registrar.get(reverse("intake:faulty", args=[upload.pk]))
        assert "A2,Two,four,3," in answer.content.decode("utf-8-sig")
        assert "attachment" in answer["Content-Disposition"]


class TestWaiting:
    def test_shows_progress_and_leads_on_when_done(self, registrar, upload):
        Upload.objects.filter(pk=upload.pk).update(state="staging")
        url = reverse("intake:detail", args=[upload.pk])
        cache.set(tasks.DONE % upload.pk, 1)
        whole = registrar.get(url).content.decode()
        part = registrar.get(url, headers={"HX-Request": "true"}).content.decode()
        assert 'id="import-progress"' in whole
        assert "<html" not in part
        for seen in (whole, part):
            assert f"<span>1 / {upload.row_count}</span>" in seen  # both figures, not only what is done
        Upload.objects.filter(pk=upload.pk).update(state="previewed")
        assert registrar.get(url, headers={"HX-Request": "true"})["HX-Redirect"] == url


class TestApply:
    def test_waits_for_answers(self, registrar, upload):
        registrar.post(reverse("intake:apply", args=[upload.pk]))
        assert Offering.objects.count() == 0

    def test_takes_over_what_was_shown(self, registrar, upload, take):
        take(upload, answer="leave")
        assert [row.code for row in Offering.objects.all()] == ["A1"]
        assert registrar.get(reverse("intake:detail", args=[upload.pk])).status_code == 200

    def test_abandons(self, registrar, upload):
        assert registrar.post(reverse("intake:abandon", args=[upload.pk])).status_code == 302
        upload.refresh_from_db()
        assert (upload.state, upload.content) == ("abandoned", None)


class TestRefusals:
    @pytest.mark.parametrize("name", PAGES)
    def test_pages_refuse_strangers_and_hide_from_neighbors(self, name, upload, college):
        url = reverse(f"intake:{name}", args=[upload.pk])
        assert Client().get(url).status_code == 302
        assert signed_in(college.stranger).get(url).status_code == 403
        assert signed_in(college.neighbor).get(url).status_code == 404

    @pytest.mark.parametrize("name", POSTS)
    def test_posts_refuse_strangers_and_hide_from_neighbors(self, name, upload, college):
        url = reverse(f"intake:{name}", args=[upload.pk])
        assert signed_in(college.stranger).post(url).status_code == 403
        assert signed_in(college.neighbor).post(url).status_code == 404
        upload.refresh_from_db()
        assert upload.state == "previewed"

    def test_the_first_page_refuses_strangers(self, college):
        assert Client().get(reverse("intake:new")).status_code == 302
        assert signed_in(college.stranger).get(reverse("intake:new")).status_code == 403
        assert signed_in(college.dean).get(reverse("intake:new")).status_code == 403
