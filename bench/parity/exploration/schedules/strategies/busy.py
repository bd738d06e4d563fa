"""Jobs that compute: they take the virtual clock no time, and the processors some."""

from __future__ import annotations

import random

import msgspec

from parity.contract.scenario import MS, Config, ScheduledSignal

MOST_ROUNDS_LOG10 = 3.5
"""Some hundred microseconds: a multiple of what it takes to start a goroutine."""


def busy(chance: random.Random, config: Config, signals: bool) -> Config:
    """Let jobs take about as long as what happens around them, so that they end anywhere in it."""
    interval_ns = chance.choice((0, 1)) * MS
    at_ns = chance.randint(0, config.jobs) * interval_ns
    return msgspec.structs.replace(
        config,
        work_ns=0,
        interval_ns=interval_ns,
        cpu=int(10 ** chance.uniform(0, MOST_ROUNDS_LOG10)),
        signals=(ScheduledSignal("SIGINT", at_ns),) if signals else (),
    )
