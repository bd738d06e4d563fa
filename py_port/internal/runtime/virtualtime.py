"""A virtual clock for asyncio: when everything sleeps, time jumps to the next timer.

Not looptime: it counts in ticks, and a timer whose time is not a whole number of them comes a
tick late, so that over a run of timers the instants drift away from Go's. Trio has a clock of its
own for this, trio.testing.MockClock.
"""

from __future__ import annotations

import asyncio
import selectors

RESOLUTION_S = 5e-10
"""Less than 1 ns, and more than what floats of as many seconds as a month has are off by."""


class _JumpingSelector(selectors.DefaultSelector):
    """Waits for no timer. With none to wait for, it waits for file descriptors as ever."""

    now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(None if timeout is None else 0)
        if not ready and timeout:
            self.now_s += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock starts at 0 and moves by jumps only."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        # asyncio runs a timer early by what the machine's clock does not resolve: 1 ns. This clock
        # resolves more, and a timer 1 ns after another has its own instant. There is no public
        # name for it.
        self._clock_resolution = RESOLUTION_S

    def time(self) -> float:
        return self._jumping.now_s
