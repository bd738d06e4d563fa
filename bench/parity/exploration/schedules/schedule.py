"""Aims: a legal order to hold a run to, so that the run shows one class of them.

Chance alone comes to a class seldom that needs several races to fall one way: of two workers and
four jobs with a signal, some come once in ten thousand runs, even of the model. So some runs are
aimed: of a class, drawn from all, a path of the model is drawn, and the program is held to it by
whoever steers its scheduler and select's coin (`turns`, and turns.go in the overlay). Both may do
what they like in Go; what the program does then is its own. It may miss, and is judged like any.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from parity.contract.scenario import Config
from parity.exploration.schedules.controller import HANDLER, LOOP, MAIN, WORKERS
from parity.exploration.statespace.classes import Life
from parity.specification.canonical import Canonical
from parity.specification.model import Main, State, Symbol, Work, initial, steps


class _Goal(NamedTuple):
    """A class, its lives given to workers."""

    lives: tuple[Life, ...]
    rejected: int  # the job that main rejects, or 0
    sent: int  # how many jobs are


def aim(chance: random.Random, config: Config, form: Canonical, *, signals: bool) -> str:
    """Return a random path to the class, as `turns` reads it; "" where workers lack letters."""
    if config.workers > len(WORKERS):
        return ""
    lives = [life for life, number in form.lives for _ in range(number)]
    lives.sort()
    chance.shuffle(lives)
    rejected = next((job for job, fate in form.unstarted if fate == "job_rejected"), 0)
    abandoned = sum(fate == "job_abandoned" for _, fate in form.unstarted)
    sent = sum(len(jobs) for jobs, _ in lives) + abandoned
    return _path(chance, config, _Goal(tuple(lives), rejected, sent), signals=signals)


def _path(chance: random.Random, config: Config, goal: _Goal, *, signals: bool) -> str:
    """Walk there at random. As jobs are received in order, a state tells all that is left to do."""
    state, said = initial(config), ""
    while not state.ended:
        ways = [
            (symbol, target)
            for symbol, target in steps(state, config, signals=signals)
            if _leads_on(state, target, goal, config.queue)
        ]
        if not ways:
            raise ValueError("no path leads to a class that is not legal")
        symbol, target = chance.choice(ways)
        said += _letters(state, symbol, target)
        state = target
    return said


def _leads_on(state: State, target: State, goal: _Goal, queue: int) -> bool:
    """Whether a step leaves the goal within reach: after each that does, another one does.

    Left out is what no program does: to be interrupted before it listens, and at a rendezvous
    to meet a receiver who, as the context is done, has left.
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
    for (before, _), (after, job), (jobs, end) in zip(
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
    """Whether all is sent that shall be, or will be as it is being submitted."""
    submitting = state.main in (Main.SUBMITTING, Main.SENDING)
    if goal.rejected:
        return submitting and state.job == goal.rejected
    return state.sent == goal.sent or (bool(queue) and submitting and state.job == goal.sent)


def _letters(state: State, symbol: Symbol | None, target: State) -> str:
    """Return who takes the step: in capitals where it is visible, after + by the context's arm."""
    if symbol is None:
        return _hidden(state, target)
    by_context = symbol.reason == "cancelled" or symbol.event == "job_rejected"
    if symbol.worker:
        who = WORKERS[symbol.worker - 1]
    else:
        who = HANDLER if state.handler is not target.handler else MAIN
    return ("+" if by_context else "") + who.upper()


def _hidden(state: State, target: State) -> str:
    """Return who takes the step: at a rendezvous two, the sender first."""
    if state.handler is not target.handler:
        return HANDLER
    main = ""
    # That no interval has passed is no step of the programs'.
    if state.main is not target.main and state.main is not Main.PAUSING:
        main = LOOP if state.main is Main.LOOP else MAIN
    both = enumerate(zip(state.workers, target.workers, strict=True))
    return main + "".join(WORKERS[index] for index, (before, after) in both if before != after)
