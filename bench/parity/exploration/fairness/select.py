"""Whether `select` is a fair coin when the context is done and a job is ready.

When the signal comes, many workers are busy and many jobs are queued. Each worker then takes a
geometric number of further jobs. The size of the sample is fixed before: the first decisions up to
that number are tested, and later ones in the same run are ignored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count, pairwise

import msgspec

from parity.benchmark.blocks import Advance
from parity.checker.judge import judge
from parity.contract.outcome import Outcome
from parity.contract.scenario import MS, Config, Scenario, ScheduledSignal
from parity.errors import CannotJudge, WrongClockError
from parity.execution.runner import run_side_by_side
from parity.execution.subject import Subject
from parity.exploration.fairness import coin
from parity.exploration.fairness.coin import ALPHA
from parity.exploration.fairness.decisions import Decision, decisions
from parity.exploration.replay import replay

SELECT_SCENARIO = Scenario(
    name="select",
    about="a signal while every worker is busy and jobs are queued",
    # At the signal, 1,201 jobs are submitted and 801 queued. That is more than twice what the
    # workers will take. Jobs start 1 ms apart and take equally long, so no two decisions fall at
    # one instant.
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
"""Two coins that differ by MARGIN pass the test for equivalence with this probability."""

FEWEST_DECISIONS = coin.throws_needed(MARGIN, size=SIZE, power=0.95)
"""With 2,599 decisions of each program, one comparison of equal coins in 20 would fail."""

DECISIONS = 10_000
"""With these, one in 10 million would fail."""


SHORT_SCENARIO = Scenario(name="short", about="", config=Config(workers=1, jobs=0))


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What one subject's workers chose."""

    subject: str
    runs: int
    jobs: coin.Share  # the decisions that took the job
    changes: coin.Share  # the decisions that differ from the one before
    further_jobs: tuple[int, ...]  # at index k: workers that took k further jobs
    cut_off: int  # workers that took jobs, and stopped when the channel may have been empty
    fit_p_value: float  # of further_jobs to the geometric law

    @property
    def forgets(self) -> bool:
        """Whether the decisions show no memory: neither all of them, nor those of each worker."""
        return min(self.changes.p_value, self.fit_p_value) >= ALPHA


class Equivalence(msgspec.Struct, frozen=True, kw_only=True):
    """A subject beside the reference."""

    reference: str
    other: str
    difference: float  # of the shares of decisions for the job
    p_value: float

    @property
    def equivalent(self) -> bool:
        return self.p_value < SIZE


class IllegalRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that broke a rule. It ends the measurement."""

    subject: str
    words: str
    replay: str  # the command


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """All that was measured. If `illegal` is set, there are no samples."""

    scenario: Scenario
    samples: tuple[Sample, ...] = ()
    equivalences: tuple[Equivalence, ...] = ()
    illegal: IllegalRun | None = None
    interrupted: bool = False
    """By Ctrl+C. The samples are those so far, and parity is not judged."""

    @property
    def holds(self) -> bool:
        alike = all(one.equivalent for one in self.equivalences)
        fair = all(one.jobs.fair and one.forgets for one in self.samples)
        return not self.illegal and alike and fair

    @property
    def exit_status(self) -> int:
        if self.interrupted:
            return 130
        return 0 if self.holds else 1


def measure(
    subjects: Sequence[Subject],
    *,
    seed: int,
    timeout_s: float,
    wanted: int = DECISIONS,
    progress: Advance | None = None,
) -> Selection:
    """Run the subjects, the first the reference, until each has decided `wanted` times.

    Each run has its own seed, also across subjects: two ports with one seed would decide alike.
    Ctrl+C ends the measurement and keeps what there is. Raises CannotJudge if a subject cannot be
    run, or makes no decision that counts.
    """
    if wanted < FEWEST_DECISIONS:
        raise CannotJudge(
            f"{wanted:,} decisions show no equivalence: want {FEWEST_DECISIONS:,} or more"
        )
    tallies = [_Tally(subject) for subject in subjects]
    try:
        for subject in subjects:
            if subject.command:
                _check_clock(subject, seed=seed, timeout_s=timeout_s)
        illegal = _decide(tallies, wanted, seed=seed, timeout_s=timeout_s, progress=progress)
    except KeyboardInterrupt:
        some = [tally.sample(wanted) for tally in tallies if tally.runs]
        return Selection(scenario=SELECT_SCENARIO, samples=tuple(some), interrupted=True)
    if illegal:
        return Selection(scenario=SELECT_SCENARIO, illegal=illegal)
    return _selection(tallies, wanted)


def _check_clock(subject: Subject, *, seed: int, timeout_s: float) -> None:
    """Raise CannotJudge if it has no virtual clock: before the work, and by a short run."""
    try:
        (outcome,) = run_side_by_side([subject], SHORT_SCENARIO, seed=seed, timeout_s=timeout_s)
    except WrongClockError:
        virtual = False
    else:
        virtual = outcome.trace.virtual
    if not virtual:
        raise CannotJudge(
            f"{subject.name} has no trace on a virtual clock: its decisions cannot be told. "
            "`parity explore --clock real --signal` judges its runs"
        )


def _decide(
    tallies: Sequence[_Tally],
    wanted: int,
    *,
    seed: int,
    timeout_s: float,
    progress: Advance | None,
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
            if wrong := judge(outcome, SELECT_SCENARIO):
                command = replay(SELECT_SCENARIO, subjects, run_seed)
                return IllegalRun(subject=outcome.subject, words=str(wrong[0]), replay=command)
            tally.take(outcome)
            if progress:
                progress(index * wanted + min(len(tally.thrown), wanted), len(subjects) * wanted)
    return None


class _Tally:
    """The decisions of a subject so far."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.runs = 0
        self.thrown: list[bool] = []  # the decisions in their order: True for the job
        self.further: Counter[int] = Counter()
        self.cut_off = 0

    def take(self, outcome: Outcome) -> None:
        """Count the decisions of a run. Raises CannotJudge if there are none."""
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
        for one in decided:
            if one.takes_job:
                taken[one.worker] += 1
            else:
                self.further[taken.pop(one.worker, 0)] += 1
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
