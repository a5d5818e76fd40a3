"""What single cells say."""

from datetime import date
from decimal import Decimal

import pytest

from institution.imports import cells


class TestDecimals:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("4", "4"),
            ("4.0", "4.0"),
            ("2,5", "2.5"),
            ("1,000", "1000"),
            ("1.000,5", "1000.5"),
            ("1,000.5", "1000.5"),
            ("-3", "-3"),
            ("1 000", "1000"),
        ],
    )
    def test_reads_points_and_commas(self, text, number):
        assert cells.decimal_of(text) == Decimal(number)

    @pytest.mark.parametrize("text", ["", "four", "1-5", "3.0 cr", "1..2", "NaN", "1e5"])
    def test_refuses_what_is_no_number(self, text):
        assert cells.decimal_of(text) is None


class TestDates:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-05-14",
            "2026/5/14",
            "2026-05-14T10:00:00Z",
            "14/05/2026",
            "5/14/2026",
            "5/14/26",
            "46156",
            "14 May 2026",
            "May 14, 2026",
            "14 de mayo de 2026",
            "mayo 14 2026",
        ],
    )
    def test_reads_the_same_day(self, text):
        assert cells.date_of(text) == date(2026, 5, 14)

    def test_asks_which_part_comes_first(self):
        with pytest.raises(cells.AmbiguousDate):
            cells.date_of("03/04/2026")
        assert cells.date_of("03/04/2026", "mdy") == date(2026, 3, 4)
        assert cells.date_of("03/04/2026", "dmy") == date(2026, 4, 3)
        assert cells.date_of("04/04/2026") == date(2026, 4, 4)

    @pytest.mark.parametrize("text", ["", "soon", "2026-13-40", "31/31/2026", "7", "Spring 2026"])
    def test_refuses_what_is_no_date(self, text):
        assert cells.date_of(text) is None


class TestText:
    def test_cleans_white_space_and_hidden_characters(self):
        assert cells.clean("  a\u00a0\u200b b\x00 \r\n  c\t ") == "a b\nc"

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
    def test_escapes_what_a_spreadsheet_would_run(self, text):
        assert cells.escaped(text) == "'" + text

    def test_reads_a_protected_zero(self):
        assert cells.unwrap('="020"') == "020"
        assert cells.is_formula("=SUM(A1:A2)")
        assert not cells.is_formula("= equals")

    @pytest.mark.parametrize("text", ["amara@", "@b.edu", "a b@c.edu", "a@b", "a@b..edu.", "a@b,edu"])
    def test_refuses_broken_addresses(self, text):
        assert not cells.is_email(text)
