"""The outcome of one run of a subject: what it said, how it ended, what it cost."""

from __future__ import annotations

import msgspec

from parity.contract.trace import Trace


class Exit(msgspec.Struct, frozen=True):
    """How a process ended: exactly one of the two is set."""

    status: int | None = None
    signal: str | None = None  # SIGINT, SIGSEGV, ...

    def __str__(self) -> str:
        return f"exit status {self.status}" if self.signal is None else f"killed by {self.signal}"


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What the operating system says the process cost."""

    wall_ns: int  # from just before exec to its end
    cpu_ns: int  # user and system, with the children it waited for
    peak_rss_bytes: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    argv: tuple[str, ...]
    trace: Trace
    stdout: bytes  # plain: frames of a faketime program are already taken off
    stderr: bytes  # likewise
    exit: Exit
    usage: Usage
    defect: str | None = None
    """What is wrong with the output itself: garbage, half a line, a trace that is not stdout's."""
    raw_trace: bytes = b""
    """The trace as the subject wrote it; empty where it gave none."""
    late_ns: int = 0
    """How late the harness itself was while the program ran: heard or sent what was due."""
