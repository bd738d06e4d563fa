"""A fixed number of workers that share one channel of jobs."""

from __future__ import annotations

from anyio.abc import TaskGroup

from py_port.internal import events
from py_port.internal.golang import select as go_select
from py_port.internal.golang.channel import Channel
from py_port.internal.golang.context import Context, ContextDone
from py_port.internal.golang.waitgroup import WaitGroup
from py_port.internal.log import Log
from py_port.job.job import Job
from py_port.worker.worker import Process, Worker, once


class Pool:
    """A fixed number of workers that share one channel of jobs.

    One task, the submitter, calls Pool, start, any number of submit, and shutdown, in that order.
    """

    def __init__(self, workers: int, queue: int, log: Log) -> None:
        """Make a pool of workers whose channel holds up to `queue` jobs.

        With a queue of 0 a job passes from hand to hand.
        """
        self.process: Process = once
        """What a worker does with a job: make one attempt, unless an extension is set here before
        start."""
        self._workers = workers
        self._jobs: Channel[Job] = Channel(queue)
        self._wg = WaitGroup()
        self._log = log

    def start(self, ctx: Context, tasks: TaskGroup) -> None:
        """Start the workers, in a task group: a task cannot outlive the block that holds it.

        They stop when ctx is done, each after the job in its hands, or after shutdown when
        no job is left.
        """
        self._log.emit(events.POOL_STARTING, workers=self._workers)
        for worker_id in range(1, self._workers + 1):
            worker = Worker(worker_id, self._jobs, self.process, self._log)
            self._wg.go(tasks, worker.run, ctx)

    async def submit(self, ctx: Context, job: Job) -> None:
        """Hand a job to the workers. While the channel is full it waits: the backpressure.

        Raises ContextDone, the job rejected, if ctx is done first.
        """
        if self._log.tells_jobs:
            self._log.emit(events.JOB_SUBMITTING, job=job.id)
        if self._jobs.try_send(job, ctx):
            return
        try:
            # There is room: the job is in the channel, and will be completed or abandoned.
            await go_select.send(ctx, self._jobs, job)
        # No room yet, or the coin fell so: the job was never in the channel.
        except ContextDone:
            self._log.emit(events.JOB_REJECTED, job=job.id)
            raise

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
        self._log.emit(events.POOL_STOPPED)
        async for job in self._jobs:
            self._log.emit(events.JOB_ABANDONED, job=job.id)
