"""The port's part of a scheduled run: it holds each task until its turn (Go's part is turns.go).

A schedule is a string with one letter for each step of a path. The letter says whose step it is. A
capital letter is an event. A small letter is a hidden step: it is over when its task comes to the
point before its next step, or waits. A + stands before an event that follows when a select takes
the context's arm.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Hashable

MAIN, LOOP, HANDLER = "m", "l", "h"
"""LOOP is main's too: its look at the context before each job."""
WORKER_LETTERS = "abcdefgijknopqrstuvwxyz"
GATES = {"main": LOOP, "pool": MAIN, "shutdown": HANDLER}
"""The task that takes the steps of each module. In other modules they are a worker's."""
MOST_IDLE_PASSES = 100
"""After so many passes of the event loop without a step, the schedule is given up."""
PASSES_BEFORE_SKIP = 20
"""After so many passes, the task of a hidden step must be waiting: the step counts as done."""


class Controller:
    """Holds the tasks to the schedule.

    A worker gets its letter when it begins: the letter of the worker that the schedule has begin.
    """

    def __init__(self, schedule: str) -> None:
        self._steps: list[str] = re.findall(r"\+?\w", schedule)
        self._at = 0
        self._actors: dict[Hashable, str] = {}
        self.given_up = False

    async def wait_for_turn(
        self, task: Hashable, module: str, *, emits: bool, pass_on: Callable[[], Awaitable[object]]
    ) -> None:
        """Wait until the task may emit an event, or go on to its next step."""
        passes_left, at = MOST_IDLE_PASSES, self._at
        while not self._admit(self._gate(task, module), emits=emits):
            await pass_on()
            # Unless a step is over, it is still not our turn.
            while at == self._at and not self.given_up:
                passes_left -= 1
                self.given_up = not passes_left
                if passes_left == MOST_IDLE_PASSES - PASSES_BEFORE_SKIP and self._next.islower():
                    self._at += 1
                    break
                await pass_on()
            else:
                passes_left = MOST_IDLE_PASSES
            at = self._at

    def on_event(self, task: Hashable) -> None:
        """Take note that a task emits an event. One out of turn ends the schedule."""
        if self._next == self._actors.get(task, "").upper():
            self._at += 1
        else:
            self.given_up = True

    def on_cancel(self) -> None:
        """Take note that the context is done."""
        if self._next == HANDLER:
            self._at += 1

    def takes_context(self, task: Hashable) -> bool | None:
        """Return whether the task's select takes the context's arm; None leaves it to chance."""
        event = self._actors.get(task, "").upper()
        for step in self._steps[self._at :] if event and not self.given_up else ():
            if step.endswith(event):
                return step != event
        return None

    @property
    def _next(self) -> str:
        return self._steps[self._at][-1] if self._at < len(self._steps) else ""

    def _gate(self, task: Hashable, module: str) -> str:
        """Return the letter of the task's hidden step; "" for a worker that may not begin yet."""
        if module in GATES:
            self._actors[task] = _actor(GATES[module])
            return GATES[module]
        begins = self._next.lower()
        if (
            task not in self._actors
            and begins in WORKER_LETTERS
            and begins not in self._actors.values()
        ):
            self._actors[task] = begins
        return self._actors.get(task, "")

    def _admit(self, gate: str, *, emits: bool) -> bool:
        """Return whether it is the turn of the task at this gate; end the step that it passed."""
        if self.given_up or not self._next:
            return True
        actor = _actor(gate)
        if self._next.islower() and _actor(self._next) == actor and (emits or self._next != gate):
            self._at += 1
        return self._next == actor.upper() or (self._next == gate and not emits)


def _actor(letter: str) -> str:
    return MAIN if letter == LOOP else letter
