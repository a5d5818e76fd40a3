"""The sample college's two skills frameworks, imported from files."""

from pathlib import Path

from registry.desk.demo.calendar import FOUNDED, Calendar
from registry.desk.demo.college import DISTRICT, people, units
from skills.frameworks.models import Framework
from skills.frameworks.services import apply_import, read_import

DATA = Path(__file__).parent / "data"
FILES = ("outcomes.json", "skills.csv")


def lay_frameworks(calendar: Calendar) -> None:
    """Import the institutional outcomes (CASE) and the work skills (RSD)."""
    if Framework.objects.count() >= len(FILES):
        return
    office, district = people()["program"], units()[DISTRICT]
    for name in FILES:
        now = calendar.at(FOUNDED - 3)
        run = read_import(
            (DATA / name).read_bytes(), file_name=name, org_unit=district, actor=office, now=now
        )
        apply_import(run, actor=office, now=now)
