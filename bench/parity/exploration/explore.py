"""Many runs of one configuration: which of the legal orders the subjects show, and is each legal.

An order is a run's word: its events up to main_done. Its class is what is left of it when the
workers have no names and what is independent has no order (see `canonical`).
"""

from __future__ import annotations

import shlex
import time
from collections import Counter
from collections.abc import Callable, Iterator

import msgspec

from parity import exits
from parity.canonical import Canonical, canonical
from parity.compare import broken_rule
from parity.exploration.automaton import Automaton
from parity.exploration.classes import legal_classes, without_reasons
from parity.exploration.estimates import Estimate, estimate_orders, unseen
from parity.exploration.orders import count_orders
from parity.exploration.replay import said
from parity.exploration.runner import Failed, Trialled, attempts
from parity.exploration.schedules import trial
from parity.exploration.transitions import Transitions, kinds
from parity.exploration.trial import Trial
from parity.model import Symbol
from parity.outcome import Outcome
from parity.scenario import Config, Scenario
from parity.subject import Subject

ENOUGH_ORDERS = 600
"""Orders of a subject whose transitions are looked at, where not all were taken before."""

Progress = Callable[[int, int], None]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to run: trials `numbers` of each subject. Without `signal` none comes."""

    config: Config
    signal: bool
    subjects: tuple[Subject, ...]
    numbers: range
    seed: int
    timeout_s: float

    @property
    def size(self) -> int:
        return len(self.subjects) * len(self.numbers)

    def trials(self) -> Iterator[Trial]:
        for number in self.numbers:
            for subject in self.subjects:
                yield trial(subject, self.config, number, signal=self.signal, seed=self.seed)

    def number_of(self, one: Trial) -> int:
        return one.seed - self.seed

    def replay(self, one: Trial) -> str:
        """Return the command that runs the trial again."""
        flags = [f"--{name}={getattr(self.config, name)}" for name in ("workers", "jobs", "queue")]
        subjects = [f"--subject={said(subject)}" for subject in self.subjects]
        signal = ["--signal"] if self.signal else []
        which = [f"--seed={self.seed}", f"--only={self.number_of(one)}"]
        return shlex.join(["parity", "explore", *flags, *signal, *subjects, *which])


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is wrong, or came to no outcome."""

    number: int
    words: str
    flags: str  # of the program
    replay: str


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one subject showed."""

    subject: str
    runs: int
    orders: int  # distinct
    classes: int
    legal_classes: int | None  # that it can be told to show; None where there are too many
    unseen_orders: float  # estimates: how likely the next run is to show another one
    unseen_classes: float
    never: tuple[str, ...] | None  # transitions of the model; None where they were not looked at
    perhaps: tuple[str, ...]  # those that no run took for certain
    illegal_runs: int
    illegal: Problem | None  # the first
    failed_runs: int
    failed: Problem | None


class Exploration(msgspec.Struct, frozen=True, kw_only=True):
    plan: Plan
    legal_orders: int | None
    estimate: Estimate | None  # where there are too many to count
    classes: int | None
    seen: tuple[Seen, ...]
    seconds: float  # that the runs took, judging included
    interrupted: bool

    @property
    def exit_status(self) -> int:
        if self.interrupted:
            return 130
        if any(one.illegal for one in self.seen):
            return 1
        return 2 if any(one.failed for one in self.seen) else 0


class Explorer:
    """Runs a plan; what was seen so far can be told at any moment."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.automaton = Automaton(plan.config, signals=plan.signal)
        self.legal_orders = count_orders(plan.config, signals=plan.signal)
        self.legal_classes = legal_classes(plan.config, signals=plan.signal)
        counted = self.legal_orders is not None
        self.estimate = None if counted else estimate_orders(self.automaton, seed=plan.seed)
        small = self.legal_classes is not None and counted
        self._kinds = kinds(self.automaton) if small else None
        self._tallies = {
            subject.name: _Tally(plan, Transitions(self.automaton), self._kinds)
            for subject in plan.subjects
        }
        self._seconds = 0.0

    def run(self, progress: Progress) -> None:
        """Run the trials. Raises CannotJudge where a subject cannot be had."""
        began = time.monotonic()
        try:
            results = attempts(self.plan.trials(), timeout_s=self.plan.timeout_s)
            for done, result in enumerate(results, start=1):
                self._tallies[result.trial.subject.name].take(result)
                progress(done, self.plan.size)
        finally:
            self._seconds = time.monotonic() - began

    def told(self, *, interrupted: bool = False) -> Exploration:
        return Exploration(
            plan=self.plan,
            legal_orders=self.legal_orders,
            estimate=self.estimate,
            classes=None if self.legal_classes is None else len(self.legal_classes),
            seen=tuple(
                self._tallies[subject.name].seen(subject.name, self.legal_classes)
                for subject in self.plan.subjects
            ),
            seconds=self._seconds,
            interrupted=interrupted,
        )


