"""One worker's loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from py_port.internal import events
from py_port.internal.golang import select as go_select
from py_port.internal.golang.channel import NOT_READY, Channel, ClosedError
from py_port.internal.golang.context import Context, ContextDone
from py_port.internal.log import Log
from py_port.job.job import GivenUpError, Job

Process = Callable[[Context, int, Job], Awaitable[str]]
"""What a worker does with a job. Where it raises GivenUpError, it has said what became of the
job."""


@dataclass(slots=True)
class Worker:
    """Takes jobs from a channel, one at a time.

    It stops when the context is done, or when the channel is closed and empty.
    """

    id: int
    jobs: Channel[Job]
    process: Process
    log: Log

    async def run(self, ctx: Context) -> None:
        """Run the worker's loop. It returns when the worker has stopped."""
        self.log.emit(events.WORKER_STARTED, worker=self.id)
        while True:
            try:
                job = self.jobs.try_receive(ctx)
                if job is NOT_READY:
                    job = await go_select.receive(ctx, self.jobs)
            # The context outranks nothing: when a job is ready too, a coin picks either.
            except ContextDone:
                self.log.emit(events.WORKER_STOPPED, worker=self.id, reason=events.CANCELLED)
                return
            # A closed channel still yields the jobs it holds; only then is it an error.
            except ClosedError:
                self.log.emit(events.WORKER_STOPPED, worker=self.id, reason=events.CLOSED)
                return
            if self.log.tells_jobs:
                self.log.emit(events.JOB_STARTED, worker=self.id, job=job.id, payload=job.payload)
            try:
                digest = await self.process(ctx, self.id, job)
            except GivenUpError:
                continue
            if self.log.tells_jobs:
                self.log.emit(events.JOB_COMPLETED, worker=self.id, job=job.id, digest=digest)


def once(_: Context, _worker: int, job: Job) -> Awaitable[str]:
    """Make one attempt at the job: the process of the plain pool."""
    # Not a coroutine of its own: that would cost a little more for each job.
    return job.process()
