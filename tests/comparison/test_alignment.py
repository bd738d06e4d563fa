"""The alignment of two traces: which line answers which, and where each row has its place."""

from __future__ import annotations

from collections import Counter

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parity.comparison.alignment import Row, rows
from parity.contract.trace import Event, Trace
from parity.contract.trace_reader import read_stdout

from tests.support.effort import times_as_much
from tests.support.traces import S, told


def shape(left: Trace, right: Trace) -> list[tuple[float, str, str | None, str | None]]:
    return [
        ((row.t_ns or 0) / S, row.kind, row.left, row.right) for row in rows(left, right, workers=3)
    ]


def test_what_both_say_is_one_row() -> None:
    one = told(
        "0 Starting worker pool with 3 workers", "0 Worker 1 started", "2 All workers stopped"
    )
    assert shape(one, one) == [
        (0, "same", "Starting worker pool with 3 workers", "Starting worker pool with 3 workers"),
        (0, "same", "Worker 1 started", "Worker 1 started"),
        (2, "same", "All workers stopped", "All workers stopped"),
    ]


def test_workers_may_have_other_names() -> None:
    left = told("0 Worker 1 started", "1 Worker 1 processing Job ID: 7, Payload: x")
    right = told("0 Worker 3 started", "1 Worker 2 processing Job ID: 7, Payload: x")
    assert [row.kind for row in rows(left, right, workers=3)] == ["same", "same"]


def test_what_comes_at_another_instant_has_a_row_at_each() -> None:
    left = told("1 Worker 1 completed Job ID: 1", "2 Submitting Job ID: 2")
    right = told("2 Submitting Job ID: 2", "3 Worker 1 completed Job ID: 1")
    assert shape(left, right) == [
        (1, "moved", "Worker 1 completed Job ID: 1", None),
        (2, "same", "Submitting Job ID: 2", "Submitting Job ID: 2"),
        (3, "moved", None, "Worker 1 completed Job ID: 1"),
    ]
    first, _, last = rows(left, right, workers=3)
    assert {(row.left_ns, row.right_ns) for row in (first, last)} == {(1 * S, 3 * S)}


def test_what_one_says_alone_follows_what_it_said_before() -> None:
    left = told("0 Submitting Job ID: 1", "0 Submitting Job ID: 2", "1 Rejected Job ID: 2")
    right = told("0 Submitting Job ID: 1", "0 Abandoned Job ID: 1", "0 Submitting Job ID: 2")
    assert shape(left, right) == [
        (0, "same", "Submitting Job ID: 1", "Submitting Job ID: 1"),
        (0, "only_right", None, "Abandoned Job ID: 1"),
        (0, "same", "Submitting Job ID: 2", "Submitting Job ID: 2"),
        (1, "only_left", "Rejected Job ID: 2", None),
    ]


def test_another_payload_is_another_line() -> None:
    left = told("0 Worker 1 processing Job ID: 1, Payload: Task-1")
    right = told("0 Worker 1 processing Job ID: 1, Payload: Task-2")
    assert [row.kind for row in rows(left, right, workers=3)] == ["only_right", "only_left"]


def test_another_order_within_an_instant_is_told_and_the_references_is_kept() -> None:
    left = told("0 Closing job channel...", "0 Waiting for workers to complete...")
    right = told("0 Waiting for workers to complete...", "0 Closing job channel...")
    found = rows(left, right, workers=3)
    assert [row.left for row in found] == [row.right for row in found]
    assert [row.left for row in found] == [
        "Closing job channel...",
        "Waiting for workers to complete...",
    ]
    assert sorted(row.kind for row in found) == ["reordered", "same"]
    assert not any(row.differs for row in found)


def test_a_job_done_twice_has_a_row_for_the_second_time() -> None:
    left = told("0 Worker 1 completed Job ID: 1")
    right = told("0 Worker 1 completed Job ID: 1", "0 Worker 2 completed Job ID: 1")
    assert [row.kind for row in rows(left, right, workers=3)] == ["same", "only_right"]


def test_the_real_clock_moves_nothing() -> None:
    left = told("0.001 Submitting Job ID: 1", "0.5 Submitting Job ID: 2", clock="real")
    right = told("0.004 Submitting Job ID: 1", "0.6 Submitting Job ID: 2", clock="real")
    assert [(row.kind, row.t_ns) for row in rows(left, right, workers=3)] == [
        ("same", 1_000_000),
        ("same", 500_000_000),
    ]


