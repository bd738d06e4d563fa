"""A trace: what one run of a program said, in the order in which it said it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event of the contract's table.

    `t_ns` is ns on the program's clock since its start; None where the source gives no
    times (stdout lines). `line` is the 1-based line of the source it was read from.
    """

    event: str
    t_ns: int | None = None
    worker: int | None = None
    job: int | None = None
    payload: str | None = None
    signal: str | None = None  # Go's names: interrupt, terminated
    reason: str | None = None  # of worker_stopped: closed, cancelled; None where not given
    line: int = 0


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of an NDJSON trace."""

    schema: str
    program: str
    runtime: dict[str, str]
    clock: str
    config: dict[str, Any]


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """Events in order, and where they were read from."""

    events: tuple[Event, ...]
    source: Literal["ndjson", "stdout"]
    header: Header | None = None

    @property
    def virtual(self) -> bool:
        """Whether the times are exact instants of a virtual clock."""
        return self.header is not None and self.header.clock == "virtual"
