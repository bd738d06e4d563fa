"""Exploring a configuration: count what is legal, run each subject often, and compare."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence

import msgspec

from parity.checker.judge import judge
from parity.contract.outcome import Outcome
from parity.contract.scenario import Clock, Config, Scenario
from parity.contract.trace import Event
from parity.errors import HungError
from parity.execution.runner import run_each
from parity.execution.subject import Subject
from parity.execution.subject_run import Failure
from parity.exploration.schedules.schedule import draw_schedule
from parity.exploration.schedules.strategies import (
    STRATEGIES,
    drawn_strategy,
    sampled,
    stillness,
)
from parity.exploration.statespace.classes import (
    count_classes,
    drawn_class,
    every_class,
    without_reasons,
)
from parity.exploration.statespace.coverage import TooManyStates, Transitions, kinds
from parity.exploration.statespace.estimates import Estimate, estimate_orders, unseen_mass
from parity.exploration.statespace.orders import count_orders
from parity.exploration.workers.runner import attempts
from parity.exploration.workers.trial import Failed, Trial, Trialled
from parity.specification.canonical import Canonical, canonical
from parity.specification.model import Symbol

PROCESSOR_COUNTS = (1, 2, 4)
SHUFFLED = 0.8
"""The share of the runs in which the port's event loop runs ready tasks in random order."""
PREEMPTED = 0.4
"""The share of the unaimed runs in which tasks and goroutines yield at random."""
AIMED_EVERY = 2
"""Every second run is aimed at a class, one class after another (see `schedule`)."""
MOST_LISTED = 200_000
"""If the number of classes times the jobs is greater, we do not list the classes: we draw each."""
MOST_AIMED = 10_000
"""If workers times jobs is greater, no run is aimed: drawing a schedule would take a second."""

Order = tuple[Symbol, ...]


class ExplorationPlan(msgspec.Struct, frozen=True, kw_only=True):
    config: Config  # workers, queue and jobs; the rest is varied
    signals: bool
    subjects: Sequence[Subject]
    seeds: Sequence[int]  # one run of each subject for each
    clock: Clock = "virtual"  # "real" for programs that have no other
    preempted: float = PREEMPTED  # 0: no schedule is disturbed, and none aimed
    classes: Sequence[Canonical] = ()  # to aim at, one after another; if empty, each is drawn
    timeout_s: float

    def trial(self, subject: Subject, seed: int) -> Trial:
        """Return the run for a seed. The seed decides everything that varies."""
        chance = random.Random(seed)
        if self.clock == "real":
            config = sampled(chance, self.config, self.signals)
            scenario = Scenario(name="sampled", about="", config=config, clock="real")
            return Trial(subject=subject, scenario=scenario, seed=seed)
        # We cannot preempt other programs.
        preemptible = bool(self.preempted) and not subject.command
        if preemptible and (aimed := self._aimed(subject, seed)):
            return aimed
        name = drawn_strategy(chance, signals=self.signals)
        config = STRATEGIES[name](chance, self.config, self.signals)
        return Trial(
            subject=subject,
            scenario=Scenario(name=name, about="", config=config),
            seed=seed,
            processors=chance.choice(PROCESSOR_COUNTS),
            shuffled=chance.random() < SHUFFLED,
            preempted=preemptible and chance.random() < self.preempted,
        )

    def goal(self, seed: int) -> Canonical | None:
        """Return the class at which the run for this seed is aimed; None if it is not aimed."""
        turn, rest = divmod(seed, AIMED_EVERY)
        large = self.config.workers * self.config.jobs > MOST_AIMED
        if rest or large or not self.config.is_plain:
            return None
        if self.classes:
            return self.classes[turn % len(self.classes)]
        return drawn_class(random.Random(seed), self.config, signals=self.signals)

    def _aimed(self, subject: Subject, seed: int) -> Trial | None:
        """Return the aimed run for this seed; None if it is not aimed, or has no schedule."""
        chance = random.Random(seed)
        config = stillness(chance, self.config, self.signals)
        goal = self.goal(seed)
        schedule = goal and draw_schedule(chance, config, goal, signals=self.signals)
        if not schedule:
            return None
        return Trial(
            subject=subject,
            scenario=Scenario(name="aimed", about="", config=config),
            seed=seed,
            preempted=True,
            schedule=schedule,
        )


