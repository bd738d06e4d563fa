"""The kinds of transition of a configuration, in words, and those that a run took.

A run shows what it printed, but not its hidden steps. So several paths of the model may explain it.
A run took a transition *for certain* if every such path takes it, and *perhaps* if some path does.

Both are computed exactly, going forward over the events. Each state that the model may be in
carries the kinds that all paths to it take, and those that some path takes. A step adds its own
kind. Where paths meet, the first are intersected and the second united. Dead-end paths are ignored.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_
from typing import NamedTuple

import msgspec

from parity.contract.scenario import Config
from parity.specification.model import FATES, Main, State, Symbol, Work, initial, steps

DONE = "although ctx is done"


def kind(state: State, symbol: Symbol | None, target: State, config: Config) -> str:
    """Describe the step: whose it is, and which branch of the specification."""
    if symbol:
        return _visible(symbol)
    if target.main is not state.main:
        return f"main: {_of_main(state, target, config)}"
    if target.handler is not state.handler:
        return "handler: cancels ctx"
    if target.workers == state.workers:
        return "collector: receives a result"
    return f"worker: {_of_worker(state, target)}"


def _visible(symbol: Symbol) -> str:
    who = "worker" if symbol.worker else "main"
    if symbol.event == "result_received":
        who = "collector"
    if symbol.event in ("signal_received", "shutdown_initiated"):
        who = "handler"
    reason = f" ({symbol.reason})" if symbol.reason else ""
    return f"{who}: prints {symbol.event}{reason}"


def _of_main(state: State, target: State, config: Config) -> str:
    match state.main, target.main:
        case Main.LOOP, Main.SUBMITTING:
            return "goes on to the next job"
        case Main.LOOP, _ if state.job > config.jobs:
            return "leaves the loop after the last job"
        # At the top of the loop, or in the pause before it: no printed line tells which.
        case ((Main.LOOP | Main.PAUSING), Main.CLOSING):
            return "leaves the loop, as ctx is done"
        case Main.SENDING, Main.PAUSING:
            how = "sends a job" if config.queue else "hands a job to a worker"
            return f"{how} {DONE}" if state.ctx_done else how
        case Main.SENDING, _:
            room = state.sent - state.received < config.queue
            return "gives a send up, as ctx is done" + (", although there is room" if room else "")
        case Main.GROWING, _ if len(target.workers) > len(state.workers):
            return "starts one more worker"
        case Main.GROWING, _:
            return "needs no more workers, or may start none"
        case Main.PAUSING, _:
            return "sees an interval pass"
    return "closes the channel"


def _of_worker(state: State, target: State) -> str:
    changed = (p for p in zip(state.workers, target.workers, strict=True) if p[0] != p[1])
    (old, _, _), (new, _, _) = next(changed)
    if old in FATES:
        return f"sends a result {DONE}" if state.ctx_done else "sends a result"
    if new is Work.CANCELLED:
        ready = "although a job is ready" if state.received < state.sent else "with no job ready"
        return f"decides for ctx, {ready}"
    if new is Work.SELECT:
        return "counts its job as done"
    if new is Work.LEAVING:
        return f"leaves when idle {DONE}" if state.ctx_done else "leaves when idle"
    decision = "takes a job" if new is Work.HOLDING else "finds the channel closed"
    return f"{decision} {DONE}" if state.ctx_done else decision


class _Edge(NamedTuple):
    symbol: Symbol | None
    bit: int
    target: State


class Taken(NamedTuple):
    """The kinds of transition that a run took."""

    certain: frozenset[str]
    perhaps: frozenset[str]  # includes the certain ones


_Masks = dict[State, tuple[int, int]]
"""For each state that the model may be in: the kinds of all paths to it, and of some path."""

ALLOWANCE = 3_000_000
"""How many steps to follow in all runs together: about ten seconds of work."""

MOST_CELLS = 6_000_000
"""How much is remembered: for each step, a cell for each worker and some for the rest.

