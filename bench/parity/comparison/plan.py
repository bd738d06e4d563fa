"""A plan says which scenarios run on which subjects, and how often. Execute it to get a result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from parity.checker.waiting import last_heard
from parity.comparison.compare import compare
from parity.comparison.result import Comparison, Result, Unjudged, UnjudgedVerdict
from parity.contract.outcome import Outcome
from parity.contract.scenario import Scenario
from parity.errors import CannotJudge, CrashedError, HungError, UntoldError
from parity.execution.runner import Watch, run_each
from parity.execution.subject import Subject
from parity.execution.subject_run import Failure

Judged = tuple[Comparison | Unjudged, ...]
"""The result of one run: one for each subject beside the reference."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    scenarios: Sequence[Scenario]
    subjects: Sequence[Subject]  # the first is the reference
    seeds: Sequence[int]  # one run each
    timeout_s: float
    tolerance_ns: int | None = None  # None: as measured beside each run
    full: bool = False  # whether a difference has all the lines of the two runs

    @property
    def size(self) -> int:
        """How many times all subjects are run side by side."""
        return len(self.scenarios) * len(self.seeds)


def execute(plan: Plan, *, watch: Watch | None = None) -> Iterator[Judged]:
    """Run the plan, and yield each run's results.

    If a run or a subject cannot be judged, the others still are.
    """
    for scenario in plan.scenarios:
        for number, seed in enumerate(plan.seeds, start=1):
            try:
                yield _judge(plan, scenario, number, seed, watch)
            except CannotJudge as problem:
                names = tuple(subject.name for subject in plan.subjects)
                yield (
                    Unjudged(
                        scenario=scenario, run=number, seed=seed, subjects=names, why=str(problem)
                    ),
                )


def _judge(plan: Plan, scenario: Scenario, number: int, seed: int, watch: Watch | None) -> Judged:
    """Run all side by side, and judge each: beside the reference, or by itself without one."""
    results = run_each(plan.subjects, scenario, seed=seed, timeout_s=plan.timeout_s, watch=watch)
    ended = [one for one in results if isinstance(one, Outcome)]
    reference = plan.subjects[0].name
    judged: list[Comparison | Unjudged] = []
    for result in results:
        if isinstance(result, Failure):
            judged.append(_failed(result, reference, scenario, number, seed))
        elif result is not results[0]:
            one = compare(
                ended[0],
                result,
                scenario,
                run=number,
                seed=seed,
                tolerance_ns=plan.tolerance_ns,
                full=plan.full,
            )
            judged.append(_disturbed(one) or one)
    return tuple(judged)


def _disturbed(one: Comparison) -> Unjudged | None:
    """Return the two as unjudged, if the harness was late and nothing else fails."""
    if one.fails or one.not_judged is None:
        return None
    return Unjudged(
        scenario=one.scenario,
        run=one.run,
        seed=one.seed,
        subjects=(one.reference.subject, one.other.subject),
        why=f"{one.not_judged}; run it again, undisturbed",
    )


def _failed(
    failure: Failure, reference: str, scenario: Scenario, number: int, seed: int
) -> Unjudged:
    name, problem = failure.subject.name, failure.problem
    why = str(problem)
    verdict: UnjudgedVerdict = "not judged"
    if isinstance(problem, HungError):
        why, verdict = f"{why}; {last_heard(failure.trace.events, scenario.config)}", "hangs"
    elif isinstance(problem, CrashedError):
        verdict = "crashes"
    elif isinstance(problem, UntoldError):
        verdict = "not told"
    return Unjudged(
        scenario=scenario,
        run=number,
        seed=seed,
        subjects=tuple(dict.fromkeys((reference, name))),
        why=why,
        verdict=verdict,
    )


def collected(judged: Sequence[Judged]) -> Result:
    """Return the result of the runs."""
    every = [one for of_run in judged for one in of_run]
    return Result(
        comparisons=tuple(one for one in every if isinstance(one, Comparison)),
        unjudged=tuple(one for one in every if isinstance(one, Unjudged)),
    )
