"""Big files: kept by the page, read by a worker that may be lost, and never twice."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from credentials.batches import tasks as batch_tasks
from credentials.intake import tasks
from institution.imports import services as imports
from institution.imports import tables
from institution.imports.models import Upload
from institution.imports.states import SILENCE, UploadState
from tests.credentials.intake.samples import as_csv

HEADER = ["Code", "Title", "Credits"]
ROWS = [[f"A{n}", f"Course {n}", "2.5"] for n in range(40)]
DOORS = {"intake": ("intake:new", tasks), "issuing": ("issuing:upload", batch_tasks)}


@pytest.fixture
def small(monkeypatch):
    """Let every file be a big one."""
    monkeypatch.setattr(imports, "BIG_TEXT", 10)
    monkeypatch.setattr(imports, "BIG_BOOK", 10)


@pytest.fixture
def leave(small, registrar, college, monkeypatch):
    """Upload a file for a worker; return it as the page left it, and who was poked."""

    def upload(data: bytes, name: str = "big.csv", room: str = "intake"):
        page, work = DOORS[room]
        poked = []
        monkeypatch.setattr(work.read, "delay_on_commit", lambda **said: poked.append(said["upload_id"]))
        file = SimpleUploadedFile(name, data)
        answer = registrar.post(reverse(page), {"org_unit": college.main.pk, "file": file})
        assert answer.status_code == 302, answer.content.decode()
        found = Upload.objects.get()
        assert poked == [str(found.pk)]
        return found, answer["Location"]

    return upload


def book(rows):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


class TestReading:
    @pytest.mark.parametrize("room", DOORS)
    @pytest.mark.parametrize(("name", "make"), [("big.csv", as_csv), ("big.xlsx", book)])
    def test_is_left_to_a_worker_and_the_page_says_so(self, leave, registrar, room, name, make):
        upload, url = leave(make([HEADER, *ROWS]), name, room)
        assert (upload.state, upload.row_count, upload.columns) == (UploadState.READING, 0, [])
        page = registrar.get(url).content.decode()
        assert "reading-progress" in page
        assert "<html" not in registrar.get(url, headers={"HX-Request": "true"}).content.decode()
        assert DOORS[room][1].read(upload_id=str(upload.pk)) == 40
        assert registrar.get(url, headers={"HX-Request": "true"})["HX-Redirect"] == url
        assert "reading-progress" not in registrar.get(url).content.decode()

    def test_twice_is_once_and_a_late_worker_changes_nothing(self, leave, registrar):
        upload, _url = leave(as_csv([HEADER, *ROWS]))
        for _twice in range(2):
            assert tasks.read(upload_id=str(upload.pk)) == 40
        Upload.objects.update(state=UploadState.MAPPED, mapping={"code": 2})
        assert tasks.read(upload_id=str(upload.pk)) == 40
        assert Upload.objects.get().mapping == {"code": 2}

    @pytest.mark.parametrize("room", DOORS)
    def test_is_begun_again_once_its_worker_has_been_silent(self, leave, room, monkeypatch):
        upload, _url = leave(as_csv([HEADER, *ROWS]), room=room)
        work, again = DOORS[room][1], []
        monkeypatch.setattr(work.read, "delay", lambda **said: again.append(said["upload_id"]))
        assert work.sweep() == 0
        Upload.objects.update(touched_at=timezone.now() - SILENCE - timedelta(seconds=1))
        assert work.sweep() == 1
        assert again == [str(upload.pk)]

    def test_says_what_to_do_with_a_file_that_proves_unreadable(self, leave, registrar):
        upload, url = leave(b'Code,Title\nA1,"never closed\n' + b"A2,Two\n" * 20_000)
        tasks.read(upload_id=str(upload.pk))
        page = registrar.get(url).content.decode()
        assert "opens a quotation mark that is never closed" in page
        assert reverse("intake:new") in page
        assert Upload.objects.get().content is None

    def test_refuses_what_is_no_table_while_the_page_loads(self, small, registrar, college):
        answer = registrar.post(
            reverse("intake:new"),
            {"org_unit": college.main.pk, "file": SimpleUploadedFile("a.xlsx", b"%PDF-1.7 " * 50)},
        )
        assert answer.status_code == 400
        assert not Upload.objects.exists()

    def test_another_header_of_a_big_file_is_read_by_a_worker_too(self, leave, registrar):
        upload, url = leave(as_csv([["Catalog"], HEADER, *ROWS]))
        tasks.read(upload_id=str(upload.pk))
        again = registrar.post(reverse("intake:reading", args=[upload.pk]), {"reading-header_line": "1"})
        assert again["Location"] == url
        assert Upload.objects.get().state == UploadState.READING
        tasks.read(upload_id=str(upload.pk))
        assert Upload.objects.get().header_line == 1

    def test_stops_at_the_limit_of_rows_while_the_workbook_is_unpacked(self, leave, monkeypatch):
        monkeypatch.setattr(tables, "MAX_ROWS", 5)
        upload, _url = leave(book([HEADER, *(ROWS * 3)]), "big.xlsx")
        tasks.read(upload_id=str(upload.pk))
        assert "more than 5 rows" in Upload.objects.get().findings[0]

    def test_a_second_worker_leaves_a_ready_preview_alone(self, send, registrar):
        upload = send(as_csv([HEADER, ["A1", "One", "0"]]))
        registrar.post(
            reverse("intake:answer", args=[upload.pk]), {"question": "no_credits", "answer": "keep"}
        )
        assert tasks.services.preview_import(upload, now=timezone.now())["asked"] == 1
        assert upload.rows.get().confirmed is True
