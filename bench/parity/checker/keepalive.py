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
    worker: int | None
    line: int
    due_ns: int
    until_ns: int


def overstayed(events: Sequence[Event], config: Config, *, tolerance_ns: int) -> Overstayed | None:
    """Return the first worker that stayed though it could leave. All events have their time.

    Only the time before the shutdown is judged. If jobs compute, everything may be late.
    """
    if config.cpu:
        return None
    timed = [(event.t_ns, event) for event in events if event.t_ns is not None]
    times_ns = [t_ns for t_ns, _ in timed]
    loads = list(_loads(events, config))
    for wait in sorted(_waits(timed, config), key=lambda wait: wait.due_ns):
        grace_ns = tolerance_ns + LINE_NS * _lines_about(wait.due_ns, tolerance_ns, times_ns)
        if wait.until_ns <= wait.due_ns + grace_ns:
            continue
        since = bisect_right(times_ns, wait.due_ns - grace_ns)
        window = loads[since : bisect_right(times_ns, wait.due_ns + grace_ns) + 1]
        running = min(running for running, _ in window)
        idle = min(idle for _, idle in window)
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
    """Yield how many workers run, and how many can be spared: at first, and after each line."""
    yield config.workers, config.workers
    started = stopped = jobs = 0
    for event in events:
        started += event.event == "worker_started"
        stopped += event.event == "worker_stopped"
        jobs += (event.event == "job_submitting") - (event.event in ENDS)
        running = max(config.workers, started) - stopped
        yield running, running - jobs


def _waits(timed: Sequence[tuple[int, Event]], config: Config) -> Iterator[_Wait]:
    """Yield for how long each worker waited each time, until the shutdown at most."""
    began: dict[int | None, tuple[int, int]] = {}  # on which line, and when the wait is over
    shutdown_ns, _ = timed[-1]
    for t_ns, event in timed:
        if event.event in ("signal_received", "pool_closing"):
            shutdown_ns = t_ns
            break
        if since := began.pop(event.worker, None):
            yield _Wait(event.worker, *since, t_ns)
        if event.event in BECAME_IDLE:
            began[event.worker] = event.line, t_ns + config.keepalive_ns
    for worker, since in began.items():
        yield _Wait(worker, *since, shutdown_ns)
