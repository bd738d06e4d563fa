"""Is this trace a word of the model? If not, the shortest reason.

Two deciders, which agree. `simulate` is the definition: it follows every path of the model at
once (the subset construction), and costs what the number of its states does. `violation` is a
closed form, O(n log n) in the events, and can explain.

The closed form. What each process prints must fit that process alone: a pass over the events
checks it. What is hidden between them is when each job was received. With one sender and a FIFO
channel the k-th receive gets job k, so the receives are in order; and to receive later is never
worse, as it leaves more workers the time to become idle. So each receive is placed as late as
something visible allows:

    job k's own job_started, of course;
    main's next line after job k+Q: its send needed the slot that job k left (Q > 0),
    main's next line after job k itself, when there are no slots (Q = 0);
    the first worker that found the channel closed and empty;
    a line that shows ctx was done, before a submission whose look at ctx must have come earlier;
    and the receive of job k+1.

Each receive must then come after its job's submission, and after the previous line of the worker
that starts the job. Jobs that were received and not yet started (in a run that was killed) must
fit as many idle workers, each idle since before the receive. This is Hall's condition, and as
the receives are in order, counting decides it.

A trace that was cut short is judged as a prefix. Its caller knows whether it may be one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from parity.contract import SIGNAL_WORDS
from parity.model import State, Symbol, initial, steps
from parity.rules import RULES, Area
from parity.scenario import Config
from parity.trace import Event

ANY_SIGNAL = frozenset(SIGNAL_WORDS.values())
NEVER = 1 << 62  # the position of what has not happened


class Violation(msgspec.Struct, frozen=True):
    """A broken rule: its address, the chain of what had to come first, the trace's lines."""

    rule: str
    words: str
    lines: tuple[int, ...]

    @property
    def area(self) -> Area:
        return RULES[self.rule].area

    def __str__(self) -> str:
        return f"{self.words} [{self.rule}: {RULES[self.rule].sentence}]"


def violation(
    events: Sequence[Event], config: Config, *, signals: frozenset[str] = ANY_SIGNAL
) -> Violation | None:
    """Return the first broken rule; None iff the events are a prefix of a legal run.

    `signals` are the words of those that may arrive.
    """
    reading = _Reading(events, config, signals)
    try:
        reading.read()
        _place_receives(reading)
    except _Broken as broken:
        lines = tuple(events[at].line for at in broken.at)
        return Violation(broken.rule, broken.words, lines)
    return None


def simulate(
    events: Sequence[Event], config: Config, *, signals: frozenset[str] = ANY_SIGNAL
) -> int | None:
    """Return the position of the first event that no path of the model allows; None if legal."""
    states = closure(frozenset((initial(config),)), config, signals=bool(signals))
    for position, event in enumerate(events):
        wanted = _symbols(event, signals)
        states = after(states, wanted, config, signals=bool(signals))
        if not states:
            return position
    return None


def closure(states: frozenset[State], config: Config, *, signals: bool) -> frozenset[State]:
    """Return the states that hidden steps lead to from these, these included."""
    seen, pending = set(states), list(states)
    while pending:
        for symbol, target in steps(pending.pop(), config, signals=signals):
            if symbol is None and target not in seen:
                seen.add(target)
                pending.append(target)
    return frozenset(seen)


def after(
    states: frozenset[State], symbols: frozenset[Symbol], config: Config, *, signals: bool
) -> frozenset[State]:
    """Return the states in which the model may be when it has printed one of the symbols."""
    moved = {
        target
        for state in states
        for symbol, target in steps(state, config, signals=signals)
        if symbol in symbols
    }
    return closure(frozenset(moved), config, signals=signals)


def _symbols(event: Event, signals: frozenset[str]) -> frozenset[Symbol]:
    if event.event == "job_started" and event.payload != f"Task-{event.job}":
        return frozenset()
    if event.event == "signal_received" and event.signal not in signals:
        return frozenset()
    reasons = [event.reason or ""]
    if event.event == "worker_stopped" and event.reason is None:
        reasons = ["closed", "cancelled"]
    return frozenset(
        Symbol(event.event, event.worker or 0, event.job or 0, reason) for reason in reasons
    )


