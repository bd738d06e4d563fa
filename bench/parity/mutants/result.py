"""The result of `parity mutants`: each mutant's, and the false alarms of the clean programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from parity.exploration.workers.trial import Trial
from parity.mutants.baseline import Alarm
from parity.mutants.hunt import Hunted


class Clean(msgspec.Struct, frozen=True, kw_only=True):
    """The runs of the unmutated programs."""

    runs: dict[str, int]  # of each subject
    scenarios: int  # how many different ones there were
    alarms: tuple[Alarm, ...]


class Gallery(msgspec.Struct, frozen=True, kw_only=True):
    """All results of `parity mutants`. If it was cut short, they are those so far."""

    mutants: tuple[Hunted, ...]
    clean: Clean
    cut_short: bool = False

    @property
    def exit_status(self) -> int:
        """0 if all were caught without a false alarm, 1 if not, 130 after Ctrl+C."""
        if self.cut_short:
            return 130
        return 0 if all(one.holds for one in self.mutants) and not self.clean.alarms else 1


def clean_runs(done: Sequence[tuple[Trial, Alarm | None]]) -> Clean:
    counts = Counter(trial.subject.name for trial, _ in done)
    return Clean(
        runs=dict(sorted(counts.items())),  # by name: chance decides which run ends first
        scenarios=len({trial.scenario for trial, _ in done}),
        alarms=tuple(alarm for _, alarm in done if alarm),
    )
