"""A comparison as Trace Event JSON, which trace viewers such as Perfetto open.

Each run is a process, and each worker is a thread in it. The number of waiting jobs is a counter.
Signals and the steps of the shutdown are instants. Times are in µs on the program's clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from parity.checker.saved_trace import Saved
from parity.comparison.result import Result
from parity.contract.trace import Trace
from parity.picture.lanes import MAIN, QUEUE, lanes
from parity.report.console.inert import inert
from parity.report.files import write_whole
from parity.report.run.page import chosen, chosen_trace

MANY_WORKERS = 10**9


def write(result: Result, path: Path) -> None:
    """Write the first comparison that fails, or else the first. Raises CannotJudge."""
    one = chosen(result)
    write_whole(path, trace_events([(o.subject, o.trace) for o in (one.reference, one.other)]))


def write_saved(saved: Sequence[Saved], path: Path) -> None:
    """Write the first illegal trace, or else the first. Raises CannotJudge."""
    checked, trace = chosen_trace(saved)
    write_whole(path, trace_events([(checked.file, trace)]))


def trace_events(runs: Sequence[tuple[str, Trace]]) -> bytes:
    """Return the runs as one JSON object."""
    events = [event for pid, run in enumerate(runs, start=1) for event in _process(pid, *run)]
    return msgspec.json.encode({"traceEvents": events, "displayTimeUnit": "ms"})


def _process(pid: int, name: str, trace: Trace) -> Iterator[dict[str, Any]]:
    drawn = lanes(name, trace, "time", most_workers=MANY_WORKERS)
    threads = {MAIN: 1, QUEUE: 2}
    for bar in drawn.bars:
        threads.setdefault(bar.lane, len(threads) + 1)
    for moment in drawn.moments:
        threads.setdefault(moment.lane, len(threads) + 1)
    yield _named("process_name", inert(name), pid, 0)
    for lane, tid in threads.items():
        yield _named("thread_name", lane, pid, tid)
    for bar in drawn.bars:
        level = {"level": bar.level} if bar.level else {}
        yield {
            "ph": "X",
            "name": f"job {bar.job}",
            "cat": bar.fate,
            "pid": pid,
            "tid": threads[bar.lane],
            "ts": bar.start * 1e6,
            "dur": (bar.end - bar.start) * 1e6,
            "args": {"job": bar.job, "fate": bar.fate, **level},
        }
    for moment in drawn.moments:
        yield {
            "ph": "i",
            "s": "p" if moment.kind == "signal" else "t",
            "name": moment.words,
            "cat": moment.kind,
            "pid": pid,
            "tid": threads[moment.lane],
            "ts": moment.x * 1e6,
        }
    for step in drawn.waiting:
        yield {
            "ph": "C",
            "name": "waiting jobs",
            "pid": pid,
            "tid": 0,
            "ts": step.x * 1e6,
            "args": {"jobs": step.jobs},
        }


def _named(kind: str, name: str, pid: int, tid: int) -> dict[str, Any]:
    return {"ph": "M", "name": kind, "pid": pid, "tid": tid, "args": {"name": name}}
