"""The model made deterministic: after the same events, one state, which is a set of the model's.

The subset construction, as in `legality.simulate`, with the model's steps looked up only once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from parity.contract.scenario import Config
from parity.specification.model import State, Symbol, initial, steps

Subset = frozenset[State]

MOST_CELLS = 6_000_000
"""What an automaton remembers: for each step, one cell for each worker, and some for the rest.

A hundred megabytes or two. With many workers a single set of states may be larger than that, and
with very many the steps of a single state.
"""
CELLS_BESIDES = 8


class TooManyStates(Exception):
    """The states to look at are more than can be afforded."""


class Ways(NamedTuple):
    """What a state of the model allows."""

    hidden: tuple[State, ...]
    visible: tuple[tuple[Symbol, State], ...]


class Automaton:
    """The determinised model of one configuration; with `signals` one may arrive, at any time."""

    def __init__(self, config: Config, *, signals: bool) -> None:
        self.config, self.signals = config, signals
        self._ways: dict[State, Ways] = {}
        self._cells = 0

    @property
    def initial(self) -> Subset:
        return self.closure((initial(self.config),))

    def ways(self, state: State) -> Ways:
        """Return what the state allows. Raises TooManyStates."""
        known = self._ways.get(state)
        if known is None:
            hidden, visible = [], []
            for symbol, target in steps(state, self.config, signals=self.signals):
                self._cells += self.config.workers + CELLS_BESIDES
                if self._cells > MOST_CELLS:
                    raise TooManyStates
                if symbol is None:
                    hidden.append(target)
                else:
                    visible.append((symbol, target))
            known = self._ways[state] = Ways(tuple(hidden), tuple(visible))
        return known

    def closure(self, states: Iterable[State]) -> Subset:
        """Return the states that hidden steps lead to from these, these included."""
        seen = set(states)
        pending = list(seen)
        while pending:
            for target in self.ways(pending.pop()).hidden:
                if target not in seen:
                    seen.add(target)
                    pending.append(target)
        return frozenset(seen)

    def successors(self, subset: Subset) -> Mapping[Symbol, Subset]:
        """Return what may be printed next, and where each leads."""
        targets: dict[Symbol, set[State]] = {}
        for state in subset:
            for symbol, target in self.ways(state).visible:
                targets.setdefault(symbol, set()).add(target)
        return {symbol: self.closure(states) for symbol, states in targets.items()}
