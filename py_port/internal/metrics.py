"""What a run does, in numbers."""

from __future__ import annotations

import threading

from py_port.internal import events
from py_port.internal.events import Event

FATES = (events.JOB_COMPLETED, events.JOB_FAILED, events.JOB_REJECTED, events.JOB_ABANDONED)
"""The events with which a job ends."""

BOUNDS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000)
"""Those of the histogram's buckets, in ms."""


class Metrics:
    """Counts what a run does.

    It hears of each event and of nothing else, so it cannot disagree with the trace. Where they are
    served, whoever counts or reads holds the lock.
    """

    def __init__(self, limit: int) -> None:
        """Make the metrics of a pool that has done nothing yet."""
        self.lock = threading.Lock()
        self.limit = limit  # of the queue
        self.submitted = 0
        self.attempts = 0
        self.retries = 0
        self.workers = 0  # that have started, and not stopped
        self.busy: dict[int, int] = {}  # when each busy worker took its job, in ns
        self.fates = dict.fromkeys(FATES, 0)  # how many jobs had each
        self.handled = 0  # how many jobs were in a worker's hands, and are no more
        self.within = dict.fromkeys(BOUNDS, 0)  # how many of these took no longer than the bound
        self.sum_ns = 0  # how long they took together

    def count(self, event: Event, worker: int, at_ns: int) -> None:
        """Count an event that happened at that time."""
        if event is events.WORKER_STARTED:
            self.workers += 1
        elif event is events.WORKER_STOPPED:
            self.workers -= 1
        elif event is events.JOB_SUBMITTING:
            self.submitted += 1
        elif event is events.JOB_STARTED:
            self.attempts += 1
            self.busy[worker] = at_ns
        elif event is events.ATTEMPT_STARTED:
            self.attempts += 1
            self.retries += 1
        elif event in self.fates:
            self.fates[event] += 1
            # A job that is rejected, or left in the channel, is in no worker's hands.
            if worker in self.busy:
                self._observe(at_ns - self.busy.pop(worker))

    def _observe(self, took_ns: int) -> None:
        """Count a job in every bucket that it fits into: each holds those before it, too."""
        self.handled += 1
        self.sum_ns += took_ns
        for bound in BOUNDS:
            if took_ns <= bound * 1_000_000:
                self.within[bound] += 1
