"""The port's part of an aimed run: whose turn it is (see `aims`; Go's part is turns.go).

An aim is a string, a letter for each step of a path: whose it is. A capital is an event. A small
letter is a step that no one sees; its turn is over when who took it comes to where it would take
the next, or waits. A + stands before an event that follows the context's arm of a select.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Hashable

MAIN, LOOP, HANDLER = "m", "l", "h"
"""LOOP is main's too: its look at the context, before each job."""
WORKERS = "abcdefgijknopqrstuvwxyz"
GATES = {"main": LOOP, "pool": MAIN, "shutdown": HANDLER}
"""Whose steps are taken in the port's module of that name. In another they are a worker's."""
PATIENCE = 100
"""So many turns of the event loop without a step, and the aim is given up."""
WAITING = 20
"""So many, and who had to take a hidden step waits for something."""


class Turns:
    """Whose turn it is. A worker has the letter of the one that the aim has begin when it does."""

    def __init__(self, aim: str) -> None:
        self._steps: list[str] = re.findall(r"\+?\w", aim)
        self._at = 0
        self._actors: dict[Hashable, str] = {}
        self.given_up = False

    async def take(
        self, task: Hashable, module: str, *, emits: bool, pass_on: Callable[[], Awaitable[object]]
    ) -> None:
        """Wait for the task's turn: to emit an event, or to go on to its next step."""
        patience, at = PATIENCE, self._at
        while not self._admit(self._gate(task, module), emits=emits):
            await pass_on()
            patience = patience - 1 if at == self._at else PATIENCE
            if patience == PATIENCE - WAITING and self._next.islower():
                self._at += 1
            at = self._at
            self.given_up = self.given_up or not patience

    def said(self, task: Hashable) -> None:
        """Take note of an event that a task emits. One out of turn ends the aim."""
        if self._next == self._actors.get(task, "").upper():
            self._at += 1
        else:
            self.given_up = True

    def cancelled(self) -> None:
        """Take note that the context is done."""
        if self._next == HANDLER:
            self._at += 1

    def by_context(self, task: Hashable) -> bool | None:
        """Return whether a select of the task shall take the context's arm; None for chance."""
        event = self._actors.get(task, "").upper()
        for step in self._steps[self._at :] if event and not self.given_up else ():
            if step.endswith(event):
                return step != event
        return None

    @property
    def _next(self) -> str:
        return self._steps[self._at][-1] if self._at < len(self._steps) else ""

    def _gate(self, task: Hashable, module: str) -> str:
        """Return the letter of the task's hidden step; "" for a worker that is not to begin yet."""
        if module in GATES:
            self._actors[task] = _actor(GATES[module])
            return GATES[module]
        begins = self._next.lower()
        if task not in self._actors and begins in WORKERS and begins not in self._actors.values():
            self._actors[task] = begins
        return self._actors.get(task, "")

    def _admit(self, gate: str, *, emits: bool) -> bool:
        """Return whether it is the turn of who is at the gate; a step that it is past is over."""
        if self.given_up or not self._next:
            return True
        actor = _actor(gate)
        if self._next.islower() and _actor(self._next) == actor and (emits or self._next != gate):
            self._at += 1
        return self._next == actor.upper() or (self._next == gate and not emits)


def _actor(letter: str) -> str:
    return MAIN if letter == LOOP else letter
