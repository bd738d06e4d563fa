"""What the contract's page states of levels of priority."""

from __future__ import annotations

from typing import Any

from parity.contract.outcome import Outcome
from parity.contract.scenario import MS, Scenario

from tests.support.contract_page.page import printed, records, refused, run, states, with_config

ONE_BY_ONE = {"jobs": 12, "interval_ns": 3 * MS, "work_ns": 100 * MS, "levels": 3}


@states("-levels above 1 needs -queue 1 or more, and -aging needs -levels 2 or more")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        said = refused(command, "-levels=2", "-queue=0")
        assert said == "flag -levels needs -queue 1 or more\n"
        assert refused(command, "-aging=1") == "flag -aging needs -levels 2 or more\n"


@states("Job j has the level 1 + (j-1) mod -levels, and 1 is the most urgent")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(with_config(**ONE_BY_ONE, signals=())):
        told = [e for e in records(outcome)[1] if e["event"] == "job_submitting"]
        assert [event["level"] for event in told] == [1, 2, 3] * 4
        lines = [line for line in printed(outcome) if line.startswith("Submitting")]
        assert [line.partition(",")[2] for line in lines] == [" Priority: 1", " Priority: 2"] + [
            " Priority: 3",
            " Priority: 1",
            " Priority: 2",
        ] * 3 + [" Priority: 3"]


def order(scenario: Scenario) -> list[list[int]]:
    """Return the order in which each program's jobs are started."""
    return [of("job_started", outcome) for outcome in run(scenario)]


def of(event: str, outcome: Outcome) -> list[int]:
    return [record["job"] for record in records(outcome)[1] if record["event"] == event]


@states("A worker takes the oldest job of the most urgent level that has one")
def _(_s: Any, _q: Any, _c: Any) -> None:
    by_level = [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]
    assert order(with_config(**ONE_BY_ONE, signals=())) == [by_level] * 2
    # The first five are there when the second is taken, and each take makes room for one.
    narrow = [1, 4, 2, 7, 5, 8, 10, 11, 3, 6, 9, 12]
    assert order(with_config(**ONE_BY_ONE, queue=4, signals=())) == [narrow] * 2


@states("After as many takes in a row as -aging says")
def _(_s: Any, _q: Any, _c: Any) -> None:
    aged = [1, 4, 7, 2, 10, 5, 3, 8, 11, 6, 9, 12]
    assert order(with_config(**ONE_BY_ONE, aging=2, signals=())) == [aged] * 2


@states("At the end, the jobs still in the queue are abandoned by level")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(with_config(**ONE_BY_ONE)):
        left = of("job_abandoned", outcome)
        assert left == sorted(left, key=lambda job: ((job - 1) % 3, job))
        assert left
