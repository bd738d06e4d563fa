"""The future of a run: all that decides how the run may continue, without the names of workers.

This is the closed form of `checker.global_order`, one event at a time. It remembers little:

- An idle worker is known by its rank: how many others have been idle longer.
- A job that was submitted and not started is known by its number. If it must have been received
  already, there is a deadline: only the workers that were idle before it can hold the job.

Workers are alike if no deadline falls between their ranks. Then it does not matter which of them
starts a job, so one extension stands for as many events as there are such workers.

Runs with equal futures continue alike. So counting (see `orders`) needs each future only once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from enum import IntEnum, auto
from itertools import pairwise
from typing import NamedTuple

from parity.contract.scenario import Config


class MainLine(IntEnum):
    """The last line of main."""

    NOTHING = auto()
    SUBMITTING = auto()  # or pool_starting
    REJECTING = auto()
    CLOSING = auto()
    WAITING = auto()
    STOPPED = auto()
    DONE = auto()


class HandlerLine(IntEnum):
    """The last line of the handler."""

    NOTHING = auto()
    RECEIVED = auto()
    INITIATED = auto()


class Held(NamedTuple):
    """A job that must have been received, and is not started. An idle worker holds it."""

    job: int
    by: int  # one of this many workers, those that have been idle longest


class Future(NamedTuple):
    """What decides how the run may continue. Submitted jobs are held or waiting until started."""

    main: MainLine
    handler: HandlerLine
    submitted: int
    starting: int  # workers that have not started
    idle: int
    busy: int
    held: tuple[Held, ...]  # in their order; `by` never decreases
    waiting: tuple[int, ...]  # after the held ones; received, or still in the channel
    last: bool  # no more jobs can be submitted
    # When a line shows that ctx is done, main may still submit one more job: it may have looked at
    # ctx before that line. `looked` is how many of the idle workers were idle then. It is None
    # before such a line.
    looked: int | None


class Extension(NamedTuple):
    event: str
    ways: int  # how many events it stands for: one for each worker
    future: Future


def beginning(config: Config) -> Future:
    return Future(
        main=MainLine.NOTHING,
        handler=HandlerLine.NOTHING,
        submitted=0,
        starting=config.workers,
        idle=0,
        busy=0,
        held=(),
        waiting=(),
        last=config.jobs == 0,
        looked=None,
    )


def extensions(future: Future, config: Config, *, signals: bool) -> Iterator[Extension]:
    """Yield what may be printed next. With `signals`, a signal may come."""
    for event, after in _main_steps(future, config):
        if _enough_workers(after):
            yield Extension(event, 1, after)
    if future.main is not MainLine.NOTHING:
        for step in _worker_steps(future, config):
            if _enough_workers(step.future):
                yield step
    if signals and future.handler is HandlerLine.NOTHING:
        yield Extension("signal_received", 1, future._replace(handler=HandlerLine.RECEIVED))
    if future.handler is HandlerLine.RECEIVED:
        yield Extension("shutdown_initiated", 1, future._replace(handler=HandlerLine.INITIATED))


def _enough_workers(future: Future) -> bool:
    """Whether each held job can be with a different worker: Hall's condition."""
    return all(jobs <= held.by for jobs, held in enumerate(future.held, start=1))


def _main_steps(future: Future, config: Config) -> Iterator[tuple[str, Future]]:
    initiated = future.handler is HandlerLine.INITIATED
    match future.main:
        case MainLine.NOTHING:
            yield "pool_starting", future._replace(main=MainLine.SUBMITTING)
        case MainLine.SUBMITTING:
            # Main goes on, so the last job is sent, and the jobs whose room it took are received.
            sent = _received(future, future.submitted - config.queue, future.idle)
            if not future.last:
                yield "job_submitting", _submitted(sent, config)
            if initiated and future.waiting:  # without the last job
                rest = future._replace(waiting=future.waiting[:-1])
                yield "job_rejected", _at_last(rest, MainLine.REJECTING)
            if initiated or future.submitted == config.jobs:
                yield "pool_closing", _at_last(sent, MainLine.CLOSING)
        case MainLine.REJECTING:
            yield "pool_closing", future._replace(main=MainLine.CLOSING)
        case MainLine.CLOSING:
            yield "pool_waiting", future._replace(main=MainLine.WAITING)
        case MainLine.WAITING:
            if not future.starting + future.idle + future.busy:
                yield "pool_stopped", future._replace(main=MainLine.STOPPED)
        case MainLine.STOPPED:
            if future.waiting:
                yield "job_abandoned", future._replace(waiting=future.waiting[1:])
            else:
                yield "main_done", future._replace(main=MainLine.DONE)
        case MainLine.DONE:
            pass


