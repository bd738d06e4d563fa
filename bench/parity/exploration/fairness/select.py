"""What `select` takes when the context is done and a job is there: whether it is a fair coin.

Many workers are busy when the signal comes, and many jobs are queued. Each worker then takes a
geometric number of further jobs. How long to go on is settled beforehand, by a number of
decisions: the first so many that count are tested, whatever comes after them in the same run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import count, pairwise

import msgspec

from parity.checker.judge import fault
from parity.contract.outcome import Outcome
from parity.contract.scenario import MS, Config, Scenario, ScheduledSignal
from parity.errors import CannotJudge
from parity.execution.runner import run_side_by_side
from parity.execution.subject import Subject
from parity.exploration.fairness import coin
from parity.exploration.fairness.coin import ALPHA
from parity.exploration.fairness.decisions import Decision, decisions
from parity.exploration.replay import replay

SELECT_SCENARIO = Scenario(
    name="select",
    about="a signal while every worker is busy and jobs are queued",
    # At the signal, 1,201 jobs are submitted and 801 queued: twice what the workers are to take,
    # and more. They start 1 ms apart and all work alike, so no two ever decide in one instant.
    config=Config(
        workers=400,
        queue=1000,
        jobs=2000,
        interval_ns=1 * MS,
        work_ns=1250 * MS,
        signals=(ScheduledSignal("SIGINT", 1_200_500_000),),
    ),
)

MARGIN = 0.05
SIZE = 0.05
"""Of the test for equivalence: two coins that differ by MARGIN pass with this probability."""

FEWEST_DECISIONS = coin.throws_needed(MARGIN, size=SIZE, power=0.95)
"""2,599 decisions of each program: then one comparison in 20 of equal coins would fail."""

DECISIONS = 10_000
"""With so many, one in 10 million."""


Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What one subject's workers chose."""

    subject: str
    runs: int
    jobs: coin.Share  # decisions for the job, of the first so many
    changes: coin.Share  # of these, in their order, those that fell otherwise than the one before
    further_jobs: tuple[int, ...]  # at index k: workers that took k more jobs and then stopped
    cut_off: int  # workers that took jobs, and stopped when the channel may have been empty
    fit_p_value: float  # of further_jobs to the geometric law


class Equivalence(msgspec.Struct, frozen=True, kw_only=True):
    """A subject beside the reference."""

    reference: str
    other: str
    difference: float  # of the shares of decisions for the job
    p_value: float


class IllegalRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that broke a rule: it ends the measurement."""

    subject: str
    words: str
    replay: str  # the command


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """All that was measured; `illegal` stands instead of the samples."""

    scenario: Scenario
    samples: tuple[Sample, ...] = ()
    equivalences: tuple[Equivalence, ...] = ()
    illegal: IllegalRun | None = None
    interrupted: bool = False
    """By Ctrl+C: the samples are what was decided by then, and nothing is said of parity."""

    @property
    def holds(self) -> bool:
        return not self.illegal and all(
            (
                all(one.jobs.fair and forgets(one) for one in self.samples),
                all(equivalent(one) for one in self.equivalences),
            )
        )

    @property
    def exit_status(self) -> int:
        if self.interrupted:
            return 130
        return 0 if self.holds else 1


def forgets(sample: Sample) -> bool:
    """Whether neither the workers' decisions nor each worker's own show a memory."""
    return min(sample.changes.p_value, sample.fit_p_value) >= ALPHA


def equivalent(one: Equivalence) -> bool:
    return one.p_value < SIZE


def measure(
    subjects: Sequence[Subject],
    *,
    seed: int,
    timeout_s: float,
    wanted: int = DECISIONS,
    progress: Progress | None = None,
) -> Selection:
    """Run the subjects, the first the reference, until each has decided `wanted` times.

    Each run has a seed of its own, that of no other subject either: two ports with one seed would
    throw the same. Ctrl+C ends it with what there is. Raises CannotJudge where a subject cannot be
    run, or shows nothing that can be counted.
    """
    if wanted < FEWEST_DECISIONS:
        raise CannotJudge(
            f"{wanted:,} decisions show no equivalence: want {FEWEST_DECISIONS:,} or more"
        )
    tallies = [_Tally(subject) for subject in subjects]
    try:
        illegal = _decide(tallies, wanted, seed=seed, timeout_s=timeout_s, progress=progress)
    except KeyboardInterrupt:
        some = [tally.sample(wanted) for tally in tallies if tally.runs]
        return Selection(scenario=SELECT_SCENARIO, samples=tuple(some), interrupted=True)
    if illegal:
        return Selection(scenario=SELECT_SCENARIO, illegal=illegal)
    return _selection(tallies, wanted)


def _decide(
    tallies: Sequence[_Tally],
    wanted: int,
    *,
    seed: int,
    timeout_s: float,
    progress: Progress | None,
) -> IllegalRun | None:
    """Run until every tally has as many decisions as wanted, or a run is illegal."""
    subjects = [tally.subject for tally in tallies]
    for index, tally in enumerate(tallies):
        seeds = count(seed + index, len(subjects))
        while len(tally.thrown) < wanted:
            run_seed = next(seeds)
            (outcome,) = run_side_by_side(
                [tally.subject], SELECT_SCENARIO, seed=run_seed, timeout_s=timeout_s
            )
            if wrong := fault(outcome, SELECT_SCENARIO):
                command = replay(SELECT_SCENARIO, subjects, run_seed)
                return IllegalRun(subject=outcome.subject, words=str(wrong), replay=command)
            tally.take(outcome)
            if progress:
                progress(index * wanted + min(len(tally.thrown), wanted), len(subjects) * wanted)
    return None


class _Tally:
    """What a subject decided so far."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.runs = 0
        self.thrown: list[bool] = []  # decisions, in their order: True for the job
        self.further: Counter[int] = Counter()
        self.cut_off = 0

    def take(self, outcome: Outcome) -> None:
        """Count a run's decisions. Raises CannotJudge where there are none."""
        if not outcome.trace.virtual:
            raise CannotJudge(
                f"{outcome.subject} has no trace on a virtual clock: its decisions cannot be told"
            )
        decided = list(decisions(outcome.trace.events))
        if not decided:
            raise CannotJudge(
                f"{outcome.subject} never decided with ctx done and a job in the channel for sure: "
                "there is nothing to count"
            )
        self.runs += 1
        self.thrown += [decision.takes_job for decision in decided]
        self._count_series(decided)

    def _count_series(self, decided: Iterable[Decision]) -> None:
        taken: Counter[int] = Counter()
        for worker, takes_job in decided:
            if takes_job:
                taken[worker] += 1
            else:
                self.further[taken.pop(worker, 0)] += 1
        self.cut_off += len(taken)

    def sample(self, wanted: int) -> Sample:
        counts = tuple(self.further[k] for k in range(max(self.further, default=-1) + 1))
        thrown = self.thrown[:wanted]
        changes = sum(one != other for one, other in pairwise(thrown))
        return Sample(
            subject=self.subject.name,
            runs=self.runs,
            jobs=coin.share(sum(thrown), len(thrown)),
            changes=coin.share(changes, max(1, len(thrown) - 1)),
            further_jobs=counts,
            cut_off=self.cut_off,
            fit_p_value=coin.geometric_fit(counts),
        )


def _selection(tallies: Sequence[_Tally], wanted: int) -> Selection:
    reference, *others = samples = [tally.sample(wanted) for tally in tallies]
    return Selection(
        scenario=SELECT_SCENARIO,
        samples=tuple(samples),
        equivalences=tuple(_beside(reference, other) for other in others),
    )


def _beside(reference: Sample, other: Sample) -> Equivalence:
    return Equivalence(
        reference=reference.subject,
        other=other.subject,
        difference=other.jobs.share - reference.jobs.share,
        p_value=coin.equivalence(reference.jobs, other.jobs, MARGIN),
    )
