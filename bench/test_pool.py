"""What a job costs in the port's pool and in the pools that one would pick instead.

Jobs do nothing, or yield once. Each round is a whole pool in a fresh event loop: its start, JOBS
jobs, its end. Where a peer has no bounded queue, `peers` says so.

These are measured one after another, which on a busy machine is not fair: `test_ratios` has the
comparisons that are.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from cells import CELLS, Cell, run
from peers import PEERS

JOBS = 10_000
COMBINATIONS = [
    pytest.param(backend, name, cell, id=f"{backend}-{cell}-{name}")
    for backend, peers in PEERS.items()
    for cell in CELLS
    for name in peers
]


@pytest.mark.parametrize(("backend", "name", "cell"), COMBINATIONS)
def test_jobs(benchmark: Any, backend: str, name: str, cell: Cell) -> None:
    if cell.yields and name == "thread-pool":
        pytest.skip("a thread has no event loop to yield to")
    benchmark.group = f"{backend}, {cell}"
    benchmark.extra_info |= {"jobs": JOBS, "workers": cell.workers, "queue": cell.queue}
    jobs = cell.jobs(JOBS, backend)
    pool = partial(PEERS[backend][name], cell.workers, cell.queue, jobs)
    benchmark.pedantic(run, (backend, pool), rounds=4, warmup_rounds=1)
