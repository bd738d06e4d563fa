"""Every job submitted is accounted for exactly once: completed, failed, rejected or abandoned.

With -results, each job that a worker took has one result beside that, which tells the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from parity.contract.counting import plural
from parity.contract.trace import Event

_ENDS = {
    "job_completed": "completed",
    "job_failed": "failed",
    "job_rejected": "rejected",
    "job_abandoned": "abandoned",
}


NAMED = 12
"""How many jobs of one fate are named."""


def unaccounted(events: Sequence[Event]) -> str | None:
    """Return the jobs not submitted once and ended once: the first, and all with its fate."""
    submitted: Counter[int] = Counter()
    started: set[int] = set()
    ended: dict[int, list[str]] = {}
    for event in events:
        job = event.job or 0
        if event.event == "job_submitting":
            submitted[job] += 1
        elif event.event == "job_started":
            started.add(job)
        elif event.event in _ENDS:
            ended.setdefault(job, []).append(_ENDS[event.event])
    wrong: dict[str, list[int]] = {}
    for job in sorted(submitted.keys() | ended.keys()):
        fates = ended.get(job, [])
        if submitted[job] != 1 or len(fates) != 1:
            fate = " and ".join(_often(fates)) or "not accounted for"
            wrong.setdefault(f"submitted {_times(submitted[job])} and {fate}", []).append(job)
    if not wrong:
        return None
    words, jobs = next(iter(wrong.items()))
    lost = [job for job in jobs if job in started and not ended.get(job)]
    in_hand = f" (started: {named(lost)})" if lost else ""
    return f"{_jobs(jobs)} {words}{in_hand}"


def misreported(events: Sequence[Event]) -> str | None:
    """Return the first job whose results are not the one that its lines tell.

    A job that main rejected or abandoned has none.
    """
    attempts: Counter[int] = Counter()
    ended: dict[int, tuple[str, int]] = {}
    results: dict[int, list[tuple[str, int]]] = {}
    for event in events:
        job = event.job or 0
        if event.event in ("job_started", "attempt_started"):
            attempts[job] += 1
        elif event.event in _ENDS and event.worker is not None:
            ended[job] = _ENDS[event.event], attempts[job]
        elif event.event == "result_received":
            # A line does not tell the attempts.
            made = attempts[job] if event.attempt is None else event.attempt
            results.setdefault(job, []).append((event.fate or "", made))
    for job in sorted(ended.keys() | results.keys()):
        due, told = [ended[job]] if job in ended else [], results.get(job, [])
        if told != due:
            return f"job {job} has {_results(told)}; due was {_results(due)}"
    return None


def _results(results: Sequence[tuple[str, int]]) -> str:
    words = (f"the result “{fate}, attempts: {attempts}”" for fate, attempts in results)
    return " and ".join(words) or "no result"


def _often(fates: Sequence[str]) -> list[str]:
    return [
        fate if times == 1 else f"{fate} {_times(times)}" for fate, times in Counter(fates).items()
    ]


def _jobs(jobs: Sequence[int]) -> str:
    return f"{jobs_named(jobs)} {'was' if len(jobs) == 1 else 'were'}"


def jobs_named(jobs: Sequence[int | str]) -> str:
    """Return `job 3`, or `jobs 3, 4`."""
    return f"{plural('job', len(jobs))} {named(jobs)}"


def named(jobs: Sequence[int | str]) -> str:
    """Name the first jobs, and say how many more there are."""
    more = f" and {len(jobs) - NAMED:,} more" if len(jobs) > NAMED else ""
    return ", ".join(map(str, jobs[:NAMED])) + more


def told(events: Sequence[Event]) -> str:
    """Return in words how many jobs had which fate."""
    counts = Counter(event.event for event in events)
    ends = [(word, counts[name]) for name, word in _ENDS.items()]
    fates = [f"{count:,} {word}" for word, count in ends if count or word == "completed"]
    return f"{counts['job_submitting']:,} submitted, {', '.join(fates)}"


def _times(n: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(n, f"{n} times")
