"""Take turns, round by round, so that what else the machine does hits all ways alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Way = tuple[Callable[[], object], int]  # what to do, and how many units that does


def rate(way: Way, seconds: float) -> float:
    """Return units per processor second over at least so many seconds."""
    work, units = way
    done, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds:
        work()
        done += units
    return done / spent


def measure(ways: Mapping[str, Way], rounds: int, seconds: float = 0.3) -> dict[str, list[float]]:
    """Return the rates of each way in each round; one run of each before, which counts for nothing."""
    for work, _ in ways.values():
        work()
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(rate(way, seconds))
    return found


def ratio(one: list[float], other: list[float]) -> float:
    """Return the median of the ratios within the rounds."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def table(title: str, found: Mapping[str, list[float]], yardsticks: Mapping[str, str]) -> str:
    """Return lines with medians and ratios. yardsticks: name of a way -> head of its column."""
    lines = [f"{title:<46}{'median':>9}" + "".join(f"{head:>10}" for head in yardsticks.values())]
    for name, rates in found.items():
        ratios = "".join(f"{ratio(rates, found[other]):>10.3g}" for other in yardsticks)
        lines.append(f"  {name:<44}{statistics.median(rates):>9,.0f}{ratios}")
    return "\n".join(lines)
