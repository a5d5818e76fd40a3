"""Time every hostile document of the tests: `./run bench hostile`, or `python -m benchmarks.hostile`.

Prints the slowest, the totals by verdict, and exits with 1 if a document takes a second of processor time or more,
is not refused with its code, or verifies.
"""

import os
import sys
import time

LIMIT = 1.0  # seconds of processor time for one document
SHOWN = 12


def main() -> int:
    """Check each case once, print what it took, return 1 if one is too slow or not refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    import django

    django.setup()
    from tests.credentials.checks.checking import check, follow
    from tests.support.hostile.__main__ import all_cases

    times: list[tuple[float, str, str]] = []
    wrong: list[str] = []
    cases = all_cases()
    check(cases[0].twin, cases[0].world(hostile=False))  # contexts are read once
    for one in cases:
        world = one.world()
        start = time.process_time()
        report = check(one.document, world, follow=follow(world))
        times.append((time.process_time() - start, one.name, report.verdict))
        if report.ok or report.verdict != one.expected:
            wrong.append(f"{one.name}: {report.verdict}, not {one.expected}")
    times.sort(reverse=True)
    for took, name, verdict in times[:SHOWN]:
        print(f"{took * 1000:8.1f} ms  {name}  ({verdict})")
    total = sum(took for took, _name, _verdict in times)
    print(
        f"{len(times)} documents, {total:.2f} s together, {len({one.twin for one in cases})} different twins"
    )
    slow = [name for took, name, _verdict in times if took >= LIMIT]
    for line in [*wrong, *(f"{name}: a second or more" for name in slow)]:
        print(f"NOT GOOD {line}")
    return 1 if wrong or slow else 0


if __name__ == "__main__":
    sys.exit(main())
