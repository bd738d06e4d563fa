"""The result of an experiment with a library."""

from __future__ import annotations

import msgspec


class Cell(msgspec.Struct, frozen=True):
    """A word, and the details."""

    promise: str
    word: str
    evidence: str


NO_CLOSE = ("no close", "it came with Python 3.13")
ABSENT = "not installed"
