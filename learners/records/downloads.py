"""A learner's credentials as files to keep: the signed text, a picture and a paper that carry it."""

import csv
import html
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from credentials.catalog.wording import credit_words, markdown
from credentials.documents.baking.png import bake_png
from credentials.issuing.models import Credential
from credentials.issuing.published import document_bytes
from institution.accounts.services import institution_now
from learners.formats.picture import draw_picture
from learners.formats.sheet import Attachment, Entry, Sheet, sheet_pdf
from learners.records.reading import by_whom, results_of, state_of, ties_of

MOST_ATTACHED = 60  # signed texts that travel inside one paper
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def file_name(credential: Credential, ending: str) -> str:
    """Return a name for a downloaded file: the offering's code and a piece of the id, no person."""
    code = credential.achievement_version.offering_version.offering.code
    safe = (
        "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in code)
        .strip("-")
        .lower()
    )
    return f"{safe or 'credential'}-{str(credential.urn)[:8]}.{ending}"


def baked_png(credential: Credential) -> bytes:
    """Return the picture of a credential with the signed text inside (Open Badges 3.0, section 5.3)."""
    achieved = credential.achievement_version
    picture = bytes(achieved.image) if achieved.image and achieved.image_type == "image/png" else None
    if picture is None:
        place = institution_now()
        kind = str(achieved.offering_version.get_kind_display())
        basis = str(achieved.get_basis_display()).lower() if achieved.basis else ""
        picture = draw_picture(
            achieved.name,
            college=place.name,
            kind=f"{kind} · {basis}" if basis else kind,
            accent=place.accent_color,
        )
    return bake_png(picture, credential.document)


def paper(credentials: Sequence[Credential], *, name: str, heading: str, now: datetime) -> bytes:
    """Return these credentials as an accessible PDF, each signed text attached, with a code to check them."""
    place = institution_now()
    count = len(credentials)
    check_url = f"{settings.PORTAL_ORIGIN}/verify/"
    sheet = Sheet(
        language=get_language() or "en",
        college=place.name,
        heading=heading,
        name=name,
        sentence=ngettext(
            "%(n)d credential, signed by the college.", "%(n)d credentials, signed by the college.", count
        )
        % {"n": count},
        entries=[_entry(one, now=now) for one in credentials],
        check_url=check_url,
        check_words=_("To check it, upload this file here:"),
        skills_heading=_("Skills:"),
        foot=_("Made on %(day)s. The paper is a copy; the signed files inside are what counts.")
        % {"day": date_format(now)},
        code_words=_("A code that opens the page where this file can be checked"),
        accent=place.accent_color,
    )
    files = [
        Attachment(file_name(one, "json"), document_bytes(one), one.achievement_version.name)
        for one in credentials[:MOST_ATTACHED]
    ]
    return sheet_pdf(sheet, files, made_at=now)


def _entry(credential: Credential, *, now: datetime) -> Entry:
    achieved = credential.achievement_version
    version = achieved.offering_version
    facts = [
        (_("Kind"), str(version.get_kind_display())),
        (_("Awarded"), date_format(credential.awarded_on)),
        (_("Issued by"), f"{credential.profile.name} · {credential.org_unit.name}"),
    ]
    if credits := credit_words(version, credential.row.credits):
        facts.insert(1, (_("Credits or hours"), credits))
    facts += [(name, value) for name, value, _meaning in results_of(credential)]
    return Entry(
        title=achieved.name,
        state=f"{state_of(credential, now=now)[1]} · {by_whom(credential)}",
        facts=facts,
        paragraphs=[text for text in (_plain(achieved.criteria), credential.row.narrative) if text],
        skills=[tie.skill.name for tie in ties_of(achieved)],
    )


def _plain(text: str) -> str:
    """Return Markdown as plain text."""
    return html.unescape(strip_tags(markdown(text))).strip()


def everything(credentials: Sequence[Credential], *, now: datetime) -> bytes:
    """Return a ZIP with every signed text and a table of what they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("record.csv", _table(credentials, now=now))
        for credential in credentials:
            bundle.writestr(file_name(credential, "json"), document_bytes(credential))
    return out.getvalue()


def _table(credentials: Sequence[Credential], *, now: datetime) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_("Name"), _("Kind"), _("Awarded"), _("State"), _("Results"), _("Skills"), _("Id")])
    for one in credentials:
        achieved = one.achievement_version
        results = "; ".join(f"{name}: {value}" for name, value, _meaning in results_of(one))
        skills = "; ".join(tie.skill.name for tie in ties_of(achieved))
        kind = str(achieved.offering_version.get_kind_display())
        cells = [achieved.name, kind, one.awarded_on.isoformat(), state_of(one, now=now)[1], results, skills,
                 f"urn:uuid:{one.urn}"]  # fmt: skip
        writer.writerow([_safe(cell) for cell in cells])
    return "\ufeff" + text.getvalue()


def _safe(cell: Any) -> str:
    """Return a cell that no spreadsheet program takes for a formula."""
    return f"'{cell}" if str(cell).startswith(FORMULA) else str(cell)


def named_in(credential: Credential) -> str:
    """Return the name that the signed document carries; the recipient's where it carries none."""
    subject = json.loads(credential.document).get("credentialSubject", {})
    return str(subject.get("name") or credential.recipient.name)
