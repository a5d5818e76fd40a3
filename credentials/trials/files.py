"""A trial as paper and as a picture, each with its word across it and the signed text inside."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from credentials.documents.baking.png import bake_png
from credentials.trials.models import TrialDocument

TEMPLATE = Path(__file__).with_name("trial.typ")
SIZE = 800  # pixels, square
GROUND, MARK, TEXT = "#ffffff", (166, 30, 30, 150), "#15232b"
ATTACHED = "trial.json"


def paper(one: TrialDocument) -> bytes:
    """Return an accessible PDF with the signed text attached."""
    said = json.loads(one.document)
    subject = said["credentialSubject"]
    facts = [
        (_("Name"), subject.get("name", "")),
        (_("Issued by"), said["issuer"]["name"]),
        (_("Awarded"), _day(said["awardedDate"])),
        (_("Ends on"), _day(said["validUntil"])),
    ]
    data = {
        "language": get_language() or "en",
        "mark": _("TRIAL"),
        "title": said["name"],
        "facts": [pair for pair in facts if pair[1]],
        "sentence": _("This is a trial, not a credential. Nobody earned anything by it."),
        "file": ATTACHED,
        "about": _("The signed text of the trial"),
    }
    files: Any = {"main.typ": TEMPLATE.read_bytes(), "file": one.document.encode()}
    pdf: bytes = typst.compile(
        files,
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        ignore_system_fonts=False,
        timestamp=int(one.trial.made_at.timestamp()),
    )
    return pdf


def picture(one: TrialDocument) -> bytes:
    """Return the achievement's picture, or a plain one, with the word across it and the signed text in it."""
    achieved = one.achievement_version
    if achieved.image and achieved.image_type == "image/png":
        ground = Image.open(io.BytesIO(bytes(achieved.image))).convert("RGBA").resize((SIZE, SIZE))
    else:
        ground = Image.new("RGBA", (SIZE, SIZE), GROUND)
        ImageDraw.Draw(ground).text((60, 60), achieved.name[:40], fill=TEXT, font=ImageFont.load_default(32))
    marked = Image.alpha_composite(ground, _mark(_("TRIAL"))).convert("RGB")
    out = io.BytesIO()
    marked.save(out, "PNG", optimize=True)
    return bake_png(out.getvalue(), one.document)


def _mark(word: str) -> Image.Image:
    layer = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    font: Any = ImageFont.load_default(170)
    pen.text((SIZE / 2, SIZE / 2), word, fill=MARK, font=font, anchor="mm")
    return layer.rotate(30)


def _day(moment: str) -> str:
    return date_format(date.fromisoformat(moment[:10]))
