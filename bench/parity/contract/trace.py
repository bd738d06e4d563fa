"""A trace: the events of one run of a program, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from parity.contract.durations import go_format_ns
from parity.contract.events import LINES, OF_JOBS, PRIORITY

ADAPTER = "parity adapt"
"""Stands for the runtime in the header of a trace that a wrapper wrote from its program's lines."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One event of the contract's table.

    `t_ns` is the time since the program's start, on its clock. An event read from stdout has no
    such time. There `t_ns` is when the harness read the line, since the first one; it is None for
    a saved stdout. `line` is the line of the file it was read from, counted from 1.
    """

    event: str
    t_ns: int | None = None
    worker: int | None = None
    job: int | None = None
    payload: str | None = None
    signal: str | None = None  # Go's names: interrupt, terminated
    reason: str | None = None  # why a worker stopped (None if not given), or an attempt failed
    digest: str | None = None  # of job_completed with -cpu; None if not given
    attempt: int | None = (
        None  # of job_retrying: the next one; no line of it or of a result tells it
    )
    delay: int | None = None  # of job_retrying, in ns
    fate: str | None = None  # of result_received: what became of the job
    level: int | None = None  # of job_submitting, if jobs have levels
    line: int = 0


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of an NDJSON trace."""

    schema: str
    program: str
    runtime: dict[str, str]  # what runs it, and the version of each
    clock: str  # virtual, real
    config: dict[str, Any]  # every flag of the programs


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """Events in their order, and where they were read from."""

    events: tuple[Event, ...]
    source: Literal["ndjson", "stdout"]
    header: Header | None = None
    workers: int | None = None  # as the first line of a stdout says

    @property
    def virtual(self) -> bool:
        """Whether the times are exact instants of a virtual clock."""
        return self.header is not None and self.header.clock == "virtual"

    @property
    def heard(self) -> bool:
        """Whether the times are those at which the lines were read, each more or less late."""
        wrapped = self.header is not None and ADAPTER in self.header.runtime
        return self.source == "stdout" or wrapped

    @property
    def complete(self) -> bool:
        """Whether the program reached its end. A program that was killed leaves a prefix."""
        return any(event.event == "main_done" for event in reversed(self.events))

    @property
    def makespan_ns(self) -> int | None:
        """The time from the program's start to its last event; None if times are missing."""
        return self.events[-1].t_ns if self.events else None


def lines_of(trace: Trace, *, workers: int, quiet: bool = False) -> Iterator[str]:
    """Yield the line on stdout of each event; `quiet` leaves out those of jobs."""
    for event in trace.events:
        if not (quiet and event.event in OF_JOBS):
            yield line_of(event, workers)


def line_of(event: Event, workers: int) -> str:
    """Return the event's line on stdout."""
    template = LINES[event.event] + (PRIORITY if event.level else "")
    return template.format(
        workers=workers,
        worker=event.worker,
        job=event.job,
        payload=event.payload,
        signal=event.signal,
        reason=event.reason,
        attempt=event.attempt,
        delay=go_format_ns(event.delay or 0),
        fate=event.fate,
        level=event.level,
    )
