"""One worker's loop."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from py_port.internal import events
from py_port.internal.golang import select as go_select
from py_port.internal.golang.channel import NOT_READY, Channel, ClosedError
from py_port.internal.golang.context import Context, ContextDone
from py_port.internal.log import Log
from py_port.job.job import GivenUpError, Job
from py_port.worker.priority import Levels
from py_port.worker.results import Results
from py_port.worker.scaling import Scaling

Process = Callable[[Context, int, Job], Awaitable[str]]
"""What a worker does with a job. Where it raises GivenUpError or ContextDone, it has said what
became of the job."""


@dataclass(slots=True)
class Worker:
    """Takes jobs from a channel, one at a time.

    It stops when the context is done, or when the channel is closed and empty.
    """

    id: int
    jobs: Channel[Job]
    process: Process
    log: Log
    # The extensions: None in the plain pool.
    levels: Levels | None = None
    results: Results | None = None
    scaling: Scaling | None = None

    async def run(self, ctx: Context) -> None:
        """Run the worker's loop. It returns when the worker has stopped."""
        # Read once: an attribute costs more than a variable, and the loop needs these for each job.
        jobs, process, tells_jobs = self.jobs, self.process, self.log.tells_jobs
        levels, results, scaling = self.levels, self.results, self.scaling
        self.log.emit(events.WORKER_STARTED, worker=self.id)
        idle = scaling.idle() if scaling is not None else math.inf
        while True:
            try:
                job = jobs.try_receive(ctx)
                if job is NOT_READY:
                    job = await go_select.receive(ctx, jobs, until=idle)
            # The context outranks nothing: when a job is ready too, a coin picks either.
            except ContextDone:
                self.log.emit(events.WORKER_STOPPED, worker=self.id, reason=events.CANCELLED)
                return
            # A closed channel still yields the jobs it holds; only then is it an error.
            except ClosedError:
                self.log.emit(events.WORKER_STOPPED, worker=self.id, reason=events.CLOSED)
                return
            # Never in the plain pool: it waits for a job until infinity.
            except TimeoutError:
                if scaling is None or scaling.leave():
                    self.log.emit(events.WORKER_STOPPED, worker=self.id, reason=events.IDLE)
                    return
                idle = math.inf
                continue
            if levels is not None:
                job = await levels.take()
            if tells_jobs:
                self.log.emit(events.JOB_STARTED, worker=self.id, job=job.id, payload=job.payload)
            error: Exception | None = None
            try:
                digest = await process(ctx, self.id, job)
                if tells_jobs:
                    self.log.emit(events.JOB_COMPLETED, worker=self.id, job=job.id, digest=digest)
            except (GivenUpError, ContextDone) as given_up:
                error = given_up
            if results is not None:
                await results.deliver(job, error)
            if scaling is not None:
                scaling.done()
                idle = scaling.idle()


def once(_: Context, _worker: int, job: Job) -> Awaitable[str]:
    """Make one attempt at the job: the process of the plain pool."""
    # Not a coroutine of its own: that would cost a little more for each job.
    return job.process()
