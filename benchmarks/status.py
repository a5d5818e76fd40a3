"""How long a status list takes: rebuilt with 2 percent set, and 10,000 credentials withdrawn in one order.

    python benchmarks/status.py [credentials]

Signs as many credentials as are withdrawn (10,000 unless told), orders all of them withdrawn, carries the
order out as a worker does, and publishes. Servers: DATABASE_URL and REDIS_URL, else the embedded ones.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("REGISTRY_ENV", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
os.environ.setdefault("TEST_DB", "bench_status")
os.environ["REVOCATION_JOURNAL"] = str(Path(tempfile.mkdtemp(prefix="bench-")) / "revocations.jsonl")

from tests.support import servers

ROUNDS, SHARE = 7, 0.02


def main(count: int) -> None:
    """Measure on a database of its own."""
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
        measure(count)
    finally:
        runner.teardown_databases(old)
        servers.stop()


def measure(count: int) -> None:
    """Rebuild seven times; then sign, order, carry out, publish."""
    from uuid import uuid4

    from django.utils import timezone

    from credentials.issuing.models import Credential
    from credentials.status import services as status
    from credentials.withdrawal import services as withdrawal
    from tests.credentials.issuing.samples import lay_issuer, make_released, people
    from tests.support.people import lay_college

    college, now = lay_issuer(lay_college()), timezone.now()
    places = status.allocate(college.profile, int(131_072 * SHARE), now=now)
    status.set_bits([(one.pk, index) for one, index in places], now=now)
    seconds = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        status.rebuild(places[0][0], now=timezone.now())
        seconds.append(time.perf_counter() - started)
    middle = statistics.median(seconds)
    print(f"rebuilt, signed and kept with {len(places):,} of 131,072 set: {middle * 1000:.1f} ms (median)")

    make_released(college, people(count), now=now)
    started = time.perf_counter()
    order = withdrawal.order_withdrawal(
        Credential.objects.all(), pk=uuid4(), code="withdrawn", actor=college.registrar, now=now
    )
    ordered = time.perf_counter()
    while withdrawal.carry_out(order.pk, now=timezone.now()):
        pass
    carried = time.perf_counter()
    published = status.publish_waiting(now=timezone.now())
    done = time.perf_counter()
    order.refresh_from_db()
    assert order.withdrawn_count == count == Credential.objects.filter(state="revoked").count()
    print(
        f"{count:,} withdrawn in one order: ordered in {ordered - started:.2f} s, carried out in "
        f"{carried - ordered:.2f} s by one process, {published} list(s) published in {done - carried:.3f} s"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
