"""What a virtual clock adds to legality: time moves only when nothing else can happen.

On a virtual clock (Go's faketime, an event loop that jumps) the program runs
until everything sleeps, and then time jumps to the next timer: maximal progress, in the words of
timed automata. So the instants of a legal trace are not free. Timers are exact: a job takes its
work and a pause its interval. And when an instant is over, nothing is left that could happen in
it: no worker waits while the channel holds a job, no send waits for a slot that is free, nobody
sleeps on when ctx is done.

global_order.py judges the order within an instant, and what select took. The rules here hold for
every throw of the coin. So they also judge runs that cannot be compared event by event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from parity.checker import scaling_time
from parity.checker.global_order import Violation, violation_of
from parity.checker.wording import Broken
from parity.contract.durations import seconds
from parity.contract.events import ENDS
from parity.contract.scenario import Config
from parity.contract.trace import Event

_NOT_DUE_NS = 1 << 62  # when what will not come is due

_EXACT, _SHUTDOWN = "time/exact", "time/shutdown"


class _Hand(NamedTuple):
    """A job in a worker's hands: an attempt at it, or the wait for the next."""

    job: int | None
    since_ns: int
    due_ns: int
    waits: bool  # for the next attempt


class _Timer(NamedTuple):
    due_ns: int
    words: str  # what is due
    rule: str


def untimely(
    events: Sequence[Event], config: Config, *, killed_at_ns: int | None = None
) -> Violation | None:
    """Return the first instant that is impossible on a virtual clock; None if there is none.

    The events are those of a legal trace, with times. A run that a signal killed lived until
    `killed_at_ns`. Every other run ends with main_done.
    """
    if config.scales:
        try:
            scaling_time.check(events, config, killed_at_ns=killed_at_ns)
        except Broken as broken:
            return violation_of(broken)
    run = _Progress(config)
    for t_ns, at_once in groupby(events, key=attrgetter("t_ns")):
        line = 0
        run.asked_before(t_ns)
        due = run.next_timer()
        idle = due.due_ns != t_ns
        for event in at_once:
            line = line or event.line
            # An early event says best what is wrong. A missing one cannot say it.
            wrong = None if idle and due.due_ns < t_ns else run.take(event, t_ns)
            if wrong:
                return Violation(wrong[0], f"{wrong[1]} (line {event.line})", (event.line,))
            if idle:
                words = f"{due.words} is due at {seconds(due.due_ns)}, and line {line} is at"
                return Violation(due.rule, f"{words} {seconds(t_ns)}", (line,))
        if run.done or t_ns == killed_at_ns:
            return None
        left = run.left_undone()
        if left:
            return Violation(left[0], f"when {seconds(t_ns)} was over, {left[1]}", (line,))
    run.asked_before(killed_at_ns or 0)
    missed = run.next_timer()
    if killed_at_ns is not None and missed.due_ns < killed_at_ns:
        words = f"{missed.words} is due at {seconds(missed.due_ns)}, and did not happen"
        last = events[-1].line if events else 0
        return Violation(missed.rule, words, (last,))
    return None


