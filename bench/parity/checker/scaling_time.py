"""Workers that come and go on a virtual clock: when each asks whether it may leave.

A worker asks once, when it has waited for -keepalive. An instant ends when nothing more can happen
in it. So the hidden steps of `checker.scaling` belong to the instant of the line that allows them,
and when an instant is over, the counts are known exactly.

Within an instant the order is free. A worker that stayed may have asked before others had become
idle. So it is only blamed if it could leave in any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from parity.checker.global_order import read, starts
from parity.checker.local_order import Reading
from parity.checker.scaling import Paths, try_one_then_all
from parity.checker.scaling_counts import Counts, Moments, ran
from parity.checker.waiting_workers import BECAME_IDLE
from parity.checker.wording import NEVER, Broken, Told
from parity.contract.durations import seconds
from parity.contract.events import ENDS
from parity.contract.scenario import Config
from parity.contract.trace import Event

KEEPALIVE = "scaling/keepalive"


class Asks:
    """When each idle worker asks whether it may leave. Each asks once, until its next job."""

    def __init__(self, keepalive_ns: int) -> None:
        self._keepalive_ns = keepalive_ns
        self.due_ns: dict[
            int | None, int
        ] = {}  # of each worker that has not asked; the earliest first

    def take(self, event: Event, t_ns: int) -> None:
        self.due_ns.pop(event.worker, None)
        if event.worker and event.event in BECAME_IDLE:
            self.due_ns[event.worker] = t_ns + self._keepalive_ns

    def until(self, t_ns: int) -> Iterator[tuple[int | None, int]]:
        """Yield the workers that have asked before this instant, and when. They ask no more."""
        while self.due_ns:
            worker, due_ns = next(iter(self.due_ns.items()))
            if due_ns >= t_ns:
                return
            del self.due_ns[worker]
            yield worker, due_ns


def check(events: Sequence[Event], config: Config, *, killed_at_ns: int | None) -> None:
    """Raise Broken at the first instant at which a worker did not come or go as it was due.

    The events are those of a legal trace, with times. A run that a signal killed lived until
    `killed_at_ns`. Within an instant, idle workers may or may not have left so that one could be
    started, as in `checker.scaling`.
    """
    reading = read(events, config)
    instants = list(_instants(events, config))
    moments = _within(instants, Moments(reading, starts(reading)), reading)
    try_one_then_all(partial(_follow, reading, instants, moments, killed_at_ns))


def _follow(
    reading: Reading,
    instants: Sequence[_Instant],
    moments: Moments,
    killed_at_ns: int | None,
    *,
    many: bool,
) -> None:
    paths = Paths(Counts(reading, moments), many=many)
    keepalive_ns = reading.config.keepalive_ns
    asks = Asks(keepalive_ns)
    rest_since_ns = _rest_since_ns(instants, moments)
    for instant in instants:
        for asked in asks.until(instant.t_ns):
            paths.hold(partial(_could_not_leave, reading, instant, asked))
        cut = instant.t_ns == killed_at_ns
        for counts in paths.reached:
            counts.resting.asking = rest_since_ns[instant.t_ns - keepalive_ns] if cut else 0
            counts.at_most = NEVER if cut else instant.started
            counts.before = counts.idle, counts.running
        for at in range(instant.first, instant.end):
            paths.let_leave(at)
            paths.settle(at)
            _must_be_due(reading, at, instant.t_ns, asks)
            paths.take(at)
            asks.take(reading.events[at], instant.t_ns)
        if cut:
            return
        paths.settle(instant.end)
        for asked in asks.until(instant.t_ns + 1):
            paths.hold(partial(_could_not_leave_in_any_order, reading, instant, asked))
    if killed_at_ns is None:
        return
    for asked in asks.until(killed_at_ns):
        paths.hold(partial(_could_not_leave, reading, instants[-1], asked))


def _rest_since_ns(instants: Sequence[_Instant], moments: Moments) -> Counter[int]:
    """Return how many of the workers that are idle at the end have been so since each time."""
    return Counter(
        instant.t_ns
        for instant in instants
        for at in range(instant.first, instant.end)
        if at in moments.resting
    )


def races(events: Sequence[Event], config: Config) -> bool:
    """Whether the number of workers may depend on what came first at some instant.

    It does if two of these come at once: a submission, the end of a job, an idle worker that asks.
    It also does if a job could have gone to a worker that asks at another time.
    """
    asks = Asks(config.keepalive_ns)
    idle: dict[int | None, int] = {}  # since when each idle worker has waited
    for t_ns, at_once in groupby(events, key=attrgetter("t_ns")):
        told = list(at_once)
        for _ in asks.until(t_ns):
            pass
        submits = any(event.event == "job_submitting" for event in told)
        ends = any(event.event in ENDS for event in told)
        if submits + ends + (t_ns in asks.due_ns.values()) > 1:
            return True
        for event in told:
            asks.take(event, t_ns)
            since_ns = idle.pop(event.worker, None)
            others = idle.values() if event.event == "job_started" else ()
            if any(other_ns != since_ns for other_ns in others):
                return True
            if event.event in BECAME_IDLE:
                idle[event.worker] = t_ns
    return False


class _Instant(NamedTuple):
    t_ns: int
    first: int  # its first line
    end: int  # the first line of the next one
    started: int  # how many workers Submit has started when it is over
    submitted: int  # how many jobs are submitted in it


def _instants(events: Sequence[Event], config: Config) -> Iterator[_Instant]:
    """Yield the instants of a legal trace, in which each worker_started has its worker."""
    end = started = 0
    for t_ns, at_once in groupby(events, key=attrgetter("t_ns")):
        told = list(at_once)
        first, end = end, end + len(told)
        up = [event.worker for event in told if event.event == "worker_started"]
        started += sum(worker not in range(config.workers + 1) for worker in up)
        submitted = sum(event.event == "job_submitting" for event in told)
        yield _Instant(t_ns, first, end, started, submitted)


def _within(instants: Sequence[_Instant], moments: Moments, reading: Reading) -> Moments:
    """Let each step be made in the instant in which it becomes possible."""
    at_of = {at: one for one in instants for at in range(one.first, one.end)}
    moments.counted_by = {at: min(by, at_of[at].end) for at, by in moments.counted_by.items()}
    submitted = zip(reading.submitted, moments.looks_by, strict=True)
    moments.looks_by = [min(by, at_of[at].end) for at, by in submitted]
    leaves, moments.leaves = moments.leaves, {}
    for since, workers in leaves.items():
        for by, worker in workers:
            opens = max(since, at_of[by].first)
            moments.leaves.setdefault(opens, []).append((by, worker))
    return moments


def _could_not_leave(
    reading: Reading, instant: _Instant, asked: tuple[int | None, int], counts: Counts
) -> None:
    """Raise Broken if the worker, which stayed, could leave when it asked."""
    _must_stay(reading, instant, asked, counts.idle, counts.running)


def _could_not_leave_in_any_order(
    reading: Reading, instant: _Instant, asked: tuple[int | None, int], counts: Counts
) -> None:
    """Raise Broken if it could leave even after all others of this instant had been busy."""
    left = sum(at in reading.left for at in range(instant.first, instant.end))
    idle, running = counts.before
    _must_stay(reading, instant, asked, idle - instant.submitted - left, running - left)


def _must_stay(
    reading: Reading, instant: _Instant, asked: tuple[int | None, int], idle: int, running: int
) -> None:
    if idle < 1 or running <= reading.config.workers:
        return
    (worker, due_ns), line = asked, reading.line(instant.first)
    told = Told(f"worker {worker} had waited for -keepalive at {seconds(due_ns)}, when ")
    told += f"{ran(running)} and {idle} could be spared; it had not left by "
    raise Broken(KEEPALIVE, told + line)


def _must_be_due(reading: Reading, at: int, t_ns: int, asks: Asks) -> None:
    """Raise Broken if the line is of a worker that leaves at another time than it is due."""
    event = reading.events[at]
    if at not in reading.left:
        return
    due_ns = asks.due_ns.get(event.worker)
    if due_ns == t_ns:
        return
    told = reading.said(at) + f" at {seconds(t_ns)}; "
    due = f"it was due at {seconds(due_ns)}" if due_ns is not None else "it had asked before"
    raise Broken(KEEPALIVE, told + due)
