"""The program's clock. In Go, package time reads the clock that the binary was built with."""

from __future__ import annotations

import functools
import math
import time
from typing import cast

import anyio

REAL, VIRTUAL = "real", "virtual"
NAMES = (REAL, VIRTUAL)

_virtual = False


@functools.total_ordering
class Instant:
    """A moment of the virtual clock in whole ns, given to an event loop as its seconds.

    After some weeks, seconds in a float are not exact to the ns. Later, the clock would never reach
    a timer's moment. An event loop only adds delays to its time, subtracts times, and compares
    them. A delay is short, so it is exact to the ns in a float.
    """

    __slots__ = ("ns",)

    def __init__(self, ns: int) -> None:
        self.ns = ns

    def __add__(self, delay_s: float) -> Instant | float:
        return delay_s if math.isinf(delay_s) else Instant(self.ns + round(delay_s * 1e9))

    def __sub__(self, other: Instant) -> float:
        return (self.ns - other.ns) / 1e9

    def __float__(self) -> float:
        return self.ns / 1e9

    def __eq__(self, other: object) -> bool:
        return self.ns == _ns(other)

    def __lt__(self, other: object) -> bool:
        return self.ns < _ns(other)

    def __hash__(self) -> int:
        return hash(self.ns)


def _ns(moment: object) -> float:
    """Return the ns of an Instant, as an integer; or those of seconds, which may be infinite."""
    return moment.ns if isinstance(moment, Instant) else cast("float", moment) * 1e9


def choose(name: str) -> None:
    global _virtual
    _virtual = name == VIRTUAL


def now_ns() -> int:
    """Return the time in ns since some fixed moment."""
    return cast("Instant", anyio.current_time()).ns if _virtual else time.monotonic_ns()
