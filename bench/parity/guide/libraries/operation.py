"""An operation in a task of its own. It can be cancelled after any step of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Literal

from anyio import CancelScope, get_cancelled_exc_class
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint

Way = Literal["scope", "task.cancel()"]
"""How a task is cancelled: by a scope of anyio or trio, or in asyncio's own way."""

SETTLED = 24
"""After this many steps of the loop, each of these libraries has done all that it can."""


class Operation:
    """A put or a get that has been started."""

    def __init__(
        self,
        tasks: TaskGroup,
        operation: Coroutine[Any, Any, Any],
        then: Callable[[], object] = lambda: None,
    ) -> None:
        self.value: Any = None
        self.error: Exception | None = None
        self.done = False  # it has returned
        self.cancelled = False
        self.resumed = 0  # how often its task was woken
        self._operation = operation
        self._then = then
        self._scope = CancelScope()
        self._task: asyncio.Task[None] | None = None
        tasks.start_soon(self._run)

    @property
    def waits(self) -> bool:
        return not (self.done or self.cancelled or self.error)

    @property
    def outcome(self) -> str:
        """The outcome, in a word or two."""
        if self.error:
            return type(self.error).__name__
        return "done" if self.done else "cancelled" if self.cancelled else "waits for ever"

    def cancel(self, way: Way = "scope") -> None:
        if way == "scope":
            self._scope.cancel()
        elif self._task:
            self._task.cancel()

    async def _run(self) -> None:
        try:
            with self._scope:
                self._task = _current_task()
                self.value = await self
                self.done = True
                self._then()
            await checkpoint()  # a cancellation that came after the end is raised here
        except asyncio.CancelledError:
            pass  # by task.cancel()
        except Exception as error:
            self.error = error
        self.cancelled = not (self.done or self.error)

    def __await__(self) -> Generator[Any, Any, Any]:
        """Run the operation, and count how often the loop resumes it."""
        steps = self._operation.__await__()
        resume, with_what = steps.send, None
        while True:
            try:
                waits_for = resume(with_what)
            except StopIteration as returned:
                return returned.value
            try:
                resume, with_what = steps.send, (yield waits_for)
            except BaseException as error:
                resume, with_what = steps.throw, error
            self.resumed += 1


def _current_task() -> asyncio.Task[None] | None:
    on_asyncio = get_cancelled_exc_class() is asyncio.CancelledError
    return asyncio.current_task() if on_asyncio else None


async def settle(steps: int = SETTLED) -> None:
    """Let the other tasks run for this many steps of the event loop."""
    for _ in range(steps):
        await checkpoint()
