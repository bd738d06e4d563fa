"""On a real clock, an idle worker that could leave has to."""

from __future__ import annotations

import pytest
from parity.checker.keepalive import overstayed
from parity.contract.scenario import Config
from parity.contract.trace import Event

from tests.support.real_times import MS, said

CONFIG = Config(workers=1, queue=1, jobs=4, max_workers=2, keepalive_ns=200 * MS, work_ns=50 * MS)
TOLERANCE_NS = 20 * MS


def grown(*later: tuple[int, str]) -> list[Event]:
    """Two workers have had a job each; both wait since 50 ms."""
    return said(
        (0, "pool_starting"),
        (0, "worker_started worker=1"),
        (0, "job_submitting job=1"),
        (0, "job_started worker=1 job=1"),
        (0, "job_submitting job=2"),
        (0, "worker_started worker=2"),
        (0, "job_started worker=2 job=2"),
        (50, "job_completed worker=1 job=1"),
        (50, "job_completed worker=2 job=2"),
        *later,
    )


def both_at(t_ms: int) -> list[tuple[int, str]]:
    return [(t_ms, "job_submitting job=3"), (t_ms, "job_submitting job=4")]


def overstays(events: list[Event]) -> int:
    """Return the line since which a worker waits too long, or 0."""
    found = overstayed(events, CONFIG, tolerance_ns=TOLERANCE_NS)
    return found.line if found else 0


def test_a_worker_that_could_leave_and_stayed_is_named() -> None:
    found = overstayed(grown((500, "pool_closing")), CONFIG, tolerance_ns=TOLERANCE_NS)
    assert found
    assert (found.line, found.words) == (
        9,
        "worker 1 had waited for -keepalive at 0.25 s, when 2 workers ran, 2 of them idle; "
        "it had not left 20 ms later",
    )


@pytest.mark.parametrize(
    "later",
    [
        pytest.param([(250, "worker_stopped worker=2 reason=idle")], id="the other one left"),
        pytest.param([(265, "worker_stopped worker=1 reason=idle")], id="a little late"),
        pytest.param([*both_at(269)], id="the jobs may have come first"),
        pytest.param([*both_at(231)], id="no worker was idle"),
        pytest.param(
            [
                *both_at(225),
                (225, "job_started worker=1 job=3"),
                (235, "job_completed worker=1 job=3"),
                (235, "job_started worker=1 job=4"),
                (245, "job_completed worker=1 job=4"),
                (440, "pool_closing"),
            ],
            id="no worker was idle just before",
        ),
        pytest.param([(260, "signal_received signal=interrupt")], id="a stop may have come first"),
        pytest.param([(260, "pool_closing")], id="a close may have come first"),
    ],
)
def test_a_worker_stays_where_it_may(later: list[tuple[int, str]]) -> None:
    assert not overstays(grown(*later, (500, "main_done")))


MANY = [(245, "result_received job=1 fate=completed attempt=1")] * 20
"""Lines that the program prints when the worker asks. They may take 10 ms."""


@pytest.mark.parametrize(
    ("later", "line"),
    [
        ([(500, "job_submitting job=3")], 9),
        ([(300, "job_submitting job=3"), (300, "job_started worker=1 job=3")], 9),
        ([(300, "worker_stopped worker=2 reason=idle")], 10),
        ([(100, "job_submitting job=3"), (100, "job_started worker=2 job=3"), (500, "x")], 9),
        ([*MANY, (280, "worker_stopped worker=1 reason=idle")], 0),
        ([*MANY, (280, "pool_closing")], 0),
        ([*MANY, (281, "pool_closing")], 9),
    ],
)
def test_a_worker_has_its_time_to_leave(later: list[tuple[int, str]], line: int) -> None:
    assert overstays(grown(*later)) == line


def test_a_worker_asks_once() -> None:
    """Worker 2 asks when two jobs are not done. When they are, it may stay; worker 1 asks then."""
    third = (231, "job_started worker=1 job=3"), (281, "job_completed worker=1 job=3")
    fourth = (281, "job_started worker=1 job=4"), (331, "job_completed worker=1 job=4")
    jobs = *both_at(231), *third, *fourth
    assert not overstays(grown(*jobs, (550, "pool_closing")))
    assert overstays(grown(*jobs, (560, "pool_closing"))) == 16


def test_a_busy_worker_does_not_wait() -> None:
    third = (230, "job_submitting job=3"), (230, "job_started worker=2 job=3")
    idle = (240, "worker_stopped worker=1 reason=idle"), (241, "job_submitting job=4")
    again = (242, "worker_started worker=3"), (242, "job_started worker=3 job=4")
    last = (300, "job_completed worker=3 job=4")
    assert not overstays(grown(*third, *idle, *again, last, (490, "pool_closing")))
    assert overstays(grown(*third, *idle, *again, last, (550, "pool_closing"))) == 17


def test_what_computes_may_be_late() -> None:
    computing = Config(workers=1, max_workers=2, keepalive_ns=200 * MS, cpu=1)
    assert not overstayed(grown((500, "pool_closing")), computing, tolerance_ns=TOLERANCE_NS)
