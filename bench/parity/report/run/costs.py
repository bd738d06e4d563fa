"""What a run cost on either side, in words: on the program's clock, and of the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from parity.comparison.result import Comparison
from parity.contract.outcome import Outcome
from parity.report.console.figures import duration, figures, instant, rate, ratio, size


def costs(comparison: Comparison) -> Iterator[tuple[str, str, str, str]]:
    """Yield the name of each figure, its value on either side, and the ratio."""
    left, right = _costs(comparison.reference), _costs(comparison.other)
    for name, (value, write) in left.items():
        other = right[name][0]
        yield name, write(value), write(other), ratio(other, value)


_Cost = tuple[float | None, Callable[[Any], str]]
"""A figure, and how it is written."""


def _costs(outcome: Outcome) -> dict[str, _Cost]:
    counted, usage = figures(outcome), outcome.usage
    return {
        "makespan": (counted.makespan_ns, instant),
        "jobs/s": (counted.jobs_per_s, rate),
        "wall time": (usage.wall_ns, duration),
        "CPU time": (usage.cpu_ns, duration),
        "peak memory": (usage.peak_rss_bytes, size),
    }
