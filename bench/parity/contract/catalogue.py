"""The catalogue of named scenarios."""

from __future__ import annotations

from parity.contract.scenario import (
    HOUR,
    MS,
    Clock,
    Config,
    Every,
    Scenario,
    ScheduledSignal,
    parse_signal,
)
from parity.errors import CannotJudge


def _signals(*texts: str) -> tuple[ScheduledSignal, ...]:
    return tuple(parse_signal(text) for text in texts)


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
            jobs=9, interval_ns=10 * MS, work_ns=200 * MS, signals=_signals("SIGINT@255ms")
        ),
    ),
    Scenario(
        name="terminate-blocked",
        about="SIGTERM while Submit waits for room",
        config=Config(
            workers=2, queue=2, interval_ns=0, work_ns=200 * MS, signals=_signals("SIGTERM@50ms")
        ),
    ),
    Scenario(
        name="terminate-unbuffered",
        about="SIGTERM at queue 0, while Submit waits for a worker",
        config=Config(
            queue=0, jobs=12, interval_ns=0, work_ns=200 * MS, signals=_signals("SIGTERM@250ms")
        ),
    ),
    Scenario(
        name="interrupt-idle",
        about="SIGINT while every worker waits for a job",
        config=Config(
            jobs=4, interval_ns=200 * MS, work_ns=20 * MS, signals=_signals("SIGINT@330ms")
        ),
    ),
    Scenario(
        name="interrupt-draining",
        about="SIGINT after close, while jobs are being done",
        config=Config(
            workers=2, jobs=8, interval_ns=0, work_ns=150 * MS, signals=_signals("SIGINT@210ms")
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
            signals=_signals("SIGINT@120ms", "SIGTERM@520ms"),
        ),
    ),
    Scenario(
        name="second-draining",
        about="SIGTERM twice after close, while a job is being done: killed at once",
        config=Config(
            workers=1,
            jobs=4,
            interval_ns=0,
            work_ns=1000 * MS,
            signals=_signals("SIGTERM@1.2s", "SIGTERM@1.5s"),
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
            signals=_signals("SIGINT@30ms"),
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
            workers=2, jobs=20, interval_ns=333, work_ns=1001, signals=_signals("SIGINT@4.567us")
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
            signals=_signals("SIGINT@255ms"),
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
        name="bad-input",
        about="wrong usage is rejected alike",
        wrong_usage=("-workers", "many"),
    ),
)


