"""Two legal runs with levels may differ where a job comes at the instant of a take, and only there."""

from __future__ import annotations

import random

import msgspec
from parity.comparison.compare import compare
from parity.contract.outcome import Outcome
from parity.contract.scenario import Config, Scenario
from parity.contract.trace import Header, Trace

from tests.support.pairs import evidence, failed
from tests.support.results import outcome
from tests.support.timed_walks import Walk
from tests.support.walks import numbered, with_level_of

AT_ONCE = Config(workers=2, queue=4, jobs=4, interval_ns=0, work_ns=10, levels=2)
HEADER = Header(schema="parity.trace/1", program="x", runtime={}, clock="virtual", config={})


def ran(name: str, config: Config, seed: int) -> Outcome:
    events = tuple(numbered(Walk(config, random.Random(seed)).go()))
    return outcome(name, Trace(events=events, source="ndjson", header=HEADER))


def second(run: Outcome) -> int | None:
    """Return the job that is started second."""
    return [e.job for e in run.trace.events if e.event == "job_started"][1]


def test_jobs_that_come_at_once_may_be_taken_in_either_order() -> None:
    runs = [ran("py", AT_ONCE, seed) for seed in range(40)]
    one = next(run for run in runs if second(run) == 2)
    other = next(run for run in runs if second(run) == 3)
    found = compare(
        msgspec.structs.replace(one, subject="go"),
        other,
        Scenario(name="at-once", about="", config=AT_ONCE),
        run=1,
        seed=1,
    )
    assert "ordering" not in failed(found)
    assert "different, both legal" in evidence(found, "ordering")


def test_jobs_that_come_one_by_one_are_taken_in_the_same_order_or_a_run_is_illegal() -> None:
    config = msgspec.structs.replace(AT_ONCE, jobs=7, interval_ns=3, work_ns=10)
    by_age = ran("py", msgspec.structs.replace(config, levels=1), 1)
    events = tuple(with_level_of(config, event) for event in by_age.trace.events)
    trace = msgspec.structs.replace(by_age.trace, events=events)
    wrong = msgspec.structs.replace(by_age, trace=trace)
    scenario = Scenario(name="one-by-one", about="", config=config)
    found = compare(ran("go", config, 1), wrong, scenario, run=1, seed=1)
    assert "level/most-urgent-first" in evidence(found, "ordering")
