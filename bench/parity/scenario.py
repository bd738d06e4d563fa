"""A scenario: one configuration of the pool, and the clock it runs on."""

from __future__ import annotations

from typing import Literal

import msgspec

Clock = Literal["virtual", "real"]


class ScheduledSignal(msgspec.Struct, frozen=True):
    """A signal and when it arrives, in ns of the program's clock."""

    name: Literal["SIGINT", "SIGTERM"]
    at_ns: int


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The contract's flags, durations in ns; the defaults are the programs' own."""

    workers: int = 3
    queue: int = 10
    jobs: int = 15
    interval_ns: int = 500_000_000
    work_ns: int = 2_000_000_000
    cpu: int = 0
    signals: tuple[ScheduledSignal, ...] = ()
    quiet: bool = False
