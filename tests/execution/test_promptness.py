"""How long a line was kept from its reader, by the trace and by when it was heard."""

from __future__ import annotations

from parity.contract.outcome import HeldLine
from parity.contract.scenario import MS
from parity.contract.trace import Event, Trace
from parity.execution.promptness import slowest_line

EVENTS = (
    Event(line=1, event="pool_starting", t_ns=5 * MS),
    Event(line=2, event="job_submitting", job=1, t_ns=6 * MS),
    Event(line=3, event="pool_closing", t_ns=90 * MS),
)
TRACE = Trace(events=EVENTS, source="ndjson")


def test_both_clocks_begin_at_the_first_line() -> None:
    assert slowest_line(TRACE, [0, 2 * MS, 86 * MS], quiet=False) == HeldLine(2, 1 * MS)
    assert slowest_line(TRACE, [0, 80 * MS, 86 * MS], quiet=False) == HeldLine(2, 79 * MS)


def test_a_quiet_run_has_lifecycle_lines_only() -> None:
    assert slowest_line(TRACE, [0, 99 * MS], quiet=True) == HeldLine(2, 14 * MS)


def test_a_program_without_a_trace_tells_no_time_of_its_own() -> None:
    heard = Trace(events=EVENTS, source="stdout")
    assert slowest_line(heard, [0, 2 * MS, 86 * MS], quiet=False) is None
