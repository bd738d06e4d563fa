"""Go's context: a flag that goes up once, and wakes those who wait for it."""

from __future__ import annotations

from typing import Protocol

import anyio


class ContextDone(Exception):
    """The context is done."""


class Sleepers(Protocol):
    """A place to park tasks that also wait for a context."""

    def wake_all(self) -> None: ...


class Context:
    """Not done until `cancel` is called, and done from then on.

    `done` is what `ctx.Err() != nil` is in Go, and `wait` what `<-ctx.Done()` is.
    """

    __slots__ = ("_event", "_parked_in", "done")

    def __init__(self) -> None:
        self.done = False
        self._event: anyio.Event | None = None
        # A dict, since it keeps the order: those who parked first are woken first.
        self._parked_in: dict[Sleepers, None] = {}

    def cancel(self) -> None:
        """End the context. Everyone parked wakes, and looks again."""
        self.done = True
        for place in self._parked_in:
            place.wake_all()
        self._parked_in.clear()
        if self._event is not None:
            self._event.set()

    def wakes(self, place: Sleepers) -> None:
        """Register a place: `cancel` wakes the tasks that are parked there."""
        self._parked_in[place] = None

    async def wait(self) -> None:
        """Return when the context is done: `<-ctx.Done()`."""
        if self._event is None:
            self._event = anyio.Event()
            if self.done:
                self._event.set()
        await self._event.wait()