class _Tally:
    """What one subject showed so far."""

    def __init__(self, plan: Plan, transitions: Transitions, known: frozenset[str] | None) -> None:
        self._plan, self._transitions, self._kinds = plan, transitions, known
        self._orders: Counter[tuple[Symbol, ...]] = Counter()
        self._classes: Counter[Canonical] = Counter()
        self._certain: set[str] = set()
        self._perhaps: set[str] = set()
        self._reasons = True
        self._illegal: list[Problem] = []
        self._failed: list[Problem] = []
        self._runs = 0

    def take(self, result: Trialled | Failed) -> None:
        self._runs += 1
        if isinstance(result, Failed):
            self._failed.append(self._problem(result.trial, result.why))
            return
        outcome, scenario = result.outcome, result.trial.scenario
        if words := _wrong(outcome, scenario):
            self._illegal.append(self._problem(result.trial, words))
            return
        self._reasons &= outcome.trace.source == "ndjson"
        order = order_of(outcome)
        if order not in self._orders:
            self._look_at(order)
        self._orders[order] += 1
        self._classes[canonical(outcome.trace.events)] += 1

    def _problem(self, one: Trial, words: str) -> Problem:
        return Problem(
            number=self._plan.number_of(one),
            words=words,
            flags=" ".join(one.scenario.flags()),
            replay=self._plan.replay(one),
        )

    def _look_at(self, order: tuple[Symbol, ...]) -> None:
        """Note the transitions that the order needs, unless there is nothing new to find."""
        all_taken = self._kinds is not None and self._certain >= self._kinds
        if self._kinds is None or all_taken or len(self._orders) >= ENOUGH_ORDERS:
            return
        if not self._reasons:
            return
        taken = self._transitions.taken(order)
        self._certain |= taken.certain
        self._perhaps |= taken.perhaps

    def seen(self, name: str, legal: frozenset[Canonical] | None) -> Seen:
        if legal is not None and not self._reasons:
            legal = frozenset(map(without_reasons, legal))
        looked = self._kinds is not None and self._reasons
        known = self._kinds or frozenset()
        return Seen(
            subject=name,
            runs=self._runs,
            orders=len(self._orders),
            classes=len(self._classes),
            legal_classes=None if legal is None else len(legal),
            unseen_orders=unseen(self._orders),
            unseen_classes=unseen(self._classes),
            never=tuple(sorted(known - self._perhaps)) if looked else None,
            perhaps=tuple(sorted(self._perhaps - self._certain)),
            illegal_runs=len(self._illegal),
            illegal=min(self._illegal, key=lambda one: one.number, default=None),
            failed_runs=len(self._failed),
            failed=min(self._failed, key=lambda one: one.number, default=None),
        )


def _wrong(outcome: Outcome, scenario: Scenario) -> str | None:
    """Return what is wrong with the run by itself."""
    if outcome.defect:
        return outcome.defect
    if broken := broken_rule(outcome, scenario):
        return str(broken)
    allowed = exits.expected(outcome, scenario)
    if outcome.exit not in allowed:
        return f"{outcome.exit}, expected {' or '.join(map(str, allowed))}"
    return None


def order_of(outcome: Outcome) -> tuple[Symbol, ...]:
    """Return the run's word: what a signal handler says after main_done is no part of it."""
    word = []
    for event in outcome.trace.events:
        word.append(Symbol(event.event, event.worker or 0, event.job or 0, event.reason or ""))
        if event.event == "main_done":
            break
    return tuple(word)


def numbers(runs: int, only: int | None) -> range:
    """Return the trials to run: all, or the one."""
    return range(1, runs + 1) if only is None else range(only, only + 1)
