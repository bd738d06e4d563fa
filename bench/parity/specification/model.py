"""The specification, executable: an initial state, and the steps that each state allows.

It is a labelled transition system. The label of a step is what the program prints (a Symbol). The
label None marks a hidden step: a send, a receive, a decision. A run is legal if and only if its
events, in their order, are the labels of a path from the initial state. The model has no times: any
timer may go off at any moment. (`checker.virtual_time` checks the times of a virtual clock.)

Each function below is one process of the specification. Its branches are the sentences of that
text, in the same order. Nothing here is taken from the sources of the pools.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from parity.contract.scenario import Config
from parity.specification.levels import Queue, empty, heads, next_taken, taken, without
from parity.specification.results import JobResult, Results


class Symbol(NamedTuple):
    """A visible label: an event with its fields; 0 and "" stand for a field that it lacks."""

    event: str
    worker: int = 0
    job: int = 0
    reason: str = ""
    attempt: int = 0
    delay: int = 0  # ns
    fate: str = ""
    level: int = 0


class Main(IntEnum):
    """Where the main goroutine stands."""

    STARTING = 0
    LOOP = 1  # about to look at ctx, before job `job`
    SUBMITTING = 2  # about to print job_submitting
    SENDING = 3  # select: send, or ctx done
    REJECTING = 4
    PAUSING = 5  # select: interval passed, or ctx done
    CLOSING = 6  # about to print pool_closing
    CLOSE = 7  # about to close the channel
    WAITING = 8  # about to print pool_waiting
    WAIT = 9  # for every worker to end
    DRAINING = 10  # abandoning what is in the channel
    DONE = 11
    GROWING = 12  # with -max-workers: about to look whether one more worker is needed


class Work(IntEnum):
    """Where a worker stands."""

    STARTING = 0
    SELECT = 1
    HOLDING = 2  # has received its job, and not yet printed job_started
    WORKING = 3
    CANCELLED = 4  # has decided to stop, and not yet printed worker_stopped
    CLOSED = 5
    ENDED = 6
    FAILED = 7  # an attempt failed, and what follows is not printed yet
    WAITING = 8  # to try its job again
    COMPLETED = 9  # with -results: has completed its job, and not yet sent the result
    GAVE_UP = 10  # the same for a job that failed
    ABANDONED = 11  # the same for a job that was not tried again
    COUNTING = 12  # with -max-workers: its job is done, and still counts as load
    LEAVING = 13  # has decided to leave as idle, and not yet printed worker_stopped


FATES = {Work.COMPLETED: "completed", Work.GAVE_UP: "failed", Work.ABANDONED: "abandoned"}


class Handler(IntEnum):
    """Where the signal handler stands."""

    LISTENING = 0
    INITIATING = 1
    CANCELLING = 2
    DONE = 3


class State(NamedTuple):
    """`job` is main's current job; `sent` and `received` count the jobs through the channel.

    The channel holds the jobs received + 1 to sent, as it is first in, first out. If jobs have
    levels, it is the `queue` that knows which ones wait. With -max-workers, `load` counts the jobs
    submitted and not done, and `running` the workers.
    """

    main: Main
    job: int
    sent: int
    received: int
    closed: bool
    ctx_done: bool
    handler: Handler
    workers: tuple[tuple[Work, int, int], ...]  # each with its job and attempt, or 0
    results: Results = Results()
    queue: Queue | None = None
    load: int = 0
    running: int = 0

    @property
    def ended(self) -> bool:
        return self.main is Main.DONE


Step = tuple[Symbol | None, State]


def initial(config: Config) -> State:
    return State(
        main=Main.STARTING,
        job=1,
        sent=0,
        received=0,
        closed=False,
        ctx_done=False,
        handler=Handler.LISTENING,
        workers=((Work.STARTING, 0, 0),) * config.workers,
        queue=empty(config) if config.levels > 1 else None,
        running=config.workers if config.scales else 0,
    )


def steps(state: State, config: Config, *, signals: bool) -> Iterator[Step]:
    """Yield every step that the state allows. With `signals`, a signal may arrive."""
    yield from main_steps(state, config)
    if state.main is not Main.STARTING:
        for index in range(len(state.workers)):
            yield from worker_steps(state, index, config)
    yield from collector_steps(state)
    yield from handler_steps(state, signals=signals)


def main_steps(state: State, config: Config) -> Iterator[Step]:
    job = state.job
    match state.main:
        case Main.STARTING:  # print pool_starting; spawn workers 1..N
            yield Symbol("pool_starting"), state._replace(main=Main.LOOP)
        case Main.LOOP:  # for j = 1..J: if ctx is done, leave the loop
            over = state.ctx_done or job > config.jobs
            yield None, state._replace(main=Main.CLOSING if over else Main.SUBMITTING)
        case Main.SUBMITTING:
            submitting = Symbol("job_submitting", job=job, level=config.level_of(job))
            then = Main.GROWING if config.scales else Main.SENDING
            yield submitting, state._replace(main=then)
        case Main.GROWING:  # if no worker is idle and fewer than -max-workers run: start one more
            yield None, with_load(state, config)._replace(main=Main.SENDING)
        case Main.SENDING:  # select { send j -> channel | ctx done -> ... }
            yield from send_steps(state, config)
            if state.ctx_done:
                left = state._replace(load=state.load - 1) if config.scales else state
                yield None, left._replace(main=Main.REJECTING)
        case Main.REJECTING:  # print job_rejected(j), leave the loop
            yield Symbol("job_rejected", job=job), state._replace(main=Main.CLOSING)
        case Main.PAUSING:  # select { interval passed | ctx done -> leave the loop }
            yield None, state._replace(main=Main.LOOP, job=job + 1)
            if state.ctx_done:
                yield None, state._replace(main=Main.CLOSING)
        case Main.CLOSING:
            yield Symbol("pool_closing"), state._replace(main=Main.CLOSE)
        case Main.CLOSE:
            yield None, state._replace(main=Main.WAITING, closed=True)
        case Main.WAITING:
            yield Symbol("pool_waiting"), state._replace(main=Main.WAIT)
        case Main.WAIT:  # wait until every worker and the collector have ended; print pool_stopped
            ended = all(work is Work.ENDED for work, _, _ in state.workers)
            if ended and state.results.delivered:
                yield Symbol("pool_stopped"), state._replace(main=Main.DRAINING)
        case Main.DRAINING:  # each job still in the channel, oldest first, is abandoned
            if state.received < state.sent:  # with levels, by level and then oldest first
                job, left = drain(state)
                yield Symbol("job_abandoned", job=job), left
            else:
                yield Symbol("main_done"), state._replace(main=Main.DONE)
        case Main.DONE:
            pass


def with_load(state: State, config: Config) -> State:
    """Count one more job, and start one more worker if as many jobs are not done as workers run.

    That no worker is idle is decided by counting: a job on its way to an idle worker counts. The
    new worker has the next number; none is used again.
    """
    loaded = state._replace(load=state.load + 1)
    if state.load < state.running or state.running >= config.max_workers:
        return loaded
    workers = (*state.workers, (Work.STARTING, 0, 0))
    return loaded._replace(workers=workers, running=state.running + 1)


def send_steps(state: State, config: Config) -> Iterator[Step]:
    """Let a send proceed when a slot is free; without slots, when a receiver waits."""
    queue = state.queue and state.queue._replace(entered=state.job)
    sent = state._replace(main=Main.PAUSING, sent=state.job, queue=queue)
    if config.queue:
        if state.sent - state.received < config.queue:
            yield None, sent
        return
    for index, (work, _, _) in enumerate(state.workers):
        if work is Work.SELECT:
            met = sent._replace(received=state.job)
            yield None, with_worker(met, index, Work.HOLDING, state.job)


def worker_steps(state: State, index: int, config: Config) -> Iterator[Step]:
    work, job, attempt = state.workers[index]
    name = index + 1
    match work:
        case Work.STARTING:
            yield Symbol("worker_started", name), with_worker(state, index, Work.SELECT)
        case Work.SELECT:
            if state.ctx_done:
                yield None, with_worker(state, index, Work.CANCELLED)
            if state.received < state.sent:
                taken_job, left = take(state, config)
                yield None, with_worker(left, index, Work.HOLDING, taken_job)
            elif state.closed:
                yield None, with_worker(state, index, Work.CLOSED)
            # The keepalive is over: leave if a worker is to spare, else ask no more until the
            # next job. Without times, to stay and not to ask are the same.
            if state.running > config.workers and state.load < state.running:
                left = state._replace(running=state.running - 1)
                yield None, with_worker(left, index, Work.LEAVING)
        case Work.HOLDING:
            working = with_worker(state, index, Work.WORKING, job, 1)
            yield Symbol("job_started", name, job), working
        case Work.WORKING:  # a job in hand is never interrupted
            fails = attempt <= config.failing(job)
            if not fails:
                completed = with_result(state, index, config, Work.COMPLETED, job, attempt)
                yield Symbol("job_completed", name, job), completed
            failed = with_worker(state, index, Work.FAILED, job, attempt)
            for reason in reasons_to_fail(config, fails=fails):
                yield Symbol("attempt_failed", name, job, reason, attempt), failed
        case Work.FAILED if attempt < config.attempts:  # the worker keeps the job, and waits
            delay_ns, following = config.delay_of(job, attempt), attempt + 1
            waiting = with_worker(state, index, Work.WAITING, job, following)
            yield Symbol("job_retrying", name, job, "", following, delay_ns), waiting
        case Work.FAILED:  # after the last attempt there is nothing to wait for
            gave_up = with_result(state, index, config, Work.GAVE_UP, job, attempt)
            yield Symbol("job_failed", name, job, "", attempt), gave_up
        case Work.WAITING:  # select { the wait is over | ctx done -> print job_abandoned(w, j) }
            working = with_worker(state, index, Work.WORKING, job, attempt)
            yield Symbol("attempt_started", name, job, "", attempt), working
            if state.ctx_done:
                made = attempt - 1
                abandoned = with_result(state, index, config, Work.ABANDONED, job, made)
                yield Symbol("job_abandoned", name, job), abandoned
        case Work.COMPLETED | Work.GAVE_UP | Work.ABANDONED:  # send the result; ctx does not matter
            results = state.results.send(JobResult(job, FATES[work], attempt), config.queue)
            if results is not None:
                yield None, freed(state._replace(results=results), index, config)
        case Work.COUNTING:
            yield None, with_worker(state._replace(load=state.load - 1), index, Work.SELECT)
        case Work.CANCELLED | Work.CLOSED | Work.LEAVING:
            reason = STOPS[work]
            ended = with_worker(state, index, Work.ENDED)
            yield Symbol("worker_stopped", name, reason=reason), ended
        case Work.ENDED:
            pass


def take(state: State, config: Config) -> tuple[int, State]:
    """Return the job that a worker receives, and the state without it in the channel.

    With levels, a worker finds out in one step which job it is (see `levels`).
    """
    left = state._replace(received=state.received + 1)
    if state.queue is None:
        return left.received, left
    return next_taken(state.queue, config), left._replace(queue=taken(state.queue, config))


def drain(state: State) -> tuple[int, State]:
    """Return the next job that main abandons, and the state without it in the channel."""
    left = state._replace(received=state.received + 1)
    if state.queue is None:
        return left.received, left
    job = heads(state.queue)[0]
    return job, left._replace(queue=without(state.queue, job))


STOPS = {Work.CANCELLED: "cancelled", Work.CLOSED: "closed", Work.LEAVING: "idle"}
"""Why a worker stops."""


def freed(state: State, index: int, config: Config) -> State:
    """Return the state after a worker is done with its job, and with the result."""
    return with_worker(state, index, Work.COUNTING if config.scales else Work.SELECT)


def reasons_to_fail(config: Config, *, fails: bool) -> Iterator[str]:
    """Yield why an attempt may fail: as -fail says, or since it took too long."""
    if fails:
        yield "error"
    if config.may_time_out:
        yield "timeout"


def collector_steps(state: State) -> Iterator[Step]:
    """Let the collector receive a result, or print result_received for the one that it has."""
    received = state.results.receive()
    if received is not None:
        yield None, state._replace(results=received)
    if result := state.results.received:
        symbol = Symbol("result_received", job=result.job, attempt=result.attempt, fate=result.fate)
        yield symbol, state._replace(results=state.results.print_received())


def handler_steps(state: State, *, signals: bool) -> Iterator[Step]:
    match state.handler:
        # Once, at any time until the process ends. That may be just after main_done.
        case Handler.LISTENING:
            if signals:
                yield Symbol("signal_received"), state._replace(handler=Handler.INITIATING)
        case Handler.INITIATING:
            yield Symbol("shutdown_initiated"), state._replace(handler=Handler.CANCELLING)
        case Handler.CANCELLING:
            yield None, state._replace(handler=Handler.DONE, ctx_done=True)
        case Handler.DONE:
            pass


def with_worker(state: State, index: int, work: Work, job: int = 0, attempt: int = 0) -> State:
    workers = state.workers
    changed = (work, job, attempt)
    return state._replace(workers=(*workers[:index], changed, *workers[index + 1 :]))


def with_result(
    state: State, index: int, config: Config, work: Work, job: int, attempt: int
) -> State:
    """Return what follows the last line of a worker's job. Without -results it is free."""
    if not config.results:
        return freed(state, index, config)
    return with_worker(state, index, work, job, attempt)
