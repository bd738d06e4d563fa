"""What the runner and its worker processes say to one another: a line of JSON each.

JSON, as its base64 keeps a program's bytes from being taken for a faketime program's frames.
"""

from __future__ import annotations

import json

import msgspec

from parity.execution.process import Ended


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One run. The trace is given as a flag at the end of the command."""

    command: tuple[str, ...]
    port: tuple[str, ...] | None
    """The port's folder and its flags. It then needs no command: it is forked."""
    environment: dict[str, str | None]
    """What differs from the worker process's own; None for what is not there."""
    traced: bool
    seed: int
    shuffled: bool
    """Whether the port's event loop takes ready tasks in a random order."""
    preempted: bool
    """Whether the port's tasks may yield between statements."""
    schedule: str
    """The order that the tasks are then held to, or ""; Go reads it from its environment."""
    timeout_s: float
    limit_bytes: int  # of each of stdout, stderr and the trace


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: exactly one of the three is so."""

    ended: Ended | None = None
    hung: bool = False
    failed: str | None = None
    """Words that follow the program's name."""
    trace: bytes = b""


def encode(message: Request | Answer) -> bytes:
    # Not msgspec's own encoder: it refuses a path or an environment that is not UTF-8.
    return json.dumps(msgspec.to_builtins(message)).encode() + b"\n"


def read_request(line: bytes) -> Request:
    return msgspec.convert(json.loads(line), Request)


def read_answer(line: bytes) -> Answer:
    return msgspec.convert(json.loads(line), Answer)
