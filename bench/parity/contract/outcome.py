"""The outcome of one run of a subject: what it printed, how it ended, what it cost."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from parity.contract.trace import Trace

TOLERANCE_NS = 100_000_000
"""How late a program may be even on a quiet machine: it may have to collect its garbage."""


class Exit(msgspec.Struct, frozen=True):
    """How a process ended: exactly one of the two is set."""

    status: int | None = None
    signal: str | None = None  # SIGINT, SIGSEGV, ...

    def __str__(self) -> str:
        return f"exit status {self.status}" if self.signal is None else f"killed by {self.signal}"


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What the process cost, as the operating system measured it."""

    wall_ns: int  # from just before exec to its end
    cpu_ns: int  # user and system, with the children it waited for
    peak_rss_bytes: int


class Scrape(msgspec.Struct, frozen=True):
    """The metrics that a program served while it ran."""

    since_line: int
    """How many of its lines had been heard before they were asked for."""
    text: bytes


class HeldLine(NamedTuple):
    """A line of stdout, and how long after its event it was heard."""

    line: int
    held_ns: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    argv: tuple[str, ...]
    trace: Trace
    stdout: bytes  # without the frames of a faketime program
    stderr: bytes  # the same
    exit: Exit
    usage: Usage
    defect: str | None = None
    """What is wrong with the output: garbage, half a line, a trace that differs from stdout."""
    raw_trace: bytes = b""
    """The trace as the subject wrote it; empty if it wrote none."""
    metrics: bytes | None = None
    """The metrics as the subject wrote them; None if it was not asked for them."""
    scrapes: tuple[Scrape, ...] | None = None
    """What it answered to each scrape; None if it was not asked to serve its metrics."""
    late_ns: int = 0
    """How late the harness was: in reading the output, or in sending a signal."""
    ours: bool = True
    """Whether it is one of the two programs of this repository."""
    lingered_ns: int = 0
    """How long the process lived after its main_done was heard, in real time on both clocks."""
    left: tuple[str, ...] = ()
    """The command lines of the processes that it left running. We ended them."""
    held_back_ns: int = 0
    """If all its lines came at once, at the end, although they should have come one by one: how
    late the harness must have been to hear them so from a program that says each in time. Else 0.
    """
    slowest: HeldLine | None = None
    """The line that was heard longest after its event; None if no two clocks tell."""
    unsent: tuple[str, ...] = ()
    """The signals that were never sent, since the line was not heard from which their times
    count."""
    tolerance_ns: int = TOLERANCE_NS
    """How late anything may be on the real clock: measured beside the run, or set by hand."""

    @property
    def buffers(self) -> bool:
        """Whether it holds its lines back: no lateness of the harness explains how they came."""
        return self.held_back_ns > self.late_ns
