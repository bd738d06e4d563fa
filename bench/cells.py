"""The cells of the suites: a pool's configuration and its jobs; and how a run of one is timed."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any, NamedTuple

import anyio
from peers import Peer, no_ops, yielding

from py_port.job.job import Job


class Cell(NamedTuple):
    """One configuration of a pool, and the jobs it is given."""

    workers: int
    queue: int
    yields: bool = False

    def __str__(self) -> str:
        return f"{self.workers}/{self.queue}" + (" yielding" if self.yields else "")

    def jobs(self, count: int, backend: str) -> list[Job]:
        return yielding(count, backend) if self.yields else no_ops(count)


CELLS = [
    Cell(workers, queue, yields)
    for yields in (False, True)
    for workers, queue in ((1, 0), (3, 10), (100, 10), (100, 1000))
]


def run(backend: str, function: Any, *arguments: Any) -> Any:
    """Run a coroutine function on asyncio, trio or uvloop."""
    options = {"use_uvloop": True} if backend == "uvloop" else {}
    name = "trio" if backend == "trio" else "asyncio"
    return anyio.run(function, *arguments, backend=name, backend_options=options)


def seconds(backend: str, peer: Peer, cell: Cell, jobs: Sequence[Job]) -> float:
    """Return the time that a pool takes for the jobs, its start and end included."""

    async def timed() -> float:
        began = perf_counter()
        await peer(cell.workers, cell.queue, jobs)
        return perf_counter() - began

    return float(run(backend, timed))
