"""The model made deterministic by the subset construction: the definition of what is legal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from parity.checker import scaling
from parity.checker.global_order import ANY_SIGNAL, violation
from parity.contract.events import REASONS
from parity.contract.scenario import Config
from parity.contract.trace import Event
from parity.exploration.shown import symbol_of
from parity.specification.model import State, Step, Symbol, initial, steps

from tests.support.walks import numbered

Subset = frozenset[State]
"""The states that the model may be in after the same events."""


class Automaton:
    """The model of one configuration. What follows a state or a subset is looked up only once."""

    def __init__(
        self, config: Config, *, signals: bool, hidden: frozenset[str] = frozenset()
    ) -> None:
        self.config, self.signals, self.hidden = config, signals, hidden
        self._steps: dict[State, list[Step]] = {}
        self._after: dict[tuple[Subset, frozenset[Symbol]], Subset] = {}
        self.first = self._closure([initial(config)])

    def steps(self, state: State) -> list[Step]:
        if state not in self._steps:
            self._steps[state] = [
                (None if symbol and symbol.event in self.hidden else symbol, target)
                for symbol, target in steps(state, self.config, signals=self.signals)
            ]
        return self._steps[state]

    def after(self, subset: Subset, wanted: frozenset[Symbol]) -> Subset:
        """Return where the wanted symbols lead to; nothing where none of them may be printed."""
        asked = subset, wanted
        if asked not in self._after:
            self._after[asked] = self._closure(
                target
                for state in subset
                for symbol, target in self.steps(state)
                if symbol and symbol in wanted
            )
        return self._after[asked]

    def _closure(self, states: Iterable[State]) -> Subset:
        """Return the states that hidden steps lead to from these, and these."""
        seen = set(states)
        pending = list(seen)
        while pending:
            for symbol, target in self.steps(pending.pop()):
                if symbol is None and target not in seen:
                    seen.add(target)
                    pending.append(target)
        return frozenset(seen)

    def successors(self, subset: Subset) -> Mapping[Symbol, Subset]:
        """Return what may be printed next, and where each leads."""
        targets: dict[Symbol, set[State]] = {}
        for state in subset:
            for symbol, target in self.steps(state):
                if symbol:
                    targets.setdefault(symbol, set()).add(target)
        return {symbol: self._closure(states) for symbol, states in targets.items()}


automaton_of = lru_cache(maxsize=8)(Automaton)
"""Edits of one walk are judged by one automaton."""


def simulate(
    events: Sequence[Event],
    config: Config,
    *,
    signals: frozenset[str] = ANY_SIGNAL,
    hidden: frozenset[str] = frozenset(),
) -> int | None:
    """Return the position of the first event that no path of the model allows; None if legal.

    The program does not say the `hidden` events.
    """
    automaton = automaton_of(config, signals=bool(signals), hidden=hidden)
    subset = automaton.first
    for position, event in enumerate(events):
        subset = automaton.after(subset, _symbols(event, signals, config))
        if not subset:
            return position
    return None


def both(events: list[Event], config: Config, signals: frozenset[str] = ANY_SIGNAL) -> bool:
    """Return whether the events are legal, which the two deciders say alike.

    The closed form does not decide all about workers that come and go. It then blames no legal run.
    """
    events = numbered(events)
    broken = violation(events, config, signals=signals)
    stuck = simulate(events, config, signals=signals)
    relaxed = config.results or config.levels > 1 or not scaling.decides(events)
    undecided = config.scales and relaxed
    assert (broken is None) == (stuck is None) or (undecided and not broken), (
        config,
        [tuple(symbol_of(event)) for event in events],
        broken,
        stuck,
    )
    return broken is None


def _symbols(event: Event, signals: frozenset[str], config: Config) -> frozenset[Symbol]:
    """Return the symbols that the event may stand for: more than one if it does not tell all."""
    if event.event == "job_started" and event.payload != f"Task-{event.job}":
        return frozenset()
    if event.event == "signal_received" and event.signal not in signals:
        return frozenset()
    symbol = symbol_of(event)
    if event.event == "worker_stopped" and event.reason is None:
        return frozenset(symbol._replace(reason=reason) for reason in REASONS)
    if event.event == "result_received" and event.attempt is None:
        made = range(1, config.attempts + 1)
        return frozenset(symbol._replace(attempt=attempt) for attempt in made)
    return frozenset([symbol])
