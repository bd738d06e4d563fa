"""A virtual clock for asyncio and for trio: when everything sleeps, time jumps to the next timer.

Not looptime and not trio.testing.MockClock: they count in ticks, or in floats, and over a run of
timers the instants drift away from Go's. Here they are whole ns, however long the run.
"""

from __future__ import annotations

import asyncio
import math
import selectors
from typing import cast

from py_port.internal.runtime.clock import Instant


class _JumpingSelector(selectors.DefaultSelector):
    """Waits for no timer. With none to wait for, it waits for file descriptors as ever."""

    now_ns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(None if timeout is None else 0)
        if not ready and timeout:
            self.now_ns += round(timeout * 1e9)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock starts at 0 and moves by jumps only."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        # asyncio runs the timers that are due before its time and this; so one that is 1 ns later
        # has an instant of its own. There is no public name for it.
        self._clock_resolution = 1e-9

    def time(self) -> float:
        return cast("float", Instant(self._jumping.now_ns))


class VirtualTrioClock:
    """A trio.abc.Clock that starts at 0 and moves by jumps only."""

    def __init__(self) -> None:
        self._now = Instant(0)

    def start_clock(self) -> None:
        """Nothing has to be started."""

    def current_time(self) -> float:
        return cast("float", self._now)

    def deadline_to_sleep_time(self, deadline: float) -> float:
        """Jump to the deadline. Trio asks how long to sleep only when no task can run."""
        if math.isinf(deadline):
            return deadline  # there is no timer
        self._now = max(self._now, cast("Instant", deadline))
        return 0
