"""The decisions of `select` that a trace shows: the context is done, and a job is surely ready.

When a worker completes a job, or gives it up, its select decides at once what comes next. If ctx is
done and the channel holds a job, both arms are ready. The worker's next line shows which arm it
took.

Whether a decision counts must depend only on what came before it. A rule that looks at what came
after it, such as "some job was left", would make a fair coin seem unfair. So the content of the
channel is computed from earlier instants of the virtual clock. All that can happen at an instant
has happened before the next one (see `checker.virtual_time`):

    sent        jobs after whose submission main printed another line, without the rejected ones
    received    jobs that were started: a job is received and started at the same instant
    rivals      other workers that decide at this instant: each may have been first

A decision counts if and only if sent - received - rivals > 0. Given all that came before, it falls
with the coin's own probability. So the decisions that count are independent throws of one coin,
however many there are in a run (Doob's optional skipping: one cannot beat a fair coin by choosing
when to bet).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from parity.contract.events import ENDS
from parity.contract.trace import Event


class Decision(NamedTuple):
    worker: int
    takes_job: bool
    queued: int = 0  # how many jobs are there for this worker, at least
    closed: bool = False  # whether the channel is


def decisions(events: Sequence[Event]) -> Iterator[Decision]:
    """Yield the decisions that count, in their order.

    The events are those of a legal trace, on the virtual clock, of jobs that take time.
    """
    outcomes = _outcomes(events)
    done_ns = None  # when ctx was cancelled: at any later instant it is done
    channel = _Channel()
    closed = False
    for t_ns, group in groupby(events, key=lambda event: event.t_ns or 0):
        at_once = list(group)
        completions = [event for event in at_once if event.event in ENDS and event.worker]
        ctx_done = done_ns is not None and t_ns > done_ns
        queued = channel.holds - len(completions) + 1
        if ctx_done and queued > 0:
            for event in completions:
                if event.line in outcomes:
                    yield outcomes[event.line]._replace(queued=queued, closed=closed)
        for event in at_once:
            channel.take(event)
            if event.event == "shutdown_initiated":
                done_ns = t_ns
                # Main closes at once then; what tells the places apart is what was before.
                closed = channel.closed


class _Channel:
    """How many jobs the channel surely holds, by the events so far."""

    def __init__(self) -> None:
        self._sent = self._started = 0
        self._offered = False  # main has submitted a job, and printed nothing since
        self.closed = False

    @property
    def holds(self) -> int:
        return self._sent - self._started

    def take(self, event: Event) -> None:
        if event.event == "job_started":
            self._started += 1
        elif event.event in _OF_MAIN:
            self._sent += self._offered and event.event != "job_rejected"
            self._offered = event.event == "job_submitting"
            self.closed = event.event == "pool_closing"


_OF_MAIN = ("job_submitting", "job_rejected", "pool_closing")


def _outcomes(events: Sequence[Event]) -> dict[int, Decision]:
    """Return what each worker did after a completion, by the line of the completion."""
    outcomes: dict[int, Decision] = {}
    completed: dict[int, int] = {}  # worker: the line
    for event in events:
        worker = event.worker or 0
        if event.event in ENDS and worker:
            completed[worker] = event.line
        elif worker in completed:
            outcomes[completed.pop(worker)] = Decision(worker, event.event == "job_started")
    return outcomes