_EXTENSIONS = (
    Scenario(
        name="retries",
        about="jobs that fail are tried again, each wait twice the one before",
        config=Config(
            workers=2,
            jobs=9,
            interval_ns=10 * MS,
            work_ns=50 * MS,
            fail=Every(3, 2),
            attempts=3,
            backoff_ns=20 * MS,
        ),
    ),
    Scenario(
        name="retries-given-up",
        about="some jobs fail at each attempt, after waits with jitter",
        config=Config(
            workers=2,
            queue=1,
            jobs=8,
            interval_ns=0,
            work_ns=30 * MS,
            fail=Every(2, 9),
            attempts=4,
            backoff_ns=50 * MS,
            backoff_cap_ns=120 * MS,
            jitter=True,
        ),
    ),
    Scenario(
        name="interrupt-waits",
        about="SIGINT while workers wait to try their jobs again, and jobs are queued",
        config=Config(
            workers=2,
            queue=3,
            jobs=8,
            interval_ns=0,
            work_ns=40 * MS,
            fail=Every(1, 1),
            attempts=2,
            backoff_ns=1000 * MS,
            signals=_signals("SIGINT@555ms"),
        ),
    ),
    Scenario(
        name="timeouts",
        about="jobs that take too long: asked to end, and tried again",
        config=Config(
            workers=2,
            jobs=8,
            interval_ns=10 * MS,
            work_ns=50 * MS,
            slow=Every(4, 3),
            job_timeout_ns=70 * MS,
            attempts=2,
            backoff_ns=30 * MS,
        ),
    ),
    Scenario(
        name="terminate-slow",
        about="SIGTERM during an attempt that takes too long: it goes on to its timeout",
        config=Config(
            workers=2,
            queue=1,
            jobs=6,
            interval_ns=0,
            work_ns=50 * MS,
            slow=Every(2, 20),
            job_timeout_ns=200 * MS,
            signals=_signals("SIGTERM@111ms"),
        ),
    ),
    Scenario(
        name="computing-late",
        about="jobs that compute beyond their timeout: completed, and late",
        config=Config(
            jobs=6, interval_ns=10 * MS, cpu=1_001, slow=Every(2, 5), job_timeout_ns=1000
        ),
    ),
    Scenario(
        name="results",
        about="the result of each job, on a channel with one slot: a worker waits for room",
        config=Config(
            workers=4,
            queue=1,
            jobs=12,
            interval_ns=0,
            work_ns=50 * MS,
            fail=Every(3, 2),
            attempts=2,
            backoff_ns=50 * MS,
            results=True,
        ),
    ),
    Scenario(
        name="interrupt-results",
        about="SIGINT just as jobs end, and no slots for their results: all are delivered",
        config=Config(
            workers=5,
            queue=0,
            jobs=12,
            interval_ns=0,
            work_ns=40 * MS,
            fail=Every(2, 1),
            attempts=2,
            backoff_ns=1000 * MS,
            results=True,
            signals=_signals("SIGINT@40ms"),
        ),
    ),
    Scenario(
        name="priorities",
        about="three levels: an urgent job is taken before those that came earlier",
        config=Config(workers=2, queue=6, jobs=12, interval_ns=10 * MS, work_ns=47 * MS, levels=3),
    ),
    Scenario(
        name="aging",
        about="two levels: after two urgent jobs, the one that has waited longest is taken",
        config=Config(
            workers=1, queue=8, jobs=14, interval_ns=7 * MS, work_ns=40 * MS, levels=2, aging=2
        ),
    ),
    Scenario(
        name="interrupt-levels",
        about="SIGINT while jobs of all levels wait, and Submit too: they are abandoned by level",
        config=Config(
            workers=2,
            queue=5,
            jobs=14,
            interval_ns=3 * MS,
            work_ns=50 * MS,
            levels=3,
            aging=1,
            signals=_signals("SIGINT@77ms"),
        ),
    ),
    Scenario(
        name="extensions",
        about="all at once: failures, timeouts, waits with jitter, levels, and SIGTERM among them",
        config=Config(
            workers=3,
            queue=2,
            jobs=9,
            interval_ns=5 * MS,
            work_ns=30 * MS,
            fail=Every(2, 1),
            slow=Every(3, 4),
            attempts=3,
            backoff_ns=20 * MS,
            backoff_cap_ns=30 * MS,
            jitter=True,
            job_timeout_ns=50 * MS,
            results=True,
            max_workers=4,
            keepalive_ns=30 * MS,
            levels=2,
            aging=1,
            signals=_signals("SIGTERM@103ms"),
        ),
        metrics=True,
    ),
    Scenario(
        name="useless-flag",
        about="a flag that has no effect without another is rejected alike",
        wrong_usage=("-backoff", "1s"),
    ),
    Scenario(
        name="metrics",
        about="counters, gauges and a histogram of jobs that fail and are tried again",
        config=Config(
            workers=2,
            queue=2,
            jobs=9,
            interval_ns=10 * MS,
            work_ns=40 * MS,
            slow=Every(4, 10),
            fail=Every(3, 2),
            attempts=2,
            backoff_ns=20 * MS,
        ),
        metrics=True,
    ),
    Scenario(
        name="interrupt-metrics",
        about="SIGINT while one worker works, another waits, and Submit too: every fate is counted",
        config=Config(
            workers=2,
            queue=2,
            jobs=12,
            interval_ns=0,
            work_ns=40 * MS,
            fail=Every(2, 9),
            attempts=2,
            backoff_ns=30 * MS,
            signals=_signals("SIGINT@135ms"),
        ),
        metrics=True,
    ),
    Scenario(
        name="scaling",
        about="one worker, and up to three while jobs that take long keep it busy",
        config=Config(
            workers=1,
            jobs=12,
            interval_ns=100 * MS,
            work_ns=60 * MS,
            slow=Every(4, 7),
            max_workers=3,
            keepalive_ns=75 * MS,
        ),
    ),
    Scenario(
        name="scaling-bursts",
        about="queue 0: jobs that fail and take long find every worker busy, up to four",
        config=Config(
            workers=1,
            queue=0,
            jobs=14,
            interval_ns=37 * MS,
            work_ns=50 * MS,
            fail=Every(5, 2),
            slow=Every(3, 4),
            attempts=2,
            backoff_ns=20 * MS,
            max_workers=4,
            keepalive_ns=45 * MS,
        ),
        metrics=True,
    ),
    Scenario(
        name="interrupt-grown",
        about="SIGINT while as many workers as may run are busy, and Submit waits for room",
        config=Config(
            workers=1,
            queue=2,
            jobs=9,
            interval_ns=20 * MS,
            work_ns=150 * MS,
            max_workers=4,
            keepalive_ns=100 * MS,
            signals=_signals("SIGINT@133ms"),
        ),
    ),
    Scenario(
        name="terminate-leaving",
        about="SIGTERM at the instant at which an idle worker would leave",
        config=Config(
            workers=1,
            queue=2,
            jobs=6,
            interval_ns=100 * MS,
            work_ns=110 * MS,
            max_workers=3,
            keepalive_ns=70 * MS,
            signals=_signals("SIGTERM@180ms"),
        ),
    ),
)
"""A program that knows no extension is not asked to run these."""