def _submitted(future: Future, config: Config) -> Future:
    """Return the future after one more submission.

    After a line that shows that ctx is done, it is the last one. Main looked at ctx before that
    line, and had sent the previous job by then.
    """
    late = future.looked is not None
    if future.looked is not None:
        future = _received(future, future.submitted - config.queue, future.looked)
    job = future.submitted + 1
    return future._replace(
        submitted=job,
        waiting=(*future.waiting, job),
        last=late or job == config.jobs,
        looked=None,
    )


def _at_last(future: Future, main: MainLine) -> Future:
    return future._replace(main=main, last=True, looked=None)


def _worker_steps(future: Future, config: Config) -> Iterator[Extension]:
    idle = future.idle
    if future.starting:
        started = future._replace(starting=future.starting - 1, idle=idle + 1)
        yield Extension("worker_started", future.starting, started)
    if future.busy:
        completed = future._replace(busy=future.busy - 1, idle=idle + 1)
        yield Extension("job_completed", future.busy, completed)
    for rank, ways in _alike(future):
        left = _without(future, rank)
        working = left._replace(busy=future.busy + 1)
        for job, after in _starts(working, rank, future):
            # Main could submit once more only if a worker idle at main's look had received it.
            late = future.looked is not None and rank >= future.looked
            if late and job <= future.submitted - config.queue:
                after = after._replace(last=True, looked=None)
            yield Extension("job_started", ways, after)
        if future.main >= MainLine.CLOSING:
            closed_and_empty = _received(left, future.submitted, left.idle)
            yield Extension("worker_stopped", ways, closed_and_empty)
        if future.handler is HandlerLine.INITIATED:
            shows = not future.last and future.looked is None
            yield Extension(
                "worker_stopped", ways, left._replace(looked=left.idle) if shows else left
            )


def _alike(future: Future) -> Iterator[tuple[int, int]]:
    """Yield each group of idle workers without a deadline between their ranks.

    A group is given by its first rank and its size.
    """
    bounds = {0, future.idle, *(held.by for held in future.held)}
    if future.looked is not None:
        bounds.add(future.looked)
    for first, end in pairwise(sorted(bounds)):
        yield first, end - first


def _starts(after: Future, rank: int, before: Future) -> Iterator[tuple[int, Future]]:
    """Yield each job that the worker of this rank may start, and the future after that."""
    for place, held in enumerate(before.held):
        if rank < held.by:
            yield held.job, after._replace(held=after.held[:place] + after.held[place + 1 :])
    # To start a waiting job, all waiting jobs before it were received, each by another worker.
    spare = before.idle - len(before.held)
    for place, job in enumerate(before.waiting[:spare]):
        received = _received(after, job, after.idle)
        yield job, received._replace(held=received.held[:-1], waiting=before.waiting[place + 1 :])


def _without(future: Future, rank: int) -> Future:
    """Return the future when the worker of this rank is no longer idle."""
    looked = future.looked
    return future._replace(
        idle=future.idle - 1,
        held=tuple(Held(job, by - (rank < by)) for job, by in future.held),
        looked=None if looked is None else looked - (rank < looked),
    )


def _received(future: Future, up_to: int, by: int) -> Future:
    """Return the future if workers of rank below `by` received all jobs up to `up_to`."""
    held = [Held(one.job, min(one.by, by)) if one.job <= up_to else one for one in future.held]
    received = bisect_right(future.waiting, up_to)
    held += [Held(job, by) for job in future.waiting[:received]]
    return future._replace(held=tuple(held), waiting=future.waiting[received:])
