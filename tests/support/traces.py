"""Traces written by hand, a line an event."""

from __future__ import annotations

import msgspec
from parity.contract.trace import Header, Trace
from parity.contract.trace_reader import read_stdout

S = 1_000_000_000


def told(*lines: str, clock: str = "virtual", workers: int = 3) -> Trace:
    """Return the trace of lines like `0.5 Worker 1 started`, times in seconds of that clock."""
    times, said = zip(*(line.split(" ", 1) for line in lines), strict=True) if lines else ((), ())
    trace, defect = read_stdout("".join(f"{line}\n" for line in said).encode())
    assert defect is None
    events = tuple(
        msgspec.structs.replace(event, t_ns=round(float(t) * S))
        for event, t in zip(trace.events, times, strict=True)
    )
    header = Header(
        schema="parity.trace/1",
        program="told",
        runtime={"told": "1"},
        clock=clock,
        config={"workers": workers},
    )
    return Trace(events=events, source="ndjson", header=header)
