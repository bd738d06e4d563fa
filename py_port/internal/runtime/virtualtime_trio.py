"""The virtual clock for trio: see virtualtime."""

from __future__ import annotations

import math
from typing import cast

import trio

from py_port.internal.runtime.clock import Instant
from py_port.internal.runtime.virtualtime import end_if_deadlocked


class VirtualTrioClock(trio.abc.Clock):
    """A clock that starts at 0 and moves by jumps only."""

    def __init__(self) -> None:
        self._now = Instant(0)
        self._steps: _Steps | None = None

    def start_clock(self) -> None:
        """Do nothing: this clock needs no start."""

    def current_time(self) -> float:
        return cast("float", self._now)

    def deadline_to_sleep_time(self, deadline: float) -> float:
        """Jump to the deadline. Trio asks how long to sleep only when no task can run."""
        if math.isinf(deadline):  # there is no timer
            return 0 if self._files_may_wake_a_task() else math.inf
        self._now = max(self._now, cast("Instant", deadline))
        return 0

    def _files_may_wake_a_task(self) -> bool:
        """Let trio look at its files once. If that woke no task, the program may be deadlocked."""
        if self._steps is None or self._steps.seen:
            self._steps = _Steps()
            return True
        end_if_deadlocked()
        return False


class _Steps(trio.abc.Instrument):
    """Tells whether a task has run since this was made."""

    def __init__(self) -> None:
        self.seen = False
        trio.lowlevel.add_instrument(self)

    def before_task_step(self, task: trio.lowlevel.Task) -> None:  # noqa: ARG002 - trio names it
        self.seen = True
        trio.lowlevel.remove_instrument(self)
