"""An exercise: its task, its hints, its solution, and the runs that check it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from parity.contract.catalogue import CATALOGUE
from parity.contract.scenario import Scenario
from parity.errors import CannotJudge
from parity.mutants.mutant import CATCHERS, PROGRAM_FOLDERS, Mutant, gallery
from parity.specification.rules import RULES

HOLES = Path(__file__).parent / "holes"

ALWAYS = (
    *("default", "backpressure", "unbuffered", "no-jobs"),
    *("interrupt-busy", "interrupt-idle", "interrupt-draining", "terminate-blocked"),
    "second-signal",
)
"""Scenarios that every solution has to pass, so that no new mistake repairs the old one."""


class Exercise(msgspec.Struct, frozen=True, kw_only=True):
    """An exercise. The reader starts with the program to which the patch was applied."""

    planted: Mutant
    to_write: bool  # there is a hole to fill; otherwise there is a mistake to find

    @property
    def name(self) -> str:
        return self.planted.name

    @property
    def languages(self) -> tuple[str, ...]:
        return self.planted.languages

    @property
    def task(self) -> str:
        """Return the task, in one paragraph. It does not tell what the mistake is."""
        if self.to_write:
            return f"{self.planted.title}. {self.planted.why}"
        broken = "; or ".join(map(_broken, self.planted.caught_by))
        return f"This pool has one mistake: {broken}. Find it, and mend it."

    def hints(self, language: str) -> list[str]:
        """Return the hints. Each tells more than the one before."""
        places = " and ".join(_files(self.planted, language))
        where = f"Look into {places}."
        if self.to_write:
            return [*self.planted.hints, where]
        return [self.planted.why, where, f"The mistake: {_lowered(self.planted.title)}."]

    def runs(self) -> Iterator[tuple[Scenario, int]]:
        """Yield each scenario that a solution must pass, with the seed."""
        for seed in range(1, self.planted.runs + 1):
            yield self.planted.scenario, seed
        for name in ALWAYS:
            yield CATALOGUE[name], 1


def _broken(catcher: str) -> str:
    if catcher in RULES:
        return f"it breaks the rule {catcher}, which says: {RULES[catcher].sentence}"
    return CATCHERS[catcher]


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _files(mutant: Mutant, language: str) -> list[str]:
    return [path.partition("/")[2] for path in mutant.patch_of(language)]


@cache
def exercises() -> dict[str, Exercise]:
    """Return the exercises by name: holes to fill, then mistakes to find. Raises CannotJudge."""
    kinds = ((gallery(HOLES), True), (gallery(), False))
    return {
        name: Exercise(planted=mutant, to_write=to_write)
        for mutants, to_write in kinds
        for name, mutant in mutants.items()
    }


def exercise(name: str) -> Exercise:
    """Return the exercise of that name. Raises CannotJudge."""
    every = exercises()
    if name not in every:
        raise CannotJudge(f"unknown exercise '{name}': `parity exercise` lists them")
    return every[name]


def language_of(chosen: Exercise, asked: str | None) -> str:
    """Return the language asked for, or else the exercise's first one. Raises CannotJudge."""
    if asked is None:
        return chosen.languages[0]
    if asked not in PROGRAM_FOLDERS:
        raise CannotJudge(f"unknown language '{asked}': want {' or '.join(PROGRAM_FOLDERS)}")
    if asked not in chosen.languages:
        [only] = chosen.languages
        raise CannotJudge(f"{chosen.name} is there in {only} only: leave out --language {asked}")
    return asked
