"""Whether idle workers leave on a real clock, where -max-workers lets them.

A worker asks once whether it may leave, when it has waited for -keepalive. On a real clock nobody
knows which line came before its question. So it is only blamed if it could leave all the time from
one tolerance before the question was due until one tolerance after.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parity.checker.real_time import LINE_NS
from parity.checker.scaling_counts import ran
from parity.checker.waiting_workers import BECAME_IDLE
from parity.contract.durations import seconds
from parity.contract.events import ENDS
from parity.contract.scenario import Config
from parity.contract.trace import Event


class Overstayed(NamedTuple):
    words: str
    line: int  # since which the worker waited


class _Wait(NamedTuple):
    worker: int
    line: int
    due_ns: int
    until_ns: int


def overstayed(events: Sequence[Event], config: Config, *, tolerance_ns: int) -> Overstayed | None:
    """Return the first worker that stayed though it could leave. All events have their time.

    Only the time before the shutdown is judged. If jobs compute, everything may be late.
    """
    if config.cpu:
        return None
    times_ns = [event.t_ns or 0 for event in events]
    loads = list(_loads(events, config))
    for wait in sorted(_waits(events, config), key=lambda wait: wait.due_ns):
        grace_ns = tolerance_ns + LINE_NS * _lines_about(wait.due_ns, tolerance_ns, times_ns)
        if wait.until_ns <= wait.due_ns + grace_ns:
            continue
        first = bisect_right(times_ns, wait.due_ns - grace_ns) - 1
        window = loads[max(first, 0) : bisect_right(times_ns, wait.due_ns + grace_ns)]
        running, idle = (min(counts) for counts in zip(*window, strict=True))
        if running > config.workers and idle > 0:
            words = (
                f"worker {wait.worker} had waited for -keepalive at {seconds(wait.due_ns)}, when "
                f"{ran(running)}, {idle} of them idle; "
                f"it had not left {grace_ns / 1e6:.0f} ms later"
            )
            return Overstayed(words, wait.line)
    return None


def _lines_about(at_ns: int, tolerance_ns: int, times_ns: Sequence[int]) -> int:
    """Return how many lines were printed then: each takes some time."""
    return bisect_right(times_ns, at_ns + tolerance_ns) - bisect_left(
        times_ns, at_ns - tolerance_ns
    )


def _loads(events: Sequence[Event], config: Config) -> Iterator[tuple[int, int]]:
    """Yield after each line how many workers run, and how many of these can be spared."""
    running, jobs = config.workers, 0
    for event in events:
        running += event.event == "worker_started" and (event.worker or 0) > config.workers
        running -= event.event == "worker_stopped"
        jobs += (event.event == "job_submitting") - (event.event in ENDS)
        yield running, running - jobs


def _waits(events: Sequence[Event], config: Config) -> Iterator[_Wait]:
    """Yield for how long each worker waited each time, until the shutdown at most."""
    began: dict[int, Event] = {}
    shutdown_ns = events[-1].t_ns or 0
    for event in events:
        t_ns = event.t_ns or 0
        if event.event in ("signal_received", "pool_closing"):
            shutdown_ns = t_ns
            break
        if event.worker is None:
            continue
        if since := began.pop(event.worker, None):
            due_ns = (since.t_ns or 0) + config.keepalive_ns
            yield _Wait(event.worker, since.line, due_ns, t_ns)
        if event.event in BECAME_IDLE:
            began[event.worker] = event
    for worker, since in began.items():
        yield _Wait(worker, since.line, (since.t_ns or 0) + config.keepalive_ns, shutdown_ns)