This is one or two hundred megabytes. With very many workers, the steps of a single state need more.
"""
CELLS_BESIDES = 8


class TooManyStates(Exception):
    """There are more states than we can look at."""


class Transitions:
    """The kinds of transition of one configuration, and those that its runs took."""

    def __init__(self, config: Config, *, signals: bool, allowance: int = ALLOWANCE) -> None:
        self.config, self.signals = config, signals
        self._allowance, self._cells = allowance, MOST_CELLS
        self._bits: dict[str, int] = {}
        self._edges: dict[State, list[_Edge]] = {}

    def taken(self, order: Sequence[Symbol]) -> Taken:
        """Return the kinds of transition of the run.

        Raises ValueError if the run is not legal, and TooManyStates if all runs together take more
        work than is allowed.
        """
        masks = {initial(self.config): (0, 0)}
        for symbol in order:
            masks = self._printed(self._spread(masks), symbol)
        if not masks:
            raise ValueError("no path of the model explains the order")
        certain = reduce(and_, (every for every, _ in masks.values()))
        perhaps = reduce(or_, (some for _, some in masks.values()))
        return Taken(self._named(certain), self._named(perhaps))

    def _printed(self, masks: _Masks, symbol: Symbol) -> _Masks:
        """Return the states after this symbol is printed."""
        targets: _Masks = {}
        for state, mask in masks.items():
            for edge in self._edges_of(state):
                if edge.symbol == symbol:
                    _join(targets, edge, mask)
        return targets

    def _spread(self, masks: _Masks) -> _Masks:
        """Return the states that hidden steps lead to from these, and these."""
        pending = list(masks)
        while pending:
            state = pending.pop()
            edges = self._edges_of(state)
            self._allowance -= len(edges)
            if self._allowance < 0:
                raise TooManyStates
            for edge in edges:
                if edge.symbol is None and _join(masks, edge, masks[state]):
                    pending.append(edge.target)
        return masks

    def _edges_of(self, state: State) -> list[_Edge]:
        known = self._edges.get(state)
        if known is None:
            known = []
            for symbol, target in steps(state, self.config, signals=self.signals):
                self._cells -= len(target.workers) + CELLS_BESIDES
                if self._cells < 0:
                    raise TooManyStates
                name = kind(state, symbol, target, self.config)
                known.append(_Edge(symbol, self._bit(name), target))
            self._edges[state] = known
        return known

    def _bit(self, name: str) -> int:
        return self._bits.setdefault(name, 1 << len(self._bits))

    def _named(self, mask: int) -> frozenset[str]:
        return frozenset(name for name, bit in self._bits.items() if mask & bit)


def _join(masks: _Masks, edge: _Edge, mask: tuple[int, int]) -> bool:
    """Merge the paths over this edge into its target; return whether that changed the target."""
    every, some = mask[0] | edge.bit, mask[1] | edge.bit
    known = masks.get(edge.target)
    masks[edge.target] = (every & known[0], some | known[1]) if known else (every, some)
    return masks[edge.target] != known


def kinds(config: Config, *, signals: bool) -> frozenset[str]:
    """Return all kinds of transition of a configuration, however large it is.

    They are those of the smallest configuration with the same kinds, whose states are searched.
    """
    return reachable_kinds(least(config), signals=signals)


def least(config: Config) -> Config:
    """Return the smallest configuration with the same kinds of transition.

    A kind depends on one worker, on whether there is a job, and on whether the queue is full. So
    more workers bring no new kind, and neither does a longer queue. One job is enough, and a second
    if the jobs can fill the queue, or if one more worker may be started for it.
    """
    jobs = min(config.jobs, 1) + (0 < config.queue < config.jobs)
    grows = min(config.jobs, config.max_workers) > config.workers
    fail = config.fail
    if fail and (fail.every > config.jobs or fail.every > 1 >= jobs):
        fail = None
    elif fail and fail.every > 1:  # one job fails, and one does not
        fail = msgspec.structs.replace(fail, every=2)
    return msgspec.structs.replace(
        config,
        workers=1,
        max_workers=config.scales + grows,
        queue=min(config.queue, 1),
        jobs=max(jobs, 2 * grows),
        fail=fail,
    )


def reachable_kinds(config: Config, *, signals: bool) -> frozenset[str]:
    """Return the kinds of transition of all states that can be reached."""
    first = initial(config)
    seen, pending, found = {first}, [first], set()
    while pending:
        state = pending.pop()
        for symbol, target in steps(state, config, signals=signals):
            found.add(kind(state, symbol, target, config))
            if target not in seen and not state.ended:
                seen.add(target)
                pending.append(target)
    return frozenset(found)
