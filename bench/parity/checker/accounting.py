"""Every job submitted is accounted for exactly once: completed, rejected or abandoned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from parity.contract.trace import Event

_ENDS = {"job_completed": "completed", "job_rejected": "rejected", "job_abandoned": "abandoned"}


def unaccounted(events: Sequence[Event]) -> str | None:
    """Return what is wrong with the first job that was not submitted once and ended once."""
    submitted: Counter[int] = Counter()
    ended: dict[int, list[str]] = {}
    for event in events:
        if event.event == "job_submitting":
            submitted[event.job or 0] += 1
        elif event.event in _ENDS:
            ended.setdefault(event.job or 0, []).append(_ENDS[event.event])
    for job in sorted(submitted.keys() | ended.keys()):
        fates = ended.get(job, [])
        if submitted[job] != 1 or len(fates) != 1:
            fate = " and ".join(fates) or "not accounted for"
            return f"job {job} was submitted {_times(submitted[job])} and {fate}"
    return None


def told(events: Sequence[Event]) -> str:
    """Return how many jobs met which fate, in words."""
    counts = Counter(event.event for event in events)
    ends = [(word, counts[name]) for name, word in _ENDS.items()]
    fates = [f"{count:,} {word}" for word, count in ends if count or word == "completed"]
    return f"{counts['job_submitting']:,} submitted, {', '.join(fates)}"


def _times(n: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(n, f"{n} times")
