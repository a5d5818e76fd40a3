"""What kind of file some bytes are, and how their text is encoded and separated."""

import codecs
import csv
import io
from collections import Counter

from django.utils.translation import gettext as _

from institution.imports.errors import UnreadableFile

CHUNK = 1 << 20
DELIMITERS = (",", ";", "\t", "|")
LOOK_AT = 64 * 1024  # characters from which the delimiter is told


def refuse_what_is_no_table(data: bytes) -> None:
    """Raise UnreadableFile, with what to do, for the files people send by mistake."""
    head = data[:4096].lstrip()
    lower = head[:400].lower()
    if not head.strip(b"\x00\xff\xfe\xef\xbb\xbf \r\n\t"):
        raise UnreadableFile(_("The file is empty. Export it again and check that it has rows."))
    if head.startswith(b"%PDF"):
        raise UnreadableFile(_("This is a PDF. Ask for the same list as CSV or XLSX."))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            _("This is an old Excel file (.xls) or one with a password. Open it and save it as .xlsx.")
        )
    if lower.startswith((b"<!doctype", b"<html", b"<table")) or b"<html" in lower:
        raise UnreadableFile(_("This is a web page, not a table. Export the list as CSV or XLSX."))
    if lower.startswith(b"<?xml"):
        raise UnreadableFile(_("This is XML. Open it in a spreadsheet program and save it as .xlsx."))
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"\x1f\x8b", b"7z\xbc\xaf")):
        raise UnreadableFile(_("This is a picture or an archive. Upload the table itself, as CSV or XLSX."))
    if head.startswith(b"{") or (head.startswith(b"[") and b"{" in head):
        raise UnreadableFile(_("This is JSON. Here a table is expected, as CSV or XLSX."))


def is_archive(data: bytes) -> bool:
    """Return whether the bytes are a ZIP archive, as every .xlsx is."""
    return data.startswith(b"PK\x03\x04")


def encoding_of(data: bytes) -> str:
    """Return the codec that reads all bytes: by mark, by pattern of zeros, UTF-8, else Windows-1252."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return name if _decodes(data, name) else _broken()
    sample = data[:4096]
    if b"\x00" in sample:
        return _sixteen_bits(data, sample)
    if _decodes(data, "utf-8"):
        return "utf-8"
    return "cp1252" if _decodes(data, "cp1252") else "latin-1"


def _sixteen_bits(data: bytes, sample: bytes) -> str:
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    if odd > len(sample) * 0.3 and _decodes(data, "utf-16-le"):
        return "utf-16-le"
    if even > len(sample) * 0.3 and _decodes(data, "utf-16-be"):
        return "utf-16-be"
    return _broken()


def _broken() -> str:
    raise UnreadableFile(_("This file is no text and no workbook. Export the list as CSV or XLSX."))


def _decodes(data: bytes, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    view = memoryview(data)
    try:
        for start in range(0, len(view), CHUNK):
            decoder.decode(view[start : start + CHUNK], final=start + CHUNK >= len(view))
    except UnicodeDecodeError:
        return False
    return True


def delimiter_of(data: bytes, encoding: str) -> str:
    """Return the separator that cuts most lines into the same number of cells; a comma if none does."""
    text = io.TextIOWrapper(io.BytesIO(data[: LOOK_AT * 4]), encoding, errors="ignore", newline="").read(
        LOOK_AT
    )
    first = text.lstrip("\ufeff").split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    best = max(DELIMITERS, key=lambda mark: _evenness(text, mark))
    return best if _evenness(text, best) > 0 else ","


def _evenness(text: str, mark: str) -> float:
    lines = io.StringIO(text, newline="")
    try:
        widths = [
            len(row) for _index, row in zip(range(300), csv.reader(lines, delimiter=mark), strict=False)
        ]
    except csv.Error:
        return 0.0
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return 0.0
    width, count = wide.most_common(1)[0]
    filled = sum(1 for width in widths if width > 0)
    return count / filled * min(width, 20)