class _Broken(Exception):
    def __init__(self, rule: str, words: str, *at: int) -> None:
        self.rule, self.words, self.at = rule, words, at


class _Start(NamedTuple):
    at: int
    worker: int
    idle_since: int  # the worker's previous line


class _Reading:
    """What the events say of each process, and whether it may say so.

    Positions are indices into the events; `said(at)` tells one as a reader sees it.
    """

    def __init__(self, events: Sequence[Event], config: Config, signals: frozenset[str]) -> None:
        self.events, self.config, self.signals = events, config, signals
        self.main: list[int] = []  # main's lines
        self.submitted: list[int] = []  # at index j-1: job j's
        self.after_submitting: list[int] = []  # at index j-1: main's next line after it
        self.rejected: int | None = None
        self.started: dict[int, _Start] = {}
        self.abandoned = 0
        self.in_hand: dict[int, int] = {}
        self.last_line: dict[int, int] = {}  # of each worker that has started
        self.stopped: dict[int, int] = {}
        self.found_closed: int | None = None  # the first worker_stopped that needs it
        self.shows_done: int | None = None  # the first line that shows ctx done
        self.received = self.initiated = self.closing = NEVER

    def read(self) -> None:
        for at, event in enumerate(self.events):
            _READ[event.event](self, at, event)

    def said(self, at: int) -> str:
        """Return what the line says, and its number."""
        event = self.events[at]
        worker, job = f"worker {event.worker}", f"job {event.job}"
        words = {
            "worker_started": f"{worker} started",
            "job_submitting": f"{job} was submitted",
            "job_rejected": f"{job} was rejected",
            "job_started": f"{worker} started {job}",
            "job_completed": f"{worker} completed {job}",
            "worker_stopped": f"{worker} shut down"
            + (f" ({event.reason})" if event.reason else ""),
            "job_abandoned": f"{job} was abandoned",
        }
        return f"{words.get(event.event, event.event)} (line {event.line})"

    def main_says(self, at: int) -> None:
        if len(self.after_submitting) < len(self.submitted):
            self.after_submitting.append(at)
        self.main.append(at)

    def main_last(self) -> str:
        return self.events[self.main[-1]].event if self.main else ""

    def pool_starting(self, at: int, _: Event) -> None:
        if self.main:
            raise _Broken("main/starts-first", f"{self.said(at)} a second time", self.main[0], at)
        self.main_says(at)

    def after_pool_starting(self, at: int) -> None:
        if not self.main:
            raise _Broken("main/starts-first", f"{self.said(at)} before pool_starting", at)

    def job_submitting(self, at: int, event: Event) -> None:
        self.after_pool_starting(at)
        expected = len(self.submitted) + 1
        if self.closing != NEVER or self.rejected is not None:
            rule = "main/stops-submitting" if self.rejected is not None else "main/closes-in-order"
            raise _Broken(rule, f"{self.said(at)} after {self.said(self.main[-1])}", at)
        if event.job != expected or event.job > self.config.jobs:
            limit = (
                f"job {expected}" if expected <= self.config.jobs else "none: all were submitted"
            )
            words = f"{self.said(at)}; the next to be submitted is {limit}"
            raise _Broken("main/submits-in-order", words, at)
        self.main_says(at)
        self.submitted.append(at)

    def job_rejected(self, at: int, event: Event) -> None:
        rule = "main/rejects-what-it-did-not-send"
        self.after_pool_starting(at)
        if self.main_last() != "job_submitting" or event.job != len(self.submitted):
            raise _Broken(rule, f"{self.said(at)}, which was not just being submitted", at)
        if event.job in self.started:
            start = self.started[event.job].at
            raise _Broken(rule, f"{self.said(at)}, and {self.said(start)}", start, at)
        self.needs_done(at, rule)
        self.rejected = event.job
        self.main_says(at)

    def needs_done(self, at: int, rule: str) -> None:
        if self.initiated == NEVER:
            raise _Broken(rule, f"{self.said(at)}, and no shutdown was initiated before", at)
        if self.shows_done is None:
            self.shows_done = at

    def pool_closing(self, at: int, _: Event) -> None:
        self.after_pool_starting(at)
        if self.closing != NEVER:
            raise _Broken("main/closes-in-order", f"{self.said(at)} a second time", at)
        early = len(self.submitted) < self.config.jobs and self.rejected is None
        if early and self.initiated == NEVER:
            words = (
                f"{self.said(at)} after {len(self.submitted)} of {self.config.jobs} jobs, and no "
                "shutdown was initiated before"
            )
            raise _Broken("main/leaves-early-only-when-done", words, at)
        self.closing = at
        self.main_says(at)

    def follows(self, before: str, at: int) -> None:
        if self.main_last() != before:
            last = self.said(self.main[-1]) if self.main else "nothing"
            words = f"{self.said(at)} follows {last} of main, not {before}"
            raise _Broken("main/closes-in-order", words, at)

    def pool_waiting(self, at: int, _: Event) -> None:
        self.follows("pool_closing", at)
        self.main_says(at)

    def pool_stopped(self, at: int, _: Event) -> None:
        self.follows("pool_waiting", at)
        if len(self.stopped) < self.config.workers:
            missing = next(w for w in range(1, self.config.workers + 1) if w not in self.stopped)
            doing = f"worker {missing} had not shut down"
            if missing in self.in_hand:
                doing = f"worker {missing} had job {self.in_hand[missing]} in hand"
            raise _Broken("main/waits-for-workers", f"{self.said(at)} while {doing}", at)
        self.main_says(at)

    @property
    def sent(self) -> int:
        """How many jobs were sent by the time main has left the loop."""
        return len(self.submitted) - (self.rejected is not None)

    def job_abandoned(self, at: int, event: Event) -> None:
        rule = "main/abandons-oldest-first"
        if self.main_last() not in ("pool_stopped", "job_abandoned"):
            raise _Broken(rule, f"{self.said(at)} before pool_stopped", at)
        oldest = len(self.started) + self.abandoned + 1
        if event.job != oldest or oldest > self.sent:
            left = f"job {oldest} is the oldest left" if oldest <= self.sent else "none was left"
            raise _Broken(rule, f"{self.said(at)}; {left}", at)
        self.abandoned += 1
        self.main_says(at)

    def main_done(self, at: int, _: Event) -> None:
        if self.main_last() != "job_abandoned":
            self.follows("pool_stopped", at)
        left = len(self.started) + self.abandoned + 1
        if left <= self.sent:
            words = f"{self.said(at)}, and nothing was said of job {self.lost()}"
            raise _Broken("main/abandons-oldest-first", words, at)
        self.main_says(at)

    def lost(self) -> int:
        """Return the first job that was neither started nor abandoned."""
        abandoned = range(self.sent - self.abandoned + 1, self.sent + 1)
        return next(
            job
            for job in range(1, self.sent + 1)
            if job not in self.started and job not in abandoned
        )

    def worker_started(self, at: int, event: Event) -> None:
        self.after_pool_starting(at)
        worker = event.worker or 0
        if not 1 <= worker <= self.config.workers:
            words = f"{self.said(at)}; there are workers 1 to {self.config.workers}"
            raise _Broken("worker/one-of-n", words, at)
        if worker in self.last_line:
            raise _Broken("worker/one-of-n", f"{self.said(at)} a second time", at)
        self.last_line[worker] = at

    def worker_lives(self, at: int, worker: int) -> None:
        if worker not in self.last_line:
            raise _Broken("worker/one-of-n", f"{self.said(at)}; that worker has not started", at)
        if worker in self.stopped:
            gone = self.stopped[worker]
            raise _Broken("worker/one-of-n", f"{self.said(at)} after {self.said(gone)}", gone, at)

    def job_started(self, at: int, event: Event) -> None:
        worker, job = event.worker or 0, event.job or 0
        self.worker_lives(at, worker)
        last = self.last_line[worker]
        if worker in self.in_hand:
            words = (
                f"{self.said(at)} with job {self.in_hand[worker]} in hand since {self.said(last)}"
            )
            raise _Broken("worker/one-job-at-a-time", words, last, at)
        if not 1 <= job <= len(self.submitted):
            raise _Broken("job/submitted-first", f"{self.said(at)} before it was submitted", at)
        if job == self.rejected:
            words = f"{self.said(at)}, which was rejected"
            raise _Broken("main/rejects-what-it-did-not-send", words, self.main[-1], at)
        if job in self.started:
            first = self.started[job].at
            words = f"{self.said(at)}, and {self.said(first)} already"
            raise _Broken("job/submitted-first", words, first, at)
        if event.payload != f"Task-{job}":
            raise _Broken("job/payload", f"{self.said(at)} with the payload {event.payload!r}", at)
        self.started[job] = _Start(at, worker, last)
        self.in_hand[worker] = job
        self.last_line[worker] = at

    def job_completed(self, at: int, event: Event) -> None:
        worker = event.worker or 0
        self.worker_lives(at, worker)
        if self.in_hand.get(worker) != event.job:
            words = f"{self.said(at)}, which it did not have in hand"
            raise _Broken("worker/one-job-at-a-time", words, self.last_line[worker], at)
        del self.in_hand[worker]
        self.last_line[worker] = at

    def worker_stopped(self, at: int, event: Event) -> None:
        worker = event.worker or 0
        self.worker_lives(at, worker)
        if worker in self.in_hand:
            last = self.last_line[worker]
            job = self.in_hand[worker]
            words = f"{self.said(at)} before it completed job {job} ({self.said(last)})"
            raise _Broken("worker/finishes-its-job", words, last, at)
        reason = event.reason or self.likelier_reason()
        if reason == "cancelled":
            self.needs_done(at, "worker/stops-for-a-reason")
        elif self.closing == NEVER:
            words = f"{self.said(at)} before the channel was closed"
            raise _Broken("worker/stops-for-a-reason", words, at)
        elif self.found_closed is None:
            self.found_closed = at
        self.stopped[worker] = at
        self.last_line[worker] = at

    def likelier_reason(self) -> str:
        """Return the reason that asks for less, where the line does not give it.

        After pool_closing no submission follows, so a worker that stops because ctx is done then
        asks for nothing; before it there is no other reason.
        """
        return "cancelled" if self.initiated != NEVER else "closed"

    def signal_received(self, at: int, event: Event) -> None:
        if event.signal not in self.signals:
            raise _Broken("signal/expected", f"{self.said(at)}: no such signal was sent", at)
        if self.received != NEVER:
            raise _Broken("signal/expected", f"{self.said(at)} a second time", self.received, at)
        self.received = at

    def shutdown_initiated(self, at: int, _: Event) -> None:
        if self.received == NEVER or self.initiated != NEVER:
            why = "a second time" if self.initiated != NEVER else "before any signal was received"
            raise _Broken("signal/then-initiated", f"{self.said(at)} {why}", at)
        self.initiated = at


