"""The moments at which a sweep delivers signals, and which.

On the virtual clock, the moments are the instants at which a run without signals has an event.
Just before and just after an instant everything sleeps. A signal then finds a known state, and only
the coin of `select` is open. At the instant itself the signal races with the events there, and each
order is legal.

On the real clock no instant is known before it comes. There the moments are a sample of the run.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

import msgspec

from parity.contract.events import DURATIONS, ENDS
from parity.contract.flags import EXTENSION_FLAGS
from parity.contract.outcome import TOLERANCE_NS
from parity.contract.scenario import MS, Config, Scenario, ScheduledSignal, field_of
from parity.contract.trace import Event

SignalKind = Literal["before", "at", "after", "both", "twice", "real", "real twice", "killed"]

KINDS: dict[SignalKind, str] = {
    "before": "a signal 1 ns before the instant",
    "at": "a signal at the instant",
    "after": "a signal 1 ns after the instant",
    "both": "two signals at the instant",
    "twice": "a second signal at a later instant",
    "real": "a signal of the operating system, on the real clock",
    "real twice": "two of them",
    "killed": "SIGKILL, on the real clock",
}

SETTLED: tuple[SignalKind, ...] = ("before", "after")
"""The kinds of signal that come while everything sleeps."""

SINGLE: tuple[SignalKind, ...] = ("before", "at", "after")

TOLD_NS = 3 * TOLERANCE_NS + 100 * MS
"""How long a run on the real clock goes on after the signal, to show if it was not heard."""
LONGEST_REAL_NS = 2000 * MS
"""The longest run on the real clock."""

APART_NS = TOLERANCE_NS
"""How long after the first signal the second one comes on the real clock, at least."""

OUTLASTING_NS = 6 * TOLERANCE_NS
"""How long jobs would go on after the second signal, which must end them, on the real clock."""

SIGNAL_NAMES: tuple[Literal["SIGINT", "SIGTERM"], ...] = ("SIGINT", "SIGTERM")


class Instant(msgspec.Struct, frozen=True, kw_only=True):
    """An instant of the run without signals, or a moment of the sample."""

    t_ns: int
    events: tuple[str, ...] = ()  # the names of its events, each once
    choice: bool = False  # if a worker is busy and a job is in the channel, just before or after it


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario with its signals. It is run once."""

    instant: int  # its index
    kind: SignalKind
    scenario: Scenario
    kill_at_ns: int | None = None


def instants(events: Sequence[Event]) -> list[Instant]:
    found: list[Instant] = []
    busy = waiting = 0
    for t_ns, group in groupby(events, key=lambda event: event.t_ns or 0):
        choice = busy > 0 and waiting > 0
        names: dict[str, None] = {}
        for event in group:
            names[event.event] = None
            ended = event.event in ENDS and event.worker is not None
            busy += (event.event == "job_started") - ended
            waiting += (event.event == "job_submitting") - (event.event == "job_started")
        choice = choice or (busy > 0 and waiting > 0)
        found.append(Instant(t_ns=t_ns, events=tuple(names), choice=choice))
    return found


