import pytest

from credentials.checks.run import text_of


class TestTextOf:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("Ñ 名 😀", "Ñ 名 😀"),
            ("two\nlines", "two\nlines"),
            ("a\x00b\tc\x7fd\u202ee\u200bf", "abcdef"),
            ("x\r\ny", "x\ny"),
            ({"@value": "told"}, "told"),
            (["first", "second"], "first"),
            (5, ""),
            (None, ""),
            ([], ""),
        ],
    )
    def test_is_what_can_be_printed(self, value, text):
        assert text_of(value) == text

    def test_is_cut_to_its_length(self):
        assert text_of("x" * 9, 8) == "xxxxxxx…"
        assert text_of("x\0" * 8, 8) == "x" * 8