class Legal(msgspec.Struct, frozen=True, kw_only=True):
    """What the model allows. A number is None if it takes too much work to find."""

    orders: int | None = None
    estimate: Estimate | None = None  # of the orders, if they are not counted
    classes: int | None = None
    classes_without_reasons: int | None = None  # if runs do not give reasons
    kinds: frozenset[str] = frozenset()


UNCOUNTED = Legal()
"""For a counting that was cut short."""


def legal(config: Config, *, signals: bool) -> Legal:
    if not config.is_plain:  # the classes and the orders are those of the plain pool
        return Legal(kinds=kinds(config, signals=signals))
    orders = count_orders(config, signals=signals)
    return Legal(
        orders=orders,
        estimate=None if orders is not None else estimate_orders(config, signals=signals),
        classes=count_classes(config, signals=signals),
        classes_without_reasons=count_classes(config, signals=signals, reasons=False),
        kinds=kinds(config, signals=signals),
    )


class IllegalTrial(msgspec.Struct, frozen=True, kw_only=True):
    trial: Trial
    outcome: Outcome
    why: str


class Coverage(msgspec.Struct, kw_only=True):
    """What the runs of one subject showed."""

    subject: Subject
    runs: int = 0
    busy_ns: int = 0  # the sum of the runs' wall times
    orders: Counter[Order] = msgspec.field(default_factory=Counter)
    classes: Counter[Canonical] = msgspec.field(default_factory=Counter)
    unforced: set[Canonical] = msgspec.field(default_factory=set)  # classes seen unpreempted
    aimed: int = 0  # of the runs
    hits: int = 0  # how many aimed runs showed their class
    reasons: bool = True  # whether its traces say why a worker stopped
    taken: set[str] = msgspec.field(default_factory=set)
    perhaps: set[str] = msgspec.field(default_factory=set)
    untold: int = 0  # orders whose transitions take too much work to find
    illegal: int = 0
    first_illegal: IllegalTrial | None = None
    failed: Failed | None = None

    def forget_reasons(self) -> None:
        """Ignore the reasons from now on: a run gave none."""
        if not self.reasons:
            return
        self.reasons = False
        told, self.classes = self.classes, Counter()
        for form, runs in told.items():
            self.classes[without_reasons(form)] += runs
        self.unforced = set(map(without_reasons, self.unforced))
        orders, self.orders = self.orders, Counter()
        for order, runs in orders.items():
            self.orders[_silent(order)] += runs

    def legal_classes(self, found: Legal) -> int | None:
        return found.classes if self.reasons else found.classes_without_reasons

    def unseen_classes(self, found: Legal) -> float | None:
        """Return the estimated probability that the next run shows a new class.

        It is 0 if all were seen. Before that, it is too high for aimed runs: they show one class
        after another, each once.
        """
        if len(self.classes) == self.legal_classes(found):
            return 0.0
        return unseen_mass(self.classes)


