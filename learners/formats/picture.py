"""The picture of a credential where its achievement has none: drawn in the institution's color."""

import io
import unicodedata
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
SIZE = 800  # pixels, square
MARGIN = 88
LINES = 6  # of the title, at most
GROUND, TEXT, QUIET = "#ffffff", "#15232b", "#4a5a63"
Font = ImageFont.FreeTypeFont


def draw_picture(title: str, *, college: str, kind: str, accent: str) -> bytes:
    """Return a PNG of 800 by 800 pixels: college, title and kind, all as text in the picture.

    accent: `#rrggbb`. The title is wrapped and made smaller until it fits; what is still too long is cut.
    """
    picture = Image.new("RGB", (SIZE, SIZE), GROUND)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, SIZE, 20), fill=accent)
    pen.rounded_rectangle((28, 48, SIZE - 28, SIZE - 28), radius=28, outline=accent, width=6)
    pen.text((MARGIN, 110), _fitted(college, _font(college, 30, bold=True), pen), fill=QUIET,
             font=_font(college, 30, bold=True))  # fmt: skip
    font, lines = _wrapped(title, pen)
    top = 190.0
    for line in lines:
        pen.text((MARGIN, top), line, fill=TEXT, font=font)
        top += font.size * 1.25
    pen.rectangle((MARGIN, SIZE - 176, MARGIN + 120, SIZE - 170), fill=accent)
    pen.text((MARGIN, SIZE - 150), kind, fill=QUIET, font=_font(kind, 34))
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _font(text: str, size: int, *, bold: bool = False) -> Font:
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in text}
    name = "NotoSans-Bold" if bold else "NotoSans-Regular"
    if "ARABIC" in scripts:
        name = "NotoNaskhArabic-Regular"
    elif scripts & {"CJK", "HIRAGANA", "KATAKANA", "HANGUL"}:
        name = "DroidSansFallbackFull"
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size)


def _wrapped(title: str, pen: ImageDraw.ImageDraw) -> tuple[Font, list[str]]:
    """Return the largest font in which the title fits, and its lines."""
    for size in (72, 62, 54, 46, 40):
        font = _font(title, size, bold=True)
        lines = _lines(title, font, pen)
        if len(lines) * size * 1.25 <= SIZE - 400 and len(lines) <= LINES:
            return font, lines
    return font, lines[:LINES]


def _lines(title: str, font: Font, pen: ImageDraw.ImageDraw) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pen.textlength(longer, font=font) <= SIZE - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines.append(_fitted(word, font, pen))
    return lines


def _fitted(text: str, font: Font, pen: ImageDraw.ImageDraw) -> str:
    while len(text) > 1 and pen.textlength(text, font=font) > SIZE - 2 * MARGIN:
        text = text[:-2] + "…"
    return text
