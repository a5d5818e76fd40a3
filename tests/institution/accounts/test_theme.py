"""Whatever colour a college brings, what can be pressed can be read."""

import re

import pytest

from institution.accounts import theme

COLORS = [
    "#0b5c6b", "#ffff00", "#ffffff", "#000000", "#ff0000", "#c8102e", "#00ff00", "#0000ff",
    "#ffc72c", "#808080", "#777777", "#7f00ff", "#00ffff", "#fafad2", "#123456", "#e87722",
]  # fmt: skip


class TestAccentCss:
    @pytest.mark.parametrize("color", COLORS)
    def test_links_and_buttons_read_on_every_surface_of_both_themes(self, color):
        for accent, grounds in (
            (theme.light_accent(color), [theme.LIGHT_GROUND, theme.LIGHT_PANEL]),
            (theme.dark_accent(color), [theme.DARK_GROUND, theme.DARK_PANEL]),
        ):
            for ground in [*grounds, accent.action_tint]:
                assert theme.contrast(accent.action, ground) >= 4.5, (color, accent, ground)
            assert theme.contrast(accent.action, accent.action_text) >= 4.5, (color, accent)
            assert theme.contrast(accent.action_hover, accent.action_text) >= 4.5, (color, accent)

    @pytest.mark.parametrize("color", COLORS)
    def test_body_text_reads_on_the_tint(self, color):
        assert theme.contrast("#1a1f26", theme.light_accent(color).action_tint) >= 7
        assert theme.contrast("#eceef0", theme.dark_accent(color).action_tint) >= 7

    def test_a_color_that_reads_already_stays_as_it_is(self):
        assert theme.light_accent("#0b5c6b").action == "#0b5c6b"

    def test_the_hue_is_kept(self):
        given, shown = theme.to_lch("#ffc72c"), theme.to_lch(theme.light_accent("#ffc72c").action)
        assert abs(given.hue - shown.hue) < 0.06

    @pytest.mark.parametrize("bad", ["", "red", "#fff", "#12345g", "#0b5c6b;}body{display:none"])
    def test_anything_but_a_color_falls_back_to_our_own(self, bad):
        assert theme.accent_css(bad) == theme.accent_css(theme.DEFAULT_ACCENT)

    def test_the_stylesheet_serves_both_themes_and_holds_only_colors(self):
        css = theme.accent_css("#c8102e")
        assert css.count("--action-text:") == 3
        assert all(
            re.fullmatch(r"#[0-9a-f]{6}|#000|#fff", value) for value in re.findall(r"--[\w-]+:([^;}]+)", css)
        )


class TestConversion:
    @pytest.mark.parametrize("color", COLORS)
    def test_a_color_survives_the_way_there_and_back(self, color):
        assert theme.to_hex(theme.to_lch(color)) == color

    def test_contrast_of_black_and_white_is_21(self):
        assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
