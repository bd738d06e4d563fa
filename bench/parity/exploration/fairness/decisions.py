"""The decisions of `select` that a trace shows: the context is done, and a job is there for sure.

A worker that completes a job decides at once what comes next. Once ctx is done, and while the
channel holds a job, both arms of its select are ready, and which it took is its next line.

Which decisions count must depend on what came before them alone. To count those after which some
job was left, say, would count what came of the decisions too, and a fair coin would seem unfair.
So the channel's content is reckoned from earlier instants of the virtual clock, in which
everything that could happen has happened (see `instants`):

    sent        jobs whose submission was followed by another line of main, but for the rejected
    received    jobs that were started, as none is received in an instant and started in another
    rivals      the others that decide in this instant, each of whom may have been first

and a decision counts iff sent - received - rivals > 0. Given all that came before, such a decision
falls either way with the coin's own probability; so those that count, in their order, are
independent throws of one coin, however many a run has of them. It is the argument by which a
bounded gambler cannot beat a fair coin by choosing when to bet (Doob's optional skipping).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from parity.contract.trace import Event


class Decision(NamedTuple):
    worker: int
    takes_job: bool


def decisions(events: Sequence[Event]) -> Iterator[Decision]:
    """Yield the decisions that count, in the order in which they fell due.

    The events are a legal trace's, from a virtual clock, of jobs that take time.
    """
    outcomes = _outcomes(events)
    done_ns = None  # when ctx was cancelled: at any later instant it is done
    channel = _Channel()
    for t_ns, group in groupby(events, key=lambda event: event.t_ns or 0):
        at_once = list(group)
        completions = [event for event in at_once if event.event == "job_completed"]
        ctx_done = done_ns is not None and t_ns > done_ns
        if ctx_done and channel.holds > len(completions) - 1:
            yield from (outcomes[e.line] for e in completions if e.line in outcomes)
        for event in at_once:
            channel.take(event)
            if event.event == "shutdown_initiated":
                done_ns = t_ns


class _Channel:
    """What it holds for sure, by what was said so far."""

    def __init__(self) -> None:
        self._sent = self._started = 0
        self._offered = False  # main has submitted a job, and said nothing since

    @property
    def holds(self) -> int:
        return self._sent - self._started

    def take(self, event: Event) -> None:
        if event.event == "job_started":
            self._started += 1
        elif event.event in _OF_MAIN:
            self._sent += self._offered and event.event != "job_rejected"
            self._offered = event.event == "job_submitting"


_OF_MAIN = ("job_submitting", "job_rejected", "pool_closing")


def _outcomes(events: Sequence[Event]) -> dict[int, Decision]:
    """Return what each worker did after a completion, by the line of the completion."""
    outcomes: dict[int, Decision] = {}
    completed: dict[int, int] = {}  # worker: the line
    for event in events:
        worker = event.worker or 0
        if event.event == "job_completed":
            completed[worker] = event.line
        elif worker in completed:
            outcomes[completed.pop(worker)] = Decision(worker, event.event == "job_started")
    return outcomes
