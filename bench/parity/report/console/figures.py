"""What a run cost on each side, and how quantities are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from parity.comparison.result import Comparison
from parity.contract.outcome import Outcome


def costs(comparison: Comparison) -> Iterator[tuple[str, str, str, str]]:
    """Yield the name of each figure, its value on each side, and the ratio."""
    for name, (figure, write) in _COSTS.items():
        left, right = figure(comparison.reference), figure(comparison.other)
        yield name, write(left), write(right), ratio(right, left)


def jobs_per_s(outcome: Outcome) -> float | None:
    """Return the pace on the program's clock; None if there are no times, or no time passed."""
    makespan_ns = outcome.trace.makespan_ns
    completed = sum(event.event == "job_completed" for event in outcome.trace.events)
    return completed * 1e9 / makespan_ns if makespan_ns and makespan_ns > 0 else None


NOT_KNOWN = "n/a"


def duration(ns: int | None) -> str:
    """Write a measured time with about three digits: 840 µs, 12.3 ms, 2.41 s."""
    if ns is None:
        return NOT_KNOWN
    if ns >= 1_000_000_000 or ns == 0:
        return f"{_short(ns / 1e9)} s"
    return f"{_short(ns / 1e6)} ms" if ns >= 1_000_000 else f"{_short(ns / 1e3)} µs"


def rate(per_second: float | None) -> str:
    return NOT_KNOWN if per_second is None else _short(per_second)


def size(count: int) -> str:
    return f"{_short(count / 1e6)} MB" if count else NOT_KNOWN


def ratio(value: float | None, reference: float | None) -> str:
    """Write the value divided by the reference; nothing if that has no meaning."""
    return f"{_short(value / reference)}x" if value and reference else ""


def seconds(ns: int, digits: int = 3) -> str:
    """Write an instant, cut to this many digits. No float is used."""
    whole, rest = divmod(abs(ns), 1_000_000_000)
    return f"{'-' if ns < 0 else ''}{whole}.{rest:09d}"[: digits - 9 or None]


def instant(ns: int | None, digits: int = 3) -> str:
    """Write an instant with its unit."""
    return NOT_KNOWN if ns is None else f"{seconds(ns, digits)} s"


def _short(value: float) -> str:
    if value >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


_COSTS: dict[str, tuple[Callable[[Outcome], float | None], Callable[[Any], str]]] = {
    "makespan": (lambda one: one.trace.makespan_ns, instant),
    "jobs/s": (jobs_per_s, rate),
    "wall time": (lambda one: one.usage.wall_ns, duration),
    "CPU time": (lambda one: one.usage.cpu_ns, duration),
    "peak memory": (lambda one: one.usage.peak_rss_bytes, size),
}
"""The figures of a run, and how each is written."""
