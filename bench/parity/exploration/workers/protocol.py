"""The protocol between the runner and its worker processes: each message is a line of JSON.

JSON, as its base64 keeps a program's bytes from being taken for a faketime program's frames.
"""

from __future__ import annotations

import json

import msgspec

from parity.execution.process import Ended


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request for one run. The worker adds the flag for the trace to the command."""

    command: tuple[str, ...]
    port: tuple[str, ...] | None
    """The port's folder and its flags. It then needs no command: it is forked."""
    environment: dict[str, str | None]
    """The differences from the worker's own environment; None for an absent variable."""
    traced: bool
    seed: int
    shuffled: bool
    """Whether the port's event loop runs ready tasks in random order."""
    preempted: bool
    """Whether the port's tasks may yield between statements."""
    schedule: str
    """The order that the tasks are then held to, or ""; Go reads it from its environment."""
    timeout_s: float
    limit_bytes: int  # of each of stdout, stderr and the trace


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a run. Exactly one of `ended`, `hung` and `failed` is set."""

    ended: Ended | None = None
    hung: bool = False
    failed: str | None = None
    """What happened, in words that follow the name of the program."""
    trace: bytes = b""


def encode(message: Request | Answer) -> bytes:
    # Not msgspec's own encoder: it refuses a path or an environment that is not UTF-8.
    return json.dumps(msgspec.to_builtins(message)).encode() + b"\n"


def read_request(line: bytes) -> Request:
    return msgspec.convert(json.loads(line), Request)


def read_answer(line: bytes) -> Answer:
    return msgspec.convert(json.loads(line), Answer)
