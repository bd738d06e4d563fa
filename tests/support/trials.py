"""Running trials that must all come to an outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from parity.errors import CannotJudge
from parity.exploration.workers.runner import attempts
from parity.exploration.workers.trial import Failed, Trial, Trialled


def run_trials(
    trials: Iterable[Trial], *, timeout_s: float, processes: int | None = None
) -> Iterator[Trialled]:
    """Run the trials, and yield their outcomes. Raises CannotJudge for the first that failed."""
    for result in attempts(trials, timeout_s=timeout_s, processes=processes):
        if isinstance(result, Failed):
            raise CannotJudge(result.why)
        yield result
