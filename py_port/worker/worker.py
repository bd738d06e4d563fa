"""One worker's loop."""

from __future__ import annotations

from dataclasses import dataclass

from py_port.internal import events, select
from py_port.internal.channel import Channel, ClosedError
from py_port.internal.context import CancelledError, Context
from py_port.internal.log import Log
from py_port.job.job import Job


@dataclass(slots=True)
class Worker:
    """Takes jobs from a channel, one at a time.

    It stops when the context is done, or when the channel is closed and empty.
    """

    id: int
    jobs: Channel[Job]
    log: Log

    async def run(self, ctx: Context) -> None:
        """Be the worker's loop. It returns when the worker has stopped."""
        self.log.emit(events.WORKER_STARTED, worker=self.id)
        while True:
            # Go's next tries a receive alone before its select, which is cheaper there. Here the
            # select is a look at a flag, and needs no such help.
            try:
                job = await select.receive(ctx, self.jobs)
            # The context outranks nothing: when a job is ready too, a coin picks either.
            except CancelledError:
                self.log.emit(events.WORKER_STOPPED, worker=self.id, reason=events.CANCELLED)
                return
            # A closed channel still yields the jobs it holds; only then is it raised.
            except ClosedError:
                self.log.emit(events.WORKER_STOPPED, worker=self.id, reason=events.CLOSED)
                return
            self.log.emit(events.JOB_STARTED, worker=self.id, job=job.id, payload=job.payload)
            await job.process()
            self.log.emit(events.JOB_COMPLETED, worker=self.id, job=job.id)
