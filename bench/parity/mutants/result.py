"""What `parity mutants` found out: each mutant's fate, and what the clean programs raised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from parity.exploration.workers.runner import Trial
from parity.mutants.baseline import Alarm
from parity.mutants.hunt import Hunted


class Clean(msgspec.Struct, frozen=True, kw_only=True):
    """The runs of the unmutated programs."""

    runs: dict[str, int]  # of each subject
    scenarios: int  # how many there were, all different
    alarms: tuple[Alarm, ...]


class Gallery(msgspec.Struct, frozen=True, kw_only=True):
    """All that `parity mutants` did; cut short, it is what was there by then."""

    mutants: tuple[Hunted, ...]
    clean: Clean
    cut_short: bool = False

    @property
    def exit_status(self) -> int:
        """0 where all were caught and nobody else was, 1 where not, 130 after Ctrl+C."""
        if self.cut_short:
            return 130
        return 0 if all(one.holds for one in self.mutants) and not self.clean.alarms else 1


def clean_runs(done: Sequence[tuple[Trial, Alarm | None]]) -> Clean:
    return Clean(
        runs=dict(Counter(trial.subject.name for trial, _ in done)),
        scenarios=len({trial.scenario for trial, _ in done}),
        alarms=tuple(alarm for _, alarm in done if alarm),
    )
