"""Signals at every moment of a scenario: each run legal, each job accounted for, nothing hung."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from parity.checker.judge import judge, judge_trace
from parity.comparison.compare import compare
from parity.contract.catalogue import CATALOGUE
from parity.contract.outcome import Exit, Outcome
from parity.contract.scenario import MS, Config, Scenario
from parity.errors import CannotJudge
from parity.execution.runner import run_side_by_side
from parity.execution.subject import Subject
from parity.exploration.fairness import coin
from parity.exploration.fairness.decisions import decisions
from parity.exploration.replay import command, replay, said
from parity.exploration.signals.moments import (
    SETTLED,
    SINGLE,
    Instant,
    Point,
    SignalKind,
    instants,
    points,
    sample,
    sampled_points,
)
from parity.exploration.signals.possible import outcome_class, possible
from parity.exploration.workers.cluster import Cluster
from parity.specification.greedy import makespan_ns

SWEEP_SCENARIO = Scenario(
    name="sweep",
    about="idle workers, a full queue, a blocked submission, and much at one instant",
    config=Config(workers=2, queue=1, jobs=6, interval_ns=20 * MS, work_ns=70 * MS),
)

MOST_UNJUDGED = 3
"""After this many runs that cannot be judged, a sweep ends: a hanging program would take hours."""


class SweepPlan(msgspec.Struct, frozen=True, kw_only=True):
    scenario: Scenario
    subjects: Sequence[Subject]  # the first is the reference
    runs: int  # of each point where select or a race decides
    real: int  # how many instants are tried on the real clock, or moments are sampled there
    seed: int  # of the first run; each has the next
    timeout_s: float
    tolerance_ns: int | None
    instants: Sequence[Instant] = ()  # of the scenario without signals
    points: Sequence[Point] = ()

    @property
    def sampled(self) -> bool:
        """Whether its moments are a sample, as on the real clock no instant is known."""
        return self.scenario.clock == "real"


class PointResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the runs of a point showed."""

    instant: int
    kind: SignalKind
    replay: str  # the command that runs it again
    classes: tuple[str, ...] = ()  # each subject's outcome class
    possible: int | None = None  # how many were possible; None if unknown
    decided: tuple[
        tuple[int, int], ...
    ] = ()  # each subject's decisions for the job, and all its decisions
    problem: str | None = None
    unjudged: str | None = None

    @property
    def holds(self) -> bool:
        return self.problem is None and self.unjudged is None


class Sweep(msgspec.Struct, frozen=True, kw_only=True):
    """All results of a sweep. They may be fewer than planned."""

    plan: SweepPlan
    seen: tuple[PointResult, ...]

    @property
    def coins(self) -> tuple[coin.Share | None, ...]:
        """How often each subject decided for the job; None if it decided nothing."""
        return tuple(
            coin.share(jobs, of) if of else None
            for jobs, of in (self._decided(i) for i in range(len(self.plan.subjects)))
        )

    def _decided(self, subject: int) -> tuple[int, int]:
        pairs = [one.decided[subject] for one in self.seen if one.decided]
        return sum(jobs for jobs, _ in pairs), sum(of for _, of in pairs)

    @property
    def possible(self) -> dict[tuple[int, SignalKind], int]:
        """How many outcome classes were possible at each moment for which that is known."""
        return {(s.instant, s.kind): s.possible for s in self.seen if s.possible is not None}

    def classes(self, subject: int) -> int:
        """Return how many of these the subject showed."""
        known = [one for one in self.seen if one.possible is not None]
        return len({(one.instant, one.kind, one.classes[subject]) for one in known})

    @property
    def failed(self) -> list[PointResult]:
        return [one for one in self.seen if one.problem]

    @property
    def unjudged(self) -> list[PointResult]:
        return [one for one in self.seen if one.unjudged]

    @property
    def exit_status(self) -> int:
        """0 if all holds, 1 if something does not, 2 if something could not be judged."""
        if self.failed or not all(share.fair for share in self.coins if share):
            return 1
        return 2 if self.unjudged else 0


def with_points(plan: SweepPlan) -> SweepPlan:
    """Run the plan's scenario without signals, and add the points to sweep.

    On the clock of the scenario. Raises CannotJudge.
    """
    scenario, subjects, seed = plan.scenario, plan.subjects, plan.seed
    if scenario.wrong_usage:
        raise CannotJudge(f"scenario '{scenario.name}' has no moments: its flags are rejected")
    config = msgspec.structs.replace(scenario.config, signals=())
    bare = msgspec.structs.replace(scenario, config=config)
    if plan.sampled and not plan.real:
        raise CannotJudge("--real 0 leaves no moment to try on the real clock: give 1 or more")
    outcomes = run_side_by_side(subjects, bare, seed=seed, timeout_s=plan.timeout_s)
    for outcome in outcomes:
        if not plan.sampled and not outcome.trace.virtual:
            raise CannotJudge(
                f"{outcome.subject} has no trace on a virtual clock: it has no moments. "
                "--clock real tries a sample of them"
            )
        if wrong := judge(outcome, bare):
            raise CannotJudge(
                f"{outcome.subject} is not legal without any signal: {wrong[0]}; "
                f"{replay(bare, subjects, seed)} tells more"
            )
    if plan.sampled:
        return _with_sampled_points(plan, bare)
    moments = instants(outcomes[0].trace.events)
    found = list(points(bare, moments, runs=plan.runs, real=plan.real))
    return msgspec.structs.replace(plan, scenario=bare, instants=moments, points=found)


