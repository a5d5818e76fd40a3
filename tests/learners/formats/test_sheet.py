import io
from datetime import UTC, datetime

import pikepdf
import pytest
from PIL import Image

from credentials.documents.baking.pdf import extract_pdf
from learners.formats.picture import SIZE, draw_picture
from learners.formats.sheet import Attachment, Entry, Sheet, sheet_pdf

MADE = datetime(2026, 5, 14, 12, tzinfo=UTC)
SIGNED = b'{"id":"urn:uuid:1","name":"\xc3\xa9"}'
NAMES = ["Amara Nwosu", "فاطمة الزهراء الإدريسي", "李 思雨", "Nguyễn Thị Minh Khai", "김 하은", "ඉ සිංහල"]


def sheet(name: str, entries: int = 1) -> Sheet:
    entry = Entry(
        title="Clinical Skills II",
        state="Valid",
        facts=[("Kind", "Credit"), ("Assessed by", "Clinical *instructor* #1")],
        paragraphs=["Give medication safely. $x_1$ [not markup]"],
        skills=["Shift Handover"],
    )
    return Sheet(
        language="en", college="Riverbend", heading="Record", name=name, sentence="You earned 1 credential.",
        entries=[entry] * entries, check_url="https://portal.riverbend.example/verify/", check_words="Check it at",
        skills_heading="You can", foot="Made on 14 May 2026", code_words="A code that opens the check",
    )  # fmt: skip


class TestSheetPdf:
    @pytest.mark.parametrize("name", NAMES)
    def test_prints_any_script(self, name):
        assert sheet_pdf(sheet(name), [], made_at=MADE).startswith(b"%PDF-")

    def test_is_tagged_and_names_its_language(self):
        with pikepdf.open(io.BytesIO(sheet_pdf(sheet("Amara Nwosu"), [], made_at=MADE))) as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert str(pdf.Root.Lang) == "en"
            assert pdf.open_metadata()["pdfuaid:part"] == "1"

    def test_carries_the_signed_text_byte_for_byte(self):
        pdf = sheet_pdf(sheet("Amara Nwosu"), [Attachment("c.json", SIGNED, "Signed")], made_at=MADE)
        assert extract_pdf(pdf) == [("c.json", SIGNED)]

    def test_many_entries_need_more_pages(self):
        with pikepdf.open(io.BytesIO(sheet_pdf(sheet("Amara Nwosu", 40), [], made_at=MADE))) as pdf:
            assert len(pdf.pages) > 3

    def test_the_same_input_gives_the_same_bytes(self):
        made = [sheet_pdf(sheet("Amara Nwosu"), [], made_at=MADE) for _time in range(2)]
        assert made[0] == made[1]


class TestDrawPicture:
    @pytest.mark.parametrize("title", ["Welding II", "x" * 300, "word " * 80, *NAMES])
    def test_draws_any_title(self, title):
        picture = Image.open(
            io.BytesIO(draw_picture(title, college="Riverbend", kind="Credit", accent="#0b5c6b"))
        )
        assert picture.size == (SIZE, SIZE)
        assert len(picture.getcolors(maxcolors=SIZE * SIZE)) > 10
