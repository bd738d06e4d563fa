"""What a run amounts to: its jobs' fates and its pace, and how a quantity is written."""

from __future__ import annotations

from collections import Counter

import msgspec

from parity.contract.outcome import Outcome


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Counted from the trace; None where it gives no times, or where no time passed."""

    makespan_ns: int | None  # on the program's clock: the time of the last event
    completed: int
    abandoned: int
    rejected: int
    jobs_per_s: float | None  # completed jobs, on the program's clock


def figures(outcome: Outcome) -> Figures:
    events = outcome.trace.events
    counts = Counter(event.event for event in events)
    makespan_ns = outcome.trace.makespan_ns
    completed = counts["job_completed"]
    return Figures(
        makespan_ns=makespan_ns,
        completed=completed,
        abandoned=counts["job_abandoned"],
        rejected=counts["job_rejected"],
        jobs_per_s=completed * 1e9 / makespan_ns if makespan_ns and makespan_ns > 0 else None,
    )


NOT_KNOWN = "n/a"


def duration(ns: int | None) -> str:
    """Write a measured time with three digits or so: 840 µs, 12.3 ms, 2.41 s."""
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
    """Write how many times the reference the value is; nothing where that has no meaning."""
    return f"{_short(value / reference)}x" if value and reference else ""


def seconds(ns: int, digits: int = 3) -> str:
    """Write an instant, cut to this many digits: no float comes between."""
    whole, rest = divmod(abs(ns), 1_000_000_000)
    return f"{'-' if ns < 0 else ''}{whole}.{rest:09d}"[: digits - 9 or None]


def instant(ns: int | None, digits: int = 3) -> str:
    """Write an instant with its unit."""
    return NOT_KNOWN if ns is None else f"{seconds(ns, digits)} s"


def _short(value: float) -> str:
    if value >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
