"""The catalogue of named scenarios."""

from __future__ import annotations

import msgspec

from parity.contract.scenario import (
    HOUR,
    MS,
    Clock,
    Config,
    Every,
    Scenario,
    scheduled,
)
from parity.contract.scenarios_of_extensions import OF_EXTENSIONS
from parity.errors import CannotJudge

# The scenarios are short, so that they end soon on the real clock too. A signal comes at an odd
# time, between two events, so it finds the same state in every run.
_SCENARIOS = (
    Scenario(name="default", about="the programs' own configuration"),
    Scenario(
        name="one-worker",
        about="one worker, one job after another",
        config=Config(workers=1, jobs=6, interval_ns=50 * MS, work_ns=120 * MS),
    ),
    Scenario(
        name="idle-workers",
        about="more workers than jobs",
        config=Config(workers=8, jobs=3, interval_ns=50 * MS, work_ns=120 * MS),
    ),
    Scenario(name="no-jobs", about="no jobs: start, close, stop", config=Config(jobs=0)),
    Scenario(
        name="backpressure",
        about="queue 1, no interval: Submit waits for room",
        config=Config(queue=1, jobs=12, interval_ns=0, work_ns=100 * MS),
    ),
    Scenario(
        name="unbuffered",
        about="queue 0: each job passes from hand to hand",
        config=Config(queue=0, jobs=12, interval_ns=0, work_ns=100 * MS),
    ),
    Scenario(
        name="burst",
        about="10,000 jobs without work",
        config=Config(jobs=10_000, interval_ns=0, work_ns=0),
    ),
    Scenario(
        name="interrupt-busy",
        about="SIGINT while all work and jobs are queued",
        config=Config(
            jobs=9, interval_ns=10 * MS, work_ns=200 * MS, signals=scheduled("SIGINT@255ms")
        ),
    ),
    Scenario(
        name="terminate-blocked",
        about="SIGTERM while Submit waits for room",
        config=Config(
            workers=2,
            queue=2,
            interval_ns=0,
            work_ns=200 * MS,
            signals=scheduled("SIGTERM@50ms"),
        ),
    ),
    Scenario(
        name="terminate-unbuffered",
        about="SIGTERM at queue 0, while Submit waits for a worker",
        config=Config(
            queue=0,
            jobs=12,
            interval_ns=0,
            work_ns=200 * MS,
            signals=scheduled("SIGTERM@250ms"),
        ),
    ),
    Scenario(
        name="interrupt-idle",
        about="SIGINT while every worker waits for a job",
        config=Config(
            jobs=4, interval_ns=200 * MS, work_ns=20 * MS, signals=scheduled("SIGINT@330ms")
        ),
    ),
    Scenario(
        name="interrupt-draining",
        about="SIGINT after close, while jobs are being done",
        config=Config(
            workers=2,
            jobs=8,
            interval_ns=0,
            work_ns=150 * MS,
            signals=scheduled("SIGINT@210ms"),
        ),
    ),
    Scenario(
        name="second-signal",
        about="SIGINT, then SIGTERM: killed at once",
        config=Config(
            # The work is long: on the real clock, a program that is not killed prints more lines.
            # The signals are far apart: a program that did not hear the first prints none between.
            work_ns=1000 * MS,
            interval_ns=50 * MS,
            signals=scheduled("SIGINT@120ms", "SIGTERM@520ms"),
        ),
    ),
    Scenario(
        name="second-draining",
        about="SIGTERM twice after close, while a job is being done: killed at once",
        config=Config(
            workers=1,
            jobs=4,
            interval_ns=0,
            work_ns=1001 * MS,  # in floating point a moment less
            signals=scheduled("SIGTERM@1.2s", "SIGTERM@1.5s"),
        ),
    ),
    Scenario(
        name="interrupt-unused",
        about="SIGINT while most workers wait for their first job",
        config=Config(
            workers=64,
            jobs=2,
            interval_ns=50 * MS,
            work_ns=120 * MS,
            signals=scheduled("SIGINT@30ms"),
        ),
    ),
    Scenario(
        name="many-workers",
        about="1,100 workers with jobs of an hour, 650 jobs queued",
        config=Config(workers=1100, queue=650, jobs=1800, interval_ns=0, work_ns=HOUR),
    ),
    Scenario(
        name="days",
        about="jobs of a day, a pause of half a day: six days, to the nanosecond",
        config=Config(workers=2, jobs=12, interval_ns=11 * HOUR, work_ns=24 * HOUR - 1),
    ),
    Scenario(
        name="nanoseconds",
        about="jobs and pauses of some hundred nanoseconds",
        config=Config(
            workers=2,
            jobs=20,
            interval_ns=333,
            work_ns=1001,
            signals=scheduled("SIGINT@4.567us"),
        ),
    ),
    Scenario(
        name="computing",
        about="jobs that keep a processor busy",
        config=Config(jobs=6, interval_ns=10 * MS, cpu=1_001),
    ),
    Scenario(
        name="quiet",
        about="-quiet: only lifecycle lines, and a whole trace",
        config=Config(
            jobs=9,
            interval_ns=10 * MS,
            work_ns=200 * MS,
            signals=scheduled("SIGINT@255ms"),
            quiet=True,
        ),
    ),
    Scenario(
        name="real-time",
        about="on the real clock: timers, wake-ups, and the end of the process",
        config=Config(jobs=6, interval_ns=50 * MS, work_ns=200 * MS),
        clock="real",
    ),
    Scenario(
        name="terminate-real-time",
        about="SIGTERM after close, on the real clock: the operating system sends it",
        config=Config(
            workers=1, jobs=3, interval_ns=0, work_ns=200 * MS, signals=scheduled("SIGTERM@100ms")
        ),
        clock="real",
    ),
    Scenario(
        name="bad-input",
        about="wrong usage is rejected alike",
        wrong_usage=("-workers", "many"),
    ),
)


