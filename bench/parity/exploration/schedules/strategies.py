"""How to vary a run so that its order may be another one.

Each strategy is a function. It gets a source of chance, a configuration, and whether a signal
comes. It returns the configuration with new durations, and the time of the signal.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec

from parity.contract.scenario import MS, Config, ScheduledSignal
from parity.specification.greedy import makespan_ns

WORK_MS = (0, 1, 2, 3, 5)
INTERVAL_MS = (0, 0, 1, 2, 3)
"""Equal durations always coincide, coprime ones at times. Without an interval the queue fills."""

LEAST_RUN_NS = 3 * MS
"""How long a run takes on the real clock, only to print its lines."""

MOST_ROUNDS_LOG10 = 3.5
"""A few hundred microseconds: several times what it takes to start a goroutine."""


def coincidence(chance: random.Random, config: Config, signals: bool) -> Config:
    """Let many events come at one instant, in any order.

    The signal comes at a sum of the durations, when other events are due, or just after.
    """
    work_ns, interval_ns = chance.choice(WORK_MS) * MS, chance.choice(INTERVAL_MS) * MS
    at_ns = 0
    if signals:
        jobs = config.jobs
        at_ns = chance.randint(0, jobs) * work_ns + chance.randint(0, jobs) * interval_ns
        at_ns += chance.choice((0, 0, MS // 2))
    timed = msgspec.structs.replace(config, work_ns=work_ns, interval_ns=interval_ns)
    return _interrupted(_impatient(chance, timed), at_ns, signals)


def stillness(chance: random.Random, config: Config, signals: bool) -> Config:
    """Let no job take time. The whole run, with its signal, is one race at one instant."""
    still = msgspec.structs.replace(config, work_ns=0, interval_ns=0)
    return _interrupted(_impatient(chance, still), 0, signals)


def busy(chance: random.Random, config: Config, signals: bool) -> Config:
    """Let jobs compute. They take processor time, but no time on the virtual clock.

    They take about as long as the events around them, so that they may end at any point.
    """
    interval_ns = chance.choice((0, 1)) * MS
    at_ns = chance.randint(0, config.jobs) * interval_ns
    cpu = int(10 ** chance.uniform(0, MOST_ROUNDS_LOG10))
    timed = msgspec.structs.replace(config, work_ns=0, interval_ns=interval_ns, cpu=cpu)
    return _interrupted(_impatient(chance, timed), at_ns, signals)


def sampled(chance: random.Random, config: Config, signals: bool) -> Config:
    """Let durations be short, and the signal come at any moment: for the real clock."""
    work_ns, interval_ns = chance.choice(WORK_MS) * MS, chance.choice(INTERVAL_MS) * MS
    timed = msgspec.structs.replace(config, work_ns=work_ns, interval_ns=interval_ns)
    timed = _impatient(chance, timed)
    # Where nothing sleeps, a run takes some ms all the same.
    at_ns = chance.randrange(max(makespan_ns(timed), LEAST_RUN_NS))
    return _interrupted(timed, at_ns, signals)


def _impatient(chance: random.Random, config: Config) -> Config:
    """Let idle workers wait for a short time only, where they may leave."""
    if not config.scales:
        return config
    return msgspec.structs.replace(config, keepalive_ns=chance.choice(INTERVAL_MS) * MS)


def _interrupted(config: Config, at_ns: int, signals: bool) -> Config:
    scripted = (ScheduledSignal("SIGINT", at_ns),) if signals else ()
    return msgspec.structs.replace(config, signals=scripted)


Strategy = Callable[[random.Random, Config, bool], Config]

STRATEGIES: dict[str, Strategy] = {
    "coincidence": coincidence,
    "stillness": stillness,
    "busy": busy,
}


def drawn_strategy(chance: random.Random, *, signals: bool) -> str:
    """Return a strategy's name. With a signal, most orders come if all happens at one instant."""
    names = list(STRATEGIES)
    return chance.choices(names, [3 if signals and name == "stillness" else 1 for name in names])[0]