def _with_sampled_points(plan: SweepPlan, bare: Scenario) -> SweepPlan:
    length_ns = makespan_ns(bare.config)
    moments = sample(length_ns, plan.real, plan.seed)
    found = list(sampled_points(bare, moments, length_ns, runs=plan.runs))
    return msgspec.structs.replace(plan, scenario=bare, instants=moments, points=found)


def run_sweep(plan: SweepPlan, *, cluster: Cluster | None = None) -> Iterator[PointResult]:
    """Run the points of the plan, and yield each result, in their order."""
    numbered = enumerate(plan.points, start=plan.seed)
    see = partial(_seen, msgspec.structs.replace(plan, points=()))
    unjudged = 0
    for seen in cluster.map(see, numbered) if cluster else map(see, numbered):
        yield seen
        unjudged += seen.unjudged is not None
        if unjudged == MOST_UNJUDGED:
            return


def _seen(plan: SweepPlan, numbered: tuple[int, Point]) -> PointResult:
    seed, point = numbered
    killed = point.kill_at_ns is not None
    again = replay_sweep(plan) if killed else replay(point.scenario, plan.subjects, seed)
    seen = PointResult(instant=point.instant, kind=point.kind, replay=again)
    try:
        outcomes = run_side_by_side(
            plan.subjects,
            point.scenario,
            seed=seed,
            timeout_s=plan.timeout_s,
            kill_at_ns=point.kill_at_ns,
        )
        wrong = problem_of(plan, point, outcomes)
    except CannotJudge as problem:
        return msgspec.structs.replace(seen, unjudged=str(problem))
    counts = wrong is None and point.kind in SINGLE
    return msgspec.structs.replace(
        seen,
        problem=wrong,
        classes=tuple(map(outcome_class, outcomes)),
        decided=tuple(map(_decided, outcomes)) if counts else (),
        possible=possible(outcomes[0]).number if counts and point.kind in SETTLED else None,
    )


def _decided(outcome: Outcome) -> tuple[int, int]:
    fell = Counter(decision.takes_job for decision in decisions(outcome.trace.events))
    return fell[True], fell.total()


def problem_of(plan: SweepPlan, point: Point, outcomes: Sequence[Outcome]) -> str | None:
    """Return what is wrong with one of the runs, or with the two side by side.

    Raises CannotJudge if the harness may have caused it.
    """
    if point.kind == "killed":
        return next(filter(None, map(_wrong_when_killed, outcomes, [point] * len(outcomes))), None)
    reference, *others = outcomes
    for other in others or [reference]:
        found = compare(reference, other, point.scenario, tolerance_ns=plan.tolerance_ns)
        for verdict in found.verdicts:
            if verdict.fails:
                return f"{verdict.name}: {verdict.evidence}"
        if found.not_judged:
            raise CannotJudge(found.not_judged)
        if point.kind in SETTLED and possible(reference) != possible(other):
            return (
                "the signal left other classes possible: "
                f"{reference.subject} {possible(reference)}; {other.subject} {possible(other)}"
            )
    return None


def _wrong_when_killed(outcome: Outcome, point: Point) -> str | None:
    """Return what is wrong with a killed run. Its trace must be a legal prefix of whole lines."""
    if outcome.defect:
        return f"{outcome.subject}: {outcome.defect}"
    config = point.scenario.config
    broken = judge_trace(outcome.trace, config, signals=frozenset(), may_be_cut=True, timed=False)
    if broken:
        return f"{outcome.subject}: {broken[0]}"
    survived = outcome.trace.complete and outcome.exit == Exit(status=0)
    if outcome.exit == Exit(signal="SIGKILL") or survived:
        return None
    return f"{outcome.subject} ended with {outcome.exit}"


def replay_sweep(plan: SweepPlan) -> str:
    """Return the command that runs the whole sweep again.

    A killed run has no shorter command: the time of the kill is not part of a scenario.
    """
    named = [f"--subject={said(subject)}" for subject in plan.subjects]
    scenario = plan.scenario.name
    catalogued = [f"--scenario={scenario}"] if scenario in CATALOGUE else []
    flags = [f"-{flag}" for flag in plan.scenario.flags()]
    clock = ["--clock=real"] if plan.sampled else []
    often = [*clock, f"--seed={plan.seed}", f"--runs={plan.runs}", f"--real={plan.real}"]
    return command(["parity", "explore", "signals", *named, *catalogued, *flags, *often])
