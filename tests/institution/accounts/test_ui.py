"""The small logic behind parts of a page."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import timezone, translation

from institution.accounts.templatetags import ui


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


class TestWordDifference:
    def test_only_the_changed_words_are_marked(self):
        changes = list(ui.word_changes("joins plate in the flat position", "joins plate in flat position"))
        assert changes == [("same", "joins plate in "), ("removed", "the "), ("same", "flat position")]

    def test_both_sides_can_be_read_back(self):
        old, new = "Reads  a weld symbol.\nThen joins.", "Reads every weld symbol of A2.4.\nThen joins."
        runs = list(ui.word_changes(old, new))
        assert " ".join("".join(t for op, t in runs if op != "added").split()) == " ".join(old.split())
        assert "".join(t for op, t in runs if op != "removed") == new

    def test_added_and_removed_are_said_in_words_and_nothing_is_trusted(self):
        page = draw("{% worddiff old new %}", old="flat", new="<script>")
        assert "removed:" in page
        assert "added:" in page
        assert "&lt;script&gt;" in page
        assert "<script>" not in page

    def test_nothing_becomes_something(self):
        assert "<del" not in draw("{% worddiff old new %}", old=None, new=["one", "two"])


class TestAgo:
    @pytest.mark.parametrize(
        ("gone", "said"),
        [
            ({"days": 120}, "3\xa0months ago"),
            ({"days": 13}, "1\xa0week ago"),
            ({"days": 1, "hours": 5}, "1\xa0day ago"),
            ({"hours": 5}, "5\xa0hours ago"),
            ({"hours": -3, "seconds": -5}, "3\xa0hours from now"),
        ],
    )
    def test_says_the_largest_unit_only(self, gone, said):
        moment = timezone.now() - timedelta(**gone)
        assert draw("{{ moment|ago }}", moment=moment) == said

    def test_says_nothing_of_no_moment_and_speaks_spanish(self):
        assert draw("{{ moment|ago }}", moment=None) == ""
        with translation.override("es"):
            said = draw("{{ moment|ago }}", moment=timezone.now() - timedelta(days=13))
        assert said == "hace 1\xa0semana"


class TestState:
    def test_shape_and_word_stand_together(self):
        page = draw('{% state "revoked" "Withdrawn" %}')
        assert "#i-ban" in page
        assert "Withdrawn" in page

    def test_an_unknown_state_still_says_its_word(self):
        assert "#i-dot" in draw('{% state "odd" "Odd" %}')
        assert "Odd" in draw('{% state "odd" "Odd" %}')

    @pytest.mark.parametrize("name", sorted({shape for shape, _tone in ui.STATES.values()}))
    def test_every_shape_is_in_the_sprite(self, name):
        assert f'id="i-{name}"' in draw('{% include "_parts/sprite.html" %}')


class TestQrCode:
    def test_it_is_drawn_dark_on_white_without_styles(self):
        page = draw("{% qr_code url %}", url="https://portal.example/s/abc")
        assert page.startswith("<svg")
        assert 'class="qr__image"' in page
        assert "style" not in page


class TestSortHeader:
    def test_the_second_click_turns_the_order_and_the_filter_stays(self, rf):
        first = draw('{% sort_header "title" "Title" %}', request=rf.get("/?kind=credit&page=3"))
        assert 'href="?kind=credit&amp;sort=title"' in first
        assert "aria-sort" not in first
        second = draw('{% sort_header "title" "Title" "num" %}', request=rf.get("/?sort=title"))
        assert 'class="num" aria-sort="ascending"' in second
        assert 'href="?sort=-title"' in second


class TestFilters:
    def test_percent_of_nothing_is_none(self):
        assert ui.percent_of(3, 0) == 0
        assert ui.percent_of(1, 3) == 33

    def test_undo_is_found_among_the_tags_of_a_message(self):
        assert ui.undo_url(SimpleNamespace(extra_tags="big undo:/batches/1/undo/")) == "/batches/1/undo/"
        assert ui.undo_url(SimpleNamespace(extra_tags=None)) == ""

    def test_far_pages_are_left_out(self):
        assert ui.pages_around(Paginator(range(1000), 25).page(7)) == [1, None, 5, 6, 7, 8, 9, None, 40]

    def test_sparkline_needs_two_values(self):
        assert ui.sparkline([1]) == ""
        assert "polyline" in ui.sparkline([1, 2, 2], "rising")
