"""How long after its event each line of a run was heard, on the real clock.

The trace tells when an event happened, and the harness knows when it heard the line. A program that
keeps lines in a buffer, even in one that it flushes now and then, says them late.
"""

from __future__ import annotations

from collections.abc import Sequence

from parity.contract.events import OF_JOBS
from parity.contract.outcome import HeldLine
from parity.contract.trace import Trace


def slowest_line(trace: Trace, heard_ns: Sequence[int], *, quiet: bool) -> HeldLine | None:
    """Return the line that was heard longest after its event; None if no trace tells of events.

    Both times count from the first line. If that was heard late itself, the others seem prompt.
    """
    said = [event for event in trace.events if not (quiet and event.event in OF_JOBS)]
    if trace.source != "ndjson" or not said:
        return None
    first_ns = said[0].t_ns or 0
    # A program that was killed may have written more events than lines.
    held = [
        HeldLine(line, t_ns - ((event.t_ns or 0) - first_ns))
        for line, (event, t_ns) in enumerate(zip(said, heard_ns, strict=False), 1)
    ]
    return max(held, key=lambda one: one.held_ns, default=None)
