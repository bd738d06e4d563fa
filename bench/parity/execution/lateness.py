"""How late the harness itself was. That time is never charged to a program.

The harness listens in rounds, and a round takes a known time at most. If two rounds are further
apart, the harness was stopped, was busy, or had no processor. Then it hears and sends late. A
program may also have to wait, if its pipe to the harness is full.
"""

from __future__ import annotations

import sys
import time


def clocks() -> tuple[int, int]:
    """Return the monotonic clock, and how long the machine has been suspended, both in ns.

    The monotonic clock stands still while Linux is suspended, and so do the programs' clocks.
    """
    now_ns = time.monotonic_ns()
    if sys.platform != "linux":
        return now_ns, 0
    return now_ns, time.clock_gettime_ns(time.CLOCK_BOOTTIME) - now_ns


class Lateness:
    """Sums up how long the harness did not listen when it should have listened."""

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
        # A round may take a little longer: clocks are rounded, and the scheduler has its usual
        # delay.
        if gap_ns > 2 * self._round_ns:
            self.total_ns += gap_ns - self._round_ns
        if slept_ns > self._round_ns:
            self.total_ns += slept_ns
            self._suspended_ns = suspended_ns
        self._last_ns = now_ns
        return now_ns
