"""Go's WaitGroup: a count of tasks, and a wait for it to fall to zero."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
from anyio.abc import TaskGroup


class WaitGroup:
    """Tasks started in a task group, which can be awaited before that group ends.

    As in Go it can be used again: a wait returns when the tasks counted so far have ended.
    If nothing happens between the wait and the group's end, leaving the task group is enough.
    """

    def __init__(self) -> None:
        self._running = 0
        self._idle = anyio.Event()

    def go(
        self, tasks: TaskGroup, function: Callable[..., Awaitable[None]], *arguments: Any
    ) -> None:
        """Start a task and count it: wg.Go.

        The task is counted here, before it first runs. Otherwise `wait` could return too early.
        """
        if not self._running:
            self._idle = anyio.Event()  # the old event is set: it belongs to earlier tasks
        self._running += 1
        tasks.start_soon(self._run, function, *arguments)

    async def _run(self, function: Callable[..., Awaitable[None]], *arguments: Any) -> None:
        try:
            await function(*arguments)
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def wait(self) -> None:
        if self._running:
            await self._idle.wait()
