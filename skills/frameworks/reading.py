"""From the bytes of a file to a Package, whichever format it has."""

import json
from pathlib import PurePath

from django.utils.translation import gettext as _

from institution.imports import bytesniff, tables
from institution.imports.errors import UnreadableFile
from skills.formats import case, rsd
from skills.formats.errors import FormatError
from skills.formats.model import Package
from skills.frameworks.errors import UnreadableFramework

WORDS = frozenset(rsd.COLUMNS)


def package_of(data: bytes, *, file_name: str) -> Package:
    """Return the framework of a CASE package, an RSD collection or an RSD table.

    Raises UnreadableFramework with a remedy.
    """
    try:
        if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
            return _from_json(data)
        return _from_table(data, PurePath(file_name).stem)
    except FormatError as error:
        raise UnreadableFramework(sentence_of(error)) from error
    except UnreadableFile as error:
        raise UnreadableFramework(error.faults["file"]) from error


def _from_json(data: bytes) -> Package:
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableFramework(_("The JSON is broken. Export the file again.")) from error
    if case.is_case(parsed):
        return case.read(parsed)
    if rsd.is_collection(parsed):
        return rsd.read_collection(parsed)
    raise UnreadableFramework(
        _("This JSON is neither a CASE package nor a collection of Rich Skill Descriptors.")
    )


def _from_table(data: bytes, title: str) -> Package:
    table = tables.read(data, WORDS)
    if table.encoding == tables.PACKED:
        rows = tables.lines(table.packed or b"", tables.PACKED, ",")
    else:
        bytesniff.refuse_what_is_no_table(data)
        rows = tables.lines(data, table.encoding, table.delimiter)
    body = ((line, row) for line, row in rows if line >= table.first_data_line)
    return rsd.read_csv(table.columns, body, title=title.replace("_", " ").replace("-", " ").strip())


def sentence_of(error: FormatError) -> str:
    """Return what is wrong with a file in plain words."""
    sentences = {
        "no-case-package": _("This JSON is no CASE package: it has no CFDocument."),
        "document-incomplete": _("The framework has no identifier or no title."),
        "not-a-list": _("A part of the CASE package that must be a list is none."),
        "no-collection": _("This JSON is no collection of Rich Skill Descriptors."),
        "no-rsd-columns": _(
            "The table needs the columns “Skill Name” and “Contextualized Skill Statement”, as OSMT writes them."
        ),
    }
    return sentences.get(error.problem, error.problem)


def flaw_sentence(problem: str) -> str:
    """Return in plain words what was left out or mended, and why."""
    sentences = {
        "item-incomplete": _("A skill without identifier, name or statement was left out."),
        "item-twice": _("This skill stands twice; the first one counts."),
        "association-without-end": _("A connection that begins at no skill of this file was left out."),
        "parent-elsewhere": _("Its parent is not in this file; it stands at the top."),
        "cycle": _("Its parents lead back to itself; that step was left out."),
    }
    return sentences.get(problem, problem)
