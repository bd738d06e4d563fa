"""What the real clock lets one judge: no timer goes off early, and how late the latest was.

A job's work is a timer that job_started sets and job_completed reads; a pause is one between two
submissions. On a busy machine any timer may be late, so lateness is a figure to compare; an early
one is wrong on every clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parity.scenario import Config
from parity.trace import Event

GRAIN_NS = 1_000_000
"""Clocks are read a moment before and after a timer is set; and event loops round."""


class Timer(NamedTuple):
    """A timer of the run: by how much it was late (early: less than 0), and where it went off."""

    late_ns: int
    event: Event
    words: str


def timers(events: Sequence[Event], config: Config) -> Iterator[Timer]:
    """Yield the timers that went off, in the order of the trace. Computing jobs have none."""
    work_ns = 0 if config.cpu else config.work_ns
    began: dict[int, int] = {}
    submitted_ns: int | None = None
    for event in events:
        if event.t_ns is None or event.job is None:
            continue
        if event.event == "job_started":
            began[event.job] = event.t_ns
        elif event.event == "job_completed" and event.job in began and work_ns:
            late_ns = event.t_ns - began[event.job] - work_ns
            yield Timer(late_ns, event, f"the completion of job {event.job}")
        elif event.event == "job_submitting":
            # A submission may also have waited for room: then it says nothing of its timer.
            if submitted_ns is not None and event.t_ns - submitted_ns < config.interval_ns:
                late_ns = event.t_ns - submitted_ns - config.interval_ns
                yield Timer(late_ns, event, f"the submission of job {event.job}")
            submitted_ns = event.t_ns


def latest(events: Sequence[Event], config: Config) -> Timer | None:
    return max(timers(events, config), key=lambda t: t.late_ns, default=None)


def first_early(events: Sequence[Event], config: Config) -> Timer | None:
    return next((t for t in timers(events, config) if t.late_ns < -GRAIN_NS), None)
