"""What was measured: the samples themselves, and what was computed from them.

An arm is a subject as it was run: `go`, `go again` (the control), `py`, `py, process`. There is a
sample for each block. It is None if the block has none: the block did not measure it, or a
difference of two times was below 0. So the samples of two arms can be paired.
"""

from __future__ import annotations

from typing import Literal

import msgspec

FEWEST_BLOCKS = 3
"""With fewer blocks there is no interval, and so no ratio."""

Axis = Literal["workers", "queue", "jobs"]
AXES: tuple[Axis, ...] = ("workers", "queue", "jobs")
"""What a sweep varies."""

Unit = Literal["ns", "bytes"]
"""The unit of a sample. All samples are costs: less is better."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What a number measures: a figure of a workload, and of a configuration if it is varied."""

    workload: str
    name: str
    unit: Unit
    workers: int | None = None
    queue: int | None = None
    jobs: int | None = None

    @property
    def place(self) -> dict[Axis, int]:
        """Return what is varied of the configuration."""
        at = {axis: getattr(self, axis) for axis in AXES}
        return {axis: value for axis, value in at.items() if value is not None}

    def __str__(self) -> str:
        at = [f"{axis}={value}" for axis, value in self.place.items()]
        return ", ".join([f"{self.workload}: {self.name}", *at])


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of one arm, in every block."""

    figure: Figure
    arm: str
    samples: tuple[float | None, ...]
    median: float | None
    outliers: tuple[int, ...]  # block numbers, from 0; flagged, but kept

    @property
    def known(self) -> list[float]:
        return [value for value in self.samples if value is not None]


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate and its 95 % interval."""

    value: float
    low: float
    high: float


class Ratio(msgspec.Struct, frozen=True, kw_only=True):
    """An arm's cost divided by the reference's: the geometric mean over the blocks."""

    figure: Figure
    reference: str
    arm: str
    control: bool  # the reference beside itself: 1 must be in the interval
    ratio: Interval
    blocks: int  # how many have a sample of both


class ExtensionCost(msgspec.Struct, frozen=True, kw_only=True):
    """What an extension costs a job in one arm: with it, divided by without."""

    name: str
    arm: str
    ratio: Interval
    blocks: int  # how many have a sample of both


class Scaling(msgspec.Struct, frozen=True, kw_only=True):
    """How a cost grows: as this power of what is varied. An exponent of 0 is flat."""

    arm: str
    workload: str
    name: str
    against: Axis
    over: tuple[int, ...]  # the values
    exponent: Interval


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """How many samples were above the bucket before, and at most `upto_ns`."""

    upto_ns: int
    count: int


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """How long jobs took in all blocks: an HDR-style histogram, and its percentiles."""

    arm: str
    name: str  # submit to start, submit to done
    percentiles_ns: dict[str, int]  # p50, p90, p99, p99.9
    histogram: tuple[Bucket, ...]


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """The machine and the versions of a measurement."""

    cpu: str
    cores: int
    memory_bytes: int
    system: str
    governor: str | None  # of frequency scaling, if the system tells it
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
    """All that was measured, and all that was computed from it."""

    machine: Machine
    settings: Settings
    series: tuple[Series, ...]
    ratios: tuple[Ratio, ...]
    scalings: tuple[Scaling, ...]
    latencies: tuple[Latency, ...]
    warnings: tuple[str, ...]
    extensions: tuple[ExtensionCost, ...] = ()

    @property
    def reference(self) -> str:
        return self.settings.subjects[0]
