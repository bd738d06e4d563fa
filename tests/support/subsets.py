"""The model made deterministic by the subset construction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from parity.specification.automaton import Automaton
from parity.specification.model import State, Symbol, initial

Subset = frozenset[State]
"""The states that the model may be in after the same events."""


def first_subset(automaton: Automaton) -> Subset:
    return closure(automaton, (initial(automaton.config),))


def closure(automaton: Automaton, states: Iterable[State]) -> Subset:
    """Return the states that hidden steps lead to from these, and these."""
    seen = set(states)
    pending = list(seen)
    while pending:
        for target in automaton.ways(pending.pop()).hidden:
            if target not in seen:
                seen.add(target)
                pending.append(target)
    return frozenset(seen)


def successors(automaton: Automaton, subset: Subset) -> Mapping[Symbol, Subset]:
    """Return what may be printed next, and where each leads."""
    targets: dict[Symbol, set[State]] = {}
    for state in subset:
        for symbol, target in automaton.ways(state).visible:
            targets.setdefault(symbol, set()).add(target)
    return {symbol: closure(automaton, states) for symbol, states in targets.items()}
