"""The queue of a pool whose jobs have levels of priority: what waits in it, and what is taken next.

Level 1 is the most urgent. Each level is first in, first out, and all levels share one capacity. A
take is of the oldest job of the most urgent level that has one. With aging K, after K takes in a
row that passed a waiting job of a less urgent level, the next take is of the job that has waited
longest.

The jobs come to their levels in turn: job j has the level 1 + (j-1) mod N. So the jobs of a level
are known by how many of them were taken.
"""

from __future__ import annotations

from typing import NamedTuple

from parity.contract.scenario import Config


class Queue(NamedTuple):
    """`entered` jobs have come, from job 1 on; of each level so many were `taken`."""

    taken: tuple[int, ...]
    entered: int = 0
    passed: int = 0  # takes in a row that passed a less urgent job; 0 if there is no aging

    @property
    def waiting(self) -> int:
        return self.entered - sum(self.taken)

    def has_taken(self, job: int) -> bool:
        index, level = divmod(job - 1, len(self.taken))
        return self.taken[level] > index


def empty(config: Config) -> Queue:
    return Queue((0,) * config.levels)


def heads(queue: Queue) -> list[int]:
    """Return the oldest job of each level that has one, the most urgent first."""
    levels = len(queue.taken)
    oldest = (level + 1 + taken * levels for level, taken in enumerate(queue.taken))
    return [job for job in oldest if job <= queue.entered]


def next_taken(queue: Queue, config: Config) -> int:
    """Return the job that a take takes. There is one."""
    first = heads(queue)
    return min(first) if is_aged(queue, config) else first[0]


def is_aged(queue: Queue, config: Config) -> bool:
    """Whether less urgent jobs were passed so often that the next take is of the oldest."""
    return 0 < config.aging == queue.passed


def taken(queue: Queue, config: Config) -> Queue:
    """Return the queue after a take."""
    passes = len(heads(queue)) > 1 and config.aging and not is_aged(queue, config)
    left = without(queue, next_taken(queue, config))
    return left._replace(passed=queue.passed + 1 if passes else 0)


def without(queue: Queue, job: int) -> Queue:
    """Return the queue without the oldest job of a level. Aging plays no part."""
    level = (job - 1) % len(queue.taken)
    counts = queue.taken
    return queue._replace(taken=(*counts[:level], counts[level] + 1, *counts[level + 1 :]))
