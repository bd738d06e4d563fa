"""A place where tasks sleep until they are woken, oldest first."""

from __future__ import annotations

import anyio


class Parking:
    """Tasks asleep, of whom at most a few are woken and have not run yet.

    A woken task has been given nothing; it looks again at what it waited for. So one that is
    cancelled can lose a wake-up (which then goes to the next), but never a job.
    """

    __slots__ = ("_asleep", "_semaphore", "_woken")

    def __init__(self) -> None:
        self._semaphore = anyio.Semaphore(0, fast_acquire=True)
        self._asleep = 0
        self._woken = 0

    async def park(self) -> None:
        self._asleep += 1
        try:
            # Cancelled after it was woken, it hands the wake-up on: anyio's semaphore releases
            # again. The count of the woken therefore falls only where a task really wakes.
            await self._semaphore.acquire()
            self._woken -= 1
        finally:
            self._asleep -= 1

    def wake_one(self) -> None:
        """Wake the oldest, unless somebody is waking already: who wakes, wakes the next."""
        if self._asleep and not self._woken:
            self._woken = 1
            self._semaphore.release()

    def wake_all(self) -> None:
        while self._woken < self._asleep:
            self._woken += 1
            self._semaphore.release()
