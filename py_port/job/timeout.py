"""How long an attempt at a job may take."""

from __future__ import annotations

from dataclasses import dataclass

import anyio

from py_port.job.job import Job, TimedOutError


@dataclass(frozen=True, slots=True)
class Timeout:
    """How long an attempt at a job may take; 0 is no limit."""

    limit_ns: int

    async def process(self, job: Job) -> str:
        """Make an attempt, and ask it to end when its time is up.

        The clock starts with the attempt, so the time in the queue does not count.

        To ask is all that one can do. Work that sleeps heeds the cancellation at once; work that
        computes does not await, and ends when it ends: completed, and late. Either way the worker
        waits for it to return, since what it left behind would still be running.
        """
        # A computation in a thread or a process cannot be asked either. Only its wait for a free
        # one could be cancelled, and that is not the attempt.
        if job.cpu or not self.limit_ns:
            return await job.process()
        # The scope is the attempt's own, and a shutdown cancels no scope around it.
        with anyio.CancelScope(deadline=anyio.current_time() + self.limit_ns / 1e9):
            return await job.process()
        # The attempt was cancelled, and its scope ended that. In Go the attempt returns the error.
        raise TimedOutError