class _Progress:
    """The model's state at the end of each instant, as far as times need it."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.now_ns: int | None = None  # before the start
        self.in_hand: dict[int | None, _Hand] = {}  # of each worker that is busy
        self.dues: list[tuple[int, int, int | None, _Hand]] = []  # a heap; some are over
        self.failed: set[int | None] = set()  # workers whose last line is a failed attempt
        self.waiting_again: set[int | None] = set()  # workers that wait for the next attempt
        self.taken: set[int] = set()
        self.idle: dict[int | None, None] = {}  # workers, the longest idle first
        self.unreported: dict[int | None, None] = {}  # jobs that ended, without a result so far
        self.workers = self.stopped = self.submitted = self.started = 0
        self.received = self.initiated = False
        self.closing = self.waiting = self.done = False
        self.sent_at_ns = 0  # when the last job submitted was sent
        self.asks = scaling_time.Asks(config.keepalive_ns) if config.scales else None
        self.signal_at_ns = next((s.at_ns for s in config.signals_in_time), _NOT_DUE_NS)

    @property
    def sent(self) -> int:
        """How many jobs were sent when the instant is over, if ctx is not done."""
        return min(self.submitted, self.started + self.config.queue)

    @property
    def submitter_waits(self) -> bool:
        return self.sent < self.submitted

    def next_timer(self) -> _Timer:
        return min(self.timers(), key=lambda timer: timer.due_ns)

    def timers(self) -> Iterator[_Timer]:
        if self.now_ns is None:
            yield _Timer(0, "the start", _EXACT)
        while self.dues and self.in_hand.get(self.dues[0][2]) is not self.dues[0][3]:
            heappop(self.dues)
        if self.dues:
            due_ns, _, worker, hand = self.dues[0]
            words = f"the end of job {hand.job} in the hands of worker {worker}"
            if hand.waits:
                words = f"the next attempt of worker {worker} at job {hand.job}"
            yield _Timer(due_ns, words, _EXACT)
        if not self.closing and not self.submitter_waits:
            yield _Timer(
                self.pause_ends_ns(), f"the end of the pause after job {self.submitted}", _EXACT
            )
        yield _Timer(self.signal_at_ns, "the signal", _SHUTDOWN)
        for worker, due_ns in list(self.asks.due_ns.items())[:1] if self.asks else ():
            yield _Timer(due_ns, f"the end of worker {worker}'s wait for a job", _EXACT)

    def asked_before(self, t_ns: int) -> None:
        """Forget the workers that asked whether they may leave: those that stayed say nothing."""
        if self.asks:
            for _ in self.asks.until(t_ns):
                pass

    def pause_ends_ns(self) -> int:
        return self.sent_at_ns + (self.config.interval_ns if self.submitted else 0)

    def take(self, event: Event, t_ns: int) -> tuple[str, str] | None:
        """Apply the event. Return what is wrong with its instant."""
        self.now_ns = t_ns
        if self.asks:
            self.asks.take(event, t_ns)
        if self.submitter_waits:
            # Main waited for room until this instant. The room came from a worker that took a job.
            # That worker may say so before main goes on, or later in this instant.
            self.sent_at_ns = t_ns
        if self.config.results and event.event in ENDS and event.worker is not None:
            self.unreported[event.job] = None
        match event.event:
            case "worker_started":
                self.workers += 1
                self.idle[event.worker] = None
            case "job_submitting":
                due_ns = self.pause_ends_ns()
                self.submitted += 1
                self.sent_at_ns = t_ns
                if due_ns != t_ns:
                    return _EXACT, _off(f"job {event.job} was submitted", t_ns, due_ns)
            case "job_started":
                self.started += 1
                self.taken.add(event.job or 0)
                self.idle.pop(event.worker, None)
                self.holds(event, t_ns, self.config.attempt_of(event.job or 0))
            case "job_completed":
                self.idle[event.worker] = None
                hand = self.in_hand.pop(event.worker)
                due_ns = hand.since_ns + self.config.work_of(event.job or 0)
                if due_ns != t_ns:
                    what = f"worker {event.worker} completed job {event.job}"
                    return _EXACT, _off(what, t_ns, due_ns)
            case "attempt_failed" | "attempt_started":
                return self.take_attempt(event, t_ns)
            case "job_retrying":
                self.failed.discard(event.worker)
                self.waiting_again.add(event.worker)
                self.holds(event, t_ns, event.delay or 0, waits=True)
            case "job_failed" | "job_abandoned" if event.worker is not None:
                self.failed.discard(event.worker)
                self.waiting_again.discard(event.worker)
                self.in_hand.pop(event.worker, None)
                self.idle[event.worker] = None
            case "result_received":
                self.unreported.pop(event.job, None)
            case "signal_received":
                self.received = True
                due_ns, self.signal_at_ns = self.signal_at_ns, _NOT_DUE_NS
                if due_ns != t_ns:
                    return _SHUTDOWN, _off("the signal was received", t_ns, due_ns)
            case "shutdown_initiated":
                self.initiated = True
            case "pool_closing":
                self.closing = True
                if not self.initiated and self.pause_ends_ns() != t_ns:
                    return _SHUTDOWN, _off("the channel was closed", t_ns, self.pause_ends_ns())
            case "pool_waiting":
                self.waiting = True
            case "worker_stopped":
                self.stopped += 1
                self.idle.pop(event.worker, None)
            case "main_done":
                self.done = True
        return None

    def holds(self, event: Event, t_ns: int, for_ns: int, *, waits: bool = False) -> None:
        """Take in that the worker has the job from now on, for so long."""
        hand = _Hand(event.job, t_ns, t_ns + for_ns, waits)
        self.in_hand[event.worker] = hand
        heappush(self.dues, (hand.due_ns, event.line, event.worker, hand))

    def take_attempt(self, event: Event, t_ns: int) -> tuple[str, str] | None:
        """Take in that an attempt failed, or that the next one started."""
        hand, job = self.in_hand[event.worker], event.job or 0
        if event.event == "attempt_started":
            due_ns, what = hand.due_ns, f"worker {event.worker} tried job {job} again"
            self.waiting_again.discard(event.worker)
            self.holds(event, t_ns, self.config.attempt_of(job))
        else:
            limit_ns, work_ns = self.config.job_timeout_ns, self.config.work_of(job)
            too_long = event.reason == "timeout" and work_ns >= limit_ns
            due_ns = hand.since_ns + (limit_ns if too_long else work_ns)
            what = f"worker {event.worker} failed an attempt at job {job}"
            if event.reason == "timeout" and not too_long:
                return "job/times-out", f"{what}, which takes less than {seconds(limit_ns)}"
            self.failed.add(event.worker)
        return None if due_ns == t_ns else (_EXACT, _off(what, t_ns, due_ns))

    def left_undone(self) -> tuple[str, str] | None:
        """Return what could still have happened in the instant that is over."""
        if self.workers < self.config.workers:
            return _EXACT, f"worker {self.workers + 1} of {self.config.workers} had not started"
        if self.received and not self.initiated:
            return _SHUTDOWN, "the shutdown was not initiated"
        if self.initiated and not self.closing:
            return _SHUTDOWN, "ctx was done, and the channel not closed"
        if self.failed:
            worker = next(iter(self.failed))
            return _EXACT, f"an attempt of worker {worker} had failed, and nothing followed"
        if self.unreported:
            job = next(iter(self.unreported))
            return _EXACT, f"job {job} had ended, and its result was not received"
        if self.initiated and (waiting := self.still_waiting()):
            words = f"ctx was done, and worker {waiting} still waited to try its job again"
            return "job/abandoned-in-its-wait", words
        if self.initiated and self.idle:
            return _SHUTDOWN, f"ctx was done, and {len(self.idle)} idle workers had not shut down"
        if self.closing and not self.waiting:
            return _SHUTDOWN, "the channel was closed, and main did not wait for the workers"
        waiting_jobs = self.sent - self.started
        if self.idle and (waiting_jobs or self.submitter_waits):
            words = (
                f"job {self.first_waiting()} waited, and worker {next(iter(self.idle))} was idle"
            )
            return "worker/takes-what-waits", words
        if self.closing and self.idle:
            idle = len(self.idle)
            return _SHUTDOWN, f"no job was left, and {idle} idle workers had not shut down"
        if self.stopped == self.workers:
            return _SHUTDOWN, "every worker had ended, and main did not"
        return None

    def first_waiting(self) -> int:
        """Return the job that the idle worker had to take."""
        left = (job for job in range(1, self.submitted + 1) if job not in self.taken)
        return min(left, key=lambda job: (self.config.level_of(job), job))

    def still_waiting(self) -> int | None:
        """Return a worker whose wait for the next attempt is not over, if there is one."""
        waiting = (w for w in self.waiting_again if self.in_hand[w].due_ns > (self.now_ns or 0))
        return next(waiting, None)


def _off(what: str, t_ns: int, due_ns: int) -> str:
    return f"{what} at {seconds(t_ns)}, due at {seconds(due_ns)}"
