"""The program: it submits the jobs one after another.

It shuts down gracefully, at the end or at SIGINT or SIGTERM.
"""

from __future__ import annotations

import os
import sys

import anyio
from anyio.abc import TaskGroup

from py_port.internal import events
from py_port.internal.flags import Config, HelpError, UsageError, parse_flags, usage
from py_port.internal.golang import select as go_select
from py_port.internal.golang.context import Context, ContextDone
from py_port.internal.log import Log
from py_port.internal.runtime import backend, executor
from py_port.internal.runtime import process as go_process
from py_port.internal.shutdown import cancel_on_signal
from py_port.job.job import Job
from py_port.job.retry import Retry
from py_port.job.timeout import Timeout
from py_port.worker.pool import Pool
from py_port.worker.priority import Levels
from py_port.worker.results import Results
from py_port.worker.scaling import Scaling


def main() -> int:
    go_process.set_up()
    return run(sys.argv[1:])


def run(arguments: list[str]) -> int:
    """Return the exit status: 0, or 2 for wrong usage."""
    try:
        config = parse_flags(arguments)
        go_select.seed(config.seed)
        executor.choose(config.executor)
        return backend.run(serve, config, backend=config.backend, clock_name=config.clock)
    except HelpError:
        go_process.write(go_process.STDOUT, usage())
        return 0
    except UsageError as error:
        go_process.write(go_process.STDERR, f"{error}\n")
        return 2


async def serve(config: Config) -> int:
    """Run what needs an event loop: the rest of Go's run."""
    log = Log(config)
    async with cancel_on_signal(log, config.signals) as ctx, anyio.create_task_group() as tasks:
        pool = Pool(config.workers, config.queue, log)
        extend(pool, config, log, tasks)
        pool.start(ctx, tasks)
        await submit_jobs(ctx, pool, config)
        await pool.shutdown()
        log.write_metrics()
        log.emit(events.MAIN_DONE)
    return 0


def extend(pool: Pool, config: Config, log: Log, tasks: TaskGroup) -> None:
    """Fill the pool's seams, as the flags say. Without them it stays the plain pool."""
    if config.attempts > 1 or config.job_timeout_ns > 0 or config.fail.every > 0:
        pool.process = Retry(
            attempts=config.attempts,
            backoff_ns=config.backoff_ns,
            cap_ns=config.backoff_cap_ns,
            jitter=config.jitter,
            attempt=Timeout(config.job_timeout_ns).process,
            log=log,
        ).process
    if config.results:
        pool.results = Results(config.queue, log)
        pool.results.start(tasks)
    if config.levels > 1:
        pool.levels = Levels(config.levels, config.aging, config.queue)
    if config.max_workers > 0:
        pool.scaling = Scaling(config.workers, config.max_workers, config.keepalive_ns)


def job_of(job_id: int, config: Config) -> Job:
    """Return the job with that number."""
    slow = config.slow.of(job_id, 1)
    return Job(
        id=job_id,
        payload=f"Task-{job_id}",
        work_ns=config.work_ns * slow,
        cpu=config.cpu * slow,
        failing=config.fail.of(job_id, 0),
        level=1 + (job_id - 1) % config.levels if config.levels > 1 else 0,
    )


async def submit_jobs(ctx: Context, pool: Pool, config: Config) -> None:
    """Submit job after job, a pause after each, until ctx is done."""
    for job_id in range(1, config.jobs + 1):
        if ctx.done:
            return
        job = job_of(job_id, config)
        try:
            await pool.submit(ctx, job)
            await pause(ctx, config.interval_ns)
        except ContextDone:
            return


async def pause(ctx: Context, interval_ns: int) -> None:
    """Wait for the interval. Raises ContextDone if ctx is done first."""
    # No interval has passed already; should ctx be done too, the loop will look.
    if interval_ns:
        await go_select.sleep(ctx, interval_ns)


if __name__ == "__main__":
    # As Go's os.Exit: at once. Everything was written when it was said.
    os._exit(main())
