"""The greedy schedule: how long a run lasts in which no worker idles beside a job."""

from __future__ import annotations

import pytest
from parity.contract.catalogue import CATALOGUE
from parity.contract.scenario import Config, Scenario
from parity.execution.runner import run_side_by_side
from parity.execution.subject import resolve
from parity.specification.greedy import makespan_ns


@pytest.mark.parametrize(
    ("workers", "queue", "jobs", "interval_ns", "work_ns", "expected_ns"),
    [
        (3, 10, 0, 5, 20, 0),
        (3, 10, 15, 500, 2000, 11_000),  # the programs' own configuration
        (1, 10, 4, 5, 20, 80),
        (9, 10, 4, 50, 20, 200),  # the last pause is longer than the last job
        (1, 1, 4, 0, 20, 80),
        # Job 3 is sent when job 2 is received, at 20, and so job 4 is submitted at 35.
        (1, 1, 4, 15, 20, 80),
        (2, 0, 4, 15, 20, 65),
        (1, 0, 3, 15, 20, 60),  # a job is sent when the worker takes it; then comes the pause
    ],
)
def test_makespan(
    workers: int, queue: int, jobs: int, interval_ns: int, work_ns: int, expected_ns: int
) -> None:
    config = Config(
        workers=workers, queue=queue, jobs=jobs, interval_ns=interval_ns, work_ns=work_ns
    )
    assert makespan_ns(config) == expected_ns


def test_computing_takes_no_time() -> None:
    assert makespan_ns(Config(workers=1, jobs=2, interval_ns=5, work_ns=20, cpu=100)) == 10


SHORT = [
    name
    for name, scenario in CATALOGUE.items()
    if scenario.clock == "virtual"
    and not scenario.config.signals
    and not scenario.wrong_usage
    and name != "burst"
]


def test_the_makespan_is_that_of_a_run_on_the_virtual_clock() -> None:
    odd = Scenario(
        name="odd", about="", config=Config(workers=2, queue=1, interval_ns=7, work_ns=40)
    )
    for scenario in [*(CATALOGUE[name] for name in SHORT), odd]:
        (outcome,) = run_side_by_side(resolve(["go"]), scenario, seed=1, timeout_s=20)
        assert makespan_ns(scenario.config) == outcome.trace.makespan_ns, scenario.name
