"""The model of one configuration, with the steps of each state looked up only once."""

from __future__ import annotations

from typing import NamedTuple

from parity.contract.scenario import Config
from parity.specification.model import State, Symbol, steps

MOST_CELLS = 6_000_000
"""How much an automaton remembers: for each step, a cell for each worker and some for the rest.

This is one or two hundred megabytes. With very many workers, the steps of a single state need more.
"""
CELLS_BESIDES = 8


class TooManyStates(Exception):
    """There are more states than we can look at."""


class Ways(NamedTuple):
    """What a state of the model allows."""

    hidden: tuple[State, ...]
    visible: tuple[tuple[Symbol, State], ...]


class Automaton:
    """The model of one configuration. With `signals`, a signal may arrive at any time."""

    def __init__(self, config: Config, *, signals: bool) -> None:
        self.config, self.signals = config, signals
        self._ways: dict[State, Ways] = {}
        self._cells = 0

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
