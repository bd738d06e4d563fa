"""The pool as one would write it on anyio alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import anyio
from anyio.streams.memory import (
    MemoryObjectReceiveStream,
    MemoryObjectSendStream,
)

from py_port.internal import events
from py_port.internal.flags import Config
from py_port.internal.log import Log
from py_port.job.job import Job

Sender = MemoryObjectSendStream[Job]
Receiver = MemoryObjectReceiveStream[Job]


@dataclass
class Pool:
    """Workers that share one stream of jobs."""

    config: Config
    log: Log
    shielded: bool  # a cancellation spares the job in hand

    async def run(self, send: Sender, receive: Receiver) -> None:
        """Submit every job, and wait for the workers."""
        self.log.emit(events.POOL_STARTING, workers=self.config.workers)
        async with anyio.create_task_group() as workers:
            for worker_id in range(1, self.config.workers + 1):
                workers.start_soon(self.work, worker_id, receive.clone())
            try:
                await self.submit_jobs(send)
            finally:
                self.log.emit(events.POOL_CLOSING)
                send.close()
                self.log.emit(events.POOL_WAITING)

    async def submit_jobs(self, send: Sender) -> None:
        """Send job after job. A send waits for room."""
        work_ns, cpu = self.config.work_ns, self.config.cpu
        for job_id in range(1, self.config.jobs + 1):
            self.log.emit(events.JOB_SUBMITTING, job=job_id)
            try:
                await send.send(Job(job_id, f"Task-{job_id}", work_ns, cpu))
            except anyio.get_cancelled_exc_class():
                self.log.emit(events.JOB_REJECTED, job=job_id)
                raise
            await anyio.sleep(self.config.interval_ns / 1e9)

    async def work(self, worker: int, jobs: Receiver) -> None:
        """Process jobs until they end, or the scope is cancelled."""
        self.log.emit(events.WORKER_STARTED, worker=worker)
        reason = events.CANCELLED
        try:
            with jobs:
                async for job in jobs:
                    await self.process(worker, job)
            reason = events.CLOSED
        finally:
            self.log.emit(events.WORKER_STOPPED, worker=worker, reason=reason)

    async def process(self, worker: int, job: Job) -> None:
        emit = partial(self.log.emit, worker=worker, job=job.id)
        emit(events.JOB_STARTED, payload=job.payload)
        with anyio.CancelScope(shield=self.shielded):
            await job.process()
        emit(events.JOB_COMPLETED)
