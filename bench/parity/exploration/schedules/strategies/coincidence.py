"""Durations and signals that coincide: many events at one instant, in any order."""

from __future__ import annotations

import random

import msgspec

from parity.contract.scenario import MS, Config, ScheduledSignal

WORK_MS = (0, 1, 2, 3, 5)
INTERVAL_MS = (0, 0, 1, 2, 3)
"""Equal durations always coincide, coprime ones at times. Without an interval the queue fills."""


def coincidence(chance: random.Random, config: Config, signals: bool) -> Config:
    """Let the signal come at a sum of the durations, when other events are due, or just after."""
    work_ns, interval_ns = chance.choice(WORK_MS) * MS, chance.choice(INTERVAL_MS) * MS
    scripted: tuple[ScheduledSignal, ...] = ()
    if signals:
        jobs = config.jobs
        at_ns = chance.randint(0, jobs) * work_ns + chance.randint(0, jobs) * interval_ns
        scripted = (ScheduledSignal("SIGINT", at_ns + chance.choice((0, 0, MS // 2))),)
    return msgspec.structs.replace(
        config, work_ns=work_ns, interval_ns=interval_ns, signals=scripted
    )
