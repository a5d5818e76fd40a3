"""A QR code in a picture: a link, or a whole credential as text. The picture is bounded before it is opened."""

import io
import struct
import zlib
from typing import Any

try:
    import zxingcpp
    from PIL import Image
except ImportError:  # the exit kit has nothing compiled but cryptography, and looks for no code
    Image = None  # type: ignore[assignment]

from credentials.documents.baking.png import is_png

MAX_PIXELS = 12_000_000  # of a PNG, GIF or WebP, which are unpacked whole
MAX_PIXELS_JPEG = 64_000_000  # a JPEG is unpacked at an eighth of its size where that is enough
MAX_SIDE = 1_500  # pixels in which a code is looked for
MAX_CODES = 4
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_HEADS = (b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
# What Pillow lets out on broken pictures.
_BROKEN = (
    *(OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, EOFError),
    *(struct.error, zlib.error, AttributeError, RuntimeError),
    *(() if Image is None else (Image.DecompressionBombError,)),
)


def is_picture(data: bytes) -> bool:
    """Return whether the data begins like a picture in which a code can be looked for."""
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return is_png(data) or data.startswith(_HEADS) or webp


def text_in_code(data: bytes) -> str:
    """Return the text of the one QR code of a picture, or "" if it has none, several, or cannot be opened."""
    if Image is None:
        return ""
    try:
        picture = _opened(data)
        if picture is None:
            return ""
        codes = zxingcpp.read_barcodes(
            picture,
            formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
            text_mode=zxingcpp.TextMode.Plain,
        )
    except _BROKEN:
        return ""
    texts = {str(code.text) for code in codes[: MAX_CODES + 1]}
    return texts.pop().strip() if len(texts) == 1 else ""


def _opened(data: bytes) -> Any:
    """Return the picture in gray and no larger than needed, or None if it is too large to unpack."""
    with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        width, height = picture.size
        most = MAX_PIXELS_JPEG if picture.format == "JPEG" else MAX_PIXELS
        if width * height > most:
            return None
        picture.draft("L", (MAX_SIDE, MAX_SIDE))
        if picture.width * picture.height > MAX_PIXELS:
            return None
        gray = _on_white(picture).convert("L")
    gray.thumbnail((MAX_SIDE, MAX_SIDE), reducing_gap=2.0)
    return gray


def _on_white(picture: Any) -> Any:
    """Return the picture on white paper: a code on a transparent ground is black on black otherwise."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture.convert("RGBA"))
    return paper
