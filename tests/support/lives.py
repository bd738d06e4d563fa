"""The classes of a configuration, found by a search over the model's paths: the tests' oracle.

All that its past adds to a state is what each worker has done so far, and the fates of the jobs
that none took. Workers are sorted by both, as they have no names.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from parity.contract.scenario import Config
from parity.exploration.statespace.classes import Life
from parity.specification.canonical import Canonical
from parity.specification.model import State, Symbol, initial, steps


class Past(NamedTuple):
    lives: tuple[Life, ...]
    uncompleted: tuple[tuple[int, str], ...]

    @property
    def form(self) -> Canonical:
        return Canonical(frozenset(Counter(self.lives).items()), frozenset(self.uncompleted))

    def told(self, symbol: Symbol | None) -> Past:
        """Return the past with one more step."""
        if symbol is None:
            return self
        index = symbol.worker - 1
        match symbol.event:
            case "job_started":
                jobs, end = self.lives[index]
                return self._with(index, ((*jobs, symbol.job), end))
            case "worker_stopped":
                jobs, _ = self.lives[index]
                return self._with(index, (jobs, symbol.reason))
            case "job_failed" | "job_rejected" | "job_abandoned":
                return self._replace(uncompleted=(*self.uncompleted, (symbol.job, symbol.event)))
        return self

    def _with(self, index: int, life: Life) -> Past:
        return self._replace(lives=(*self.lives[:index], life, *self.lives[index + 1 :]))


def nothing_yet(config: Config) -> Past:
    return Past((((), ""),) * config.workers, ())


def reached(config: Config, *, signals: bool) -> set[Canonical]:
    """Return the classes of the model's complete paths."""
    first = initial(config), nothing_yet(config)
    seen, pending = {first}, [first]
    found: set[Canonical] = set()
    while pending:
        state, past = pending.pop()
        if state.ended:
            found.add(past.form)
            continue
        for symbol, target in steps(state, config, signals=signals):
            following = _sorted(target, past.told(symbol))
            if following not in seen:
                seen.add(following)
                pending.append(following)
    return found


def _sorted(state: State, past: Past) -> tuple[State, Past]:
    pairs = sorted(zip(state.workers, past.lives, strict=True))
    workers, lives = zip(*pairs, strict=True)
    return state._replace(workers=workers), past._replace(lives=lives)
