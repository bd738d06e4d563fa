"""How late the harness itself was. That time is never charged to a program.

The harness listens in rounds, and a round takes a known time at most. Where two rounds are further
apart, the harness was stopped, busy, or starved of a processor. What it hears or sends then, it
hears or sends late. A program may wait for it too, once the pipe to it is full.
"""

from __future__ import annotations

import sys
import time


def clocks() -> tuple[int, int]:
    """Return the monotonic clock in ns, and for how long the machine has been suspended.

    The monotonic clock stands still while Linux is suspended, and so do the programs' clocks.
    """
    now_ns = time.monotonic_ns()
    if sys.platform != "linux":
        return now_ns, 0
    return now_ns, time.clock_gettime_ns(time.CLOCK_BOOTTIME) - now_ns


class Lateness:
    """Adds up for how long the harness did not listen when it should have."""

    def __init__(self, round_ns: int, now: tuple[int, int]) -> None:
        """Begin at this reading of `clocks`. A round takes `round_ns` when nothing is late."""
        self._round_ns = round_ns
        self._last_ns, self._suspended_ns = now
        self.total_ns = 0

    def listened(self, now: tuple[int, int]) -> int:
        """Note that the harness has just listened. Return the monotonic clock in ns."""
        now_ns, suspended_ns = now
        gap_ns = now_ns - self._last_ns
        slept_ns = suspended_ns - self._suspended_ns
        # A little more than a round is the rounding of clocks and the scheduler's usual delay.
        if gap_ns > 2 * self._round_ns:
            self.total_ns += gap_ns - self._round_ns
        if slept_ns > self._round_ns:
            self.total_ns += slept_ns
            self._suspended_ns = suspended_ns
        self._last_ns = now_ns
        return now_ns
