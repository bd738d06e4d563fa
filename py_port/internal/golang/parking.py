"""A place where tasks sleep until they are woken, oldest first."""

from __future__ import annotations

import anyio


class Parking:
    """Tasks asleep, of whom at most a few are woken and have not run yet.

    A woken task has been given nothing; it looks again at what it waited for. So one that is
    cancelled can lose a wake-up (which then goes to the next), but never a job.
    """

    __slots__ = ("_asleep", "_semaphore", "_woken", "waiting")

    def __init__(self) -> None:
        self._semaphore = anyio.Semaphore(0, fast_acquire=True)
        self._asleep = 0
        self._woken = 0
        self.waiting = False
        """Whether somebody sleeps and nobody is waking. Otherwise wake_one has nothing to do, so
        the channel's inner loop looks here first and saves the call."""

    async def park(self) -> None:
        """Sleep until woken. If cancelled, hand on a wake-up that has already arrived."""
        self._asleep += 1
        self.waiting = not self._woken
        try:
            # If a task is cancelled after it was woken, anyio's semaphore releases again, for the
            # next. So the count of woken tasks falls only when one really wakes.
            await self._semaphore.acquire()
            self._woken -= 1
        finally:
            self._asleep -= 1
            self.waiting = self._asleep > 0 and not self._woken

    def wake_one(self) -> None:
        """Wake the oldest, unless somebody is waking already: that task then wakes the next."""
        if self.waiting:
            self.waiting = False
            self._woken += 1
            self._semaphore.release()

    def wake_all(self) -> None:
        """Wake everyone who sleeps now."""
        self.waiting = False
        while self._woken < self._asleep:
            self._woken += 1
            self._semaphore.release()
