"""Put a broken rule in words: lines of the trace become clauses, with the numbers of the lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from parity.contract.trace import Event

NEVER = 1 << 62  # the position of what has not happened


SAID = {
    "pool_starting": "main started the pool",
    "worker_started": "worker {worker} started",
    "job_submitting": "job {job} was submitted",
    "job_rejected": "job {job} was rejected",
    "job_started": "worker {worker} started job {job}",
    "job_completed": "worker {worker} completed job {job}",
    "attempt_failed": "worker {worker} failed attempt {attempt} at job {job}",
    "job_retrying": "worker {worker} waited to try job {job} again",
    "attempt_started": "worker {worker} started attempt {attempt} at job {job}",
    "job_failed": "worker {worker} gave up job {job}",
    "result_received": "the result of job {job} was received",
    "signal_received": "a signal was received",
    "shutdown_initiated": "the shutdown was initiated",
    "pool_closing": "main began to close the channel",
    "pool_waiting": "main began to wait for the workers",
    "worker_stopped": "worker {worker} shut down",
    "pool_stopped": "main stopped waiting for the workers",
    "job_abandoned": "job {job} was abandoned",
    "main_done": "main ended",
}
"""What each event tells, as a clause."""


def telling_unsaid(words: str, lacks: Iterable[str]) -> str:
    """Return the words. Events that the program did not print are marked."""
    for event in lacks:
        clause = re.sub(r"\\\{\w+\\\}", r"\\d+", re.escape(SAID[event]))
        words = re.sub(rf"({clause}) \(line (\d+)\)", r"\1 (not said, by line \2)", words)
    return words


class Told(msgspec.Struct, frozen=True):
    """Words with the lines that they name. They are built together, so that they agree."""

    words: str
    lines: tuple[int, ...] = ()

    def __add__(self, more: Told | str) -> Told:
        if isinstance(more, str):
            return Told(self.words + more, self.lines)
        return Told(self.words + more.words, self.lines + more.lines)


class Broken(Exception):
    def __init__(self, rule: str, told: Told) -> None:
        self.rule, self.told = rule, told


class Wording:
    """The events as a reader sees them. Positions are indices into the events."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events

    def line(self, at: int) -> Told:
        number = self.events[at].line
        return Told(f"line {number}", (number,))

    def bracketed(self, at: int) -> Told:
        return Told(" (") + self.line(at) + ")"

    def said(self, at: int) -> Told:
        """Return what the line says, as a clause, and its number."""
        event = self.events[at]
        words = SAID[event.event].format(worker=event.worker, job=event.job, attempt=event.attempt)
        reason = event.reason or event.fate
        return Told(words + (f" ({reason})" if reason else "")) + self.bracketed(at)

    def again(self, at: int, first: int) -> Told:
        return self.said(at) + " a second time, first on " + self.line(first)

    def before(self, at: int, words: str, event: str, **of: int | None) -> Told:
        """Say that the line came before one that had to be first, and where that one is."""
        told = self.said(at) + f" before {words}"
        later = self.find(event, since=at, **of)
        return told if later == NEVER else told + self.bracketed(later)

    def find(
        self, event: str, *, since: int = 0, worker: int | None = None, job: int | None = None
    ) -> int:
        """Return the event's first position: of this worker and this job, if they are given."""
        for at in range(since, len(self.events)):
            found = self.events[at]
            if found.event == event and worker in (None, found.worker) and job in (None, found.job):
                return at
        return NEVER
