"""The canonical classes of the legal orders (see `canonical`).

Jobs are received in their order, and a job in hand is finished. So the jobs that are started are
the first ones, and the workers may share them out in any way. A worker that stops because the
channel is closed and empty leaves no job in it. So jobs are abandoned only if every worker was
cancelled, and at most as many as the queue holds. Main may reject the job after the last one sent.

A class is one choice of each. The tests compare the classes with those of the model.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from parity.contract.scenario import Config
from parity.exploration.statespace.orders import TOO_LONG
from parity.specification.canonical import Canonical

MOST_JOBS = 100_000
"""A limit for one worker, for whom no number grows too long."""

Life = tuple[tuple[int, ...], str]  # the jobs of a worker, and its exit


class _Ending(NamedTuple):
    """The fates of the jobs. The started ones are the first, then come the abandoned ones."""

    started: int
    abandoned: int
    rejected: bool


def count_classes(config: Config, *, signals: bool, reasons: bool = True) -> int | None:
    """Return how many classes there are; None if jobs are too many, or the number too long.

    Without `reasons`, classes that differ only in those count once (see `without_reasons`).
    """
    if config.jobs > MOST_JOBS:
        return None
    found = 0
    for started, parts in enumerate(_partitions(config.jobs, config.workers)):
        alike = sum(parts)
        left = config.jobs - started
        if signals:
            unlike = _with_exits(parts, config.workers) if reasons else alike
            # No job is abandoned. The next one may be rejected, unless there is none.
            found += unlike * (2 if left else 1)
            # The next 1, 2, ... are abandoned. The one after these may be rejected as well.
            abandoned = min(config.queue, left)
            found += alike * (2 * abandoned - (0 < left == abandoned))
        else:
            found = alike
        if found >= TOO_LONG:
            return None
    return found


def _partitions(jobs: int, most_parts: int) -> Iterator[list[int]]:
    """Yield for 0, 1, 2, ... jobs in how many ways they fall into k parts, for each k.

    These are Stirling's numbers of the second kind: the last job joins one of k parts, or is a new
    part.
    """
    parts = [1]
    yield parts
    for job in range(1, jobs + 1):
        longer = [*parts, 0] if job <= most_parts else parts
        parts = [k * number + (parts[k - 1] if k else 0) for k, number in enumerate(longer)]
        yield parts


def _with_exits(parts: list[int], workers: int) -> int:
    """Count the exits, too. For workers without jobs, only the number of each exit matters."""
    return sum((number << k) * (workers - k + 1) for k, number in enumerate(parts))


def every_class(config: Config, *, signals: bool) -> Iterator[Canonical]:
    """Yield each class once."""
    for ending in _endings(config, signals=signals):
        exits = _exits(ending, signals=signals)
        for parts in _shared_out(ending.started, config.workers):
            idle = config.workers - len(parts)
            for ends in product(exits, repeat=len(parts)):
                for first in range(idle + 1) if len(exits) > 1 else [idle]:
                    lives = Counter(zip(parts, ends, strict=True))
                    lives[(), exits[0]] += first
                    lives[(), exits[-1]] += idle - first
                    yield _class(lives, ending)


def _endings(config: Config, *, signals: bool) -> Iterator[_Ending]:
    if not signals:
        yield _Ending(config.jobs, 0, rejected=False)
        return
    for sent in range(config.jobs + 1):
        for rejected in (False, True) if sent < config.jobs else (False,):
            for abandoned in range(min(config.queue, sent) + 1):
                yield _Ending(sent - abandoned, abandoned, rejected)


def _exits(ending: _Ending, *, signals: bool) -> tuple[str, ...]:
    if not signals:
        return ("closed",)
    return ("cancelled",) if ending.abandoned else ("cancelled", "closed")


def _shared_out(jobs: int, most: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield each way to share out the first jobs among at most so many workers."""
    pending: list[tuple[tuple[tuple[int, ...], ...], int]] = [((), 1)]
    while pending:
        parts, job = pending.pop()
        if job > jobs:
            yield parts
            continue
        for at, part in enumerate(parts):
            pending.append(((*parts[:at], (*part, job), *parts[at + 1 :]), job + 1))
        if len(parts) < most:
            pending.append(((*parts, (job,)), job + 1))


def drawn_class(chance: random.Random, config: Config, *, signals: bool) -> Canonical:
    """Draw one of the classes. Each has some chance."""
    ending = _Ending(config.jobs, 0, rejected=False)
    if signals:
        sent = chance.randint(0, config.jobs)
        rejected = sent < config.jobs and chance.random() < 0.5
        abandoned = chance.randint(0, min(config.queue, sent))
        ending = _Ending(sent - abandoned, abandoned, rejected)
    exits = _exits(ending, signals=signals)
    parts: list[tuple[int, ...]] = [()] * config.workers
    for job in range(1, ending.started + 1):
        parts[chance.randrange(config.workers)] += (job,)
    return _class(Counter((part, chance.choice(exits)) for part in parts), ending)


def _class(lives: Counter[Life], ending: _Ending) -> Canonical:
    sent = ending.started + ending.abandoned
    uncompleted = {(job, "job_abandoned") for job in range(ending.started + 1, sent + 1)}
    if ending.rejected:
        uncompleted.add((sent + 1, "job_rejected"))
    return Canonical(frozenset((+lives).items()), frozenset(uncompleted))


def without_reasons(form: Canonical) -> Canonical:
    """Return the class as a run without reasons shows it, such as one read from stdout."""
    lives: Counter[Life] = Counter()
    for (jobs, _), number in form.lives:
        lives[jobs, "stopped"] += number
    return Canonical(frozenset(lives.items()), form.uncompleted)
