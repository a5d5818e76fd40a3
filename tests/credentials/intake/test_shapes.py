"""Every shape of catalogue file the issue names, through the screens, down to the offerings."""

import pytest

from credentials.catalog.models import Offering, OfferingVersion
from credentials.intake import tasks
from institution.imports import selectors
from institution.imports.states import UploadState
from tests.credentials.intake.samples import SEATTLE, as_csv, seattle_like
from tests.institution.imports.files import workbook

HEADER = ["Code", "Title", "Credits", "Description"]
ROWS = [
    ["WELD 109", "Soldadura básica", "4.5", "How to join metal, safely."],
    ["WELD 110", "Pipe welding", "5", "More of it."],
    ["WELD 111", "Über-welding", "3", "The rest."],
]


def titles() -> set[str]:
    return set(OfferingVersion.objects.values_list("title", flat=True))


def shaped(name: str) -> tuple[bytes, str]:
    table = [HEADER, *ROWS]
    spanish = [["Clave", "Nombre del curso", "Créditos", "Descripción"], *ROWS]
    merged = [["School", *HEADER], ["Metal", *ROWS[0]], [None, *ROWS[1]], [None, *ROWS[2]]]
    return {
        "title lines": (as_csv([["Riverbend College"], ["Catalog 2026"], [], *table]), "a.csv"),
        "no header": (as_csv(ROWS), "a.csv"),
        "spanish header": (as_csv(spanish), "a.csv"),
        "merged cells": (workbook(merged, ("A2:A4",)), "a.xlsx"),
        "latin-1": (as_csv(table, encoding="latin-1"), "a.csv"),
        "byte order mark": (as_csv(table, encoding="utf-8-sig"), "a.csv"),
        "utf-16": (as_csv(table, mark="\t", encoding="utf-16"), "a.txt"),
        "semicolons": (
            as_csv([[cell.replace("4.5", "4,5") for cell in row] for row in table], mark=";"),
            "a.csv",
        ),
        "empty lines": (as_csv([HEADER, [], ROWS[0], ["", "", "", ""], *ROWS[1:], []]), "a.csv"),
    }[name]


@pytest.mark.parametrize(
    "shape",
    [
        "title lines",
        "no header",
        "spanish header",
        "merged cells",
        "latin-1",
        "byte order mark",
        "utf-16",
        "semicolons",
        "empty lines",
    ],
)
class TestShapes:
    def test_comes_in_whole(self, shape, send, take):
        data, name = shaped(shape)
        upload = take(send(data, name))
        assert upload.state == UploadState.APPLIED
        assert titles() == {row[1] for row in ROWS}
        version = OfferingVersion.objects.get(title="Soldadura básica")
        assert (str(version.credits), version.credit_unit, version.kind, version.state) == (
            "4.50",
            "quarter",
            "credit",
            "draft",
        )
        assert version.offering.code == "WELD 109"
        assert version.description == "How to join metal, safely."


class TestSeattle:
    def test_a_file_of_a_district_comes_in_whole(self, send, take, college):
        rows = seattle_like()
        upload = send(as_csv([SEATTLE, *rows]), unit=college.district)
        found = selectors.counts(upload)
        assert (found["asked"] > 0, found["faulty"]) == (True, 0)
        assert len(upload.notes["new_units"]) == 3 + 18
        take(upload)
        assert Offering.objects.count() == len(rows)
        colleges = {
            unit.parent.name
            for unit in {row.org_unit for row in Offering.objects.select_related("org_unit__parent")}
        }
        assert colleges == {"Central", "South", "North"}
        assert Offering.objects.filter(code="ENGL& 020").count() == 3
        tagged = OfferingVersion.objects.get(title="Course 0, part one").achievement_versions.get()
        assert tagged.tags == ["HY", "LC"]

    def test_the_same_file_twice_changes_nothing(self, send, take, college):
        data = as_csv([SEATTLE, *seattle_like()])
        take(send(data, unit=college.district), answer="noncredit")
        before = list(OfferingVersion.objects.order_by("pk").values_list("pk", "edited_at"))
        second = send(data, unit=college.district)
        assert selectors.counts(second) == {
            "added": 0,
            "changed": 0,
            "unchanged": 120,
            "faulty": 0,
            "asked": 0,
        }
        assert second.notes["new_units"] == []
        take(second)
        assert list(OfferingVersion.objects.order_by("pk").values_list("pk", "edited_at")) == before

    def test_a_group_may_come_in_as_non_credit_or_stay_out(self, send, take, college):
        rows = seattle_like()
        take(send(as_csv([SEATTLE, *rows]), unit=college.district), answer="noncredit")
        assert OfferingVersion.objects.filter(kind="noncredit").exists()
        assert not OfferingVersion.objects.filter(kind="credit", credits=0).exists()

    def test_rows_of_units_that_nobody_wants_stay_out(self, send, take, college):
        take(send(as_csv([SEATTLE, *seattle_like()]), unit=college.district), units="leave")
        assert Offering.objects.count() == 0


@pytest.mark.django_db(transaction=True)
class TestFiftyThousandRows:
    def test_come_in_by_a_worker_with_few_events(self, send, registrar, college, monkeypatch):
        """The page hands the work over; the tasks are run here as a worker would, each chunk committed.

        In one transaction PostgreSQL would keep 50,000 rows' keys to check for its end: two minutes.
        """
        from django.urls import reverse

        from institution.events.models import Event

        poked = []
        monkeypatch.setattr(tasks.stage, "delay_on_commit", lambda **kw: poked.append(("stage", kw)))
        monkeypatch.setattr(tasks.take_over, "delay_on_commit", lambda **kw: poked.append(("take", kw)))
        rows = [[f"C{number:05d}", f"Course number {number}", "3", ""] for number in range(50_000)]
        upload = send(as_csv([HEADER, *rows]))
        assert (upload.state, upload.row_count) == (UploadState.STAGING, 50_000)
        assert tasks.stage(**poked[0][1]) == 50_000
        registrar.post(reverse("intake:apply", args=[upload.pk]))
        assert tasks.take_over(**poked[1][1]) == 50_000
        assert tasks.take_over(**poked[1][1]) == 0
        assert Offering.objects.count() == 50_000
        assert Event.objects.filter(kind="offerings.imported").count() == 50
