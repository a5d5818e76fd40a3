"""Credentials in SVG: in and out again, and hostile drawings refused by their code."""

import json

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib import baking as other

from credentials.documents.baking.kinds import MAX_FILE, MAX_TEXT, Baked, Kind
from credentials.documents.baking.svg import bake_svg, extract_svg
from credentials.documents.errors import DocumentError
from tests.credentials.documents.samples import badge

TEXT = json.dumps(badge(), ensure_ascii=False)
JWS = "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl"
PLAIN = b'<svg xmlns="http://www.w3.org/2000/svg" width="9"><title>a &gt; b</title><rect/></svg>'
PICTURES = {
    "plain": PLAIN,
    "declared": b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- <svg> -->\n' + PLAIN,
    "doctype": (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        + PLAIN
    ),
    "byte_order_mark": b"\xef\xbb\xbf" + PLAIN,
    "empty_root": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "empty_root_spaced": b'<svg xmlns="http://www.w3.org/2000/svg" />',
    "prefixed_root": b'<s:svg xmlns:s="http://www.w3.org/2000/svg" data-x="a>b"><s:rect/></s:svg>',
    "prefixed_empty_root": b'<s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
    "prefix_ready": PLAIN.replace(b"width", b'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" width'),
}


def svg(inner, root=b""):
    return b'<svg xmlns="http://www.w3.org/2000/svg"' + root + b">" + inner + b"</svg>"


def code_of(call, *args):
    with pytest.raises(DocumentError) as caught:
        call(*args)
    return caught.value.code


class TestBakeSvg:
    @pytest.mark.parametrize("picture", PICTURES)
    @pytest.mark.parametrize("text", [TEXT, JWS], ids=["json", "jws"])
    def test_comes_out_as_it_went_in(self, picture, text):
        baked = bake_svg(PICTURES[picture], text)
        assert extract_svg(baked) == Baked(Kind.BADGE, text)
        assert fromstring(baked)[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"

    def test_bakes_records_in_their_own_namespace(self):
        assert extract_svg(bake_svg(PLAIN, TEXT, kind=Kind.CLR)) == Baked(Kind.CLR, TEXT)

    def test_leaves_the_drawing_as_it_is(self):
        assert bake_svg(PLAIN, JWS).endswith(b"<title>a &gt; b</title><rect/></svg>")

    def test_is_read_by_another_library(self):
        baked = bake_svg(PLAIN, JWS)
        assert other.extract_svg(baked, element=other.SVG_ELEMENT_OB3) == JWS

    @pytest.mark.parametrize(
        ("picture", "text", "code"),
        [
            (bake_svg(PLAIN, JWS), TEXT, "already-baked"),
            (PLAIN, '{"a":"]]>"}', "text-not-for-xml"),
            (PLAIN, '{"a":"\uffff"}', "text-not-for-xml"),
            (PLAIN, '{"a":\r1}', "text-not-for-xml"),
            (PLAIN, "words", "text-not-credential"),
            (PLAIN.replace(b"width", b'xmlns:openbadges="urn:x" width'), JWS, "svg-prefix-taken"),
            (PLAIN.decode().encode("utf-16"), JWS, "svg-malformed"),
            (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + PLAIN, JWS, "svg-malformed"),
            (
                PLAIN.replace(b"width", b"""x=" xmlns:openbadges='https://purl.imsglobal.org/ob/v3p0'" w"""),
                JWS,
                "svg-malformed",
            ),
        ],
    )
    def test_refuses(self, picture, text, code):
        assert code_of(bake_svg, picture, text) == code


class TestExtractSvg:
    NAMESPACE = b' xmlns:o="https://purl.imsglobal.org/ob/v3p0"'

    def test_reads_any_prefix_and_plain_text(self):
        data = svg(b"<g><o:credential>{&quot;a&quot;:1}</o:credential></g>", self.NAMESPACE)
        assert extract_svg(data) == Baked(Kind.BADGE, '{"a":1}')

    def test_refuses_two_that_differ(self):
        data = svg(b'<o:credential verify="a.b.c"/><o:credential verify="d.e.f"/>', self.NAMESPACE)
        with pytest.raises(DocumentError) as raised:
            extract_svg(data)
        assert raised.value.code == "several-baked"

    def test_reads_one_that_stands_there_twice(self):
        data = svg(b'<o:credential verify="a.b.c"/>' * 2, self.NAMESPACE)
        assert extract_svg(data).text == "a.b.c"

    def test_tells_older_badges_apart(self):
        data = svg(b'<o:assertion verify="a.b.c"/>', b' xmlns:o="http://openbadges.org"')
        assert extract_svg(data) == Baked(Kind.LEGACY, "a.b.c")

    BROKEN = {
        "empty": (b"", "svg-malformed"),
        "words": (b"hello", "svg-malformed"),
        "html": (b"<html/>", "not-svg"),
        "no_namespace": (b"<svg/>", "not-svg"),
        "unclosed": (b'<svg xmlns="http://www.w3.org/2000/svg">', "svg-malformed"),
        "undeclared_prefix": (svg(b"<o:credential/>"), "svg-malformed"),
        "nothing": (PLAIN, "nothing-baked"),
        "entity": (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + PLAIN, "svg-entities"),
        "entities_growing": (
            b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + svg(b"&b;"),
            "svg-entities",
        ),
        "entity_of_a_file": (
            b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + svg(b"&a;"),
            "svg-entities",
        ),
        "parameter_entity": (b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://x/">%a;]>' + PLAIN, "svg-entities"),
        "unknown_encoding": (b'<?xml version="1.0" encoding="x-none"?>' + PLAIN, "svg-malformed"),
        "too_deep": (svg(b"<g>" * 5_000 + b"</g>" * 5_000), "svg-too-deep"),
        "too_many": (svg(b"<g/>" * 250_000), "svg-too-many-elements"),
        "text_huge": (
            svg(b"<o:credential>" + b"x" * (MAX_TEXT + 1) + b"</o:credential>", NAMESPACE),
            "text-too-large",
        ),
        "file_huge": (PLAIN + b" " * MAX_FILE, "file-too-large"),
    }

    @pytest.mark.parametrize("flaw", BROKEN)
    def test_refuses(self, flaw):
        data, code = self.BROKEN[flaw]
        assert code_of(extract_svg, data) == code

    @given(st.data())
    @settings(max_examples=200, deadline=None)
    def test_fails_only_in_its_own_way(self, data):
        image = bytearray(bake_svg(PICTURES["doctype"], TEXT))
        for _ in range(data.draw(st.integers(1, 4))):
            image[data.draw(st.integers(0, len(image) - 1))] = data.draw(st.integers(0, 255))
        try:
            found = extract_svg(bytes(image[: data.draw(st.integers(0, len(image)))]))
        except DocumentError:
            return
        assert isinstance(found.text, str)
