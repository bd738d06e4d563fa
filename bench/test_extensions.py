"""What each extension costs a job that does not need it: the port's pool, with and without.

A block runs every pool once, in random order, in one process, as in `test_ratios`. The figure is
the median over the blocks of how many times as long a job takes as in the plain pool.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from statistics import median
from typing import Any

import anyio
import pytest
from cells import Cell, seconds

from py_port.internal.flags import Config
from py_port.internal.golang.context import Context
from py_port.internal.log import Log
from py_port.job.job import Job
from py_port.job.retry import Retry
from py_port.job.timeout import Timeout
from py_port.worker.pool import Pool
from py_port.worker.priority import Levels
from py_port.worker.results import Results
from py_port.worker.scaling import Scaling

BLOCKS = 9
JOBS = 50_000
LIMITS_NS = {"plain": None, "retries": 0, "retries and timeout": 3600 * 10**9}
"""The pools: without extensions, or the timeout of an attempt."""


async def pool(
    config: Config, limit_ns: int | None, workers: int, queue: int, jobs: Sequence[Job]
) -> None:
    ctx, log = Context(), Log(config)
    made = Pool(workers, queue, log)
    if limit_ns is not None:
        attempt = Timeout(limit_ns).process
        made.process = Retry(3, 1, 1, jitter=False, attempt=attempt, log=log).process
    if config.levels > 1:
        made.levels = Levels(config.levels, config.aging, queue)
    if config.max_workers:
        made.scaling = Scaling(workers, config.max_workers, config.keepalive_ns)
    async with anyio.create_task_group() as tasks:
        if config.results:
            made.results = Results(queue, log)
            made.results.start(tasks)
        made.start(ctx, tasks)
        for job in jobs:
            await made.submit(ctx, job)
        await made.shutdown()


Peer = Callable[[int, int, Sequence[Job]], Awaitable[None]]
POOLS: dict[str, Peer] = {
    **{name: partial(pool, Config(quiet=True), limit) for name, limit in LIMITS_NS.items()},
    "metrics": partial(pool, Config(quiet=True, metrics=os.devnull), None),
    "results": partial(pool, Config(quiet=True, results=True), None),
    "levels": partial(pool, Config(quiet=True, levels=3, aging=2), None),
    "scaling": partial(pool, Config(quiet=True, max_workers=6, keepalive_ns=10**9), None),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_extension_costs_less_than_a_job(benchmark: Any, backend: str) -> None:
    numbers = range(1, (1000 if benchmark.disabled else JOBS) + 1)
    jobs = [Job(j, f"Task-{j}", 0, level=1 + (j - 1) % 3) for j in numbers]
    taken: dict[str, list[float]] = defaultdict(list)

    def block() -> None:
        for name in random.sample(list(POOLS), len(POOLS)):
            taken[name].append(seconds(backend, POOLS[name], Cell(3, 10), jobs))

    benchmark.group = "extensions, a block each"
    benchmark.pedantic(block, rounds=BLOCKS, warmup_rounds=1)
    if benchmark.disabled:
        return
    times = {
        name: round(median(t / p for t, p in zip(taken[name], taken["plain"], strict=True)), 2)
        for name in POOLS
    }
    benchmark.extra_info |= {"times as long": times}
    assert times["retries"] < 2
