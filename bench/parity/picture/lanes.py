"""What a picture of a run shows: jobs on workers' lanes, waiting jobs, moments of the shutdown.

Positions are seconds on the program's clock. If nearly all events happen at one instant, positions
are the events' numbers instead: such a run has an order, but no length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from parity.contract.trace import Event, Trace

Fate = Literal[
    "completed", "rejected", "abandoned", "unfinished", "failed", "timed out", "waits to retry"
]
FATES: tuple[Fate, ...] = ("completed", "rejected", "abandoned", "unfinished")
OF_ATTEMPTS: tuple[Fate, ...] = ("failed", "timed out", "waits to retry")
"""The fates of an attempt that was not the last, and the wait for the next."""

Axis = Literal["time", "order"]


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt at a job on its worker's lane, or the wait for the next.

    On the queue's lane it is a job that waits and is never taken.
    """

    lane: str
    job: int
    fate: Fate
    start: float
    end: float
    at: int  # the index of its first event
    until: int  # the index of its last event
    level: int = 0  # of priority, if jobs have levels

    @property
    def label(self) -> str:
        """The job's number, and after a slash its level."""
        return f"{self.job}/{self.level}" if self.level else str(self.job)


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What happens at one moment: a submission, a result, a signal, a step of the shutdown."""

    kind: Literal["submission", "result", "signal", "step"]
    lane: str
    words: str
    at: int
    x: float


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """How long a worker ran, if workers come and go."""

    lane: str
    start: float
    end: float


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """How many jobs are submitted and not yet taken, from this position on."""

    x: float
    jobs: int


class Lanes(msgspec.Struct, frozen=True, kw_only=True):
    """The picture of one run, as data."""

    name: str  # the subject's name
    workers: int  # whose lanes are drawn
    bars: tuple[Bar, ...]
    moments: tuple[Moment, ...]
    waiting: tuple[Waiting, ...]
    end: float
    lives: tuple[Life, ...] = ()


QUEUE = "queue"
MAIN = "main"
RESULTS = "results"
STEPS = {
    "pool_closing": "closed",
    "pool_stopped": "all stopped",
    "main_done": "done",
}


def axis_of(traces: Sequence[Trace]) -> Axis:
    """Return how events are placed: by their times, unless most would have the same place."""
    times = [event.t_ns for trace in traces for event in trace.events]
    told = {t for t in times if t is not None}
    return "time" if len(told) * 8 >= len(times) and len(told) > 1 else "order"


def lanes(name: str, trace: Trace, axis: Axis, *, most_workers: int) -> Lanes:
    """Return the picture of a run with at most this many lanes of workers."""
    places = _places(trace.events, axis)
    end = max(places, default=0.0)
    levels = {event.job: event.level for event in trace.events if event.level}
    shown = min(max((e.worker or 0 for e in trace.events), default=0), most_workers)
    return Lanes(
        name=name,
        workers=shown,
        bars=tuple(
            msgspec.structs.replace(bar, level=levels.get(bar.job, 0))
            for bar in _bars(trace.events, places)
            if _drawn(bar.lane, shown)
        ),
        moments=tuple(m for m in _moments(trace.events, places) if _drawn(m.lane, shown)),
        waiting=tuple(_waiting(trace.events, places)),
        end=end,
        lives=tuple(life for life in _lives(trace, places) if _drawn(life.lane, shown)),
    )


def _lives(trace: Trace, places: Sequence[float]) -> Iterator[Life]:
    """Yield the life of each worker. A fixed number of them needs no picture of that."""
    if not (trace.header and trace.header.config.get("max_workers")):
        return
    since: dict[int, float] = {}
    for x, event in zip(places, trace.events, strict=True):
        if event.event == "worker_started":
            since[event.worker or 0] = x
        elif event.event == "worker_stopped" and event.worker in since:
            start = since.pop(event.worker)
            yield Life(lane=lane_of(event.worker), start=start, end=x)
    for worker, start in since.items():
        yield Life(lane=lane_of(worker), start=start, end=places[-1])


def lane_of(worker: int) -> str:
    return f"worker {worker}"


def lane_of_event(event: Event) -> str:
    if event.event == "result_received":
        return RESULTS
    return lane_of(event.worker) if event.worker else MAIN


def _drawn(lane: str, shown: int) -> bool:
    return not lane.startswith("worker ") or int(lane.removeprefix("worker ")) <= shown


def _places(events: Sequence[Event], axis: Axis) -> list[float]:
    if axis == "order":
        return [float(i) for i in range(len(events))]
    return [(event.t_ns or 0) / 1e9 for event in events]


def _bars(events: Sequence[Event], places: Sequence[float]) -> Iterator[Bar]:
    """Yield the bars of each job that was started, and one for each that was never taken."""
    submitted: dict[int, int] = {}
    started: dict[int, tuple[int, int]] = {}
    for i, event in enumerate(events):
        job = event.job or 0
        match event.event:
            case "job_submitting":
                submitted[job] = i
            case "job_started":
                submitted.pop(job, None)
                started[job] = i, event.worker or 0
            case "job_completed" if job in started:
                at, worker = started.pop(job)
                yield _bar(lane_of(worker), job, "completed", places, at, i)
            case "attempt_failed" if job in started:
                at, worker = started[job]
                of_attempt: Fate = "timed out" if event.reason == "timeout" else "failed"
                yield _bar(lane_of(worker), job, of_attempt, places, at, i)
                started[job] = i, worker
            case "attempt_started" if job in started:
                at, worker = started[job]
                yield _bar(lane_of(worker), job, "waits to retry", places, at, i)
                started[job] = i, worker
            case "job_failed":
                started.pop(job, None)
            case "job_abandoned" if job in started:
                at, worker = started.pop(job)
                yield _bar(lane_of(worker), job, "abandoned", places, at, i)
            case "job_rejected" | "job_abandoned" if job in submitted:
                fate: Fate = "rejected" if event.event == "job_rejected" else "abandoned"
                yield _bar(QUEUE, job, fate, places, submitted.pop(job), i)
    last = len(events) - 1
    for job, (at, worker) in started.items():
        yield _bar(lane_of(worker), job, "unfinished", places, at, last)
    for job, at in submitted.items():
        yield _bar(QUEUE, job, "unfinished", places, at, last)


def _bar(lane: str, job: int, fate: Fate, places: Sequence[float], at: int, until: int) -> Bar:
    return Bar(
        lane=lane, job=job, fate=fate, start=places[at], end=places[until], at=at, until=until
    )


def _moments(events: Sequence[Event], places: Sequence[float]) -> Iterator[Moment]:
    for i, event in enumerate(events):
        at, x = i, places[i]
        if event.event == "job_submitting":
            words = f"submits {event.job}" + (f", level {event.level}" if event.level else "")
            yield Moment(kind="submission", lane=MAIN, words=words, at=at, x=x)
        elif event.event == "result_received":
            words = f"result of {event.job}: {event.fate}"
            yield Moment(kind="result", lane=RESULTS, words=words, at=at, x=x)
        elif event.event == "signal_received":
            yield Moment(kind="signal", lane=MAIN, words=f"signal: {event.signal}", at=at, x=x)
        elif event.event == "worker_stopped":
            words = f"stops ({event.reason or 'no reason told'})"
            yield Moment(kind="step", lane=lane_of(event.worker or 0), words=words, at=at, x=x)
        elif event.event in STEPS:
            yield Moment(kind="step", lane=MAIN, words=STEPS[event.event], at=at, x=x)


def _waiting(events: Sequence[Event], places: Sequence[float]) -> Iterator[Waiting]:
    """Yield the count after each instant at which it changes."""
    steps = {"job_submitting": 1, "job_started": -1, "job_rejected": -1, "job_abandoned": -1}
    jobs = 0
    changed: dict[float, int] = {0.0: 0}
    for x, event in zip(places, events, strict=True):
        of_worker = event.event == "job_abandoned" and event.worker  # it has already left the queue
        jobs += 0 if of_worker else steps.get(event.event, 0)
        changed[x] = jobs
    for x, count in changed.items():
        yield Waiting(x=x, jobs=count)
