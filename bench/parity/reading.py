"""What the events say of each process, and whether that process alone may say it.

A pass over the events: main, each worker and the signal handler are sequences, and each line has
to fit its own. What follows from several of them together, by way of the channel, is `legality`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from parity.scenario import Config
from parity.trace import Event

NEVER = 1 << 62  # the position of what has not happened


class Broken(Exception):
    def __init__(self, rule: str, words: str, *at: int) -> None:
        self.rule, self.words, self.at = rule, words, at


class Start(NamedTuple):
    at: int
    worker: int
    idle_since: int  # the worker's previous line


class Reading:
    """What the events say of each process, and whether it may say so.

    Positions are indices into the events; `said(at)` tells one as a reader sees it.
    """

    def __init__(self, events: Sequence[Event], config: Config, signals: frozenset[str]) -> None:
        self.events, self.config, self.signals = events, config, signals
        self.main: list[int] = []  # main's lines
        self.submitted: list[int] = []  # at index j-1: job j's
        self.after_submitting: list[int] = []  # at index j-1: main's next line after it
        self.rejected: int | None = None
        self.started: dict[int, Start] = {}
        self.abandoned: set[int] = set()
        self._oldest = 1
        self.in_hand: dict[int, int] = {}
        self.last_line: dict[int, int] = {}  # of each worker that has started
        self.stopped: dict[int, int] = {}
        self.found_closed: int | None = None  # the first worker_stopped that needs it
        self.shows_done: int | None = None  # the first line that shows ctx done
        self.received = self.initiated = self.closing = NEVER

    def read(self) -> None:
        for at, event in enumerate(self.events):
            getattr(self, event.event)(at, event)

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
            raise Broken("main/starts-first", f"{self.said(at)} a second time", self.main[0], at)
        self.main_says(at)

    def after_pool_starting(self, at: int) -> None:
        if not self.main:
            raise Broken("main/starts-first", f"{self.said(at)} before pool_starting", at)

    def job_submitting(self, at: int, event: Event) -> None:
        self.after_pool_starting(at)
        expected = len(self.submitted) + 1
        if self.closing != NEVER or self.rejected is not None:
            rule = "main/stops-submitting" if self.rejected is not None else "main/closes-in-order"
            raise Broken(rule, f"{self.said(at)} after {self.said(self.main[-1])}", at)
        if event.job != expected or event.job > self.config.jobs:
            limit = (
                f"job {expected}" if expected <= self.config.jobs else "none: all were submitted"
            )
            words = f"{self.said(at)}; the next to be submitted is {limit}"
            raise Broken("main/submits-in-order", words, at)
        self.main_says(at)
        self.submitted.append(at)

    def job_rejected(self, at: int, event: Event) -> None:
        rule = "main/rejects-what-it-did-not-send"
        self.after_pool_starting(at)
        if self.main_last() != "job_submitting" or event.job != len(self.submitted):
            raise Broken(rule, f"{self.said(at)}, which was not just being submitted", at)
        if event.job in self.started:
            start = self.started[event.job].at
            raise Broken(rule, f"{self.said(at)}, and {self.said(start)}", start, at)
        self.needs_done(at, rule)
        self.rejected = event.job
        self.main_says(at)

    def needs_done(self, at: int, rule: str) -> None:
        if self.initiated == NEVER:
            raise Broken(rule, f"{self.said(at)}, and no shutdown was initiated before", at)
        if self.shows_done is None:
            self.shows_done = at

    def pool_closing(self, at: int, _: Event) -> None:
        self.after_pool_starting(at)
        if self.closing != NEVER:
            raise Broken("main/closes-in-order", f"{self.said(at)} a second time", at)
        if len(self.submitted) < self.config.jobs and self.initiated == NEVER:
            words = (
                f"{self.said(at)} after {len(self.submitted)} of {self.config.jobs} jobs, and no "
                "shutdown was initiated before"
            )
            raise Broken("main/leaves-early-only-when-done", words, at)
        self.closing = at
        self.main_says(at)

    def follows(self, before: str, at: int) -> None:
        if self.main_last() != before:
            last = self.said(self.main[-1]) if self.main else "nothing"
            words = f"{self.said(at)} follows {last} of main, not {before}"
            raise Broken("main/closes-in-order", words, at)

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
            raise Broken("main/waits-for-workers", f"{self.said(at)} while {doing}", at)
        self.main_says(at)

    @property
    def sent(self) -> int:
        """How many jobs were sent by the time main has left the loop."""
        return len(self.submitted) - (self.rejected is not None)

    def oldest_left(self) -> int:
        """Return the first job that was neither started nor abandoned."""
        while self._oldest in self.started or self._oldest in self.abandoned:
            self._oldest += 1
        return self._oldest

    def job_abandoned(self, at: int, event: Event) -> None:
        rule = "main/abandons-oldest-first"
        if self.main_last() not in ("pool_stopped", "job_abandoned"):
            raise Broken(rule, f"{self.said(at)} before pool_stopped", at)
        oldest = self.oldest_left()
        if event.job != oldest or oldest > self.sent:
            left = f"job {oldest} is the oldest left" if oldest <= self.sent else "none was left"
            raise Broken(rule, f"{self.said(at)}; {left}", at)
        self.abandoned.add(oldest)
        self.main_says(at)

    def main_done(self, at: int, _: Event) -> None:
        if self.main_last() != "job_abandoned":
            self.follows("pool_stopped", at)
        oldest = self.oldest_left()
        if oldest <= self.sent:
            words = f"{self.said(at)}, and nothing was said of job {oldest}"
            raise Broken("main/abandons-oldest-first", words, at)
        self.main_says(at)

    def worker_started(self, at: int, event: Event) -> None:
        self.after_pool_starting(at)
        worker = event.worker or 0
        if not 1 <= worker <= self.config.workers:
            words = f"{self.said(at)}; there are workers 1 to {self.config.workers}"
            raise Broken("worker/one-of-n", words, at)
        if worker in self.last_line:
            raise Broken("worker/one-of-n", f"{self.said(at)} a second time", at)
        self.last_line[worker] = at

    def living(self, at: int, event: Event) -> int:
        """Return the line's worker, which has started and not shut down."""
        worker = event.worker or 0
        if worker not in self.last_line:
            raise Broken("worker/one-of-n", f"{self.said(at)}; that worker has not started", at)
        if worker in self.stopped:
            gone = self.stopped[worker]
            raise Broken("worker/one-of-n", f"{self.said(at)} after {self.said(gone)}", gone, at)
        return worker

    def job_started(self, at: int, event: Event) -> None:
        worker, job = self.living(at, event), event.job or 0
        last = self.last_line[worker]
        if worker in self.in_hand:
            words = (
                f"{self.said(at)} with job {self.in_hand[worker]} in hand since {self.said(last)}"
            )
            raise Broken("worker/one-job-at-a-time", words, last, at)
        if not 1 <= job <= len(self.submitted):
            raise Broken("job/submitted-first", f"{self.said(at)} before it was submitted", at)
        if job == self.rejected:
            words = f"{self.said(at)}, which was rejected"
            raise Broken("main/rejects-what-it-did-not-send", words, self.main[-1], at)
        if job in self.started:
            first = self.started[job].at
            words = f"{self.said(at)}, and {self.said(first)} already"
            raise Broken("job/submitted-first", words, first, at)
        if event.payload != f"Task-{job}":
            raise Broken("job/payload", f"{self.said(at)} with the payload {event.payload!r}", at)
        self.started[job] = Start(at, worker, last)
        self.in_hand[worker] = job
        self.last_line[worker] = at

    def job_completed(self, at: int, event: Event) -> None:
        worker = self.living(at, event)
        if self.in_hand.get(worker) != event.job:
            words = f"{self.said(at)}, which it did not have in hand"
            raise Broken("worker/one-job-at-a-time", words, self.last_line[worker], at)
        del self.in_hand[worker]
        self.last_line[worker] = at

    def worker_stopped(self, at: int, event: Event) -> None:
        worker = self.living(at, event)
        if worker in self.in_hand:
            last = self.last_line[worker]
            job = self.in_hand[worker]
            words = f"{self.said(at)} before it completed job {job} ({self.said(last)})"
            raise Broken("worker/finishes-its-job", words, last, at)
        if self.was_cancelled(event):
            self.needs_done(at, "worker/stops-for-a-reason")
        elif self.closing == NEVER:
            words = f"{self.said(at)} before the channel was closed"
            raise Broken("worker/stops-for-a-reason", words, at)
        elif self.found_closed is None:
            self.found_closed = at
        self.stopped[worker] = at

    def was_cancelled(self, event: Event) -> bool:
        """Whether the worker stopped because ctx was done.

        Where the line does not say, it did if it may have, which asks for less: after pool_closing
        no submission follows, so such a worker asks for nothing then; before it there is no other
        reason.
        """
        if event.reason:
            return event.reason == "cancelled"
        return self.initiated != NEVER

    def signal_received(self, at: int, event: Event) -> None:
        if event.signal not in self.signals:
            raise Broken("signal/expected", f"{self.said(at)}: no such signal was sent", at)
        if self.received != NEVER:
            raise Broken("signal/expected", f"{self.said(at)} a second time", self.received, at)
        self.received = at

    def shutdown_initiated(self, at: int, _: Event) -> None:
        if self.received == NEVER or self.initiated != NEVER:
            why = "a second time" if self.initiated != NEVER else "before any signal was received"
            raise Broken("signal/then-initiated", f"{self.said(at)} {why}", at)
        self.initiated = at
