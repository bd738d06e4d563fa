"""A virtual clock: when everything sleeps, time jumps to the next timer.

This one is for asyncio; the one for trio is in virtualtime_trio.

Not looptime and not trio.testing.MockClock: they count in ticks, or in floats, and over a run of
timers the instants drift away from Go's. Here they are whole ns, however long the run.

Where everything sleeps and no timer runs, time would stand still for good. As Go's runtime does
then, the clock ends the program.
"""

from __future__ import annotations

import asyncio
import math
import os
import selectors
import threading
from typing import Any, cast

from py_port.internal.runtime import process as go_process
from py_port.internal.runtime.clock import Instant


def end_if_deadlocked() -> None:
    """End the program, unless a thread or a child process may still wake a task."""
    if threading.active_count() > 1:
        return
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:  # there is none
        go_process.fatal("all tasks are asleep - deadlock!")


class _JumpingSelector(selectors.DefaultSelector):
    """Does not wait for timers; waits for file descriptors as usual."""

    now_ns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            end_if_deadlocked()
            return super().select(None)
        if not ready and timeout:
            self.now_ns += round(timeout * 1e9)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock starts at 0 and moves by jumps only."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        # asyncio runs all timers that are due before its time plus this resolution. So a timer that
        # is 1 ns later has an instant of its own. There is no public name for it.
        self._clock_resolution = 1e-9

    def time(self) -> float:
        return cast("float", Instant(self._jumping.now_ns))

    def call_at(  # type: ignore[override]
        self, when: float, *arguments: Any, **named: Any
    ) -> asyncio.TimerHandle:
        """Start the timer, unless it is one that never comes due, as of `sleep_forever`."""
        if isinstance(when, float) and math.isinf(when):
            callback, *given = arguments
            return asyncio.TimerHandle(when, callback, given, self, **named)
        return super().call_at(when, *arguments, **named)
