"""QR codes in pictures: what they say, in which kinds of pictures, and how large a picture is opened."""

import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from credentials.reading import codes, incoming
from tests.credentials.reading.test_incoming import TEXT

LINK = "https://college.example/s/abc"


def code(text: str, *, ground: int = 255) -> Image.Image:
    """Return a picture with one QR code and its quiet zone."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4)
    inner = Image.frombytes("L", (made.shape[1], made.shape[0]), bytes(memoryview(made)))
    paper = Image.new("L", (inner.width + 60, inner.height + 60), ground)
    paper.paste(inner, (30, 30))
    return paper


def saved(picture: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


class TestTextInCode:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
    def test_reads_every_kind_of_picture(self, kind):
        data = saved(code(LINK), kind)
        assert codes.is_picture(data)
        assert codes.text_in_code(data) == LINK

    def test_reads_a_turned_photo_and_a_code_on_a_clear_ground(self):
        assert codes.text_in_code(saved(code(LINK).rotate(17, expand=True, fillcolor=200), "JPEG")) == LINK
        clear = Image.new("RGBA", code(LINK).size, (0, 0, 0, 0))
        clear.paste((0, 0, 0, 255), mask=code(LINK).point(lambda tone: 255 - tone))
        assert codes.text_in_code(saved(clear)) == LINK

    def test_takes_none_of_two(self):
        one, other = code(LINK), code("https://other.example/")
        both = Image.new("L", (one.width + other.width, max(one.height, other.height)), 255)
        both.paste(one, (0, 0))
        both.paste(other, (one.width, 0))
        assert codes.text_in_code(saved(both)) == ""

    @pytest.mark.parametrize(
        "data",
        [
            saved(Image.new("1", (8_000, 8_000))),
            saved(Image.new("L", (40, 40))),
            saved(code(LINK))[:300],
            b"\xff\xd8\xff\xe0 nothing of a picture",
            b"GIF89a",
        ],
        ids=["64 megapixels", "blank", "cut off", "no jpeg", "no gif"],
    )
    def test_opens_nothing_too_large_or_broken(self, data):
        assert codes.text_in_code(data) == ""


class TestReadsACode:
    def test_follows_its_link_once(self):
        asked = []

        def follow(url: str) -> bytes:
            asked.append(url)
            return TEXT.encode()

        found = incoming.read(saved(code(LINK), "JPEG"), follow=follow)
        assert (found.text, asked) == (TEXT.encode(), [LINK])

    def test_never_follows_a_second_link(self):
        with pytest.raises(incoming.NotRead):
            incoming.read(saved(code(LINK)), follow=lambda url: saved(code(LINK)))

    def test_says_that_no_link_was_opened(self):
        with pytest.raises(incoming.NotRead) as caught:
            incoming.read(saved(code(LINK)))
        assert (caught.value.verdict, "did not open" in caught.value.sentence) == ("unsupported-proof", True)

    def test_takes_a_credential_out_of_the_code_itself(self):
        assert incoming.read(saved(code('{"a":"b"}'))).document == {"a": "b"}
