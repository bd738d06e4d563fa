"""Jobs that overtake others."""

from __future__ import annotations

from collections import deque

from py_port.internal.golang.channel import Channel
from py_port.job.job import Job


class Levels:
    """They hold the jobs that wait, each level in the order of their age.

    The most urgent level is 1. A channel cannot be reordered, and a select over one channel a
    level takes from any that is ready. So the workers receive permits: each promises one job, and
    take finds out which. With aging, the job that has waited longest is taken after so many takes
    in a row that passed a less urgent job.
    """

    def __init__(self, n: int, aging: int, queue: int) -> None:
        """Make n levels that hold up to `queue` jobs together. An aging of 0 is none."""
        # A slot for each job that waits, so that all levels share one limit.
        self.room: Channel[Job] = Channel(queue)
        # Go needs a lock for these. Here no other task runs while nothing is awaited.
        self._levels: list[deque[Job]] = [deque() for _ in range(n)]
        self._aging = aging
        self._passed = 0  # how many takes in a row passed a less urgent job

    async def put(self, job: Job, permits: Channel[Job]) -> None:
        """Lay a job, which has its slot, into its level, and send a permit.

        There are as many slots as permits, so there is room for it.
        """
        self._levels[job.level - 1].append(job)
        await permits.send(job)

    async def take(self) -> Job:
        """Return the job that a permit promises, and free its slot.

        All levels are looked at in one step: otherwise an urgent job could come to one that was
        already looked at.
        """
        waiting = self._waiting()
        level = waiting[0]
        if self._aging > 0 and self._passed == self._aging:
            level = min(waiting, key=lambda level: level[0].id)
            self._passed = 0
        elif len(waiting) > 1:
            self._passed += 1
        else:
            self._passed = 0
        return await self._take_from(level)

    async def most_urgent(self) -> Job:
        """Do as take does, without aging: for the jobs that no worker will take."""
        return await self._take_from(self._waiting()[0])

    def _waiting(self) -> list[deque[Job]]:
        """Return the levels that have a job, the most urgent first."""
        return [level for level in self._levels if level]

    async def _take_from(self, level: deque[Job]) -> Job:
        job = level.popleft()
        await self.room.receive()
        return job
