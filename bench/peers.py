"""The port's pool, and the pools that a Python user would pick instead.

Each is the same program: one producer hands `jobs` to `workers` tasks through a queue that holds
`queue` of them, every job is awaited, and the pool is gone at the end. So each is a coroutine
function `pool(workers, queue, jobs)`; where a peer has no bounded queue, its docstring says so.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from unittest import mock

import aiojobs
import aiometer
import anyio
import culsans
import trio
from anyio.streams.memory import MemoryObjectReceiveStream

from py_port.internal.flags import Config
from py_port.internal.golang import select as go_select
from py_port.internal.golang.channel import NOT_READY, Channel, ClosedError
from py_port.internal.golang.context import Context
from py_port.internal.log import Log
from py_port.internal.runtime import process as go_process
from py_port.job.job import Job
from py_port.worker.pool import Pool

Peer = Callable[[int, int, Sequence[Job]], Coroutine[Any, Any, None]]


class YieldingJob(Job):
    """A job that yields to the event loop once, by its backend's own cheapest means."""

    __slots__ = ()

    async def process(self) -> None:
        await asyncio.sleep(0)


class YieldingTrioJob(Job):
    __slots__ = ()

    async def process(self) -> None:
        await trio.lowlevel.checkpoint()


def no_ops(count: int) -> list[Job]:
    return [Job(job_id, f"Task-{job_id}", work_ns=0) for job_id in range(1, count + 1)]


def yielding(count: int, backend: str) -> list[Job]:
    kind = YieldingTrioJob if backend == "trio" else YieldingJob
    return [kind(job_id, f"Task-{job_id}", work_ns=0) for job_id in range(1, count + 1)]


@contextlib.contextmanager
def no_lifecycle_lines() -> Iterator[None]:
    """Keep the lifecycle lines of the port's pool out of a benchmark's report."""
    with mock.patch.object(go_process, "write"):
        yield


