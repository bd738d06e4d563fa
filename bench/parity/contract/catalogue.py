"""The catalogue of named scenarios."""

from __future__ import annotations

from parity.contract.scenario import MS, Config, Scenario, ScheduledSignal, parse_signal
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


CATALOGUE: dict[str, Scenario] = {scenario.name: scenario for scenario in _SCENARIOS}


def named(name: str) -> Scenario:
    """Return the scenario of the catalogue. Raises CannotJudge."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    raise CannotJudge(f"unknown scenario '{name}': want one of {', '.join(CATALOGUE)}")
