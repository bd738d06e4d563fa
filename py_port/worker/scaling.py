"""A number of workers that follows the load."""

from __future__ import annotations

from collections.abc import Callable

import anyio


class Scaling:
    """Says when a worker starts and when an idle one may leave.

    Go decides all of it under one lock, so that the number of workers stays between the fewest
    and the most. Here no other task runs between a look and a change, as nothing is awaited.
    """

    def __init__(self, fewest: int, most: int, keepalive_ns: int) -> None:
        """Make the scaling of a pool that starts with the fewest workers."""
        self._fewest = fewest
        self._most = most
        self._keepalive_ns = keepalive_ns
        self._workers = fewest  # that run
        self._started = fewest  # that ever ran: the last ID, which no other worker has again
        self._load = 0  # jobs that were submitted, and are not done; a rejected one is the last

    def submitted(self, start: Callable[[int], None]) -> None:
        """Count a job. Start one more worker if none is left for the job, and there may be more.

        A worker whose job is still on its way counts as busy: looking for one that waits would
        find it idle, and the second of two jobs would wait for the first.
        """
        if self._load >= self._workers and self._workers < self._most:
            self._workers += 1
            self._started += 1
            start(self._started)
        self._load += 1

    def done(self) -> None:
        """Say that a job left its worker's hands."""
        self._load -= 1

    def idle(self) -> float:
        """Return the time when a worker will have waited for the keepalive.

        It is one of the event loop's clock, in s. Go returns a channel that is ready then.
        """
        return anyio.current_time() + self._keepalive_ns / 1e9

    def leave(self) -> bool:
        """Say whether a worker that has waited so long may stop, and no longer count it if so.

        It stays if there would be too few, or if a job is on its way to it.
        """
        if self._workers == self._fewest or self._load >= self._workers:
            return False
        self._workers -= 1
        return True
