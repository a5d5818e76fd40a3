"""The page of all parts draws, and the look keeps its own rules."""

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory

from registry.desk.components import LONG_TITLE, NAMES, VARIANTS, samples

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
CORE = Path(settings.BASE_DIR) / "static" / "core"
TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))

FRAME = {  # parts that only the frames and other parts include
    "bar_staff", "errors", "field_need", "field_words", "fold", "foot", "language_switch", "learner_links",
    "logo", "me", "messages", "picker_results", "rooms", "sprite",
}  # fmt: skip


@pytest.fixture(scope="module")
def sheet():
    return render_to_string("components/page.html", samples(now=NOW), RequestFactory().get("/components/"))


class TestComponentsPage:
    def test_every_part_is_shown_in_every_way(self, sheet):
        ways = sheet.split('class="sheet__name"')
        assert len(ways) > 15 * len(VARIANTS)
        assert (len(ways) - 1) % len(VARIANTS) == 0
        assert LONG_TITLE in sheet
        assert all(name in sheet for name in NAMES)

    def test_no_part_is_forgotten(self):
        shown = "".join(path.read_text() for path in TEMPLATES if path.parent.name == "components")
        parts = {path.stem for path in TEMPLATES if path.parent.name == "_parts"}
        assert {part for part in parts - FRAME if f"_parts/{part}.html" not in shown} == set()

    def test_no_two_things_share_an_id(self, sheet):
        ids = re.findall(r'\sid="([^"]*)"', sheet)
        assert sorted(ids) == sorted(set(ids))

    def test_every_label_points_to_a_control(self, sheet):
        ids = set(re.findall(r'\sid="([^"]*)"', sheet))
        assert set(re.findall(r'<label[^>]* for="([^"]*)"', sheet)) <= ids


class TestBudget:
    def test_all_styles_weigh_under_12_kilobytes_packed(self):
        sheets = b"".join(path.read_bytes() for path in sorted(CORE.parent.rglob("*.css")))
        assert len(gzip.compress(sheets)) < 12 * 1024

    def test_all_own_script_weighs_under_8_kilobytes(self):
        assert sum(path.stat().st_size for path in CORE.parent.rglob("*.js")) < 8 * 1024


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
class TestTemplate:
    def test_says_first_what_it_needs(self, path):
        assert re.match(r"\{# .*Needs: .*#\}", path.read_text().splitlines()[0])

    def test_keeps_the_content_security_policy(self, path):
        text = path.read_text()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:|js:\{", text)
        assert not re.search(r"<script(?![^>]*(\ssrc=|application/(ld\+)?json))", text)