async def port(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be the port's Pool, as py_port/cmd/main.py drives it, with -quiet."""
    ctx = Context()
    pool = Pool(workers, queue, Log(Config(quiet=True)))
    async with anyio.create_task_group() as tasks:
        pool.start(ctx, tasks)
        for job in jobs:
            await pool.submit(ctx, job)
        await pool.shutdown()


async def port_try_first(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be what the Pool does, without its log."""
    ctx, channel = Context(), Channel[Job](queue)

    async def worker() -> None:
        while True:
            job = channel.try_receive(ctx)
            if job is NOT_READY:
                job = await go_select.receive(ctx, channel)
            await job.process()

    async with anyio.create_task_group() as tasks:
        for _ in range(workers):
            tasks.start_soon(_until, ClosedError, worker)
        for job in jobs:
            if not channel.try_send(job, ctx):
                await go_select.send(ctx, channel, job)
        channel.close()


async def port_select(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be what is meant: the select alone, in worker and producer."""
    ctx, channel = Context(), Channel[Job](queue)

    async def worker() -> None:
        while True:
            job = await go_select.receive(ctx, channel)
            await job.process()

    async with anyio.create_task_group() as tasks:
        for _ in range(workers):
            tasks.start_soon(_until, ClosedError, worker)
        for job in jobs:
            await go_select.send(ctx, channel, job)
        channel.close()


async def port_channel(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be a pool without a context: plain sends and receives."""
    channel = Channel[Job](queue)

    async def worker() -> None:
        while True:
            job = await channel.receive()
            await job.process()

    async with anyio.create_task_group() as tasks:
        for _ in range(workers):
            tasks.start_soon(_until, ClosedError, worker)
        for job in jobs:
            await channel.send(job)
        channel.close()


async def _until(stop: type[BaseException], run: Callable[[], Awaitable[None]]) -> None:
    with contextlib.suppress(stop):
        await run()


async def asyncio_queue(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be the pool of the asyncio documentation: task_done, join, and the workers cancelled.

    A queue of 0 would be unbounded; 1 is the nearest to a rendezvous.
    """
    await _as_documented(asyncio.Queue[Job](queue or 1), workers, jobs)


async def culsans_queue(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be the same pool on culsans' queue, which threads and event loops may share.

    A queue of 0 would be unbounded; 1 is the nearest to a rendezvous.
    """
    await _as_documented(culsans.Queue[Job](queue or 1).async_q, workers, jobs)


async def _as_documented(
    waiting: asyncio.Queue[Job] | culsans.AsyncQueueProxy[Job], workers: int, jobs: Sequence[Job]
) -> None:
    async def worker() -> None:
        while True:
            job = await waiting.get()
            await job.process()
            waiting.task_done()

    tasks = [asyncio.create_task(worker()) for _ in range(workers)]
    for job in jobs:
        await waiting.put(job)
    await waiting.join()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def asyncio_sentinels(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be the barest pool on asyncio.Queue: nothing is counted, and a None ends each worker.

    A queue of 0 would be unbounded; 1 is the nearest to a rendezvous.
    """
    waiting = asyncio.Queue[Job | None](queue or 1)

    async def worker() -> None:
        while (job := await waiting.get()) is not None:
            await job.process()

    tasks = [asyncio.create_task(worker()) for _ in range(workers)]
    for job in jobs:
        await waiting.put(job)
    for _ in tasks:
        await waiting.put(None)
    await asyncio.gather(*tasks)


async def anyio_stream(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be a pool on anyio's memory object stream, as its documentation writes it."""
    send, receive = anyio.create_memory_object_stream[Job](queue)

    async with anyio.create_task_group() as tasks, send:
        for _ in range(workers):
            tasks.start_soon(_process_each, receive.clone())
        receive.close()
        for job in jobs:
            await send.send(job)


async def _process_each(
    waiting: MemoryObjectReceiveStream[Job] | trio.MemoryReceiveChannel[Job],
) -> None:
    async with waiting:
        async for job in waiting:
            await job.process()


async def anyio_nowait_first(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be a pool on anyio's memory object stream that waits only where it has to.

    Nothing bounds how long one side goes on without yielding.
    """
    send, receive = anyio.create_memory_object_stream[Job](queue)

    async def worker(stream: MemoryObjectReceiveStream[Job]) -> None:
        async with stream:
            while True:
                try:
                    job = stream.receive_nowait()
                except anyio.WouldBlock:
                    job = await stream.receive()
                await job.process()

    async with anyio.create_task_group() as tasks, send:
        for _ in range(workers):
            tasks.start_soon(_until, anyio.EndOfStream, partial(worker, receive.clone()))
        receive.close()
        for job in jobs:
            try:
                send.send_nowait(job)
            except anyio.WouldBlock:
                await send.send(job)


async def trio_channel(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be a pool on trio's memory channel, as its documentation writes it."""
    send, receive = trio.open_memory_channel[Job](queue)

    async with trio.open_nursery() as nursery, send:
        for _ in range(workers):
            nursery.start_soon(_process_each, receive.clone())
        receive.close()
        for job in jobs:
            await send.send(job)


async def aiojobs_scheduler(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be aiojobs: a task for each job, of which `workers` run and `queue` wait.

    A pending_limit of 0 would be unbounded; 1 is the nearest to a rendezvous.
    """
    async with aiojobs.Scheduler(limit=workers, pending_limit=queue or 1) as scheduler:
        for job in jobs:
            await scheduler.spawn(job.process())
        await scheduler.wait_and_close()


async def aiometer_run(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be aiometer: a task for each job, `workers` at once. There is no queue to bound.

    It takes all jobs at the start: there is no producer to hold back either.
    """
    del queue
    await aiometer.run_on_each(_process, jobs, max_at_once=workers)


async def _process(job: Job) -> None:
    await job.process()


async def thread_pool(workers: int, queue: int, jobs: Sequence[Job]) -> None:
    """Be concurrent.futures' pool of threads. Its queue cannot be bounded: nothing holds back.

    A thread cannot await: the job's coroutine is driven to its end, which a no-op can be.
    """
    del queue
    with ThreadPoolExecutor(workers) as executor:
        for future in [executor.submit(_drive, job) for job in jobs]:
            future.result()


def _drive(job: Job) -> None:
    with contextlib.suppress(StopIteration):
        job.process().send(None)


PORT: dict[str, Peer] = {
    "port": port,
    "port-try-first": port_try_first,
    "port-select": port_select,
    "port-channel": port_channel,
}
ANYIO: dict[str, Peer] = {"anyio-stream": anyio_stream, "anyio-nowait-first": anyio_nowait_first}
ASYNCIO: dict[str, Peer] = {
    "asyncio-queue": asyncio_queue,
    "asyncio-sentinels": asyncio_sentinels,
    "aiojobs": aiojobs_scheduler,
    "aiometer": aiometer_run,
    "culsans": culsans_queue,
    "thread-pool": thread_pool,
}
PEERS: dict[str, dict[str, Peer]] = {
    "asyncio": PORT | ANYIO | ASYNCIO,
    "uvloop": PORT | ANYIO | ASYNCIO,
    "trio": PORT | ANYIO | {"trio-channel": trio_channel},
}
"""By backend, and name."""
