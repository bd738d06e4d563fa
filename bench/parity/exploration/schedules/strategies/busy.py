"""Jobs that compute. They take processor time, but no time on the virtual clock."""

from __future__ import annotations

import random

import msgspec

from parity.contract.scenario import MS, Config, ScheduledSignal

MOST_ROUNDS_LOG10 = 3.5
"""A few hundred microseconds: several times what it takes to start a goroutine."""


def busy(chance: random.Random, config: Config, signals: bool) -> Config:
    """Let jobs take about as long as the events around them, so that they may end at any point."""
    interval_ns = chance.choice((0, 1)) * MS
    at_ns = chance.randint(0, config.jobs) * interval_ns
    return msgspec.structs.replace(
        config,
        work_ns=0,
        interval_ns=interval_ns,
        cpu=int(10 ** chance.uniform(0, MOST_ROUNDS_LOG10)),
        signals=(ScheduledSignal("SIGINT", at_ns),) if signals else (),
    )
