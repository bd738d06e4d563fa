"""A check of `run --thorough`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from parity.execution.subject import Subject


class Found(NamedTuple):
    """What was seen, and whether it is right; None if it could not be judged."""

    holds: bool | None
    words: str


class Check(NamedTuple):
    name: str
    about: str
    cost_s: float  # of one subject, on a machine that is quiet
    judge: Callable[[Subject], Found]
    """May raise CannotJudge, or ProcessFailedError if the program has no useful end."""