_MANY_LEVELS = Config(workers=50, queue=150, jobs=900, interval_ns=0, work_ns=MS, levels=9, aging=1)

_LONG = (
    Scenario(
        name="interrupt-at-start",
        about="SIGINT at the first instant",
        config=Config(
            workers=8, jobs=20, interval_ns=0, work_ns=100 * MS, signals=scheduled("SIGINT@0s")
        ),
    ),
    Scenario(
        name="many-jobs",
        about="100,001 jobs without work: IDs of six digits, and beyond 16 bits",
        config=Config(workers=2, queue=1000, jobs=100_001, interval_ns=0, work_ns=0),
    ),
    Scenario(
        name="many-results",
        about="65,600 jobs with results, and the last that is tried again has an ID beyond 16 bits",
        config=Config(
            workers=2,
            queue=1000,
            jobs=65_600,
            interval_ns=0,
            work_ns=0,
            fail=Every(65_537, 1),
            attempts=2,
            backoff_ns=10 * MS,
            jitter=True,
            results=True,
        ),
    ),
    Scenario(
        name="long-queue",
        about="a queue of 66,000 that fills up, left behind at SIGINT",
        config=Config(
            workers=3,
            queue=66_000,
            jobs=66_010,
            interval_ns=0,
            work_ns=1000 * MS,
            signals=scheduled("SIGINT@1.5s"),
        ),
    ),
    Scenario(
        name="half-a-year",
        about="200 days and some ns: after 104 days a double in ns, or in s, is not exact",
        config=Config(workers=2, jobs=200, interval_ns=24 * HOUR - 1, work_ns=24 * HOUR - 3),
    ),
    # A channel of the port pauses after some items. Only a long queue makes it pause in the midst
    # of a take, where another worker may come in between.
    Scenario(
        name="many-levels",
        about="900 jobs of nine levels, which the oldest job takes turns with",
        config=_MANY_LEVELS,
    ),
    Scenario(
        name="interrupt-many-levels",
        about="SIGINT while 50 workers take such jobs",
        config=msgspec.structs.replace(_MANY_LEVELS, signals=scheduled("SIGINT@3ms")),
    ),
    Scenario(
        name="thousands-of-workers",
        about="5,000 workers, each with two jobs of a day",
        config=Config(workers=5000, queue=0, jobs=10_000, interval_ns=0, work_ns=24 * HOUR),
    ),
    Scenario(
        name="backlog",
        about="SIGINT on the real clock among 200,000 jobs without work, and room for all",
        config=Config(
            # A small queue would be full again and again, and main would have to wait.
            queue=200_000,
            jobs=200_000,
            interval_ns=0,
            work_ns=0,
            signals=scheduled("SIGINT@300ms"),
        ),
        clock="real",
    ),
    Scenario(
        name="computing-long",
        about="jobs of 70,001 rounds",
        config=Config(jobs=12, queue=1, interval_ns=0, cpu=70_001),
    ),
)


CATALOGUE: dict[str, Scenario] = {one.name: one for one in (*_SCENARIOS, *OF_EXTENSIONS)}

THOROUGH: dict[str, Scenario] = {scenario.name: scenario for scenario in _LONG}
"""Scenarios that take longer: `run --all` has them with --thorough."""


_HOURS_LONG = {
    "many-workers",
    "days",
    "half-a-year",
    "hours-of-waits",
    "hours-with-jitter",
    "thousands-of-workers",
}


def catalogue(
    clock: Clock | None = None, *, thorough: bool = False, extensions: bool = True
) -> list[Scenario]:
    """Return the scenarios, without those that take hours on that clock.

    Without `extensions`, each has only flags that every pool knows.
    """
    every = CATALOGUE | THOROUGH if thorough else CATALOGUE
    return [
        one
        for one in every.values()
        if (clock != "real" or one.name not in _HOURS_LONG)
        and (extensions or one not in OF_EXTENSIONS)
    ]


def named(name: str) -> Scenario:
    """Return the scenario of the catalogue. Raises CannotJudge."""
    every = CATALOGUE | THOROUGH
    if name in every:
        return every[name]
    raise CannotJudge(f"unknown scenario '{name}': want one of {', '.join(every)}")
