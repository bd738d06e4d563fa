"""Schedules: a legal order to hold a run to, so that the run shows one class of orders.

Chance seldom shows a class that needs several races to end one way. With two workers, four jobs
and a signal, some classes come once in ten thousand runs, even of the model. So some runs are
aimed at a class: a path of the model to that class is drawn, and the program is held to it. The
controller steers the scheduler and select's coin (`controller` for the port, turns.go for Go). It
only makes choices that are free in Go; the rest is the program's own. The run may miss its class,
and it is judged like any other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from parity.contract.scenario import Config
from parity.exploration.schedules.controller import HANDLER, LOOP, MAIN, WORKER_LETTERS
from parity.exploration.statespace.classes import Life
from parity.specification.canonical import Canonical
from parity.specification.model import Main, State, Step, Symbol, Work, initial, steps

MOST_STATES = 4096
"""Of so many states the steps are remembered."""


class _Goal(NamedTuple):
    """A class, with a worker for each of its lives."""

    lives: tuple[Life, ...]
    rejected: int  # the job that main rejects, or 0
    sent: int  # how many jobs are


def draw_schedule(chance: random.Random, config: Config, form: Canonical, *, signals: bool) -> str:
    """Return a random path to the class, as a `Controller` reads it.

    It is "" if there are more workers than letters.
    """
    if config.workers > len(WORKER_LETTERS):
        return ""
    lives = [life for life, number in form.lives for _ in range(number)]
    lives.sort()
    chance.shuffle(lives)
    rejected = next((job for job, fate in form.uncompleted if fate == "job_rejected"), 0)
    abandoned = sum(fate == "job_abandoned" for _, fate in form.uncompleted)
    sent = sum(len(jobs) for jobs, _ in lives) + abandoned
    return _path(chance, config, _Goal(tuple(lives), rejected, sent), signals=signals)


def _path(chance: random.Random, config: Config, goal: _Goal, *, signals: bool) -> str:
    """Walk there at random. Jobs are received in order, so a state tells all that is left to do."""
    state, said = initial(config), ""
    steps_of = _stepper(config, signals=signals)
    while not state.ended:
        ways = [
            (symbol, target)
            for symbol, target in steps_of(state)
            if _leads_on(state, target, goal, config.queue)
        ]
        if not ways:
            raise ValueError("no path leads to a class that is not legal")
        symbol, target = chance.choice(ways)
        said += _letters(state, symbol, target)
        state = target
    return said


@lru_cache(maxsize=4)
def _stepper(config: Config, *, signals: bool) -> Callable[[State], Sequence[Step]]:
    """Return what finds a state's steps. The paths of small configurations often meet again."""

    @lru_cache(MOST_STATES)
    def steps_of(state: State) -> Sequence[Step]:
        return tuple(steps(state, config, signals=signals))

    return steps_of


def _leads_on(state: State, target: State, goal: _Goal, queue: int) -> bool:
    """Whether the goal can still be reached after this step.

    After each step for which this is true there is a next one. Steps that no program takes are
    ignored: an interrupt before the program listens, and a rendezvous with a receiver that has
    left because the context is done.
    """
    if target.main is Main.STARTING:
        return False
    if target.ctx_done and not state.ctx_done and not _cancellable(state, goal, queue):
        return False
    if target.sent > state.sent and (target.sent > goal.sent or (state.ctx_done and not queue)):
        return False
    if target.main is not state.main:
        if target.main is Main.SUBMITTING and target.job > max(goal.sent, goal.rejected):
            return False
        if target.main is Main.REJECTING and target.job != goal.rejected:
            return False
        if target.main is Main.CLOSING and target.sent != goal.sent:
            return False
        if target.main is Main.CLOSING and goal.rejected and state.main is not Main.REJECTING:
            return False
    for (before, _, _), (after, job, _), (jobs, end) in zip(
        state.workers, target.workers, goal.lives, strict=True
    ):
        if before is after:
            continue
        if after is Work.HOLDING and job not in jobs:
            return False
        if after in (Work.CANCELLED, Work.CLOSED):
            reason = "cancelled" if after is Work.CANCELLED else "closed"
            if reason != end or (jobs and jobs[-1] > state.received):
                return False
    return True


def _cancellable(state: State, goal: _Goal, queue: int) -> bool:
    """Whether all the goal's jobs are sent, or the last of them is being submitted."""
    submitting = state.main in (Main.SUBMITTING, Main.SENDING)
    if goal.rejected:
        return submitting and state.job == goal.rejected
    return state.sent == goal.sent or (bool(queue) and submitting and state.job == goal.sent)


def _letters(state: State, symbol: Symbol | None, target: State) -> str:
    """Return who takes the step: a capital if it is visible, after a + if by the context's arm."""
    if symbol is None:
        return _hidden(state, target)
    by_context = symbol.reason == "cancelled" or symbol.event == "job_rejected"
    if symbol.worker:
        who = WORKER_LETTERS[symbol.worker - 1]
    else:
        who = HANDLER if state.handler is not target.handler else MAIN
    return ("+" if by_context else "") + who.upper()


def _hidden(state: State, target: State) -> str:
    """Return who takes the step. At a rendezvous these are two, and the sender comes first."""
    if state.handler is not target.handler:
        return HANDLER
    main = ""
    # The model's step that an interval has passed is no step of the programs.
    if state.main is not target.main and state.main is not Main.PAUSING:
        main = LOOP if state.main is Main.LOOP else MAIN
    both = enumerate(zip(state.workers, target.workers, strict=True))
    return main + "".join(
        WORKER_LETTERS[index] for index, (before, after) in both if before != after
    )