_READ = {
    name: getattr(_Reading, name)
    for name in (
        "pool_starting",
        "worker_started",
        "job_submitting",
        "job_rejected",
        "job_started",
        "job_completed",
        "signal_received",
        "shutdown_initiated",
        "pool_closing",
        "pool_waiting",
        "worker_stopped",
        "pool_stopped",
        "job_abandoned",
        "main_done",
    )
}


class _Deadline(NamedTuple):
    """The position by which a job must have been received, and why."""

    at: int
    rule: str
    because: str
    job: int  # the one the reason speaks of: of this, or of a later receive


def _place_receives(reading: _Reading) -> None:
    """Place each receive as late as it may be. Raises _Broken where it may be nowhere."""
    deadlines = _deadlines(reading)
    held = 0
    idle_since = sorted(
        at
        for worker, at in reading.last_line.items()
        if worker not in reading.in_hand and worker not in reading.stopped
    )
    for job, deadline in enumerate(deadlines, start=1):
        if deadline.at == NEVER:
            return
        submitted = reading.submitted[job - 1]
        if submitted > deadline.at:
            words = f"{_had_to_be_received(reading, job, deadline)}; yet {reading.said(submitted)}"
            raise _Broken(deadline.rule, words, deadline.at, submitted)
        start = reading.started.get(job)
        if start is None:
            held += 1
            if bisect_left(idle_since, deadline.at) < held:
                words = f"{_had_to_be_received(reading, job, deadline)}; yet no worker had it"
                raise _Broken(deadline.rule, words, deadline.at)
        elif start.idle_since > deadline.at:
            words = (
                f"{_had_to_be_received(reading, job, deadline)}; yet the worker that did so, as "
                f"{reading.said(start.at)}, was not free until {reading.said(start.idle_since)}"
            )
            raise _Broken(deadline.rule, words, deadline.at, start.idle_since, start.at)


