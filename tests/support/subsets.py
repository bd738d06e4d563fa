"""The model made deterministic by the subset construction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from parity.contract.scenario import Config
from parity.specification.model import State, Step, Symbol, initial, steps

Subset = frozenset[State]
"""The states that the model may be in after the same events."""


class Automaton:
    """The model of one configuration, with the steps of each state looked up only once."""

    def __init__(self, config: Config, *, signals: bool) -> None:
        self.config, self.signals = config, signals
        self._steps: dict[State, list[Step]] = {}

    def steps(self, state: State) -> list[Step]:
        if state not in self._steps:
            self._steps[state] = list(steps(state, self.config, signals=self.signals))
        return self._steps[state]


def first_subset(automaton: Automaton) -> Subset:
    return closure(automaton, (initial(automaton.config),))


def closure(automaton: Automaton, states: Iterable[State]) -> Subset:
    """Return the states that hidden steps lead to from these, and these."""
    seen = set(states)
    pending = list(seen)
    while pending:
        for symbol, target in automaton.steps(pending.pop()):
            if symbol is None and target not in seen:
                seen.add(target)
                pending.append(target)
    return frozenset(seen)


def successors(automaton: Automaton, subset: Subset) -> Mapping[Symbol, Subset]:
    """Return what may be printed next, and where each leads."""
    targets: dict[Symbol, set[State]] = {}
    for state in subset:
        for symbol, target in automaton.steps(state):
            if symbol:
                targets.setdefault(symbol, set()).add(target)
    return {symbol: closure(automaton, states) for symbol, states in targets.items()}
