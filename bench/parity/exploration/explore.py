"""Exploring a configuration: count what is legal, run each subject often, and compare."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain

import msgspec

from parity.contract.scenario import Clock, Config, Scenario
from parity.execution.subject import Subject
from parity.exploration.schedules.schedule import draw_schedule
from parity.exploration.schedules.strategies import (
    STRATEGIES,
    drawn_strategy,
    sampled,
    stillness,
)
from parity.exploration.shown import (
    IllegalTrial,
    LegalTrial,
    Order,
    Shown,
    order_without_reasons,
    real_round,
    shown,
    shown_by,
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
from parity.exploration.workers.cluster import Cluster
from parity.exploration.workers.runner import attempts_in_order
from parity.exploration.workers.trial import Failed, Trial
from parity.specification.canonical import Canonical

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
        if not (goal := self.goal(seed)):
            return None
        config, schedule = _aim(self.config, seed, goal, signals=self.signals)
        if not schedule:
            return None
        return Trial(
            subject=subject,
            scenario=Scenario(name="aimed", about="", config=config),
            seed=seed,
            preempted=True,
            schedule=schedule,
        )


@lru_cache(maxsize=1)
def _aim(config: Config, seed: int, goal: Canonical, *, signals: bool) -> tuple[Config, str]:
    """Return the configuration and the schedule of the seed's aimed runs, one of each subject."""
    chance = random.Random(seed)
    config = stillness(chance, config, signals)
    return config, draw_schedule(chance, config, goal, signals=signals)


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


class Coverage(msgspec.Struct, kw_only=True):
    """What the runs of one subject showed."""

    subject: Subject
    runs: int = 0
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
            self.orders[order_without_reasons(order)] += runs

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

    def __init__(
        self, plan: ExplorationPlan, found: Legal, *, cluster: Cluster | None = None
    ) -> None:
        self.plan = msgspec.structs.replace(plan, classes=_listed(plan, found))
        self.legal = found
        self.cluster = cluster  # where the runs are made; None for this machine
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
        for one in self._shown():
            self._take(one)
            self.elapsed_s = time.monotonic() - began
            yield

    def _shown(self) -> Iterator[Shown]:
        """Yield what each run showed, in the order of the seeds: the machine decides nothing."""
        timeout_s = self.plan.timeout_s
        if self.cluster:
            rounds = self._rounds()
            real = self.plan.clock == "real"
            units = rounds if real else self.cluster.batches(chain.from_iterable(rounds), self.size)
            run = partial(shown_by, timeout_s=timeout_s)
            return chain.from_iterable(self.cluster.map(run, units))
        if self.plan.clock == "real":
            rounds_run = (real_round(trials, timeout_s=timeout_s) for trials in self._rounds())
            return map(shown, chain.from_iterable(rounds_run))
        trials = chain.from_iterable(self._rounds())
        return map(shown, attempts_in_order(trials, timeout_s=timeout_s))

    def _rounds(self) -> Iterator[list[Trial]]:
        """Yield for each seed the trials of the subjects that have not failed."""
        for seed in self.plan.seeds:
            trials = [
                self.plan.trial(s, seed) for s in self.plan.subjects if not self.seen[s].failed
            ]
            if not trials:
                return
            yield trials

    def _take(self, one: Shown) -> None:
        seen = self.seen[one.trial.subject]
        if seen.failed:
            return  # It ran before we knew. How many do so is up to the machine.
        if isinstance(one, Failed):
            seen.failed = one
            return
        seen.runs += 1
        if isinstance(one, IllegalTrial):
            seen.illegal += 1
            seen.first_illegal = seen.first_illegal or one
        else:
            self._remember(seen, one)

    def _remember(self, seen: Coverage, one: LegalTrial) -> None:
        if not one.reasons:
            seen.forget_reasons()
        order, form = one.order, one.form
        if one.reasons and not seen.reasons:
            order, form = order_without_reasons(order), without_reasons(form)
        seen.classes[form] += 1
        if not one.trial.preempted:
            seen.unforced.add(form)
        if one.trial.schedule:
            seen.aimed += 1
            seen.hits += form == self.plan.goal(one.trial.seed)
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
