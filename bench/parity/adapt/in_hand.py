"""Fill in what a line does not tell of a job that a worker has, since earlier lines told it."""

from __future__ import annotations

import msgspec

from parity.contract.events import OF_ATTEMPTS
from parity.contract.trace import Event

_WITH_ATTEMPT = (*OF_ATTEMPTS, "result_received")


class JobsInHand:
    """Which worker has each job, and how often it has been tried."""

    def __init__(self) -> None:
        self._workers: dict[int | None, int | None] = {}
        self._attempts: dict[int | None, int] = {}

    def told(self, event: Event) -> Event:
        """Return the event with its worker, its attempt, and why that failed."""
        job = event.job
        if event.event == "job_started":
            self._workers[job], self._attempts[job] = event.worker, 1
        elif event.event == "job_retrying":
            self._attempts[job] = self._attempts.get(job, 1) + 1
        if event.worker is None and event.event in (*OF_ATTEMPTS, "job_abandoned"):
            event = msgspec.structs.replace(event, worker=self._workers.get(job))
        if event.attempt is None and event.event in _WITH_ATTEMPT:
            event = msgspec.structs.replace(event, attempt=self._attempts.get(job, 1))
        if event.event == "attempt_failed" and event.reason is None:
            event = msgspec.structs.replace(event, reason="error")
        return event
