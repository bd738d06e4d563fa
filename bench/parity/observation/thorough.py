"""All checks of `run --thorough`, on all subjects: how long they take, and what they find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from parity.comparison.result import Observation
from parity.contract.catalogue import THOROUGH
from parity.errors import CannotJudge
from parity.execution.process import ProcessFailedError
from parity.execution.processors import processors
from parity.execution.subject import Subject
from parity.observation import coins, executors, files, resources, start, surroundings, usage
from parity.observation.observation import Check, Found

Task = tuple[Check, Subject]


def tasks(subjects: Sequence[Subject]) -> tuple[list[Task], list[Task]]:
    """Return those that mostly wait, and may run side by side, and those that measure."""
    beside = [*surroundings.checks(), *files.checks(), *start.checks(), *usage.checks()]
    waiting = [(check, one) for check in beside for one in subjects]
    measuring = [*resources.checks(), *coins.checks(), *executors.checks()]
    return waiting, [(check, one) for check in measuring for one in subjects]


SCENARIO_S = 3.0
"""How long one of the longer scenarios takes for one subject."""


def cost_s(subjects: Sequence[Subject]) -> float:
    """Return about how long it takes."""
    waiting, measuring = tasks(subjects)
    apart = sum(check.cost_s for check, _ in measuring)
    scenarios = SCENARIO_S * len(THOROUGH) * len(subjects)
    return scenarios + apart + sum(check.cost_s for check, _ in waiting) / processors()


def count(subjects: Sequence[Subject]) -> int:
    """Return how many observations there will be."""
    return sum(map(len, tasks(subjects)))


def observe(subjects: Sequence[Subject]) -> Iterator[Observation]:
    """Make every check on every subject, and yield each result as it comes."""
    waiting, measuring = tasks(subjects)
    for subject in subjects:
        subject.argv("real", 1)  # built once, before several runs need it at once
    with ThreadPoolExecutor(processors() + 1) as pool:
        futures: list[Future[Observation]] = [pool.submit(observed, *task) for task in waiting]
        try:
            for future in futures:
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)
    for task in measuring:
        yield observed(*task)


def observed(check: Check, subject: Subject) -> Observation:
    """Make the check, and return what it found. A program that has no useful end fails it."""
    try:
        found = check.judge(subject)
    except CannotJudge as problem:
        found = Found(None, str(problem))
    except ProcessFailedError as problem:
        found = Found(False, str(problem))
    return Observation(
        check=check.name,
        about=check.about,
        subject=subject.name,
        holds=bool(found.holds),
        judged=found.holds is not None,
        words=found.words,
    )
