"""`--save DIR`: what each subject wrote, kept byte for byte.

DIR/SCENARIO/run-000/SUBJECT.ndjson is its trace, where it gave one, and SUBJECT.stdout.txt what
it said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from parity.comparison.result import Result
from parity.contract.outcome import Outcome
from parity.report.files import write_whole

LONGEST_NAME = 100


def save(result: Result, folder: Path) -> None:
    """Write the files, each whole or not at all. Raises CannotJudge."""
    names = _Names()
    for scenario, run, outcome in _outcomes(result):
        place = Path(names.of("", scenario)) / f"run-{run:03d}"
        subject = names.of(str(place), outcome.subject, number=id(outcome))
        if outcome.raw_trace:
            write_whole(folder / place / f"{subject}.ndjson", outcome.raw_trace)
        write_whole(folder / place / f"{subject}.stdout.txt", outcome.stdout)


def _outcomes(result: Result) -> Iterator[tuple[str, int, Outcome]]:
    """Yield each run of a subject once: the reference is in a comparison with every other."""
    seen = set()
    for one in result.comparisons:
        for outcome in (one.reference, one.other):
            key = one.scenario.name, one.run, id(outcome)
            if key not in seen:
                seen.add(key)
                yield one.scenario.name, one.run, outcome


class _Names:
    """File names for arbitrary names. Two different names never get the same file."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, str, int], str] = {}
        self._taken: set[tuple[str, str]] = set()

    def of(self, place: str, name: str, number: int = 0) -> str:
        """Return the file name in that place; names are told apart by `number` if they agree."""
        key = place, name, number
        if key not in self._given:
            self._given[key] = self._fresh(place, _harmless(name))
        return self._given[key]

    def _fresh(self, place: str, wanted: str) -> str:
        found, count = wanted, 1
        # Some file systems do not tell upper from lower case.
        while (place, found.lower()) in self._taken:
            count += 1
            found = f"{wanted}-{count}"
        self._taken.add((place, found.lower()))
        return found


def _harmless(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9@=+_.-]|^[.-]", "_", name)[:LONGEST_NAME] or "_"
