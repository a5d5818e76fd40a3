"""`python -m deploy.messages extract|check`: the Spanish a learner, a verifier and the public read.

`extract` adds what the sources say and the catalogue lacks, with an empty translation; it never guesses one
and never touches one that is there. `check` names each string without a whole translation, and where it is.
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polib
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# What somebody sees who is not on the staff. Pages of the staff may be added when they are translated.
SOURCES = (
    "templates/*.html",
    "templates/_parts/*.html",
    "templates/account/*.html",
    "templates/allauth/**/*.html",
    "templates/catalog/*.html",
    "templates/desk/welcome.html",
    "templates/django/**/*.html",
    "templates/memory/glossary.html",
    "templates/mfa/**/*.html",
    "templates/notices/mailbox*.html",
    "templates/partners/consent.html",
    "templates/partners/problem*.html",
    "templates/records/*.html",
    "templates/sharing/*.html",
    "templates/showcase/*.html",
    "templates/verification/*.html",
    "learners/**/*.py",
    "credentials/checks/*.py",
    "credentials/reading/*.py",
    "credentials/verification/**/*.py",
    "credentials/showcase/**/*.py",
    "credentials/catalog/states.py",
    "credentials/catalog/wording.py",
    "credentials/catalog/templatetags/*.py",
    "credentials/catalog/selectors/reading.py",
    "credentials/issuing/states.py",
    "credentials/batches/api.py",
    "registry/problems.py",
    "registry/partners/api.py",
    "registry/partners/errors.py",
    "registry/partners/parsers.py",
    "institution/errors.py",
    "institution/asked.py",
    "institution/fetch.py",
    "institution/accounts/forms.py",
    "institution/accounts/errors.py",
    "institution/accounts/models/units.py",
    "institution/accounts/roles.py",
    "institution/notices/errors.py",
    "institution/accounts/templatetags/ui.py",
    "registry/partners/consent.py",
)
# The staff alone sees these.
APART = (
    "*/admin.py",
    "*/migrations/*",
    "templates/base_staff.html",
    "templates/_parts/bar_staff.html",
    "learners/records/services/helping.py",
    "learners/helpdesk/*.py",
)
HELD = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%[sd]")


class Message(NamedTuple):
    """One string of the sources, and the first place it stands in."""

    context: str | None
    text: str
    plural: str | None
    place: str


def messages(root: Path = ROOT, patterns: Iterable[str] = SOURCES) -> list[Message]:
    """Return each string of the sources once, in the order of the sources."""
    found: dict[tuple[str | None, str], Message] = {}
    for path in _files(root, patterns):
        for message in _read(path, path.relative_to(root).as_posix()):
            known = found.setdefault((message.context, message.text), message)
            if known.plural is None and message.plural is not None:
                found[(message.context, message.text)] = message
    return list(found.values())


def lacking(catalog: polib.POFile, wanted: Iterable[Message]) -> list[str]:
    """Return a line for each string without a whole translation: where, which, and what is wrong with it."""
    lines = []
    for message in wanted:
        entry = catalog.find(message.text, msgctxt=message.context or False)
        if wrong := _wrong(entry, message):
            lines.append(f"{message.place}: {message.text!r}: {wrong}")
    return lines


def extract(path: Path = CATALOG, wanted: Iterable[Message] | None = None) -> int:
    """Add the strings that the catalogue lacks, untranslated; return how many."""
    catalog = polib.pofile(str(path), wrapwidth=0)
    added = 0
    for message in messages() if wanted is None else wanted:
        entry = catalog.find(message.text, msgctxt=message.context or False)
        if entry is None:
            entry = polib.POEntry(msgid=message.text, msgctxt=message.context, comment=message.place)
            catalog.append(entry)
            added += 1
        if message.plural and not entry.msgid_plural:
            entry.msgid_plural, entry.msgstr_plural = message.plural, {0: "", 1: ""}
            entry.msgstr = ""
    catalog.save(str(path))
    return added


def main(arguments: list[str]) -> int:
    """Run one verb; return the exit code."""
    if arguments == ["extract"]:
        print(f"{extract()} strings added.")
        return 0
    if arguments != ["check"]:
        print(__doc__)
        return 2
    wanted = messages()
    lines = lacking(polib.pofile(str(CATALOG)), wanted)
    print("\n".join([*lines, f"{len(wanted)} strings, {len(lines)} without a whole translation."]))
    return 1 if lines else 0


def placeholders(text: str) -> list[str]:
    """Return what is filled in when the text is shown, sorted."""
    return sorted(match.group() for match in HELD.finditer(text.replace("%%", "")))


def _wrong(entry: polib.POEntry | None, message: Message) -> str:
    if entry is None or entry.obsolete:
        return "not in the catalogue"
    if "fuzzy" in entry.flags:
        return "a guess (fuzzy)"
    if message.plural is None and not entry.msgid_plural:
        return _differs(message.text, entry.msgstr)
    if set(entry.msgstr_plural) != {0, 1}:
        return "no plural forms"
    one, more = entry.msgstr_plural[0], entry.msgstr_plural[1]
    return _differs(message.text, one) or _differs(message.plural or entry.msgid_plural, more)


def _differs(text: str, spanish: str) -> str:
    if not spanish.strip():
        return "no translation"
    if placeholders(text) != placeholders(spanish):
        return f"fills in {placeholders(spanish)}, not {placeholders(text)}"
    if text.startswith("\n") != spanish.startswith("\n") or text.endswith("\n") != spanish.endswith("\n"):
        return "line breaks at the ends differ"
    return ""


def _files(root: Path, patterns: Iterable[str]) -> list[Path]:
    found = {path: None for pattern in patterns for path in sorted(root.glob(pattern)) if path.is_file()}
    return [path for path in found if not any(path.relative_to(root).match(apart) for apart in APART)]


def _read(path: Path, name: str) -> Iterator[Message]:
    text = path.read_text(encoding="utf-8")
    pieces = enumerate(templatize(text).splitlines(), 1) if path.suffix != ".py" else [(0, text)]
    for first, piece in pieces:
        source = io.BytesIO(piece.strip().encode() if first else piece.encode())
        found: Any = extract_python(source, dict(KEYWORDS), (), {"encoding": "utf-8"})
        for line, function, given, _comments in found:
            parts = [part for part in (given if isinstance(given, tuple) else (given,)) if part is not None]
            if parts:
                yield _message(function, parts, f"{name}:{first or line}")


def _message(function: str | None, parts: list[str], place: str) -> Message:
    context = parts.pop(0) if function and "pgettext" in function else None
    plural = parts[1] if function and "ngettext" in function or function == "npgettext" else None
    return Message(context, parts[0], plural, place)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
