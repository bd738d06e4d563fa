"""The program's clock: Go's package time reads the one its binary was built with."""

from __future__ import annotations

import time

import anyio

REAL, VIRTUAL = "real", "virtual"
NAMES = (REAL, VIRTUAL)

_virtual = False


def choose(name: str) -> None:
    global _virtual
    _virtual = name == VIRTUAL


def now_ns() -> int:
    """Return the time in ns since some fixed moment."""
    # A virtual clock starts at 0, where seconds in a float are exact to the ns for weeks.
    return round(anyio.current_time() * 1e9) if _virtual else time.monotonic_ns()
