"""Attempts at a job that fails, and the waits in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from py_port.internal import events
from py_port.internal.golang import select as go_select
from py_port.internal.golang.context import Context, ContextDone
from py_port.internal.log import Log
from py_port.job.job import FailedError, GivenUpError, Job, TimedOutError


@dataclass(frozen=True, slots=True)
class Retry:
    """Makes attempts at a job until one succeeds, or none is left.

    After the n-th that fails it waits backoff·2ⁿ⁻¹, at most `cap`; with `jitter`, some fraction
    of that.
    """

    attempts: int
    backoff_ns: int
    cap_ns: int
    jitter: bool
    attempt: Callable[[Job], Awaitable[str]]
    log: Log

    async def process(self, ctx: Context, worker: int, job: Job) -> str:
        """Do what a worker has to do with a job. Raises GivenUpError, ContextDone.

        An attempt is never interrupted, a wait is: the job is abandoned if ctx is done before the
        next attempt.

        The worker keeps the job while it waits. Could it put the job back into the channel? That
        may be full; only workers empty it, and all of them may be waiting for room.
        """
        tell = partial(self.log.emit, worker=worker, job=job.id)
        for attempt in range(1, self.attempts + 1):
            try:
                return await self.attempt(job)
            except FailedError as error:
                reason = events.TIMEOUT if isinstance(error, TimedOutError) else events.ERROR
            tell(events.ATTEMPT_FAILED, attempt=attempt, reason=reason)
            # After the last attempt there is nothing to wait for.
            if attempt == self.attempts:
                break
            delay_ns = self.delay_ns(job.id, attempt)
            tell(events.JOB_RETRYING, attempt=attempt + 1, delay=delay_ns)
            try:
                # The select in sleep may take either arm if ctx is done just when the wait is over.
                await go_select.sleep(ctx, delay_ns)
            except ContextDone:
                tell(events.JOB_ABANDONED)
                raise
            tell(events.ATTEMPT_STARTED, attempt=attempt + 1)
            job.tried = attempt
        tell(events.JOB_FAILED, attempt=self.attempts)
        raise GivenUpError

    def delay_ns(self, job_id: int, attempt: int) -> int:
        """Return the wait after the n-th attempt at the job failed."""
        # No bit is lost: Python's integers grow. In Go the shift could exceed 64 bits.
        delay_ns = min(self.cap_ns, self.backoff_ns << (attempt - 1))
        if not self.jitter:
            return delay_ns
        from hashlib import sha256  # slow to load, and only jitter needs it

        # The fraction is drawn from the job and the attempt, so that a run can be repeated. It
        # has 64 bits after the point, so the shift leaves the whole part.
        drawn = sha256(f"{job_id}/{attempt}".encode()).digest()
        return delay_ns * int.from_bytes(drawn[:8], "big") >> 64
