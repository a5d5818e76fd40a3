"""Take in a badge picture: PNG only, checked and written anew, so that nothing hides in it."""

from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from institution.errors import InvalidInput

MAX_BYTES = 1024 * 1024
MIN_SIDE, MAX_SIDE = 90, 2000
PNG = "image/png"


def clean_png(content: bytes) -> bytes:
    """Return the same picture as a PNG without metadata. Raises InvalidInput(image=…) with what to do.

    SVG is refused: it may carry scripts and links to elsewhere.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInput({"image": _("The picture is larger than 1 MB. Save it smaller.")})
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as picture:
            if not all(MIN_SIDE <= side <= MAX_SIDE for side in picture.size):
                raise InvalidInput({"image": _("The picture must be 90 to 2,000 pixels wide and high.")})
            out = BytesIO()
            whole = picture.convert(
                "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
            )
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidInput(
            {"image": _("This is not a PNG picture. Save it as PNG, not SVG or JPEG.")}
        ) from error
    whole.info.clear()
    whole.save(out, "PNG", optimize=True)
    return out.getvalue()
