"""Catalogue files of the sample college: one whose preview waits for a word, one whose columns do."""

import csv
import io
from datetime import datetime
from typing import Any

from credentials.intake import services
from credentials.intake.fields import FIELDS, KIND
from institution.imports import mapping
from institution.imports.models import Upload
from registry.desk.demo.calendar import Calendar
from registry.desk.demo.catalogue import offering_rows
from registry.desk.demo.college import DEPARTMENTS, DISTRICT, people, units

HEADER = ("College", "Department", "Course code", "Course title", "Credits", "Description")
SHOWN = ("NUR", "DAT", "WLD")
NEW = (
    ("NUR", "NURS-310", "Palliative Care", "5", "Care at the end of life, and for those who stay."),
    ("DAT", "DATA-260", "Data Ethics", "3", "What may be counted, and who decides."),
    ("WLD", "WELD-260", "Pipe Welding", "6", "Pipes that hold under pressure."),
)
FAULTY = (
    ("NUR", "NURS-311", "", "5", "A row without a title."),
    ("DAT", "DATA-261", "Seminar", "five", "A row whose credits are a word."),
)


def lay_imports(calendar: Calendar) -> None:
    """Leave two catalogue files at the desk that imports offerings."""
    if Upload.objects.filter(kind=KIND).exists():
        return
    upload = _start("spring-schedule.csv", calendar.at(1))
    registrar, now = people()["registrar"], calendar.at(1, minutes=5)
    answers = {"kind": "credit", "credit_unit": "quarter", "code_style": "as_is"}
    upload = services.confirm_columns(
        upload, mapping.guess(upload, FIELDS), answers, actor=registrar, now=now
    )
    upload = services.begin_preview(upload, actor=registrar, now=now)
    services.preview_import(upload, now=now)
    _start("summer-schedule.csv", calendar.at(0.2))


def _start(name: str, now: datetime) -> Upload:
    file: Any = io.BytesIO(_text().encode("utf-8-sig"))
    file.name = name
    return services.start_import(file, units()[DISTRICT], actor=people()["registrar"], now=now)


def _text() -> str:
    """Return the schedule: most rows as they are, some with another title, some new, two faulty."""
    rows = [row for row in offering_rows() if row["unit"] in SHOWN and row["kind"] == "credit"]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for number, row in enumerate(rows):
        title = f"{row['title']} (revised)" if number % 6 == 5 else row["title"]
        college, department = DEPARTMENTS[row["unit"]]
        writer.writerow((college, department, row["code"], title, row["credits"], row["description"]))
    for unit, *rest in (*NEW, *FAULTY):
        writer.writerow((*DEPARTMENTS[unit], *rest))
    return out.getvalue()
