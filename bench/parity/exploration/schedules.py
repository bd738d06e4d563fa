"""Where to look for the orders that are legal: one configuration of times for each trial.

What races is decided within an instant of the virtual clock, by the scheduler and by select's coin;
which things meet in an instant, by the times. So the strategies vary both. A trial is known by its
number: the same number is the same trial, whatever ran before.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import msgspec

from parity.exploration.trial import Trial
from parity.scenario import MS, Config, Scenario, ScheduledSignal
from parity.subject import Subject

PROCESSORS = (1, 2, 4)
"""Of Go: with more than one, what happens in one instant races for real."""

SHUFFLED = 0.8
"""How often the port's event loop takes ready tasks in random order, and not in its own."""

MOST_ROUNDS_POWER = 3.7
"""Of ten: 5,000 rounds of hashing keep a processor busy for a third of a millisecond in Go."""


def still(config: Config, _chance: Random, *, signal: bool) -> Config:
    """Let no time pass: everything happens in one instant."""
    return msgspec.structs.replace(
        config, interval_ns=0, work_ns=0, signals=_signals(0) if signal else ()
    )


def instants(config: Config, chance: Random, *, signal: bool) -> Config:
    """Give jobs and pauses times that now and then end together, or just not."""
    work_ns = chance.choice((0, 1, 2, 3, 5)) * MS
    interval_ns = chance.choice((0, 0, 1, 2, 3)) * MS
    at_ns = chance.randint(0, config.jobs) * work_ns + chance.randint(0, config.jobs) * interval_ns
    beside = chance.choice((0, 0, MS // 2))
    return msgspec.structs.replace(
        config,
        interval_ns=interval_ns,
        work_ns=work_ns,
        signals=_signals(at_ns + beside) if signal else (),
    )


def busy(config: Config, chance: Random, *, signal: bool) -> Config:
    """Keep processors busy while no time passes, so that workers of Go are long behind main."""
    interval_ns = chance.choice((0, 1)) * MS
    at_ns = chance.randint(0, config.jobs) * interval_ns
    return msgspec.structs.replace(
        config,
        interval_ns=interval_ns,
        work_ns=0,
        cpu=int(10 ** chance.uniform(0, MOST_ROUNDS_POWER)),
        signals=_signals(at_ns) if signal else (),
    )


def _signals(at_ns: int) -> tuple[ScheduledSignal, ...]:
    return (ScheduledSignal("SIGINT", at_ns),)


STRATEGIES: tuple[Callable[..., Config], ...] = (still, instants, busy)


def trial(subject: Subject, config: Config, number: int, *, signal: bool, seed: int) -> Trial:
    """Return the trial of this number, from 1."""
    chance = Random(f"{seed}/{number}")
    strategy = STRATEGIES[number % len(STRATEGIES)]
    scenario = Scenario(
        name=strategy.__name__,
        about="one of many",
        config=strategy(config, chance, signal=signal),
    )
    return Trial(
        subject,
        scenario,
        seed + number,
        processors=chance.choice(PROCESSORS),
        shuffled=chance.random() < SHUFFLED,
    )
