"""How fast a catalogue file of 50,000 rows is read, compared and taken over, as CSV and as XLSX.

    python benchmarks/intake.py [rows]

Wall time and processor time of this process for each step, and its peak memory. The database's own
work is in the wall time only. Servers: DATABASE_URL and REDIS_URL, else the embedded ones.
"""

from __future__ import annotations

import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("REGISTRY_ENV", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
os.environ.setdefault("TEST_DB", "bench_intake")
os.environ["REVOCATION_JOURNAL"] = str(Path(tempfile.mkdtemp(prefix="bench-")) / "revocations.jsonl")

from tests.support import servers

HEADER = ["Code", "Name", "Credits", "Description"]
ANSWERS = {"kind": "credit", "credit_unit": "quarter", "code_style": "as_is"}


def main(rows: int) -> None:
    """Lay a college in a database of its own and take the same file in twice."""
    servers.use()
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import get_runner

    connection.settings_dict["TEST"]["NAME"] = os.environ["TEST_DB"]
    runner = get_runner(settings)(verbosity=0, interactive=False)
    old = runner.setup_databases()
    try:
        print(servers.versions())
        measure(rows)
    finally:
        runner.teardown_databases(old)
        servers.stop()


@contextmanager
def timed(step: str, rows: int) -> Iterator[None]:
    """Print how long a step took."""
    wall, used = time.perf_counter(), time.process_time()
    yield
    wall, used = time.perf_counter() - wall, time.process_time() - used
    print(f"{step:<28}{wall:7.1f} s {used:7.1f} s of processor, {rows / wall:8,.0f} rows/s", flush=True)


def lines(rows: int, word: str) -> Iterator[list[str]]:
    """Yield a header and rows as a catalogue has them."""
    yield HEADER
    for number in range(rows):
        yield [f"{word}{number:05d}", f"Course number {number}, part one", "2.5", f"About topic {number}."]


def as_csv(rows: int, word: str) -> bytes:
    """Return a file of comma-separated values."""
    import csv

    out = io.StringIO()
    csv.writer(out).writerows(lines(rows, word))
    return out.getvalue().encode()


def as_xlsx(rows: int, word: str) -> bytes:
    """Return a workbook."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Catalog")
    for line in lines(rows, word):
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def measure(rows: int) -> None:
    """Take a file in as CSV, the same again, and another as XLSX."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from credentials.intake import services
    from credentials.intake.fields import FIELDS
    from institution.accounts.roles import Role
    from institution.imports import mapping
    from tests.support.people import give, lay_college

    college = lay_college()
    give(college.registrar, Role.REGISTRAR, college.district)
    csv_file = as_csv(rows, "C")
    for name, data in (("first.csv", csv_file), ("again.csv", csv_file), ("book.xlsx", as_xlsx(rows, "X"))):
        who = {"actor": college.registrar, "now": timezone.now()}
        with timed(f"{name}: keep and read", rows):
            upload = services.start_import(SimpleUploadedFile(name, data), college.main, **who)
            upload = (
                getattr(services, "read_file", lambda pk, now: None)(upload.pk, now=timezone.now()) or upload
            )
        services.confirm_columns(upload, mapping.guess(upload, FIELDS), ANSWERS, **who)
        with timed(f"{name}: compare", rows):
            counts = services.preview_import(services.begin_preview(upload, **who), now=timezone.now())
        with timed(f"{name}: take over", rows):
            services.take_over(services.begin_apply(upload, **who), **who)
        print({key: count for key, count in counts.items() if count}, flush=True)
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
