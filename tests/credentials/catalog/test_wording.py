from decimal import Decimal

import pytest
from django.utils import translation

from credentials.catalog.wording import cost_words, duration_words, language_name, markdown


class TestDurationWords:
    @pytest.mark.parametrize(
        ("duration", "words"),
        [
            ("P10W", "10 weeks"),
            ("P1Y6M", "1 year, 6 months"),
            ("PT40H", "40 hours"),
            ("PT1H30M", "1 hour, 30 minutes"),
            ("", ""),
            ("ten weeks", "ten weeks"),
        ],
    )
    def test_reads_iso_8601(self, duration, words):
        assert duration_words(duration) == words


class TestCostWords:
    @pytest.mark.parametrize(
        ("cost", "words"), [(None, ""), ("0", "Free"), ("1250.00", "$1,250"), ("12.5", "$12.50")]
    )
    def test_tells_unknown_from_free(self, cost, words):
        assert cost_words(None if cost is None else Decimal(cost)) == words

    def test_is_written_the_same_way_in_spanish(self):
        with translation.override("es"):
            assert cost_words(Decimal(1250)) == "$1,250"


class TestLanguageName:
    def test_is_the_languages_own(self):
        assert [language_name(tag) for tag in ("en", "es", "tlh")] == ["English", "Español", "tlh"]


class TestMarkdown:
    def test_draws_lists_and_bold(self):
        drawn = markdown("# Title\n- one\n- **two**")
        assert "<h3>Title</h3>" in drawn
        assert "<strong>two</strong>" in drawn

    @pytest.mark.parametrize(
        "text",
        [
            "<script>alert(1)</script>",
            '<img src=x onerror="alert(1)">',
            "[x](javascript:alert(1))",
            "[x](data:text/html,hello)",
            "![x](https://elsewhere.example/x.png)",
            '<p style="color:red" onclick="alert(1)">x</p>',
        ],
    )
    def test_lets_nothing_through_that_acts(self, text):
        drawn = markdown(text)
        for bad in ("<script", "<img", 'href="javascript', 'href="data', "<p style", "<p onclick"):
            assert bad not in drawn