def _had_to_be_received(reading: _Reading, job: int, deadline: _Deadline) -> str:
    line = reading.events[deadline.at].line
    return f"job {job} had to be received before line {line}, because {deadline.because}"


def _deadlines(reading: _Reading) -> list[_Deadline]:
    """Return for each job submitted, in order, the deadline of its receive."""
    deadlines = [
        _Deadline(NEVER, "channel/fifo", "", job + 1) for job in range(len(reading.submitted))
    ]
    for deadline in _reasons(reading):
        if 1 <= deadline.job <= len(deadlines) and deadline.at < deadlines[deadline.job - 1].at:
            deadlines[deadline.job - 1] = deadline
    for index in range(len(deadlines) - 2, -1, -1):  # the receives are in order
        later = deadlines[index + 1]
        if later.at < deadlines[index].at:
            deadlines[index] = later
    return deadlines


def _reasons(reading: _Reading) -> Iterator[_Deadline]:
    queue = reading.config.queue
    for job, start in reading.started.items():
        because = f"{reading.said(start.at)}, and jobs are received in their order"
        yield _Deadline(start.at, "channel/fifo", because, job)
    for job, next_line in enumerate(reading.after_submitting, start=1):
        if job == reading.rejected:
            continue
        if queue:
            because = f"{reading.said(next_line)}: job {job} was sent, and found a slot of {queue}"
            yield _Deadline(next_line, "channel/capacity", because, job - queue)
        else:
            because = f"{reading.said(next_line)}: job {job} was sent, and there are no slots"
            yield _Deadline(next_line, "channel/rendezvous", because, job)
    if reading.found_closed is not None:
        because = f"{reading.said(reading.found_closed)} as the channel was empty"
        yield _Deadline(reading.found_closed, "channel/closed-and-empty", because, reading.sent)
    yield from _looks_at_ctx(reading)


def _looks_at_ctx(reading: _Reading) -> Iterator[_Deadline]:
    """Yield what follows where a submission comes after a line that shows ctx done.

    Main looked at ctx before that line, then, and so had sent the job before. A second such
    submission cannot be: its look comes after the first.
    """
    shows = reading.shows_done
    if shows is None:
        return
    late = bisect_left(reading.submitted, shows)
    if late + 1 < len(reading.submitted):
        at = reading.submitted[late + 1]
        words = f"{reading.said(at)}, though {reading.said(shows)}, so ctx was done"
        raise _Broken("main/stops-submitting", words, shows, at)
    if late < len(reading.submitted):
        sent = late - reading.config.queue
        because = (
            f"{reading.said(shows)}, so ctx was done, and main, which submitted job {late + 1} "
            f"later, had looked at ctx and sent job {late} before"
        )
        yield _Deadline(shows, "main/stops-submitting", because, sent)
