"""Attachments out of PDF, with limits."""

import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from credentials.documents.baking.kinds import MAX_FILE, MAX_TEXT
from credentials.documents.baking.pdf import MAX_ATTACHMENTS, extract_pdf
from credentials.documents.errors import DocumentError


def paper(files=(), password=""):
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    for name, content in files:
        writer.add_attachment(name, content)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def by_hand(stream, extra=b""):
    """Return a PDF written out by hand with one attached stream object."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a.json)3 0 R]>>>>>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</Type/Filespec/F(a.json)/EF<</F 4 0 R>>>>",
        b"<</Type/EmbeddedFile/Length %d%s>>stream\n%s\nendstream" % (len(stream), extra, stream),
    ]
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    return (
        data
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    )


class TestExtractPdf:
    def test_returns_each_attachment(self):
        files = [("credential.json", b'{"a": 1}'), ("note.txt", b"hello")]
        assert sorted(extract_pdf(paper(files))) == files

    def test_returns_nothing_from_a_plain_paper(self):
        assert extract_pdf(paper()) == []

    def test_reads_a_compressed_stream(self):
        packed = zlib.compress(b'{"a": 1}')
        assert extract_pdf(by_hand(packed, b"/Filter/FlateDecode")) == [("a.json", b'{"a": 1}')]

    BROKEN = {
        "empty": (b"", "not-pdf"),
        "words": (b"hello", "not-pdf"),
        "head_only": (b"%PDF-1.7\n", "pdf-malformed"),
        "no_objects": (b"%PDF-1.7\ntrailer<<>>\nstartxref\n0\n%%EOF", "pdf-malformed"),
        "locked": (lambda: paper([("a", b"b")], password="x"), "pdf-encrypted"),
        "many_attachments": (
            lambda: paper([(f"{n}.txt", b"x") for n in range(MAX_ATTACHMENTS + 1)]),
            "pdf-too-much",
        ),
        "attachments_large": (
            lambda: paper([(f"{n}.bin", bytes(MAX_TEXT - 1)) for n in range(2)] + [("c", bytes(9))]),
            "pdf-too-much",
        ),
        "bomb": (
            lambda: by_hand(zlib.compress(bytes(50 * MAX_TEXT)), b"/Filter/FlateDecode"),
            "pdf-too-much",
        ),
        "bomb_in_a_bomb": (
            lambda: by_hand(
                zlib.compress(zlib.compress(bytes(99 * MAX_TEXT))), b"/Filter[/FlateDecode/FlateDecode]"
            ),
            "pdf-too-much",
        ),
        "filter_of_old": (by_hand(zlib.compress(b"x"), b"/Filter/Fl"), "pdf-malformed"),
        "filter_unknown": (by_hand(b"x", b"/Filter/None"), "pdf-malformed"),
        "file_huge": (lambda: paper() + bytes(MAX_FILE), "file-too-large"),
    }

    @pytest.mark.parametrize("flaw", BROKEN)
    def test_refuses(self, flaw):
        made, code = self.BROKEN[flaw]
        data = made() if callable(made) else made  # what is large is not made before it is asked for
        with pytest.raises(DocumentError) as caught:
            extract_pdf(data)
        assert caught.value.code == code

    @given(st.data())
    @settings(max_examples=150, deadline=None)
    def test_fails_only_in_its_own_way(self, data):
        image = bytearray(by_hand(zlib.compress(b"{}"), b"/Filter/FlateDecode"))
        for _ in range(data.draw(st.integers(1, 6))):
            image[data.draw(st.integers(0, len(image) - 1))] = data.draw(st.integers(0, 255))
        try:
            found = extract_pdf(bytes(image[: data.draw(st.integers(0, len(image)))]))
        except DocumentError:
            return
        assert all(isinstance(content, bytes) for _name, content in found)
