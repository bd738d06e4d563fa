"""A trial: one run of one subject on the virtual clock, and its result."""

from __future__ import annotations

import msgspec

from parity.contract.outcome import Outcome
from parity.contract.scenario import Scenario
from parity.execution.subject import Subject


class Trial(msgspec.Struct, frozen=True):
    """What to run. A run of the port is repeatable. In Go, select's coin and races are not."""

    subject: Subject
    scenario: Scenario
    seed: int  # of the port's coin, and of its scheduler
    processors: int = 1  # Go's GOMAXPROCS
    shuffled: bool = False
    """Whether the port's event loop runs ready tasks in random order."""
    preempted: bool = False
    """Whether Go's scheduler picks at random, and the port's tasks may yield between statements."""
    schedule: str = ""
    """The order that a preempted run is held to (see `controller`); "" for a random one."""


class Trialled(msgspec.Struct, frozen=True):
    """A trial with an outcome, as `run_side_by_side` would return it."""

    trial: Trial
    outcome: Outcome


class Failed(msgspec.Struct, frozen=True):
    """A trial without an outcome. `why` is one line, such as that the program crashed or hung."""

    trial: Trial
    why: str
    hung: bool = False
