"""How fast a confirmed batch is signed by real Celery workers on real PostgreSQL and Redis.

    python benchmarks/issue.py [rows]

Lays a college in a database of its own, uploads files of completions (20,000 rows unless told), confirms
their reports, and measures from confirmed to signed: with one worker process, then with two. Each signs two
batches, the first right after its start, where it still has everything to learn; what signs in memory beside
it has learned before, as the second batch finds it. Also says how long the report took, and the peak memory
of a worker. Servers: DATABASE_URL and REDIS_URL, else
the embedded ones.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("REGISTRY_ENV", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
os.environ.setdefault("TEST_DB", "bench_issue")
os.environ["REVOCATION_JOURNAL"] = str(Path(tempfile.mkdtemp(prefix="bench-")) / "revocations.jsonl")

from benchmarks._rounds import rate
from benchmarks.sign import BATCH, DEMO, by_press, credential, way
from tests.support import servers


def peak_mebibytes(pid: int) -> float:
    """Return the largest resident memory that a process and its children had, each by itself."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    peaks = []
    for one in [str(pid), *children]:
        lines = Path(f"/proc/{one}/status").read_text().splitlines()
        peaks += [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")]
    return max(peaks)


def processor_seconds(pid: int) -> float:
    """Return the processor time that a worker and its children have used."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = 0
    for one in [str(pid), *children]:
        with suppress(FileNotFoundError):  # a process of the server that ended this moment
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def postgres_seconds() -> float:
    """Return the processor time of all processes of the server, also of those that ended."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("show data_directory")
        home = Path(cursor.fetchone()[0])
    pid = int((home / "postmaster.pid").read_text().split()[0])
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ended = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
    return ended + processor_seconds(pid)


def main(rows: int) -> None:
    """Run the measurement with one worker process and with two."""
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


def in_memory() -> float:
    """Return the rate of the same signing in memory, measured now, per processor second."""
    return rate(way(by_press(DEMO), [credential(n, DEMO) for n in range(BATCH)]), 2)


class Spent(NamedTuple):
    """What a batch took: seconds by the clock, of the workers' processors, and of PostgreSQL's."""

    clock: float
    worker: float
    server: float


def compare(rows: int, spent: Spent, memory: float) -> str:
    """Return the workers' rate against that in memory: what it was before and is after, for a machine's speed drifts."""
    memory = (memory + in_memory()) / 2
    by_worker, with_server = spent.worker, spent.worker + spent.server
    return (
        f"against in memory ({memory:,.0f} per processor second): {rows / by_worker / memory:.2f} by the "
        f"worker's processor time, {rows / with_server / memory:.2f} with PostgreSQL's, "
        f"{rows / spent.clock / memory:.2f} by the clock"
    )


def measure(rows: int) -> None:
    """Upload, confirm and sign twice per number of worker processes."""
    from tests.credentials.issuing.samples import lay_issuer
    from tests.support import workers
    from tests.support.people import lay_college

    college = lay_issuer(lay_college())
    for concurrency in (1, 2):
        with workers.worker(concurrency=concurrency) as worker:
            for turn, title in enumerate(("after its start", "then")):
                batch = lay_batch(college, rows, f"2026-05-{2 * concurrency + turn:02}")
                memory = in_memory()
                spent = sign(college, batch, worker.process.pid)
                check(batch, rows)
                each = f"{spent.worker / rows * 1e6:,.0f} us of worker and {spent.server / rows * 1e6:,.0f} us of PostgreSQL"
                print(
                    f"{concurrency} worker process(es), {title}: {rows / spent.clock:,.0f} rows/s from confirmed to "
                    f"signed ({spent.clock:.1f} s), {each} per row, peak {peak_mebibytes(worker.process.pid):.0f} MiB"
                )
                print("  " + compare(rows, spent, memory))


def lay_batch(college: Any, rows: int, day: str) -> Any:
    """Upload a file of completions of a day, and read it into its report."""
    from django.utils import timezone

    from credentials.issuing import services
    from tests.credentials.issuing.samples import csv_of, people, upload_file

    text = csv_of(people(rows, awarded_on=day, narrative="Took ten vital signs."))
    started = time.perf_counter()
    upload = upload_file(college, text)
    batch = services.batch_from_upload(upload, actor=college.registrar, now=timezone.now())
    services.read_batch(batch.pk, now=timezone.now())
    print(f"report of {rows:,} rows: {time.perf_counter() - started:.1f} s")
    return batch


def sign(college: Any, batch: Any, pid: int) -> Spent:
    """Confirm a batch, and wait until the workers signed it."""
    from django.utils import timezone

    from credentials.issuing import services, tasks
    from credentials.issuing.models import IssuanceBatch
    from tests.support import workers

    used, served, started = processor_seconds(pid), postgres_seconds(), time.perf_counter()
    services.confirm_batch(batch, actor=college.registrar, now=timezone.now())
    tasks.start_signing(batch.pk)
    workers.wait_until(lambda: IssuanceBatch.objects.get(pk=batch.pk).state == "signed", 3_600)
    seconds = time.perf_counter() - started
    return Spent(seconds, processor_seconds(pid) - used, postgres_seconds() - served)


def check(batch: Any, rows: int) -> None:
    """Fail unless each row was signed."""
    from django.utils import timezone

    from credentials.issuing import selectors
    from credentials.issuing.models import Credential

    batch.refresh_from_db()
    assert batch.signed_count == rows, batch.failed_count
    assert Credential.objects.filter(batch=batch, state="signed").count() == rows
    assert selectors.progress(batch, now=timezone.now()).done == rows


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
