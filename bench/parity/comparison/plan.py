"""A plan: which scenarios, on which subjects, how often; and its execution into a result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from parity.comparison.compare import compare
from parity.comparison.result import Comparison, Result, Unjudged
from parity.contract.outcome import Outcome
from parity.contract.scenario import Scenario
from parity.errors import CannotJudge
from parity.execution.runner import Watch, run_side_by_side
from parity.execution.subject import Subject

Judged = tuple[Comparison, ...] | Unjudged


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    scenarios: Sequence[Scenario]
    subjects: Sequence[Subject]  # the first is the reference
    seeds: Sequence[int]  # one run each
    timeout_s: float
    tolerance_ns: int | None = None  # None: what is measured beside each run

    @property
    def size(self) -> int:
        """How many times all subjects are run side by side."""
        return len(self.scenarios) * len(self.seeds)


def execute(plan: Plan, *, watch: Watch | None = None) -> Iterator[Judged]:
    """Run the plan, and yield each run's comparisons as it is judged.

    A run that cannot be judged does not keep the others from it.
    """
    for scenario in plan.scenarios:
        for number, seed in enumerate(plan.seeds, start=1):
            try:
                yield _judge(plan, scenario, number, seed, watch)
            except CannotJudge as problem:
                yield Unjudged(
                    scenario=scenario,
                    run=number,
                    seed=seed,
                    subjects=tuple(subject.name for subject in plan.subjects),
                    why=str(problem),
                )


def _judge(
    plan: Plan, scenario: Scenario, number: int, seed: int, watch: Watch | None
) -> tuple[Comparison, ...]:
    reference, *others = run_side_by_side(
        plan.subjects, scenario, seed=seed, timeout_s=plan.timeout_s, watch=watch
    )

    def beside(other: Outcome) -> Comparison:
        return compare(
            reference, other, scenario, run=number, seed=seed, tolerance_ns=plan.tolerance_ns
        )

    comparisons = tuple(map(beside, others))
    not_judged = next(filter(None, (one.not_judged for one in comparisons)), None)
    if not_judged and not any(one.fails for one in comparisons):
        raise CannotJudge(f"{not_judged}; run it again, undisturbed")
    return comparisons


def collected(judged: Sequence[Judged]) -> Result:
    """Return the result of the runs."""
    comparisons = [c for one in judged if isinstance(one, tuple) for c in one]
    unjudged = [one for one in judged if isinstance(one, Unjudged)]
    return Result(comparisons=tuple(comparisons), unjudged=tuple(unjudged))
