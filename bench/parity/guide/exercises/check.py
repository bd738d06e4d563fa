"""The check of an exercise: the reader's copy runs on the virtual clock, and each run is judged."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import msgspec

from parity.checker.judge import Finding
from parity.contract.scenario import Scenario
from parity.execution.processors import processors
from parity.execution.subject import Subject
from parity.guide.exercises.exercise import Exercise
from parity.mutants.hunt import run_and_judge

RUN_TIMEOUT_S = 4.0
"""A run takes a fraction of a second. The virtual clock ends a program in which everything waits.
Only one that never waits lasts so long."""


class FailedRun(msgspec.Struct, frozen=True, kw_only=True):
    """The first run that was not as it must be."""

    scenario: Scenario
    finding: Finding


def check(chosen: Exercise, language: str, program: Path) -> tuple[int, FailedRun | None]:
    """Run the reader's copy; return how many runs passed, and the first that did not.

    Raises CannotJudge if the program cannot be built.
    """
    subject = Subject(name=language, kind=language, sources=program.absolute())
    subject.argv("virtual", seed=1)  # Builds it, once, before runs need it side by side.
    return passed(subject, list(chosen.runs()))


def passed(subject: Subject, runs: Sequence[tuple[Scenario, int]]) -> tuple[int, FailedRun | None]:
    """Return how many of the runs pass before the first that does not, and what it is."""
    failed = Event()

    def judged(scenario: Scenario, seed: int) -> Finding | None:
        if failed.is_set():  # by an earlier run
            return None
        finding = run_and_judge(subject, scenario, seed=seed, timeout_s=RUN_TIMEOUT_S)
        if finding:
            failed.set()
        return finding

    with ThreadPoolExecutor(processors()) as pool:
        found = pool.map(lambda run: judged(*run), runs)
        for number, ((scenario, _), finding) in enumerate(zip(runs, found, strict=True)):
            if finding:
                return number, FailedRun(scenario=scenario, finding=finding)
    return len(runs), None
