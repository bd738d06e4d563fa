"""What each process of a program that hangs was waiting for."""

from __future__ import annotations

import pytest
from parity.checker.waiting import last_heard
from parity.contract.scenario import Config

from tests.support.traces import told

BEGUN = (
    "0 Starting worker pool with 2 workers",
    "0 Worker 1 started",
    "0 Worker 2 started",
    "0 Submitting Job ID: 1",
    "0 Worker 2 processing Job ID: 1, Payload: Task-1",
)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            (),
            "the last line was “Worker 2 processing Job ID: 1, Payload: Task-1” (line 5); "
            "worker 2 has job 1; worker 1 has no job; main pauses after job 1, or still sends it",
        ),
        (
            ("0 Submitting Job ID: 2", "0 Submitting Job ID: 3"),
            "the last line was “Submitting Job ID: 3” (line 7); "
            "worker 2 has job 1; worker 1 has no job, and 2 wait; main waits for room for job 3",
        ),
        (
            ("0 Closing job channel...", "0 Waiting for workers to complete..."),
            "the last line was “Waiting for workers to complete...” (line 7); "
            "worker 2 has job 1; worker 1 has no job; main waits for workers",
        ),
        (
            ("0 Received signal: interrupt",),
            "the last line was “Received signal: interrupt” (line 6); worker 2 has job 1; "
            "worker 1 has no job; the handler has not initiated the shutdown; "
            "main pauses after job 1, or still sends it",
        ),
    ],
)
def test_each_process_is_told_by_its_last_line(lines: tuple[str, ...], words: str) -> None:
    config = Config(workers=2, queue=1)
    assert last_heard(told(*BEGUN, *lines).events, config) == words


def test_main_is_told_of_before_its_first_job_and_after_a_rejected_one() -> None:
    start, rejected = BEGUN[:1], (*BEGUN, "0 Rejected Job ID: 1")
    ends = [last_heard(told(*lines).events, Config(workers=2)) for lines in (start, rejected)]
    assert ends[0].endswith("; main has neither submitted a job nor closed the channel")
    assert ends[1].endswith("; main has not closed the channel")


def test_a_program_that_said_nothing() -> None:
    assert last_heard((), Config()) == "it said nothing"


def test_of_many_workers_some_are_named() -> None:
    lines = [f"0 Worker {n} started" for n in range(1, 8)]
    idle = last_heard(told(BEGUN[0], *lines).events, Config(workers=7))
    assert "workers 1, 2, 3, 4, ... have no job; " in idle
    jobs = [f"0 Worker {n} processing Job ID: {n}, Payload: Task-{n}" for n in range(1, 8)]
    busy = last_heard(told(BEGUN[0], *lines, *jobs).events, Config(workers=7))
    assert "worker 4 has job 4; 3 more workers have a job; main has neither" in busy
