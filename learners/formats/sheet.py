"""A credential, or a whole record, as a tagged PDF to print: with a code to check it and the signed text inside.

PDF/UA-1 (accessible) and PDF/A-3a (may carry files). Text reaches the template as JSON, never as markup.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
import typst

HERE = Path(__file__).parent
STANDARDS = ["ua-1", "a-3a"]


@dataclass(frozen=True)
class Entry:
    """One credential in words. `facts`: label and value; `paragraphs`: plain text, already without Markdown."""

    title: str
    state: str
    facts: list[tuple[str, str]]
    paragraphs: list[str] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Attachment:
    """A signed text that travels inside the PDF, byte for byte."""

    name: str
    data: bytes
    description: str


@dataclass(frozen=True)
class Sheet:
    """What stands on the paper. `check_url`: where a reader checks it, printed and as a code."""

    language: str  # en, es
    college: str
    heading: str
    name: str
    sentence: str
    entries: list[Entry]
    check_url: str
    check_words: str
    skills_heading: str
    foot: str
    code_words: str  # what the code shows, for those who cannot see it
    accent: str = "#0b5c6b"


def sheet_pdf(sheet: Sheet, attachments: list[Attachment], *, made_at: datetime) -> bytes:
    """Return the sheet as a PDF with the attachments inside. The same input gives the same bytes."""
    said = json.dumps(asdict(sheet) | {"files": [_said(one) for one in attachments]}, ensure_ascii=False)
    code = segno.make(sheet.check_url, error="m").svg_inline(border=0, dark="#15232b")
    files = {
        "main.typ": (HERE / "sheet.typ").read_bytes(),
        "code.svg": _alone(code).encode(),
        **{f"files/{index}": one.data for index, one in enumerate(attachments)},
    }
    try:
        return _compile(files, said, made_at, STANDARDS)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _compile(files, said, made_at, [])  # a script without a font here: better a gap than no sheet


def _compile(files: Any, said: str, made_at: datetime, standards: Any) -> bytes:
    pdf: bytes = typst.compile(
        files,
        format="pdf",
        sys_inputs={"data": said},
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=False,
        pdf_standards=standards,
        timestamp=int(made_at.timestamp()),
    )
    return pdf


def _said(one: Attachment) -> dict[str, str]:
    return {"name": one.name, "description": one.description}


def _alone(svg: str) -> str:
    """Return an SVG that stands by itself."""
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) if "xmlns=" not in svg else svg
