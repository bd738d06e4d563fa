"""How many canonical classes there are: what is left of the legal orders (see `canonical`).

A search over the model's paths. All that its past adds to a state is what each worker has done so
far, and the fates of the jobs that none took. Workers are sorted by both, as they have no names.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from parity.canonical import Canonical
from parity.model import State, Symbol, initial, steps
from parity.scenario import Config

TOO_MANY = 240_000
"""States, each with its past: some ten seconds' work."""
TOO_MUCH = 5_000_000
"""Over the workers' square, the same with many: each may take a step, which copies them all."""

Life = tuple[tuple[int, ...], str]  # the jobs of a worker, and its exit


class _Past(NamedTuple):
    lives: tuple[Life, ...]
    unstarted: tuple[tuple[int, str], ...]


def legal_classes(
    config: Config, *, signals: bool, too_many: int = TOO_MANY
) -> frozenset[Canonical] | None:
    """Return the classes of the complete legal orders; None where it is too much work."""
    too_many = min(too_many, TOO_MUCH // config.workers**2)
    first = initial(config), _Past((((), ""),) * config.workers, ())
    seen, pending = {first}, [first]
    found: set[Canonical] = set()
    while pending:
        state, past = pending.pop()
        for symbol, target in steps(state, config, signals=signals):
            told = _told(past, symbol) if symbol else past
            if symbol and symbol.event == "main_done":
                found.add(
                    Canonical(frozenset(Counter(told.lives).items()), frozenset(past.unstarted))
                )
                continue
            following = _sorted(target, told)
            if following not in seen:
                seen.add(following)
                pending.append(following)
        if len(seen) > too_many:
            return None
    return frozenset(found)


def _told(past: _Past, symbol: Symbol) -> _Past:
    """Return the past with one more event."""
    index = symbol.worker - 1
    match symbol.event:
        case "job_started":
            jobs, end = past.lives[index]
            return past._replace(lives=_with(past.lives, index, ((*jobs, symbol.job), end)))
        case "worker_stopped":
            jobs, _ = past.lives[index]
            return past._replace(lives=_with(past.lives, index, (jobs, symbol.reason)))
        case "job_rejected" | "job_abandoned":
            return past._replace(unstarted=(*past.unstarted, (symbol.job, symbol.event)))
    return past


def _with(lives: tuple[Life, ...], index: int, life: Life) -> tuple[Life, ...]:
    return (*lives[:index], life, *lives[index + 1 :])


def _sorted(state: State, past: _Past) -> tuple[State, _Past]:
    pairs = sorted(zip(state.workers, past.lives, strict=True))
    workers, lives = zip(*pairs, strict=True)
    return state._replace(workers=workers), past._replace(lives=lives)


def without_reasons(form: Canonical) -> Canonical:
    """Return the class as a run tells it that gives no reasons: one read from stdout."""
    lives: Counter[Life] = Counter()
    for (jobs, _), number in form.lives:
        lives[jobs, "stopped"] += number
    return Canonical(frozenset(lives.items()), form.unstarted)
