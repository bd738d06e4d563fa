"""No time passes. The whole run, with its signal, is one race at one instant."""

from __future__ import annotations

import random

import msgspec

from parity.contract.scenario import Config, ScheduledSignal


def stillness(chance: random.Random, config: Config, signals: bool) -> Config:
    del chance
    scripted = (ScheduledSignal("SIGINT", 0),) if signals else ()
    return msgspec.structs.replace(config, work_ns=0, interval_ns=0, signals=scripted)
