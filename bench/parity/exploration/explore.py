"""Exploring a configuration: what is legal, many runs of each subject, and what they showed."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence

import msgspec

from parity.checker.judge import fault
from parity.contract.outcome import Outcome
from parity.contract.scenario import Config, Scenario
from parity.execution.subject import Subject
from parity.exploration.schedules.schedule import draw_schedule
from parity.exploration.schedules.strategies import STRATEGIES, drawn
from parity.exploration.schedules.strategies.stillness import stillness
from parity.exploration.statespace.classes import (
    count_classes,
    drawn_class,
    every_class,
    without_reasons,
)
from parity.exploration.statespace.coverage import Transitions, kinds
from parity.exploration.statespace.estimates import Estimate, estimate_orders, unseen_mass
from parity.exploration.statespace.orders import count_orders
from parity.exploration.workers.runner import Failed, Trial, Trialled, attempts
from parity.specification.automaton import Automaton, TooManyStates
from parity.specification.canonical import Canonical, canonical
from parity.specification.model import Symbol

PROCESSOR_COUNTS = (1, 2, 4)
SHUFFLED = 0.8
"""The share of the runs in which the port's event loop takes ready tasks in random order."""
PREEMPTED = 0.4
"""The share of the unaimed runs in which tasks and goroutines give way at random."""
AIMED_EVERY = 2
"""One run in so many is aimed at a class of its own, one class after another (see `schedule`)."""
MOST_LISTED = 200_000
"""Where there are more classes, times their jobs, each class is drawn."""
MOST_AIMED = 10_000
"""Where there are more workers times jobs, no run is aimed: a walk there would take a second."""

Order = tuple[Symbol, ...]


class ExplorationPlan(msgspec.Struct, frozen=True, kw_only=True):
    config: Config  # workers, queue and jobs; the rest is varied
    signals: bool
    subjects: Sequence[Subject]
    seeds: Sequence[int]  # one run of each subject for each
    preempted: float = PREEMPTED  # 0: no schedule is disturbed, and none aimed
    classes: Sequence[Canonical] = ()  # to aim at, one after another; none: they are drawn
    timeout_s: float

    def trial(self, subject: Subject, seed: int) -> Trial:
        """Return the run that a seed means: all that is varied follows from it."""
        chance = random.Random(seed)
        # Of another program nothing is known that could be preempted.
        preemptible = bool(self.preempted) and not subject.command
        if preemptible and (aimed := self._aimed(subject, seed)):
            return aimed
        name = drawn(chance, signals=self.signals)
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
        """Return the class that a seed's run is aimed at, where it is."""
        turn, rest = divmod(seed, AIMED_EVERY)
        if rest or self.config.workers * self.config.jobs > MOST_AIMED:
            return None
        if self.classes:
            return self.classes[turn % len(self.classes)]
        return drawn_class(random.Random(seed), self.config, signals=self.signals)

    def _aimed(self, subject: Subject, seed: int) -> Trial | None:
        """Return the run that is aimed; None where a seed's is not, or workers lack letters."""
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
    """What the model allows. None where a number would be too much work to find."""

    orders: int | None
    estimate: Estimate | None  # of the orders, where they are not counted
    classes: int | None
    classes_without_reasons: int | None  # as runs tell them apart that give none
    kinds: frozenset[str]


UNCOUNTED = Legal(
    orders=None, estimate=None, classes=None, classes_without_reasons=None, kinds=frozenset()
)
"""Where the counting was cut short."""


def legal(config: Config, *, signals: bool) -> Legal:
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
    busy_ns: int = 0  # the runs' own wall time, all together
    orders: Counter[Order] = msgspec.field(default_factory=Counter)
    classes: Counter[Canonical] = msgspec.field(default_factory=Counter)
    unforced: set[Canonical] = msgspec.field(default_factory=set)  # classes seen unpreempted
    aimed: int = 0  # of the runs
    hits: int = 0  # of those: they showed the class that they were aimed at
    reasons: bool = True  # Whether its traces say why a worker stopped
    taken: set[str] = msgspec.field(default_factory=set)
    perhaps: set[str] = msgspec.field(default_factory=set)
    untold: int = 0  # orders of which it is too much work to find out what they took
    illegal: int = 0
    first_illegal: IllegalTrial | None = None
    failed: Failed | None = None

    def forget_reasons(self) -> None:
        """Tell classes apart as far as runs do of which one gave no reasons."""
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

        It is 0 where there is no other. Before that the runs that are aimed at one class after
        another make it too great: they show each of them once.
        """
        if len(self.classes) == self.legal_classes(found):
            return 0.0
        return unseen_mass(self.classes)


class Explorer:
    """Runs the plan, judges each run, and remembers what it showed."""

    def __init__(self, plan: ExplorationPlan, found: Legal) -> None:
        self.plan = msgspec.structs.replace(plan, classes=_listed(plan, found))
        self.legal = found
        self.seen = {subject: Coverage(subject=subject) for subject in plan.subjects}
        self.elapsed_s = 0.0
        self._transitions = Transitions(Automaton(plan.config, signals=plan.signals))

    @property
    def size(self) -> int:
        return len(self.plan.seeds) * len(self.plan.subjects)

    @property
    def exit_status(self) -> int:
        """0 every run was legal, 1 one was not, 2 one could not be judged (and none illegal)."""
        if any(seen.illegal for seen in self.seen.values()):
            return 1
        return 2 if any(seen.failed for seen in self.seen.values()) else 0

    def run(self) -> Generator[None, None, None]:
        """Yield after each run. A subject that fails once is not run again."""
        began = time.monotonic()
        for result in attempts(self._trials(), timeout_s=self.plan.timeout_s):
            self._take(result)
            self.elapsed_s = time.monotonic() - began
            yield

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
        wrong = fault(result.outcome, result.trial.scenario)
        if wrong:
            seen.illegal += 1
            seen.first_illegal = seen.first_illegal or IllegalTrial(
                trial=result.trial, outcome=result.outcome, why=str(wrong)
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
        # What every run showed already needs no second look, and an order known none at all.
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
    """Return the classes to aim at; none where no run is aimed, or each class has to be drawn."""
    too_many = found.classes is None or found.classes * max(1, plan.config.jobs) > MOST_LISTED
    if not plan.preempted or too_many:
        return []
    return sorted(every_class(plan.config, signals=plan.signals), key=_by_lives)


def _by_lives(form: Canonical) -> tuple[object, ...]:
    return sorted(form.lives), sorted(form.unstarted)


def order_of(outcome: Outcome) -> Order:
    """Return the events up to main_done; what the handler says after that is no part of it."""
    symbols = []
    for event in outcome.trace.events:
        symbols.append(Symbol(event.event, event.worker or 0, event.job or 0, event.reason or ""))
        if event.event == "main_done":
            break
    return tuple(symbols)


def _silent(order: Order) -> Order:
    """Return the order as a run tells it that gives no reasons."""
    return tuple(symbol._replace(reason="") for symbol in order)
