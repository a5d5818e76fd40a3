"""How fast a confirmed batch is signed by real Celery workers on real PostgreSQL and Redis.

    python benchmarks/issue.py [rows]

Lays a college in a database of its own, uploads a file of completions (20,000 unless told), confirms
its report, and measures from confirmed to signed: with one worker process, then with two. Also says
how long the report took, and the peak memory of a worker. Servers: DATABASE_URL and REDIS_URL, else
the embedded ones.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

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


def compare(rows: int, used: float, served: float, seconds: float, memory: float) -> None:
    """Print the workers' rate against that in memory: what it was before and is after, for a machine's speed drifts."""
    memory = (memory + in_memory()) / 2
    print(
        f"against in memory ({memory:,.0f} per processor second): {rows / used / memory:.2f} by the "
        f"worker's processor time, {rows / (used + served) / memory:.2f} with PostgreSQL's, "
        f"{rows / seconds / memory:.2f} by the clock"
    )


def measure(rows: int) -> None:
    """Upload, confirm and sign once per number of worker processes."""
    from django.utils import timezone

    from credentials.issuing import selectors, services, tasks
    from credentials.issuing.models import Credential, IssuanceBatch
    from tests.credentials.issuing.samples import csv_of, lay_issuer, people, upload_file
    from tests.support import workers
    from tests.support.people import lay_college

    college = lay_issuer(lay_college())
    for number, concurrency in enumerate((1, 2), start=1):
        text = csv_of(people(rows, awarded_on=f"2026-05-{number:02}", narrative="Took ten vital signs."))
        started = time.perf_counter()
        upload = upload_file(college, text)
        batch = services.batch_from_upload(upload, actor=college.registrar, now=timezone.now())
        services.read_batch(batch.pk, now=timezone.now())
        print(f"report of {rows:,} rows: {time.perf_counter() - started:.1f} s")
        memory = in_memory()
        with workers.worker(concurrency=concurrency) as worker:
            before, server = processor_seconds(worker.process.pid), postgres_seconds()
            started = time.perf_counter()
            services.confirm_batch(batch, actor=college.registrar, now=timezone.now())
            tasks.start_signing(batch.pk)
            workers.wait_until(lambda pk=batch.pk: IssuanceBatch.objects.get(pk=pk).state == "signed", 3_600)
            seconds = time.perf_counter() - started
            used = processor_seconds(worker.process.pid) - before
            served = postgres_seconds() - server
            peak = peak_mebibytes(worker.process.pid)
        batch.refresh_from_db()
        assert batch.signed_count == rows, batch.failed_count
        assert Credential.objects.filter(batch=batch, state="signed").count() == rows
        assert selectors.progress(batch, now=timezone.now()).done == rows
        compare(rows, used, served, seconds, memory)
        print(
            f"{concurrency} worker process(es): {rows / seconds:,.0f} rows/s from confirmed to signed "
            f"({seconds:.1f} s), {used / rows * 1e6:,.0f} us of worker and {served / rows * 1e6:,.0f} us of PostgreSQL per row, peak {peak:.0f} MiB"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
