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

MOST_WORK = 8_000_000
"""Some five seconds' work, and a few hundred megabytes: so many cells of states and their pasts."""
CELLS_BESIDES = 20

Life = tuple[tuple[int, ...], str]  # the jobs of a worker, and its exit


class _Past(NamedTuple):
    lives: tuple[Life, ...]
    unstarted: tuple[tuple[int, str], ...]


def legal_classes(
    config: Config, *, signals: bool, most_work: int = MOST_WORK
) -> frozenset[Canonical] | None:
    """Return the classes of the complete legal orders; None where it is too much work."""
    first = initial(config), _Past((((), ""),) * config.workers, ())
    seen, pending = {first}, [first]
    found: set[Canonical] = set()
    # Each worker may take a step from a state, and each step copies them all.
    of_workers = config.workers**2
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
                most_work -= of_workers + CELLS_BESIDES + sum(len(jobs) for jobs, _ in told.lives)
        if most_work < 0:
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
