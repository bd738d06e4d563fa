"""A trial: one run of one subject on the virtual clock, and its result."""

from __future__ import annotations

import pickle
from base64 import b64decode, b64encode
from typing import Any

import msgspec

from parity.checker.judge import Finding
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
    findings: tuple[Finding, ...]  # what is wrong with it, if anything


class Failed(msgspec.Struct, frozen=True):
    """A trial without an outcome. `why` is one line, such as that the program crashed or hung."""

    trial: Trial
    why: str
    hung: bool = False


def encode(message: object) -> bytes:
    """Return the line that carries the message to a worker process, or back.

    A program's bytes may be in it. Base64 keeps them from being taken for the end of the line, or
    for a frame of a faketime program.
    """
    return b64encode(pickle.dumps(message)) + b"\n"


def decode(line: bytes) -> Any:
    return pickle.loads(b64decode(line))  # noqa: S301 - The other end is our own process.