class Explorer:
    """Runs the plan, judges each run, and records what it showed."""

    def __init__(self, plan: ExplorationPlan, found: Legal) -> None:
        self.plan = msgspec.structs.replace(plan, classes=_listed(plan, found))
        self.legal = found
        self.seen = {subject: Coverage(subject=subject) for subject in plan.subjects}
        self.elapsed_s = 0.0
        self._transitions = Transitions(plan.config, signals=plan.signals)

    @property
    def size(self) -> int:
        return len(self.plan.seeds) * len(self.plan.subjects)

    @property
    def exit_status(self) -> int:
        """0 if every run was legal, 1 if one was not, 2 if one could not be judged."""
        if any(seen.illegal for seen in self.seen.values()):
            return 1
        return 2 if any(seen.failed for seen in self.seen.values()) else 0

    def run(self) -> Generator[None, None, None]:
        """Yield after each run. A subject that fails once is not run again."""
        began = time.monotonic()
        results = (
            self._on_the_real_clock()
            if self.plan.clock == "real"
            else attempts(self._trials(), timeout_s=self.plan.timeout_s)
        )
        for result in results:
            self._take(result)
            self.elapsed_s = time.monotonic() - began
            yield

    def _on_the_real_clock(self) -> Iterator[Trialled | Failed]:
        """Run the subjects side by side, one run of each after another."""
        for seed in self.plan.seeds:
            trials = [
                self.plan.trial(s, seed) for s in self.plan.subjects if not self.seen[s].failed
            ]
            if not trials:
                return
            scenario, subjects = trials[0].scenario, [trial.subject for trial in trials]
            ran = run_each(subjects, scenario, seed=seed, timeout_s=self.plan.timeout_s)
            for trial, result in zip(trials, ran, strict=True):
                if isinstance(result, Failure):
                    hung = isinstance(result.problem, HungError)
                    yield Failed(trial, str(result.problem), hung=hung)
                else:
                    yield Trialled(trial, result)

    def _trials(self) -> Iterator[Trial]:
        for seed in self.plan.seeds:
            for subject in self.plan.subjects:
                if not self.seen[subject].failed:
                    yield self.plan.trial(subject, seed)

    def _take(self, result: Trialled | Failed) -> None:
        seen = self.seen[result.trial.subject]
        if isinstance(result, Failed):
            seen.failed = seen.failed or result
            return
        seen.runs += 1
        seen.busy_ns += result.outcome.usage.wall_ns
        wrong = judge(result.outcome, result.trial.scenario)
        if wrong:
            seen.illegal += 1
            seen.first_illegal = seen.first_illegal or IllegalTrial(
                trial=result.trial, outcome=result.outcome, why=str(wrong[0])
            )
        else:
            self._remember(seen, result)

    def _remember(self, seen: Coverage, result: Trialled) -> None:
        outcome = result.outcome
        if outcome.trace.source == "stdout":
            seen.forget_reasons()
        events = outcome.trace.events
        order = order_of(outcome) if seen.reasons else _silent(order_of(outcome))
        form = canonical(events, reasons=seen.reasons)
        seen.classes[form] += 1
        if not result.trial.preempted:
            seen.unforced.add(form)
        if result.trial.schedule:
            seen.aimed += 1
            seen.hits += form == self.plan.goal(result.trial.seed)
        seen.orders[order] += 1
        # Skip an order that we know, and skip all if every kind has been taken.
        if seen.reasons and seen.orders[order] == 1 and self.legal.kinds - seen.taken:
            self._tell(seen, order)

    def _tell(self, seen: Coverage, order: Order) -> None:
        try:
            taken = self._transitions.taken(order)
        except TooManyStates:
            seen.untold += 1
        else:
            seen.taken |= taken.certain
            seen.perhaps |= taken.perhaps


def _listed(plan: ExplorationPlan, found: Legal) -> list[Canonical]:
    """Return the classes to aim at. It is empty if no run is aimed, or each class is drawn."""
    too_many = found.classes is None or found.classes * max(1, plan.config.jobs) > MOST_LISTED
    if not plan.preempted or too_many:
        return []
    return sorted(every_class(plan.config, signals=plan.signals), key=_by_lives)


def _by_lives(form: Canonical) -> tuple[object, ...]:
    return sorted(form.lives), sorted(form.uncompleted)


def order_of(outcome: Outcome) -> Order:
    """Return the events up to main_done. Events of the handler after that do not count."""
    symbols = []
    for event in outcome.trace.events:
        symbols.append(symbol_of(event))
        if event.event == "main_done":
            break
    return tuple(symbols)


def symbol_of(event: Event) -> Symbol:
    """Return the event as a label of the model."""
    return Symbol(
        event.event,
        event.worker or 0,
        event.job or 0,
        event.reason or "",
        event.attempt or 0,
        event.delay or 0,
        event.fate or "",
        event.level or 0,
    )


def _silent(order: Order) -> Order:
    """Return the order without reasons."""
    return tuple(symbol._replace(reason="") for symbol in order)
