"""What an exploration found, for a machine: one JSON document, with a schema."""

from __future__ import annotations

from typing import Literal

import msgspec

from parity.contract.scenario import Clock
from parity.exploration.explore import Coverage, ExplorationPlan, Explorer
from parity.exploration.replay import replay_trial
from parity.exploration.statespace.estimates import unseen_mass
from parity.exploration.workers.trial import Trial
from parity.report.documents.document import Document, as_json


class EstimateRecord(msgspec.Struct, frozen=True, kw_only=True):
    """From independent samples: see `exploration.estimates`."""

    log10: float
    relative_standard_error: float
    samples: int


class ProblemRecord(msgspec.Struct, frozen=True, kw_only=True):
    seed: int
    why: str
    flags: tuple[str, ...]  # of the program
    processors: int
    replay: str  # the command that runs it again


class ExploredSubject(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    runs: int
    illegal: int
    orders_seen: int
    classes_seen: int
    classes_seen_unpreempted: int  # of those, in runs without preemption
    runs_aimed: int  # forced to follow an order of one class
    aims_hit: int  # of those: they showed that class
    classes: int | None  # that this subject's traces can tell apart; null: too many to count
    unseen_orders: float | None  # Good-Turing: the probability that the next run shows a new one
    unseen_classes: float | None
    transitions_taken: tuple[str, ...]
    transitions_never_taken: tuple[str, ...]
    transitions_perhaps_taken: tuple[str, ...]  # of those: some explanation of a run takes them
    orders_untold: int  # of those seen: too much work to find out what they took
    first_illegal: ProblemRecord | None
    failed: ProblemRecord | None  # the run that could not be judged


class ExploreDocument(Document, frozen=True, kw_only=True, tag="parity.explore/1"):
    """All that one `parity explore` found out."""

    exit_status: Literal[0, 1, 2, 130]
    workers: int
    jobs: int
    queue: int
    signal: bool
    clock: Clock  # on the real one moments and durations are sampled
    legal_orders: int | None
    legal_orders_estimate: EstimateRecord | None
    classes: int | None
    runs: int
    elapsed_s: float
    subjects: tuple[ExploredSubject, ...]


def exploration_document(explorer: Explorer, exit_status: int) -> bytes:
    plan, found = explorer.plan, explorer.legal
    estimate = found.estimate
    record = ExploreDocument(
        exit_status=exit_status,  # type: ignore[arg-type]
        workers=plan.config.workers,
        jobs=plan.config.jobs,
        queue=plan.config.queue,
        signal=plan.signals,
        clock=plan.clock,
        legal_orders=found.orders,
        legal_orders_estimate=EstimateRecord(
            log10=estimate.log10,
            relative_standard_error=estimate.relative_error,
            samples=estimate.samples,
        )
        if estimate
        else None,
        classes=found.classes,
        runs=sum(seen.runs for seen in explorer.seen.values()),
        elapsed_s=explorer.elapsed_s,
        subjects=tuple(_subject(explorer, seen) for seen in explorer.seen.values()),
    )
    return as_json(record)


def _subject(explorer: Explorer, seen: Coverage) -> ExploredSubject:
    plan, found = explorer.plan, explorer.legal
    illegal, failed = seen.first_illegal, seen.failed
    return ExploredSubject(
        name=seen.subject.name,
        runs=seen.runs,
        illegal=seen.illegal,
        orders_seen=len(seen.orders),
        classes_seen=len(seen.classes),
        classes_seen_unpreempted=len(seen.unforced),
        runs_aimed=seen.aimed,
        aims_hit=seen.hits,
        classes=seen.legal_classes(found),
        unseen_orders=unseen_mass(seen.orders),
        unseen_classes=seen.unseen_classes(found),
        transitions_taken=tuple(sorted(seen.taken)),
        transitions_never_taken=tuple(sorted(found.kinds - seen.taken)),
        transitions_perhaps_taken=tuple(sorted(seen.perhaps - seen.taken)),
        orders_untold=seen.untold,
        first_illegal=_problem(plan, illegal.trial, illegal.why) if illegal else None,
        failed=_problem(plan, failed.trial, failed.why) if failed else None,
    )


def _problem(plan: ExplorationPlan, trial: Trial, why: str) -> ProblemRecord:
    return ProblemRecord(
        seed=trial.seed,
        why=why,
        flags=tuple(trial.scenario.flags()),
        processors=trial.processors,
        replay=replay_trial(plan, trial),
    )
