"""Credentials in PNG: in and out again, and every broken file refused by its code."""

import io
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib import baking as other
from PIL import Image

from credentials.documents.baking.kinds import MAX_FILE, MAX_TEXT, Baked, Kind
from credentials.documents.baking.png import bake_png, extract_png
from credentials.documents.errors import DocumentError
from tests.credentials.documents.samples import badge

TEXT = json.dumps(badge(), ensure_ascii=False)
JWS = "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEAD = (7).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"


def picture():
    buffer = io.BytesIO()
    Image.new("RGB", (7, 7), (40, 90, 160)).save(buffer, "PNG")
    return buffer.getvalue()


def chunk(name, content, crc=None):
    crc = zlib.crc32(name + content) if crc is None else crc
    return len(content).to_bytes(4, "big") + name + content + crc.to_bytes(4, "big")


def png(*chunks, end=True):
    return SIGNATURE + chunk(b"IHDR", HEAD) + b"".join(chunks) + (chunk(b"IEND", b"") if end else b"")


def code_of(call, *args):
    with pytest.raises(DocumentError) as caught:
        call(*args)
    return caught.value.code


class TestBakePng:
    @pytest.mark.parametrize("text", [TEXT, JWS], ids=["json", "jws"])
    @pytest.mark.parametrize("kind", [Kind.BADGE, Kind.CLR])
    def test_comes_out_as_it_went_in(self, text, kind):
        assert extract_png(bake_png(picture(), text, kind=kind)) == Baked(kind, text)

    def test_leaves_the_picture_as_it_is(self):
        baked = Image.open(io.BytesIO(bake_png(picture(), TEXT)))
        assert baked.tobytes() == Image.open(io.BytesIO(picture())).tobytes()

    def test_writes_one_uncompressed_chunk_and_replaces_an_older_one(self):
        twice = bake_png(bake_png(picture(), JWS, kind=Kind.CLR), TEXT)
        assert twice.count(b"iTXt") == 1
        assert b"iTXtopenbadgecredential\0\0\0\0\0{" in twice
        assert extract_png(twice) == Baked(Kind.BADGE, TEXT)

    def test_is_read_by_another_library(self):
        assert other.extract_png(bake_png(picture(), JWS), keyword=other.ITXT_KEYWORD_OB3) == JWS

    def test_reads_what_another_library_wrote(self):
        baked = other.bake_png(picture(), JWS, keyword=other.ITXT_KEYWORD_OB3)
        assert extract_png(baked) == Baked(Kind.BADGE, JWS)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "text-not-credential"),
            ("hello", "text-not-credential"),
            ("[1]", "text-not-credential"),
            ('{"a":"\0"}', "text-with-controls"),
            ("{" + " " * MAX_TEXT, "text-too-large"),
        ],
        ids=["empty", "word", "array", "nul", "huge"],
    )
    def test_refuses_texts_that_are_no_credential(self, text, code):
        assert code_of(bake_png, picture(), text) == code

    def test_never_writes_the_legacy_kind(self):
        with pytest.raises(DocumentError):
            bake_png(picture(), JWS, kind=Kind.LEGACY)


class TestExtractPng:
    def test_refuses_two_that_differ(self):
        two = [chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + text) for text in (b"{1}", b"{2}")]
        with pytest.raises(DocumentError) as raised:
            extract_png(png(*two))
        assert raised.value.code == "several-baked"

    def test_reads_one_that_stands_there_twice_but_no_heap_of_them(self):
        one = chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0{1}")
        assert extract_png(png(one, one)).text == "{1}"
        with pytest.raises(DocumentError):
            extract_png(png(*[one] * 5))

    def test_reads_the_newer_badge_beside_an_older_one(self):
        older = chunk(b"tEXt", b"openbadges\0https://x.example/1")
        newer = chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0{1}")
        assert extract_png(png(older, newer)) == Baked(Kind.BADGE, "{1}")

    def test_reads_compressed_text(self):
        data = b"openbadgecredential\0\1\0\0\0" + zlib.compress(TEXT.encode())
        assert extract_png(png(chunk(b"iTXt", data))).text == TEXT

    def test_tells_older_badges_apart(self):
        assert extract_png(png(chunk(b"tEXt", b"openbadges\0https://x.example/1"))).kind is Kind.LEGACY

    def test_reads_past_language_tags(self):
        data = b"clrcredential\0\0\0en\0Zeugnis\0{}"
        assert extract_png(png(chunk(b"iTXt", data))) == Baked(Kind.CLR, "{}")

    def test_ignores_what_follows_the_end(self):
        with pytest.raises(DocumentError) as caught:
            extract_png(png() + chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0{}"))
        assert caught.value.code == "nothing-baked"

    BROKEN = {
        "empty": (b"", "not-png"),
        "jpeg": (b"\xff\xd8\xff\xe0", "not-png"),
        "signature_only": (SIGNATURE, "png-truncated"),
        "cut_in_a_chunk": (png()[:-5], "png-truncated"),
        "no_end": (png(end=False), "png-truncated"),
        "length_beyond_file": (png(b"\xff\xff\xff\xffiTXt", end=False), "png-truncated"),
        "no_header": (SIGNATURE + chunk(b"IEND", b""), "png-malformed"),
        "header_twice": (png(chunk(b"IHDR", HEAD)), "png-malformed"),
        "header_short": (SIGNATURE + chunk(b"IHDR", b"1"), "png-malformed"),
        "wrong_sum": (png(chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0{}", 7)), "png-checksum"),
        "no_text": (png(), "nothing-baked"),
        "keyword_only": (png(chunk(b"iTXt", b"openbadgecredential")), "png-text-malformed"),
        "flags_missing": (png(chunk(b"iTXt", b"openbadgecredential\0\0")), "png-text-malformed"),
        "flags_unknown": (png(chunk(b"iTXt", b"openbadgecredential\0\2\0\0\0{}")), "png-text-malformed"),
        "method_unknown": (png(chunk(b"iTXt", b"openbadgecredential\0\1\1\0\0{}")), "png-text-malformed"),
        "not_utf_8": (png(chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0\xff")), "png-text-malformed"),
        "not_compressed": (png(chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0{}")), "png-text-malformed"),
        "compressed_cut": (
            png(chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(b"{}" * 99)[:-9])),
            "png-text-malformed",
        ),
        "bomb": (
            lambda: png(
                chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(bytes(64 * MAX_TEXT)))
            ),
            "text-too-large",
        ),
        "text_huge": (
            png(chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + b" " * (MAX_TEXT + 1))),
            "text-too-large",
        ),
        "many_chunks": (lambda: png(chunk(b"tEXt", b"a\0b") * 30_000), "png-too-many-chunks"),
        "file_huge": (lambda: png() + bytes(MAX_FILE), "file-too-large"),
    }

    @pytest.mark.parametrize("flaw", BROKEN)
    def test_refuses(self, flaw):
        made, code = self.BROKEN[flaw]
        data = made() if callable(made) else made  # what is large is not made before it is asked for
        assert code_of(extract_png, data) == code

    @given(st.data())
    @settings(max_examples=200, deadline=None)
    def test_fails_only_in_its_own_way(self, data):
        image = bytearray(bake_png(picture(), TEXT))
        for _ in range(data.draw(st.integers(1, 4))):
            image[data.draw(st.integers(0, len(image) - 1))] = data.draw(st.integers(0, 255))
        try:
            found = extract_png(bytes(image[: data.draw(st.integers(0, len(image)))]))
        except DocumentError:
            return
        assert isinstance(found.text, str)
