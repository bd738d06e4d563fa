"""`--save DIR`: what each subject wrote, kept byte for byte.

DIR/SCENARIO/run-000/SUBJECT.ndjson is its trace, if it gave one. SUBJECT.stdout.txt is what it
printed.
"""

from __future__ import annotations

import re
from itertools import chain, count
from pathlib import Path

from parity.comparison.result import Result
from parity.report.files import write_whole

LONGEST_NAME = 100


def save(result: Result, folder: Path) -> None:
    """Write the files, each whole or not at all. Raises CannotJudge."""
    names = _Names()
    done = set()
    for one in result.comparisons:
        scenario = names.of("", one.scenario.name)
        for outcome in (one.reference, one.other):
            place = f"{scenario}/run-{one.run:03d}"
            # Two subjects of one name are distinguished by identity.
            path = folder / place / names.of(place, outcome.subject, id(outcome))
            if path in done:  # the reference is in each comparison
                continue
            done.add(path)
            if outcome.raw_trace:
                write_whole(path.with_name(f"{path.name}.ndjson"), outcome.raw_trace)
            if outcome.metrics:
                write_whole(path.with_name(f"{path.name}.metrics.txt"), outcome.metrics)
            write_whole(path.with_name(f"{path.name}.stdout.txt"), outcome.stdout)


class _Names:
    """File names for arbitrary names. Two different names never get the same file."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, str, int], str] = {}
        self._taken: set[tuple[str, str]] = set()

    def of(self, place: str, name: str, number: int = 0) -> str:
        """Return the file name in that place. Subjects with the same name differ by `number`."""
        key = place, name, number
        if key not in self._given:
            wanted = re.sub(r"[^A-Za-z0-9@=+_.-]|^[.-]", "_", name)[:LONGEST_NAME] or "_"
            candidates = chain([wanted], (f"{wanted}-{number}" for number in count(2)))
            # Some file systems do not distinguish upper and lower case.
            free = (name for name in candidates if (place, name.lower()) not in self._taken)
            self._given[key] = next(free)
            self._taken.add((place, self._given[key].lower()))
        return self._given[key]
