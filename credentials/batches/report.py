"""The batch report as a tagged PDF: what came in, what was issued, what was refused, who confirmed."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credentials.issuing import selectors
from credentials.issuing.models import IssuanceBatch
from institution.accounts.services import institution_now
from institution.imports.models import Upload

TEMPLATE = Path(__file__).with_name("report.typ")
MOST_ROWS = 500  # refused rows in the report; the file of faulty rows has all of them


def report_pdf(batch: IssuanceBatch, *, now: datetime) -> bytes:
    """Return the report. Names and addresses of learners do not stand in it."""
    said = json.dumps(report_data(batch, now=now), default=str)
    pdf: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        sys_inputs={"data": said},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(now.timestamp()),
    )
    return pdf


def report_data(batch: IssuanceBatch, *, now: datetime) -> dict[str, Any]:
    """Return what the report says, in the reader's language."""
    upload = Upload.objects.light().filter(pk=batch.upload_id).first() if batch.upload_id else None
    needing = selectors.rows_needing_you(batch)
    refused = [_refused(row) for row in needing[:MOST_ROWS]]
    facts = [
        (_("Unit"), batch.org_unit.name),
        (_("State"), str(batch.get_state_display())),
        (_("Prepared by"), _who(batch.created_by, batch.created_at)),
        (_("Confirmed by"), _who(batch.confirmed_by, batch.confirmed_at)),
        (_("Signed"), _when(batch.signed_at)),
        (_("Released by"), _who(batch.released_by, batch.released_at)),
    ]
    if upload:
        facts += [(_("File"), upload.file_name), (_("SHA-256 of the file"), upload.sha256)]
    return {
        "language": get_language() or "en",
        "title": batch.title,
        "institution": institution_now().name,
        "kind": _("Batch report"),
        "facts": [[label, value or "–"] for label, value in facts],
        "figures": _figures(batch),
        "versions": [_version(row) for row in selectors.versions_of(batch)],
        "refused": refused,
        "words": {
            "figures": _("Figures"),
            "versions": _("What was awarded"),
            "version_heads": [_("Code"), _("Achievement"), _("Version"), _("Rows")],
            "refused": _("Rows that were left out"),
            "refused_heads": [_("Line"), _("Column"), _("Why"), _("What to do")],
            "none": _("No row was left out."),
            "more": _("The first %(n)d rows are listed; the portal has all of them.") % {"n": MOST_ROWS}
            if needing.count() > MOST_ROWS
            else "",
            "made": _("Made on %(when)s. Batch %(id)s.") % {"when": _when(now), "id": batch.pk},
        },
    }


def _figures(batch: IssuanceBatch) -> list[list[str]]:
    figures = [
        (_("Rows"), batch.row_count),
        (_("New credentials"), batch.issue_count),
        (_("Corrections"), batch.correction_count),
        (_("Issued already, unchanged"), batch.nothing_count),
        (_("Refused in the report"), batch.refused_count),
        (_("Signed"), batch.signed_count),
        (_("Could not be signed"), batch.failed_count),
    ]
    return [
        [label, formats.number_format(value, use_l10n=True, force_grouping=True)] for label, value in figures
    ]


def _refused(row: Any) -> list[str]:
    columns = "; ".join(one["column"] for one in row.faults if one["column"])
    why = " ".join(one["message"] for one in row.faults)
    return [str(row.line), columns, why, " ".join(one.get("remedy", "") for one in row.faults)]


def _version(row: dict[str, Any]) -> list[str]:
    place = "achievement_version__offering_version__"
    return [
        row[f"{place}offering__code"] or "",
        row["achievement_version__name"] or "",
        str(row[f"{place}number"] or ""),
        str(row["n"]),
    ]


def _when(moment: datetime | None) -> str:
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else ""


def _who(person: Any, moment: datetime | None) -> str:
    return f"{person}, {_when(moment)}" if person else ""