_LONG = (
    Scenario(
        name="interrupt-at-start",
        about="SIGINT at the first instant",
        config=Config(
            workers=8, jobs=20, interval_ns=0, work_ns=100 * MS, signals=_signals("SIGINT@0s")
        ),
    ),
    Scenario(
        name="many-jobs",
        about="70,000 jobs without work: IDs beyond 16 bits",
        config=Config(workers=2, queue=1000, jobs=70_000, interval_ns=0, work_ns=0),
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
            signals=_signals("SIGINT@1.5s"),
        ),
    ),
    Scenario(
        name="thousands-of-workers",
        about="5,000 workers, each with two jobs of a day",
        config=Config(workers=5000, queue=0, jobs=10_000, interval_ns=0, work_ns=24 * HOUR),
    ),
    Scenario(
        name="backlog",
        about="SIGINT on the real clock among 200,000 jobs without work",
        config=Config(jobs=200_000, interval_ns=0, work_ns=0, signals=_signals("SIGINT@300ms")),
        clock="real",
    ),
    Scenario(
        name="computing-long",
        about="jobs of 70,001 rounds",
        config=Config(jobs=12, queue=1, interval_ns=0, cpu=70_001),
    ),
)


CATALOGUE: dict[str, Scenario] = {one.name: one for one in (*_SCENARIOS, *_EXTENSIONS)}

THOROUGH: dict[str, Scenario] = {scenario.name: scenario for scenario in _LONG}
"""Scenarios that take longer: `run --all` has them with --thorough."""


_HOURS_LONG = {"many-workers", "days", "thousands-of-workers"}


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
        and (extensions or one not in _EXTENSIONS)
    ]


def named(name: str) -> Scenario:
    """Return the scenario of the catalogue. Raises CannotJudge."""
    every = CATALOGUE | THOROUGH
    if name in every:
        return every[name]
    raise CannotJudge(f"unknown scenario '{name}': want one of {', '.join(every)}")
