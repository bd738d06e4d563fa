"""One worker's loop."""

from __future__ import annotations

from dataclasses import dataclass

from py_port.internal import events
from py_port.internal.golang import select
from py_port.internal.golang.channel import NOT_READY, Channel, ClosedError
from py_port.internal.golang.context import CancelledError, Context
from py_port.internal.log import Log
from py_port.job.job import Job

_REASONS = {CancelledError: events.CANCELLED, ClosedError: events.CLOSED}


@dataclass(slots=True)
class Worker:
    """Takes jobs from a channel, one at a time.

    It stops when the context is done, or when the channel is closed and empty.
    """

    id: int
    jobs: Channel[Job]
    log: Log

    async def run(self, ctx: Context) -> None:
        """Run the worker's loop. It returns when the worker has stopped."""
        self.log.emit(events.WORKER_STARTED, worker=self.id)
        while True:
            try:
                # What is meant is the select. While the context is not done only one of its arms
                # can be ready, so a receive that needs no waiting may be tried alone: it is
                # cheaper, and as fair. Go has this in `next`; here each coroutine has its price.
                job = NOT_READY if ctx.done else self.jobs.try_receive()
                if job is NOT_READY:
                    # The context outranks nothing: when a job is ready too, a coin picks either.
                    # A closed channel still yields the jobs it holds; only then is it an error.
                    job = await select.receive(ctx, self.jobs)
            except (CancelledError, ClosedError) as stop:
                reason = _REASONS[type(stop)]
                self.log.emit(events.WORKER_STOPPED, worker=self.id, reason=reason)
                return
            # Go's Emit looks for itself. Here it is the call that costs, three times a job.
            if self.log.tells_jobs:
                self.log.emit(events.JOB_STARTED, worker=self.id, job=job.id, payload=job.payload)
            await job.process()
            if self.log.tells_jobs:
                self.log.emit(events.JOB_COMPLETED, worker=self.id, job=job.id)
