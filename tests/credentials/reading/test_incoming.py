"""What comes in: text, pictures, papers; what is in it, or why nothing is."""

import io
import json

import pikepdf
import pytest

from credentials.documents.baking.kinds import Kind
from credentials.documents.baking.png import bake_png
from credentials.documents.baking.svg import bake_svg
from credentials.reading import incoming
from tests.credentials.checks.checking import SIGNER
from tests.support.hostile.lists import PNG, SVG

TEXT = json.dumps(SIGNER.credential())


def paper(**attached: str) -> bytes:
    """Return a PDF with these files attached."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for name, text in attached.items():
            pdf.attachments[name.replace("__", ".")] = text.encode()
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def locked() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        out = io.BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


class TestRead:
    @pytest.mark.parametrize(
        "data",
        [
            TEXT.encode(),
            f"  \n{TEXT}\n".encode(),
            bake_png(PNG, TEXT),
            bake_svg(SVG, TEXT),
            paper(credential__json=TEXT),
            paper(notes__txt="hello", badge__jsonld=TEXT),
            paper(data__json='{"pages": 2}', badge__json=TEXT),
            paper(badge__json=TEXT, copy__json=TEXT),
            b"<!-- made by a program --><?pi x?>" + b"<!--" + b"x" * 9_000 + b"-->" + bake_svg(SVG, TEXT),
        ],
        ids=[
            "text",
            "spaces",
            "png",
            "svg",
            "pdf",
            "pdf with more",
            "pdf with data",
            "pdf with a copy",
            "svg behind",
        ],
    )
    def test_finds_the_credential_with_its_text(self, data):
        found = incoming.read(data)
        assert found.document == json.loads(TEXT)
        assert found.text == TEXT.encode()

    @pytest.mark.parametrize(
        ("data", "words", "verdict"),
        [
            (PNG, "This picture carries no credential.", "no-proof"),
            (SVG, "This picture carries no credential.", "no-proof"),
            (paper(), "This PDF carries no credential.", "no-proof"),
            (paper(notes__txt="hello"), "This PDF carries no credential.", "no-proof"),
            (locked(), "locked with a password", "malformed"),
            (b"%PDF-1.7 nothing of a PDF", "damaged", "malformed"),
            (PNG[:40], "damaged", "malformed"),
            (b"<!doctype html><title>x</title>", "a web page", "malformed"),
            (b"<!DOCTYPE html><body><svg></svg>", "a web page", "malformed"),
            (paper(a__json=TEXT, b__json=TEXT + " "), "more than one credential", "malformed"),
            (b"eyJhIjoxfQ.b.c", "token is damaged", "malformed"),
            (b"eyJhbGciOiJub25lIn0.e30.", "proves nothing", "signature-invalid"),
            (b"a.b.c", "not a credential", "malformed"),
            (b"", "not a credential", "malformed"),
        ],
    )
    def test_says_why_there_is_none(self, data, words, verdict):
        with pytest.raises(incoming.NotRead) as caught:
            incoming.read(data)
        assert words in caught.value.sentence
        assert caught.value.verdict == verdict

    def test_text_is_limited_and_containers_have_their_own_limit(self):
        with pytest.raises(incoming.NotRead):
            incoming.read(TEXT.encode() + b" " * 100, max_bytes=len(TEXT.encode()) + 50)
        large = PNG[:-12] + _chunk(b"juNK", b"x" * 300_000) + PNG[-12:]
        assert incoming.read(bake_png(large, TEXT), max_bytes=64 * 1024).document

    def test_the_limit_holds_for_what_is_inside(self):
        with pytest.raises(incoming.NotRead):
            incoming.read(bake_png(PNG, TEXT), max_bytes=500)

    def test_a_hosted_badge_of_version_2_is_its_address(self):
        old = PNG[:33] + _chunk(b"tEXt", b"openbadges\0https://badges.example/1") + PNG[33:]
        found = incoming.read(old)
        assert (found.document["type"], found.document["id"]) == ("Assertion", "https://badges.example/1")
        assert Kind.LEGACY.value == "openbadges"

    @pytest.mark.parametrize(
        "data",
        [
            b'<?xml version="1.0"?><europassCredential xmlns="http://data.europa.eu/snb/model/ap/x"/>',
            b'<credential xsi="http://data.europa.eu/europass/model/credentials#"/>',
        ],
    )
    def test_a_european_credential_is_named_as_such(self, data):
        with pytest.raises(incoming.NotRead) as caught:
            incoming.read(data)
        assert ("European" in caught.value.sentence, caught.value.verdict) == (True, "unsupported-proof")


def _chunk(name: bytes, content: bytes) -> bytes:
    import zlib

    return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")


class TestMembers:
    def found(self, document: dict) -> incoming.Found:
        return incoming.Found(b"", document)

    def test_an_unsigned_presentation_and_a_bundle_are_taken_apart(self):
        one = {"id": "urn:x:y"}
        assert self.found({"type": "VerifiablePresentation", "verifiableCredential": [one]}).members == [one]
        assert self.found({"type": ["VerifiablePresentation"], "verifiableCredential": one}).members == [one]
        assert self.found({"credentials": [one, "text", 7]}).members == [one, "text", {}]

    @pytest.mark.parametrize(
        "document",
        [
            {"type": "VerifiablePresentation", "proof": {}, "verifiableCredential": [{}]},
            {"credentials": []},
            {"credentials": [{}] * 101},
            {"credentials": "x"},
            {"@context": [], "credentials": [{}]},
            {"verifiableCredential": [{}]},
        ],
    )
    def test_nothing_else_is(self, document):
        assert self.found(document).members == []


class TestLinkIn:
    @pytest.mark.parametrize(
        ("text", "link"),
        [
            (" https://college.example/s/Abc \n", "https://college.example/s/Abc"),
            ("HTTPS://COLLEGE.EXAMPLE/S/ABC?Q=1", "https://college.example/S/ABC?Q=1"),
            ("https:///etc/passwd", ""),
            ("https://", ""),
            ("ftp://college.example/a", ""),
            ("see https://college.example/a", ""),
            ("https://college.example/" + "a" * 2_000, ""),
        ],
    )
    def test_is_an_address_and_nothing_else(self, text, link):
        assert incoming.link_in(text) == link
