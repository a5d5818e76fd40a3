"""From the institution's one colour, everything on a page that can be pressed, readable in both themes.

Pure: a colour goes in, a stylesheet comes out. Conversions: OKLab, Björn Ottosson (2020); contrast:
WCAG 2.2, "relative luminance" and "contrast ratio".
"""

import math
import re
from dataclasses import dataclass

LIGHT_GROUND, LIGHT_PANEL = "#ffffff", "#f6f8fa"
DARK_GROUND, DARK_PANEL = "#0f1115", "#1c2126"  # panel: the lightest surface, that of dialogs
TEXT_ON_ACTION = 4.5  # WCAG 2.2, 1.4.3
DEFAULT_ACCENT = "#0b5c6b"
STEP = 0.005  # of OKLCH lightness, while looking for contrast
MAX_CHROMA = 0.16  # louder colours tire the eye on a page full of links


@dataclass(frozen=True)
class Lch:
    """A colour as OKLCH: lightness 0 to 1, chroma, hue in radians."""

    lightness: float
    chroma: float
    hue: float

    def at(self, lightness: float, chroma: float | None = None) -> "Lch":
        """Return the same hue at another lightness."""
        return Lch(min(1.0, max(0.0, lightness)), self.chroma if chroma is None else chroma, self.hue)


@dataclass(frozen=True)
class Accent:
    """The colours of one theme, each as #rrggbb."""

    action: str
    action_hover: str
    action_text: str
    action_tint: str

    def css(self) -> str:
        """Return the declarations of this theme."""
        return (
            f"--action:{self.action};--action-hover:{self.action_hover};"
            f"--action-text:{self.action_text};--action-tint:{self.action_tint}"
        )


def accent_css(hex_color: str) -> str:
    """Return the stylesheet that gives both themes their action colours.

    hex_color: #rrggbb; anything else falls back to the portal's own colour.
    """
    color = hex_color if re.fullmatch(r"#[0-9a-fA-F]{6}", hex_color or "") else DEFAULT_ACCENT
    light, dark = light_accent(color).css(), dark_accent(color).css()
    return (
        f':root,[data-theme="light"]{{{light}}}\n'
        f'@media (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{dark}}}}}\n'
        f'[data-theme="dark"]{{{dark}}}\n'
        f"@media print{{:root,:root:not([data-theme]),[data-theme]{{--action:#000;--action-tint:#fff}}}}\n"
    )


def light_accent(hex_color: str) -> Accent:
    """Return the colours for white pages: the given one, darkened until it reads."""
    base = _calm(to_lch(hex_color))
    tint = to_hex(base.at(0.955, min(base.chroma, 0.022)))
    action = _until(base.at(min(base.lightness, 0.62)), -STEP, [LIGHT_GROUND, LIGHT_PANEL, tint])
    hover = action.at(max(0.0, action.lightness - 0.07))
    return Accent(to_hex(action), to_hex(hover), text_on(to_hex(action)), tint)


def dark_accent(hex_color: str) -> Accent:
    """Return the colours for near-black pages: the given one, lightened until it reads."""
    base = _calm(to_lch(hex_color))
    soft = base.at(max(base.lightness, 0.74), min(base.chroma, 0.12))
    tint = to_hex(base.at(0.29, min(base.chroma, 0.045)))
    action = _until(soft, STEP, [DARK_GROUND, DARK_PANEL, tint])
    hover = action.at(min(1.0, action.lightness + 0.06))
    return Accent(to_hex(action), to_hex(hover), text_on(to_hex(action)), tint)


def text_on(hex_color: str) -> str:
    """Return white or near-black, whichever reads better on this colour."""
    return max("#ffffff", "#0e1115", key=lambda text: contrast(text, hex_color))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def to_lch(hex_color: str) -> Lch:
    """Return #rrggbb as OKLCH."""
    red, green, blue = (_linear(part) for part in _parts(hex_color))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Lch(lightness, math.hypot(a, b), math.atan2(b, a))


def to_hex(color: Lch) -> str:
    """Return a colour as #rrggbb; chroma is taken away until a screen can show it."""
    chroma = color.chroma
    while True:
        parts = _rgb(color.lightness, chroma, color.hue)
        if chroma <= 0 or all(-0.0005 <= part <= 1.0005 for part in parts):
            return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, part)))):02x}" for part in parts)
        chroma = max(0.0, chroma - 0.002)


def _calm(color: Lch) -> Lch:
    return color.at(color.lightness, min(color.chroma, MAX_CHROMA))


def _until(color: Lch, step: float, grounds: list[str]) -> Lch:
    """Move lightness by step until the colour, and the text on it, read on every ground."""
    while 0 < color.lightness < 1:
        shown = to_hex(color)
        if all(contrast(shown, ground) >= TEXT_ON_ACTION for ground in [*grounds, text_on(shown)]):
            return color
        color = color.at(color.lightness + step)
    return color


def _parts(hex_color: str) -> tuple[float, float, float]:
    red, green, blue = (int(hex_color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _luminance(hex_color: str) -> float:
    red, green, blue = (_linear(part) for part in _parts(hex_color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
