"""What a job costs: the processor time of handing it over. All libraries run in one process."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from statistics import median

import anyio

from parity.guide.libraries.adapters import LIBRARIES, Library

JOBS = 1000
RECEIVERS = 3
SIZE = 10
ROUNDS = 7
THE_END = -1


async def hand_over(library: Library) -> None:
    """Send the jobs through a queue to three receivers."""
    jobs = library.make(SIZE)

    async def receive() -> None:
        while await jobs.get() != THE_END:
            pass

    async with anyio.create_task_group() as tasks:
        for _ in range(RECEIVERS):
            tasks.start_soon(receive)
        for number in range(JOBS):
            await jobs.put(number)
        for _ in range(RECEIVERS):
            await jobs.put(THE_END)


def hand_over_to_threads() -> None:
    jobs: queue.Queue[int] = queue.Queue(SIZE)

    def receive() -> None:
        while jobs.get() != THE_END:
            pass

    receivers = [threading.Thread(target=receive) for _ in range(RECEIVERS)]
    for one in receivers:
        one.start()
    for number in [*range(JOBS), *[THE_END] * RECEIVERS]:
        jobs.put(number)
    for one in receivers:
        one.join()


def costs_ns(libraries: Mapping[str, Library] = LIBRARIES) -> dict[str, list[int]]:
    """Return the cost of a job with each library in each round, in ns of processor time."""
    found: dict[str, list[int]] = {}
    for number in range(ROUNDS):
        names = [*libraries, "queue"]
        for name in names[number:] + names[:number]:
            spent_ns = _spent_ns(name, libraries)
            if spent_ns is not None:
                found.setdefault(name, []).append(spent_ns // JOBS)
    return found


def _spent_ns(name: str, libraries: Mapping[str, Library]) -> int | None:
    if name == "queue":
        return _timed(hand_over_to_threads)
    library = libraries[name]
    try:
        return _timed(lambda: anyio.run(hand_over, library, backend=library.backend))
    except ImportError:
        return None


def _timed(run: Callable[[], object]) -> int:
    before_ns = time.process_time_ns()
    run()
    return time.process_time_ns() - before_ns


def ratios(found: Mapping[str, list[int]], base: str = "asyncio") -> dict[str, float]:
    """Return each library's cost divided by the base's: the median over the rounds."""
    return {
        name: median(one / other for one, other in zip(spent, found[base], strict=True))
        for name, spent in found.items()
    }