def points(
    scenario: Scenario, moments: Sequence[Instant], *, runs: int, real: int
) -> Iterator[Point]:
    """Yield the points of a sweep. Those on the real clock come last.

    A point where `select` or a race decides is run `runs` times. `real` of the instants, evenly
    spread, are also tried on the real clock.
    """
    for index, moment in enumerate(moments):
        yield from _beside(scenario, moment, index, runs)
        yield from _twice(scenario, moments, index)
    real = min(real, len(moments))
    sampled = [number * len(moments) // real for number in range(real)]
    for number, index in enumerate(sampled):
        scaled, factor = scale(scenario, moments[-1].t_ns, moments[index].t_ns)
        yield from _real(scaled, [round(m.t_ns * factor) for m in moments], index, number)


def sample(makespan_ns: int, number: int, seed: int) -> list[Instant]:
    """Return this many moments of a run: one drawn from each of its equal parts."""
    chance = random.Random(seed)
    parts = [(i + chance.random()) / number for i in range(number)]
    return [Instant(t_ns=round(part * makespan_ns)) for part in parts]


def sampled_points(
    scenario: Scenario, moments: Sequence[Instant], makespan_ns: int, *, runs: int
) -> Iterator[Point]:
    """Yield the points of a sweep on the real clock. Each is run `runs` times."""
    for index, moment in enumerate(moments):
        scaled, factor = scale(scenario, makespan_ns, moment.t_ns)
        for run in range(runs):
            number = index * runs + run
            yield from _real(scaled, [round(m.t_ns * factor) for m in moments], index, number)


def _beside(scenario: Scenario, moment: Instant, index: int, runs: int) -> Iterator[Point]:
    offsets: dict[SignalKind, int] = {"before": -1, "at": 0, "after": 1}
    for kind, offset in offsets.items():
        at_ns = moment.t_ns + offset
        if at_ns >= 0:
            once = kind in SETTLED and not moment.choice
            signal = _signal(index, at_ns)
            for _ in range(1 if once else runs):
                yield _point(scenario, index, kind, signal)


def _twice(scenario: Scenario, moments: Sequence[Instant], index: int) -> Iterator[Point]:
    first = _signal(index, moments[index].t_ns)
    yield _point(scenario, index, "both", first, _signal(index + 1, first.at_ns))
    if later := moments[index + 1 :]:
        # In turn: the next instant, the second one, the third one.
        second = later[min(index % 3, len(later) - 1)]
        yield _point(scenario, index, "twice", first, _signal(index // 2, second.t_ns))


def _real(scenario: Scenario, times_ns: Sequence[int], index: int, number: int) -> Iterator[Point]:
    """Yield the points on the real clock. The number of the sample decides which signals."""
    at_ns = times_ns[index]
    first = _signal(number, at_ns)
    # Two that come together might arrive as one.
    later_ns = max(times_ns[index + 1 : index + 2], default=0)
    second = _signal(number // 2, max(later_ns, at_ns + APART_NS))
    yield _point(scenario, index, "real", first)
    yield _point(_outlasting(scenario, second), index, "real twice", first, second)
    yield msgspec.structs.replace(_point(scenario, index, "killed"), kill_at_ns=at_ns)


def _outlasting(scenario: Scenario, signal: ScheduledSignal) -> Scenario:
    """Return the scenario with jobs that go on long after the signal.

    Otherwise a program that ignores the signal could finish before we can tell.
    """
    config = msgspec.structs.replace(
        scenario.config, work_ns=signal.at_ns + OUTLASTING_NS, job_timeout_ns=0
    )
    return msgspec.structs.replace(scenario, config=config)


def _signal(number: int, at_ns: int) -> ScheduledSignal:
    return ScheduledSignal(SIGNAL_NAMES[number % len(SIGNAL_NAMES)], at_ns)


def _point(scenario: Scenario, index: int, kind: SignalKind, *signals: ScheduledSignal) -> Point:
    config = msgspec.structs.replace(scenario.config, signals=signals)
    changed = msgspec.structs.replace(scenario, config=config)
    return Point(instant=index, kind=kind, scenario=changed)


def scale(scenario: Scenario, makespan_ns: int, at_ns: int) -> tuple[Scenario, float]:
    """Return the scenario for a signal on the real clock, and the factor of its times.

    The factor is such that the time after the signal is long enough.
    """
    if not makespan_ns:
        return msgspec.structs.replace(scenario, clock="real"), 1.0
    left_ns = max(makespan_ns - at_ns, 1)
    factor = min(TOLD_NS / left_ns, LONGEST_REAL_NS / makespan_ns)
    config = _scaled(scenario.config, factor)
    return msgspec.structs.replace(scenario, config=config, clock="real"), factor


def _scaled(config: Config, factor: float) -> Config:
    """Return the configuration with other times. A flag that has its default keeps it."""
    given = config.extensions()
    times = {flag: getattr(config, field_of(flag)) for flag in DURATIONS}
    changed = {
        field_of(flag): max(round(t_ns * factor), min(t_ns, 1))
        for flag, t_ns in times.items()
        if flag not in EXTENSION_FLAGS or flag in given or (config.attempts > 1 and "back" in flag)
    }
    return msgspec.structs.replace(config, **changed)
