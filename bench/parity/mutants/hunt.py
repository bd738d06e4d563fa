"""The hunt: each mutant runs as often as it asks for, and what must catch it either does or not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

import msgspec

from parity.fault import Fault
from parity.mutants.finding import run_and_judge
from parity.mutants.mutant import Mutant
from parity.mutants.plant import planted

T = TypeVar("T")

PATIENCE_S = 20.0
PATIENCE_WITH_A_HANG_S = 2.0
"""How long a run may take: on a virtual clock it lasts a fraction of a second, or hangs."""


class Hunted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one mutant in one language."""

    name: str
    language: str
    caught_by: tuple[str, ...]  # what must catch it: any of these
    runs: int
    caught: int  # in how many of them one of these did
    catcher: str | None  # which, or what else found something, in the first such run
    words: str  # the explanation it gave
    seed: int | None  # of that run

    @property
    def holds(self) -> bool:
        return self.caught > 0


def hunt(mutant: Mutant, language: str, *, seed: int) -> Hunted:
    """Run the mutant with this seed and the next. Raises CannotJudge where it cannot be built."""
    patience_s = PATIENCE_WITH_A_HANG_S if "hang" in mutant.caught_by else PATIENCE_S
    with planted(mutant, language) as subject:
        found = {
            s: run_and_judge(subject, mutant.scenario, seed=s, timeout_s=patience_s)
            for s in range(seed, seed + mutant.runs)
        }
    return _told(mutant, language, found)


def _told(mutant: Mutant, language: str, found: dict[int, Fault | None]) -> Hunted:
    right = {s: f for s, f in found.items() if f and f.catcher in mutant.caught_by}
    first = next(iter(right), next((s for s, f in found.items() if f), None))
    finding = None if first is None else found[first]
    return Hunted(
        name=mutant.name,
        language=language,
        caught_by=mutant.caught_by,
        runs=len(found),
        caught=len(right),
        catcher=finding.catcher if finding else None,
        words=finding.words if finding else "nothing was found wrong",
        seed=first,
    )


def hunts(mutants: Sequence[Mutant], *, seed: int) -> list[Callable[[], Hunted]]:
    """Return a hunt for each mutant and each language that it is written in."""

    def of(mutant: Mutant, language: str) -> Callable[[], Hunted]:
        return lambda: hunt(mutant, language, seed=seed)

    return [of(mutant, language) for mutant in mutants for language in mutant.languages]


HANGING = 2
"""How many more tasks are at work than there are processors: those that watch a hang only wait."""


def side_by_side(tasks: Iterable[Callable[[], T]]) -> Iterator[T]:
    """Yield the results as they come, of somewhat more tasks at once than there are processors.

    When it is closed, or one raises, what has begun ends first and the rest never begins.
    """
    pool = ThreadPoolExecutor((os.cpu_count() or 1) + HANGING)
    try:
        for done in as_completed([pool.submit(task) for task in tasks]):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)
