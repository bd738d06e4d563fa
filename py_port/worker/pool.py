"""A fixed number of workers that share one channel of jobs."""

from __future__ import annotations

from collections.abc import Callable

from anyio.abc import TaskGroup

from py_port.internal import events
from py_port.internal.golang import select as go_select
from py_port.internal.golang.channel import Channel
from py_port.internal.golang.context import Context, ContextDone
from py_port.internal.golang.waitgroup import WaitGroup
from py_port.internal.log import Log
from py_port.job.job import Job
from py_port.worker.priority import Levels
from py_port.worker.results import Results
from py_port.worker.scaling import Scaling
from py_port.worker.worker import Process, Worker, once


class Pool:
    """A fixed number of workers that share one channel of jobs.

    One task, the submitter, calls Pool, start, any number of submit, and shutdown, in that order.
    """

    def __init__(self, workers: int, queue: int, log: Log) -> None:
        """Make a pool whose channel holds `queue` jobs; with 0 a job goes from hand to hand."""
        # The extensions, set before start. In the plain pool, process makes one attempt at a job,
        # and the others are None.
        self.process: Process = once
        self.levels: Levels | None = None
        self.results: Results | None = None
        self.scaling: Scaling | None = None
        self._workers = workers
        self._jobs: Channel[Job] = Channel(queue)
        self._room = self._jobs  # where submit waits for room: with levels, in theirs
        self._start: Callable[[int], None]  # starts a worker
        self._wg = WaitGroup()
        self._log = log

    def start(self, ctx: Context, tasks: TaskGroup) -> None:
        """Start the workers, in a task group: a task cannot outlive the block that holds it.

        They stop when ctx is done, each after the job in hand, or after shutdown when none is left.
        """
        self._log.emit(events.POOL_STARTING, workers=self._workers)
        if self.levels is not None:
            self._room = self.levels.room
        extensions = (self.levels, self.results, self.scaling)

        def start(worker_id: int) -> None:
            worker = Worker(worker_id, self._jobs, self.process, self._log, *extensions)
            self._wg.go(tasks, worker.run, ctx)

        self._start = start
        for worker_id in range(1, self._workers + 1):
            start(worker_id)

    async def submit(self, ctx: Context, job: Job) -> None:
        """Hand a job to the workers. While the channel is full it waits: the backpressure.

        Raises ContextDone, the job rejected, if ctx is done first.
        """
        if self._log.tells_jobs:
            self._log.emit(events.JOB_SUBMITTING, job=job.id, level=job.level)
        if self.scaling is not None:
            self.scaling.submitted(self._start)
        if not self._room.try_send(job, ctx):
            try:
                # There is room: the job is in the channel, and will be completed or abandoned.
                await go_select.send(ctx, self._room, job)
            # No room yet, or the coin fell so: the job was never in the channel.
            except ContextDone:
                self._log.emit(events.JOB_REJECTED, job=job.id)
                raise
        if self.levels is not None:
            await self.levels.put(job, self._jobs)

    async def shutdown(self) -> None:
        """Close the channel, wait for every worker, and name the jobs that none of them took.

        When it returns, each job submitted was completed, rejected or abandoned, and no task
        of the pool is left.
        """
        self._log.emit(events.POOL_CLOSING)
        # Neither a send on a closed channel nor a second close can happen: only the submitter
        # sends, and it is the submitter that closes here, once, at the end.
        self._jobs.close()
        self._log.emit(events.POOL_WAITING)
        await self._wg.wait()
        if self.results is not None:
            await self.results.close()
        self._log.emit(events.POOL_STOPPED)
        async for job in self._jobs:
            if self.levels is not None:
                job = await self.levels.most_urgent()
            self._log.emit(events.JOB_ABANDONED, job=job.id)
