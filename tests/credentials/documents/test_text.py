"""Texts: what is mended, what is refused, and that a person's name is left alone."""

import pytest

from credentials.documents.text import clean_text, find_traps, sorts_unlike


class TestCleanText:
    @pytest.mark.parametrize(
        ("given", "text"),
        [
            ("Welding", "Welding"),
            ("a\r\nb\rc\nd", "a\nb\nc\nd"),
            ("a\tb", "a b"),
            ("\ufeffa\ufffdb", "ab"),
            ("ＷＥＬＤ　１", "WELD　1"),
            ("é e\u0301 😀", "é e\u0301 😀"),
        ],
    )
    def test_mends_what_loses_nothing(self, given, text):
        cleaned = clean_text(given)
        assert cleaned.text == text
        assert not cleaned.refused
        assert (given == text) or cleaned.findings or "\r" in given

    @pytest.mark.parametrize("given", ["a\x00b", "a\x1bb", "a\x7fb", "a\uffffb", "a\ud800b"])
    def test_refuses_what_breaks_signatures_and_offers_a_remedy(self, given):
        cleaned = clean_text(given)
        assert cleaned.refused
        assert cleaned.text == given
        assert cleaned.suggestion == "ab"
        assert cleaned.findings[0].position == 1

    @pytest.mark.parametrize("given", ["Zoë\tMüller", "\ufeffZoë", "Ｚｏë", "Zoë\x07", "Zoë\r\n"])
    def test_never_alters_a_name(self, given):
        cleaned = clean_text(given, person_name=True)
        assert cleaned.text == given
        assert cleaned.suggestion != given

    def test_takes_a_name_with_harmless_marks_and_refuses_one_with_a_tab(self):
        assert not clean_text("Ｚｏë", person_name=True).refused
        assert clean_text("Zoë\tMüller", person_name=True).refused

    @pytest.mark.parametrize("given", [None, 7, b"x", ["x"]])
    def test_refuses_what_is_no_text(self, given):
        assert clean_text(given).refused

    def test_suggestions_have_nothing_left_to_find(self):
        everything = "".join(map(chr, range(0x20))) + "\x7f\ufeff\ufffd\ufffe\uffff\ud800Ａ"
        suggestion = clean_text(everything).suggestion
        assert find_traps(suggestion) == ()
        assert clean_text(suggestion).text == suggestion


class TestSortsUnlike:
    def test_tells_code_points_from_utf_16_units(self):
        assert sorts_unlike(["\U0001f600x", "\uff5ey"])
        assert not sorts_unlike(["a\U0001f600", "b\uff5e", "c"])
