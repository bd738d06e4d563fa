"""What was measured: the samples themselves, and what was made of them.

An arm is a subject as it was run: `go`, `go again` (the control), `py`, `py, process`. Samples
have a place for each block, None where that block has none (it was cut short, or a difference of
two times came out below zero); so the samples of two arms can be paired.
"""

from __future__ import annotations

from typing import Literal

import msgspec

FEWEST_BLOCKS = 3
"""With fewer there is no interval, and so no ratio."""

Unit = Literal["ns", "bytes"]
"""Of a sample. All are costs: less is better."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What a number is: of a workload, and of the configuration where one is varied."""

    workload: str
    name: str
    unit: Unit
    workers: int | None = None
    queue: int | None = None

    def __str__(self) -> str:
        at = [
            f"{n}={v}"
            for n, v in (("workers", self.workers), ("queue", self.queue))
            if v is not None
        ]
        return ", ".join([f"{self.workload}: {self.name}", *at])


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of one arm, in every block."""

    figure: Figure
    arm: str
    samples: tuple[float | None, ...]
    median: float | None
    outliers: tuple[int, ...]  # blocks, from 0; flagged and kept

    @property
    def known(self) -> list[float]:
        return [value for value in self.samples if value is not None]


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate and its 95 % interval."""

    value: float
    low: float
    high: float


class Ratio(msgspec.Struct, frozen=True, kw_only=True):
    """An arm's cost in terms of the reference's: the geometric mean over the blocks."""

    figure: Figure
    reference: str
    arm: str
    control: bool  # of the reference with itself: 1 has to be in the interval
    ratio: Interval
    blocks: int  # those in which both have a sample


class Scaling(msgspec.Struct, frozen=True, kw_only=True):
    """How a cost grows: as the exponent-th power of what is varied; 0 is flat."""

    arm: str
    workload: str
    name: str
    against: Literal["workers", "queue"]
    over: tuple[int, ...]  # the values
    exponent: Interval


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """How many samples were above the bucket before and at most `upto_ns`."""

    upto_ns: int
    count: int


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """How long jobs took, all blocks together: an HDR-style histogram, and percentiles from it."""

    arm: str
    name: str  # submit to start, submit to done
    percentiles_ns: dict[str, int]  # p50, p90, p99, p99.9
    histogram: tuple[Bucket, ...]


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Where it was measured, and with what."""

    cpu: str
    cores: int
    memory_bytes: int
    system: str
    governor: str | None  # of frequency scaling, where the system tells it
    load: tuple[float, float]  # of the last minute, in processes: before, and after
    versions: dict[str, str]
    commit: str | None
    started: str  # ISO 8601, UTC


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    subjects: tuple[str, ...]
    workloads: tuple[str, ...]
    blocks: int  # as asked for
    complete: int  # as measured
    seed: int
    took_s: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that was measured, and what was made of it."""

    machine: Machine
    settings: Settings
    series: tuple[Series, ...]
    ratios: tuple[Ratio, ...]
    scalings: tuple[Scaling, ...]
    latencies: tuple[Latency, ...]
    warnings: tuple[str, ...]

    @property
    def reference(self) -> str:
        return self.settings.subjects[0]
