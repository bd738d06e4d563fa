"""The decisions of select that count: the past alone shows that both arms were ready."""

from __future__ import annotations

import random

from parity.contract.scenario import Config, ScheduledSignal
from parity.exploration.fairness.coin import share
from parity.exploration.fairness.decisions import decisions

from tests.support.decisions import BEFORE
from tests.support.timed_walks import Walk
from tests.support.traces import told
from tests.support.walks import numbered


def counted(*after: str, before: tuple[str, ...] = BEFORE) -> list[tuple[int, bool]]:
    made = decisions(told(*before, *after).events)
    return [(decision.worker, decision.takes_job) for decision in made]


def test_each_worker_decides_until_it_stops() -> None:
    after = (
        "10 Worker 1 completed Job ID: 1",
        "10 Worker 1 processing Job ID: 3, Payload: Task-3",
        "11 Worker 2 completed Job ID: 2",
        "11 Worker 2 shutting down gracefully",
        "20 Worker 1 completed Job ID: 3",
        "20 Worker 1 shutting down gracefully",
    )
    assert counted(*after) == [(1, True), (2, False), (1, False)]


def test_no_decision_counts_after_the_last_job_is_taken() -> None:
    after = (
        "10 Worker 1 completed Job ID: 1",
        "10 Worker 1 processing Job ID: 3, Payload: Task-3",
        "11 Worker 2 completed Job ID: 2",
        "11 Worker 2 processing Job ID: 4, Payload: Task-4",
        "20 Worker 1 completed Job ID: 3",
        "20 Worker 1 shutting down gracefully",
    )
    assert counted(*after) == [(1, True), (2, True)]


def test_two_decisions_at_one_instant_do_not_count_for_one_job() -> None:
    one_left = tuple(line for line in BEFORE if not line.endswith(" 4"))
    after = (
        "10 Worker 1 completed Job ID: 1",
        "10 Worker 2 completed Job ID: 2",
        "10 Worker 1 processing Job ID: 3, Payload: Task-3",
        "10 Worker 2 shutting down gracefully",
    )
    assert counted(*after, before=one_left) == []
    assert counted(*after) == [(1, True), (2, False)]


def test_decisions_at_the_instant_of_the_signal_do_not_count() -> None:
    after = (
        "3.5 Worker 1 completed Job ID: 1",
        "3.5 Worker 1 processing Job ID: 3, Payload: Task-3",
    )
    assert counted(*after) == []


def test_a_job_that_was_rejected_or_is_being_offered_is_not_in_the_channel() -> None:
    one_left = tuple(line for line in BEFORE if not line.endswith(" 4"))
    closing = one_left.index("3.5 Closing job channel...")
    completion = ("10 Worker 1 completed Job ID: 1", "10 Worker 1 shutting down gracefully")
    rejected = (
        *(line for line in one_left[:closing] if not line.endswith(" 3")),
        "3.5 Submitting Job ID: 3",
    )
    assert counted(*completion, before=rejected) == []
    assert counted(*completion, before=(*rejected, "3.5 Rejected Job ID: 3")) == []
    assert counted(*completion, before=(*rejected, "3.5 Closing job channel...")) == [(1, False)]


def test_a_worker_that_was_killed_before_it_decided_does_not_count() -> None:
    assert counted("10 Worker 1 completed Job ID: 1") == []


def test_the_counting_rule_is_unbiased_and_one_that_looks_ahead_is_not() -> None:
    """Random walks of the model decide by a fair coin, and their channel is soon empty."""
    config = Config(
        workers=2,
        queue=3,
        jobs=5,
        interval_ns=1,
        work_ns=9,
        signals=(ScheduledSignal("SIGINT", 6),),
    )
    chance = random.Random(1)
    by_the_past, by_the_end = [], []
    for _ in range(1500):
        events = numbered(Walk(config, chance).go())
        decided = [decision.takes_job for decision in decisions(events)]
        by_the_past += decided
        if any(event.event == "job_abandoned" for event in events):
            by_the_end += decided
    assert share(sum(by_the_past), len(by_the_past)).p_value > 0.01
    assert share(sum(by_the_end), len(by_the_end)).p_value < 1e-12


def test_a_decision_tells_how_many_jobs_are_there_and_whether_the_channel_was_closed() -> None:
    decided = list(decisions(told(*BEFORE, "10 Worker 1 completed Job ID: 1", STOPS).events))
    assert [(one.queued, one.closed) for one in decided] == [(2, False)]


STOPS = "10 Worker 1 shutting down gracefully"
