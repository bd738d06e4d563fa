"""Whether the metrics that a run has written are those that its trace tells.

Each sample is computed again from the events. What the program wrote is read as lines of
Prometheus' text format: NAME VALUE, or NAME{LABEL="TEXT"} VALUE.
"""

from __future__ import annotations

import math
import operator
import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from parity.contract.metrics import BOUNDS_MS, FATES
from parity.contract.outcome import Scrape
from parity.contract.scenario import Config
from parity.contract.trace import Trace

TEXT, COUNTS, DURATIONS = "metrics/text", "metrics/counts", "metrics/durations"
SERVED = "metrics/served"
"""The rules."""

_TELLING = {
    "pool_jobs_submitted_total": ("job_submitting",),
    "pool_attempts_total": ("job_started", "attempt_started"),
    'pool_jobs_total{fate="completed"}': ("job_completed",),
}
"""Counters that narrow down the moments of an answer, and what each counts."""

SUM = "pool_job_duration_seconds_sum"
RELATIVE = 1e-9
"""How much the sum of the durations may differ: a program may add them up as floats."""

_SAMPLE = re.compile(r'(pool_\w+(?:\{\w+="[^"]*"\})?) (\S+)')
_BOUND = re.compile(r'le="([^"]*)"')


def disagreement(data: bytes, trace: Trace, config: Config) -> tuple[str, str] | None:
    """Return the rule that the metrics break, and how; None if they are as the trace tells."""
    if not data and not trace.complete:
        return None  # it was killed before it could write them
    try:
        told = _read(data.decode())
    except ValueError as problem:
        return TEXT, str(problem)
    return _difference(told, trace, config)


def untimely_answer(
    scrapes: Sequence[Scrape], trace: Trace, config: Config
) -> tuple[str, str] | None:
    """Return the rule that the answers to scrapes break, and how.

    Each has to be what the events tell up to some moment. That is no earlier than the moment of the
    answer before, nor than what had been heard when it was asked for.
    """
    if not scrapes:
        return SERVED, "no scrape was answered"
    counts = _counts(trace)
    moment = scrapes[0].since_line
    for number, scrape in enumerate(scrapes, 1):
        try:
            told = _read(scrape.text.decode())
        except ValueError as problem:
            return TEXT, str(problem)
        moment = max(moment, scrape.since_line)
        words = f"its counters are of no moment from line {moment} on"
        for at in range(moment, len(counts)):
            if counts[at] != _count_told(told):
                continue
            until = msgspec.structs.replace(trace, events=trace.events[:at])
            found = _difference(told, until, config)
            if not found:
                moment = at
                break
            _, words = found
        else:
            return SERVED, f"answer {number} of {len(scrapes)} to a scrape: {words}"
    return None


def _difference(told: dict[str, float], trace: Trace, config: Config) -> tuple[str, str] | None:
    """Return the first sample that is not what the trace tells."""
    for name, value in _counted(trace, config).items():
        of_durations = name.startswith("pool_job_duration")
        if of_durations and trace.heard:
            continue  # the program's own times are not known
        if name not in told:
            return TEXT, f"the metrics have no sample {name}"
        exact = told[name] == value
        if not exact and not (name == SUM and math.isclose(told[name], value, rel_tol=RELATIVE)):
            words = f"{name} is {_shown(told[name])}, where the trace tells {_shown(value)}"
            return DURATIONS if of_durations else COUNTS, words
    return None


def _read(text: str) -> dict[str, float]:
    """Return the pool's samples, by name and label as they are written. Raises ValueError."""
    if not text:
        raise ValueError("the metrics were not written")
    found: dict[str, float] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("pool_"):
            continue  # a comment, or a sample of a client library's own
        try:
            name, value = _sample(line)
        except ValueError:
            words = f"line {number} of the metrics is no sample: {line[:100]!a}"
            raise ValueError(words) from None
        if name in found:
            raise ValueError(f"line {number} of the metrics has {name} a second time")
        found[name] = value
    if not text.endswith("\n"):
        raise ValueError("the last line of the metrics has no end")
    return found


def _sample(line: str) -> tuple[str, float]:
    """Return the sample's name and value. Raises ValueError."""
    sample = _SAMPLE.fullmatch(line)
    if not sample:
        raise ValueError
    # Libraries write the same bound as 1 or 1.0.
    name = _BOUND.sub(lambda bound: f'le="{_bound(float(bound[1]))}"', sample[1])
    return name, float(sample[2])


def _bound(seconds: float) -> str:
    return "+Inf" if seconds == math.inf else f"{seconds:g}"


def _counted(trace: Trace, config: Config) -> dict[str, float]:
    """Return what the events tell, sample by sample."""
    events = Counter(event.event for event in trace.events)
    ended = {fate: events[f"job_{fate}"] for fate in FATES}
    busy, took_ns = _durations(trace)
    running = events["worker_started"] - events["worker_stopped"]
    return {
        "pool_jobs_submitted_total": events["job_submitting"],
        **{f'pool_jobs_total{{fate="{fate}"}}': number for fate, number in ended.items()},
        "pool_attempts_total": events["job_started"] + events["attempt_started"],
        "pool_retries_total": events["attempt_started"],
        "pool_queue_length": events["job_submitting"] - sum(ended.values()) - busy,
        "pool_queue_limit": config.queue,
        'pool_workers{state="idle"}': running - busy,
        'pool_workers{state="busy"}': busy,
        **{
            f'pool_job_duration_seconds_bucket{{le="{_bound(bound_ms / 1000)}"}}': sum(
                took <= bound_ms * 1_000_000 for took in took_ns
            )
            for bound_ms in (*BOUNDS_MS, math.inf)
        },
        SUM: sum(took_ns) / 1e9,
        "pool_job_duration_seconds_count": len(took_ns),
    }


def _counts(trace: Trace) -> list[tuple[int, ...]]:
    """Return how many events of each kind have happened, before the first and after each."""
    counts = [(0,) * len(_TELLING)]
    for event in trace.events:
        happened = (event.event in kind for kind in _TELLING.values())
        counts.append(tuple(map(operator.add, counts[-1], happened)))
    return counts


def _count_told(told: dict[str, float]) -> tuple[float | None, ...]:
    return tuple(told.get(name) for name in _TELLING)


def _durations(trace: Trace) -> tuple[int, list[int]]:
    """Return how many workers have a job at the end, and how long each other job was had."""
    since: dict[int | None, int] = {}
    took_ns = []
    for event in trace.events:
        if event.event == "job_started":
            since[event.worker] = event.t_ns or 0
        elif event.event.removeprefix("job_") in FATES and event.worker in since:
            took_ns.append((event.t_ns or 0) - since.pop(event.worker))
    return len(since), took_ns


def _shown(value: float) -> str:
    return f"{value:.9f}".rstrip("0").rstrip(".")