def test_on_the_real_clock_rows_follow_the_reference() -> None:
    left = told("9 Submitting Job ID: 1", "9.1 Submitting Job ID: 2", clock="real")
    right = told(
        "0 Submitting Job ID: 1", "1 Rejected Job ID: 9", "2 Submitting Job ID: 2", clock="real"
    )
    assert [row.right for row in rows(left, right, workers=3)] == [
        "Submitting Job ID: 1",
        "Rejected Job ID: 9",
        "Submitting Job ID: 2",
    ]


def test_without_a_header_the_caller_says_how_many_workers() -> None:
    left, _ = read_stdout(b"Starting worker pool with 5 workers\n")
    assert [(r.left, r.right) for r in rows(left, told(), workers=5)] == [
        ("Starting worker pool with 5 workers", None)
    ]
    right = told("0 Starting worker pool with 7 workers", workers=7)
    assert [r.kind for r in rows(left, right, workers=5)] == ["only_right", "only_left"]


def test_a_clock_that_runs_backward_tears_nothing_apart() -> None:
    backward = told("5 Submitting Job ID: 1", "1 Submitting Job ID: 2", "6 Submitting Job ID: 3")
    said = [row.left for row in rows(backward, told("0 All workers stopped"), workers=3)]
    assert [line for line in said if line] == [f"Submitting Job ID: {j}" for j in (1, 2, 3)]


def test_nothing_beside_nothing_is_no_row() -> None:
    assert rows(told(), told(), workers=3) == []


LINES = st.tuples(
    st.integers(0, 3),
    st.sampled_from(
        [
            "Worker 1 started",
            "Worker 2 started",
            "Submitting Job ID: 1",
            "Submitting Job ID: 2",
            "Worker 1 completed Job ID: 1",
            "Worker 2 completed Job ID: 1",
            "Closing job channel...",
        ]
    ),
).map(lambda said: f"{said[0]} {said[1]}")
SPOKEN = st.lists(LINES, max_size=12).map(lambda said: sorted(said, key=lambda line: line[0]))
CLOCKS = st.sampled_from(["real", "virtual"])


@given(SPOKEN, SPOKEN, CLOCKS)
@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine it would be
def test_no_event_is_lost_or_told_twice(one: list[str], other: list[str], clock: str) -> None:
    found = rows(told(*one, clock=clock), told(*other, clock=clock), workers=3)
    for said, side in ((one, "left"), (other, "right")):
        lines = [line.split(" ", 1)[1] for line in said]
        assert Counter(getattr(r, side) for r in found if getattr(r, side)) == Counter(lines)


@given(SPOKEN, SPOKEN, CLOCKS)
def test_the_reference_keeps_its_order(one: list[str], other: list[str], clock: str) -> None:
    found = rows(told(*one, clock=clock), told(*other, clock=clock), workers=3)
    assert [r.left for r in found if r.left] == [line.split(" ", 1)[1] for line in one]


@given(SPOKEN, SPOKEN)
def test_the_virtual_clock_runs_down_the_rows(one: list[str], other: list[str]) -> None:
    times = [row.t_ns for row in rows(told(*one), told(*other), workers=3)]
    assert times == sorted(times, key=lambda t: t or 0)


def test_many_jobs_take_no_more_each_than_few() -> None:
    def lined_up(jobs: int) -> list[Row]:
        return rows(_burst(0, jobs), _burst(5, jobs), workers=3)

    assert Counter(row.kind for row in lined_up(10_000))["same"] > 10_000
    assert times_as_much(lambda: lined_up(10_000), lambda: lined_up(1_000)) < 30


def _burst(shift: int, jobs: int) -> Trace:
    """Return a run that does each job `shift` submissions late."""
    events: list[Event] = []
    for job in range(jobs + shift):
        if job < jobs:
            events.append(Event(event="job_submitting", t_ns=0, job=job))
        if job >= shift:
            done = job - shift
            events += (
                Event(event="job_started", t_ns=0, job=done, worker=1, payload="x"),
                Event(event="job_completed", t_ns=0, job=done, worker=1),
            )
    return msgspec.structs.replace(told(), events=tuple(events))


def test_a_row_knows_its_time() -> None:
    assert Row(kind="moved", right="x", left_ns=1, right_ns=2).t_ns == 2
    assert Row(kind="same", left="x", right="x", left_ns=1, right_ns=2).t_ns == 1
    assert Row(kind="same", left="x", right="x", right_ns=2).t_ns == 2
