"""The rules that one process alone can break: main, a worker, or the signal handler.

This is one pass over the events. Each process is a sequence, and each line has to fit its own
process. attempts.py has the rules of a job in hand, and global_order.py those that connect
processes by the channel.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence

import msgspec

from parity.checker.wording import NEVER, SAID, Broken, Told, Wording
from parity.contract.scenario import Config
from parity.contract.trace import Event


class Start(msgspec.Struct, frozen=True, gc=False):
    """The start of a job. There is one for each job, so it has to be small."""

    at: int
    worker: int
    last_line: int  # the worker's previous line
    idle_since: int  # the same; with -results, after which line it can have sent its last result


class End(msgspec.Struct, frozen=True, gc=False):
    """The end of a job that a worker had."""

    at: int
    attempts: int  # that were made at the job


class Reading(Wording):
    """What the events say about each process, and whether it may say so.

    Positions are indices into the events.
    """

    def __init__(self, events: Sequence[Event], config: Config, signals: frozenset[str]) -> None:
        super().__init__(events)
        self.config, self.signals = config, signals
        self.main: list[int] = []  # main's lines, but for job_abandoned
        self.submitted: list[int] = []  # at index j-1: job j's
        self.after_submitting: list[int] = []  # at index j-1: main's next line after it
        self.rejected: int | None = None
        self.started: dict[int, Start] = {}
        self.abandoned: set[int] = set()
        self._oldest = 1
        self._by_level: deque[int] | None = None  # the jobs left, once that is known
        self.in_hand: dict[int, int] = {}
        self.attempt: dict[int, int] = {}  # the attempt at each job: under way, failed, or the next
        self.ended: dict[int, End] = {}
        self.results: dict[int, int] = {}  # where the result of each job was received
        self.last_line: dict[int, int] = {}  # of each worker that has started
        self.stopped: dict[int, int] = {}
        self.left: set[int] = set()  # the lines of workers that left as they were idle
        self.found_closed: int | None = None  # the first worker_stopped that needs it
        self.shows_done: int | None = None  # the first line that shows ctx done
        self.received = self.initiated = self.closing = NEVER

    def read(self, handlers: Mapping[str, Handler]) -> None:
        """Give each event to its handler, which raises Broken if the line does not fit."""
        for at, event in enumerate(self.events):
            handlers[event.event](self, at, event)

    def main_says(self, at: int) -> None:
        if len(self.after_submitting) < len(self.submitted):
            self.after_submitting.append(at)
        self.main.append(at)

    def main_last(self) -> str:
        return self.events[self.main[-1]].event if self.main else ""

    def on_pool_starting(self, at: int, _: Event) -> None:
        if self.main:
            raise Broken("main/starts-first", self.again(at, self.main[0]))
        self.main_says(at)

    def after_pool_starting(self, at: int) -> None:
        if not self.main:
            told = self.before(at, "main started the pool", "pool_starting")
            raise Broken("main/starts-first", told)

    def on_job_submitting(self, at: int, event: Event) -> None:
        self.after_pool_starting(at)
        if self.rejected is not None:
            told = self.said(at) + " after " + self.said(self.rejection)
            raise Broken("main/stops-submitting", told)
        if self.closing != NEVER:
            told = self.said(at) + " after " + self.said(self.closing)
            raise Broken("main/closes-in-order", told)
        expected, job = len(self.submitted) + 1, event.job or 0
        if job != expected or job > self.config.jobs:
            raise Broken("main/submits-in-order", self.out_of_turn(at, job, expected))
        level = self.config.level_of(job)
        if (event.level or 0) != level:
            told = self.said(at) + f" with level {event.level or 'none'}; due is {level or 'none'}"
            raise Broken("job/level", told)
        self.main_says(at)
        self.submitted.append(at)

    def out_of_turn(self, at: int, job: int, expected: int) -> Told:
        if 1 <= job < expected:
            return self.again(at, self.submitted[job - 1])
        if expected > self.config.jobs:
            return self.said(at) + f"; the number of jobs is {self.config.jobs}"
        words = f"job {expected} was submitted"
        return self.before(at, words, "job_submitting", job=expected)

    @property
    def rejection(self) -> int:
        """Where the last job was rejected: main's next line after its submission."""
        return self.after_submitting[-1]

    def on_job_rejected(self, at: int, event: Event) -> None:
        rule = "main/rejects-what-it-did-not-send"
        self.after_pool_starting(at)
        job = event.job or 0
        if not 1 <= job <= len(self.submitted):
            told = self.before(at, "it was submitted", "job_submitting", job=job)
            raise Broken(rule, told)
        if job == self.rejected:
            raise Broken(rule, self.again(at, self.rejection))
        if job <= len(self.after_submitting):
            told = self.said(at) + ", from which main had gone on: "
            raise Broken(rule, told + self.said(self.after_submitting[job - 1]))
        if job in self.started:
            raise Broken(rule, self.said(at) + ", though " + self.taken(job))
        self.needs_done(at, rule)
        self.rejected = job
        self.main_says(at)

    def taken(self, job: int) -> Told:
        """Say who had started the job."""
        start = self.started[job]
        return Told(f"worker {start.worker} had started it") + self.bracketed(start.at)

    def needs_done(self, at: int, rule: str) -> None:
        if self.initiated == NEVER:
            told = self.before(at, "a shutdown was initiated", "shutdown_initiated")
            raise Broken(rule, told)
        if self.shows_done is None:
            self.shows_done = at

    def on_pool_closing(self, at: int, _: Event) -> None:
        self.after_pool_starting(at)
        if self.closing != NEVER:
            raise Broken("main/closes-in-order", self.again(at, self.closing))
        if len(self.submitted) < self.config.jobs and self.initiated == NEVER:
            submitted = f"after {len(self.submitted)} of {self.config.jobs} jobs"
            told = self.said(at) + f" {submitted}, and no shutdown had been initiated"
            raise Broken("main/leaves-early-only-when-done", told)
        self.closing = at
        self.main_says(at)

    def straight_after(self, before: str, at: int) -> None:
        if self.main_last() == before:
            return
        first = self.find(self.events[at].event)
        if first < at:
            raise Broken("main/closes-in-order", self.again(at, first))
        told = self.before(at, SAID[before].replace("main", "it"), before)
        raise Broken("main/closes-in-order", told)

    def on_pool_waiting(self, at: int, _: Event) -> None:
        self.straight_after("pool_closing", at)
        self.main_says(at)

    def on_pool_stopped(self, at: int, _: Event) -> None:
        self.straight_after("pool_waiting", at)
        every = range(1, max(self.config.workers, max(self.last_line, default=0)) + 1)
        missing = next((w for w in every if w not in self.stopped), None)
        if missing:
            told = self.said(at) + f" while worker {missing} had "
            told += self.hands(missing) if missing in self.in_hand else "not shut down"
            raise Broken("main/waits-for-workers", told)
        self.main_says(at)

    def hands(self, worker: int) -> Told:
        """Say which job the worker has in hand."""
        told = Told(f"job {self.in_hand[worker]} in hand since ")
        return told + self.line(self.last_line[worker])

    @property
    def sent(self) -> int:
        """How many jobs were sent by the time main has left the loop."""
        return len(self.submitted) - (self.rejected is not None)

    def oldest_left(self) -> int:
        """Return the first job that was neither started nor abandoned."""
        if self.config.levels > 1:
            return self.most_urgent_left()
        while self._oldest in self.started or self._oldest in self.abandoned:
            self._oldest += 1
        return self._oldest

    def most_urgent_left(self) -> int:
        """Return the same, the most urgent level first. Every worker has ended."""
        if self._by_level is None:
            left = (job for job in range(1, self.sent + 1) if job not in self.started)
            by_level = sorted(left, key=lambda job: (self.config.level_of(job), job))
            self._by_level = deque(by_level)
        while self._by_level and self._by_level[0] in self.abandoned:
            self._by_level.popleft()
        return self._by_level[0] if self._by_level else self.sent + 1

    def submission(self, job: int) -> Told:
        return Told(f"job {job}, submitted on ") + self.line(self.submitted[job - 1])

    def on_job_abandoned(self, at: int, event: Event) -> None:
        rule = "main/abandons-oldest-first"
        if self.main_last() == "main_done":
            raise Broken(rule, self.said(at) + " after " + self.said(self.main[-1]))
        if self.main_last() != "pool_stopped":
            raise Broken(rule, self.before(at, SAID["pool_stopped"], "pool_stopped"))
        oldest = self.oldest_left()
        if event.job in self.started:
            raise Broken(rule, self.said(at) + ", though " + self.taken(event.job))
        if oldest > self.sent:
            raise Broken(rule, self.said(at) + "; none was left")
        if event.job != oldest:
            first = "oldest"
            if self.config.levels > 1:
                rule, first = "main/abandons-by-level", "oldest of the most urgent"
            raise Broken(rule, self.said(at) + f"; the {first} left is " + self.submission(oldest))
        self.abandoned.add(oldest)

    def on_main_done(self, at: int, _: Event) -> None:
        self.straight_after("pool_stopped", at)
        oldest = self.oldest_left()
        if oldest <= self.sent:
            told = self.said(at) + ", and nothing was said of " + self.submission(oldest)
            raise Broken("main/abandons-oldest-first", told)
        self.main_says(at)

    def on_worker_started(self, at: int, event: Event) -> None:
        self.after_pool_starting(at)
        worker = event.worker or 0
        self.one_of_n(at, worker)
        if worker in self.last_line:
            first = self.find("worker_started", worker=worker)
            raise Broken("worker/one-of-n", self.again(at, first))
        if self.main_last() in ("pool_stopped", "main_done"):
            told = self.said(at) + " after " + self.said(self.main[-1])
            raise Broken("main/waits-for-workers", told)
        self.last_line[worker] = at

    def one_of_n(self, at: int, worker: int) -> None:
        most = NEVER if self.config.scales else self.config.workers
        if not 1 <= worker <= most:
            told = self.said(at) + f"; there are workers 1 to {self.config.workers}"
            raise Broken("worker/one-of-n", told)

    def living(self, at: int, event: Event) -> int:
        """Return the line's worker, which has started and not shut down."""
        worker = event.worker or 0
        self.one_of_n(at, worker)
        if worker not in self.last_line:
            told = self.before(at, "that worker started", "worker_started", worker=worker)
            raise Broken("worker/one-of-n", told)
        if worker in self.stopped and event.event == "worker_stopped":
            raise Broken("worker/one-of-n", self.again(at, self.stopped[worker]))
        if worker in self.stopped:
            told = self.said(at) + " after it shut down" + self.bracketed(self.stopped[worker])
            raise Broken("worker/one-of-n", told)
        return worker

    def on_job_started(self, at: int, event: Event) -> None:
        worker, job = self.living(at, event), event.job or 0
        if worker in self.in_hand:
            told = self.said(at) + " with " + self.hands(worker)
            raise Broken("worker/one-job-at-a-time", told)
        if not 1 <= job <= len(self.submitted):
            told = self.before(at, "it was submitted", "job_submitting", job=job)
            raise Broken("job/submitted-first", told)
        if job == self.rejected:
            told = self.said(at) + ", which was rejected" + self.bracketed(self.rejection)
            raise Broken("main/rejects-what-it-did-not-send", told)
        if job in self.started:
            told = self.said(at) + ", though " + self.taken(job)
            raise Broken("job/submitted-first", told)
        if event.payload != f"Task-{job}":
            raise Broken("job/payload", self.said(at) + f" with the payload {event.payload!r}")
        last_line = self.last_line[worker]
        self.started[job] = Start(at, worker, last_line, last_line)
        self.in_hand[worker] = job
        self.attempt[worker] = 1
        self.last_line[worker] = at

    def ends(self, at: int, worker: int) -> None:
        """Take the job out of the worker's hands."""
        # The attempt of one that waits is the next one, which is not made.
        unmade = self.events[at].event == "job_abandoned"
        self.ended[self.in_hand.pop(worker)] = End(at, self.attempt[worker] - unmade)
        self.last_line[worker] = at

    def on_worker_stopped(self, at: int, event: Event) -> None:
        worker = self.living(at, event)
        if worker in self.in_hand:
            raise Broken("worker/finishes-its-job", self.unfinished(at, worker))
        if self.was_idle(event):
            self.left.add(at)
        elif event.reason == "idle":
            told = self.said(at) + "; without -max-workers no worker leaves before the end"
            raise Broken("worker/stops-for-a-reason", told)
        elif self.was_cancelled(event):
            self.needs_done(at, "worker/stops-for-a-reason")
        elif self.closing == NEVER:
            told = self.before(at, SAID["pool_closing"], "pool_closing")
            raise Broken("worker/stops-for-a-reason", told)
        elif self.found_closed is None:
            self.found_closed = at
        self.stopped[worker] = at

    def unfinished(self, at: int, worker: int) -> Told:
        job = self.in_hand[worker]
        told = self.said(at) + f" before it completed job {job}"
        completed = self.find("job_completed", since=at, worker=worker, job=job)
        if completed == NEVER:
            return told + ", which it started" + self.bracketed(self.last_line[worker])
        return told + self.bracketed(completed)

    def was_idle(self, event: Event) -> bool:
        """Whether the worker left as it was idle, which only workers that come and go do.

        If the line does not say, we assume so, as this restricts the other lines least.
        """
        return self.config.scales and event.reason in ("idle", None)

    def was_cancelled(self, event: Event) -> bool:
        """Whether the worker stopped because ctx was done.

        If the line does not say, we assume so if it is possible, as this restricts less. After
        pool_closing there are no more submissions, so the assumption restricts nothing. Before it
        there is no other reason.
        """
        if event.reason:
            return event.reason == "cancelled"
        return self.initiated != NEVER

    def on_signal_received(self, at: int, event: Event) -> None:
        if event.signal not in self.signals:
            told = self.said(at) + f", and no {event.signal!r} was sent"
            raise Broken("signal/expected", told)
        if self.received != NEVER:
            raise Broken("signal/expected", self.again(at, self.received))
        self.received = at

    def on_shutdown_initiated(self, at: int, _: Event) -> None:
        if self.initiated != NEVER:
            raise Broken("signal/then-initiated", self.again(at, self.initiated))
        if self.received == NEVER:
            told = self.before(at, SAID["signal_received"], "signal_received")
            raise Broken("signal/then-initiated", told)
        self.initiated = at


Handler = Callable[[Reading, int, Event], None]

HANDLERS: dict[str, Handler] = {
    "pool_starting": Reading.on_pool_starting,
    "worker_started": Reading.on_worker_started,
    "job_submitting": Reading.on_job_submitting,
    "job_rejected": Reading.on_job_rejected,
    "job_started": Reading.on_job_started,
    "signal_received": Reading.on_signal_received,
    "shutdown_initiated": Reading.on_shutdown_initiated,
    "pool_closing": Reading.on_pool_closing,
    "pool_waiting": Reading.on_pool_waiting,
    "worker_stopped": Reading.on_worker_stopped,
    "pool_stopped": Reading.on_pool_stopped,
    "main_done": Reading.on_main_done,
}
"""The handler of each event, but for those of a job in hand."""
