"""Results: one of each job that a worker took, when it can have been sent, and what is told."""

from __future__ import annotations

import re

import msgspec
import pytest
from parity.checker.accounting import misreported
from parity.checker.global_order import violation
from parity.checker.virtual_time import untimely
from parity.checker.waiting import last_heard
from parity.contract.scenario import Config
from parity.contract.trace import Event

from tests.support.illegal.results import ABOUT_RESULTS, BUSY, FAILING, NO_SLOTS, ONE, PLAIN, WAITS
from tests.support.stories import told
from tests.support.subsets import both


@pytest.mark.parametrize(("config", "story", "rule", "words"), ABOUT_RESULTS)
def test_what_is_wrong_with_a_result_is_told(
    config: Config, story: str, rule: str, words: str
) -> None:
    found = violation(told(story), config)
    assert found
    lines = tuple(sorted({int(number) for number in re.findall(r"\bline (\d+)", words)}))
    assert (found.rule, found.words, found.lines) == (rule, words, lines)
    assert not both(told(story), config)


ONE_JOB = "pool up1 submit1 start1:1 complete1:1 "


def test_no_result_is_left_in_the_channel() -> None:
    """The collector has printed the first, and has not received the second."""
    story = ONE_JOB + "submit2 start1:2 complete1:2 closing waiting closed1 got1:1 "
    config = msgspec.structs.replace(ONE, queue=2)
    assert both(told(story + "got2:1 stopped"), config)
    assert not both(told(story + "stopped"), config)


@pytest.mark.parametrize("config", [NO_SLOTS, msgspec.structs.replace(NO_SLOTS, queue=1)])
def test_the_room_of_the_channel_is_that_of_the_jobs(config: Config) -> None:
    """The collector holds a result until it has printed it, and Q more are in the channel."""
    two = "pool up1 up2 submit1 start1:1 submit2 start2:2 complete1:1 complete2:2 submit3 start2:3"
    assert both(told(two), config)
    assert both(told(f"{two} submit4 start1:4"), config) == (config.queue == 1)


@pytest.mark.parametrize(
    ("config", "story"),
    [
        (
            ONE,
            ONE_JOB
            + "submit2 start1:2 got1:1 complete1:2 got2:1 closing waiting closed1 stopped done",
        ),
        (ONE, ONE_JOB + "submit2 closing start1:2 complete1:2 got1:1 closed1 got2:1"),
        (
            msgspec.structs.replace(ONE, queue=2, jobs=4),
            ONE_JOB + "submit2 start1:2 complete1:2 submit3 start1:3 complete1:3 submit4 start1:4 "
            "got1:1 got2:1 got3:1 complete1:4 closing waiting closed1 got4:1 stopped done",
        ),
        (PLAIN, "pool up1 up2 signal initiated closing waiting cancelled1 closed2 stopped done"),
        (
            msgspec.structs.replace(PLAIN, workers=1, jobs=1),
            ONE_JOB + "closing waiting closed1 stopped done",
        ),
    ],
)
def test_a_legal_run(config: Config, story: str) -> None:
    assert both(told(story), config)


def test_a_line_that_names_no_job_is_the_result_of_none() -> None:
    *before, result = told(ONE_JOB + "got1:1")
    assert both([*before, result], ONE)
    assert not both([*before, msgspec.structs.replace(result, job=None)], ONE)


ENDED = WAITS + "complete1:1 got1:1 signal initiated leave2:2 "


@pytest.mark.parametrize(
    ("story", "words"),
    [
        (ENDED + "gotleft2:1", None),
        (ENDED, "job 2 has no result; due was the result “abandoned, attempts: 1”"),
        (
            ENDED + "gotleft2:1 got2:1",
            "job 2 has the result “abandoned, attempts: 1” and the result “completed, attempts: "
            "1”; due was the result “abandoned, attempts: 1”",
        ),
        (
            ENDED + "gotleft2:2",
            "job 2 has the result “abandoned, attempts: 2”; due was the result “abandoned, "
            "attempts: 1”",
        ),
        (
            ENDED + "gotleft2:1 submit3 gotleft3:1",
            "job 3 has the result “abandoned, attempts: 1”; due was no result",
        ),
    ],
)
def test_each_job_that_a_worker_took_has_the_result_that_its_lines_tell(
    story: str, words: str | None
) -> None:
    assert misreported(told(story)) == words


def test_a_line_does_not_tell_the_attempts() -> None:
    lines = [msgspec.structs.replace(event, attempt=None) for event in told(ENDED + "gotleft2:1")]
    assert violation(lines, FAILING) is None
    assert misreported(lines) is None


def timed(story: str, times: dict[str, int]) -> list[Event]:
    """Return the events of a story. The words give new times from there on."""
    now = 0
    moved = []
    for word, event in zip(story.split(), told(story), strict=True):
        now = times.get(word, now)
        moved.append(msgspec.structs.replace(event, t_ns=now))
    return moved


def test_on_a_virtual_clock_a_result_comes_when_its_job_ends() -> None:
    config = msgspec.structs.replace(ONE, jobs=1, work_ns=5, interval_ns=9)
    story = "pool up1 submit1 start1:1 complete1:1 got1:1 closing waiting closed1 stopped done"
    assert untimely(timed(story, {"complete1:1": 5, "closing": 9}), config) is None
    late = untimely(timed(story, {"complete1:1": 5, "got1:1": 9}), config)
    assert late
    assert (late.rule, late.words) == (
        "time/exact",
        "when 0.000000005 s was over, job 1 had ended, and its result was not received",
    )


@pytest.mark.parametrize(
    ("story", "words"),
    [
        ("complete1:1", "the result of job 1 was not received; "),
        ("complete1:1 complete2:2", "the results of jobs 1, 2 were not received; "),
        ("complete1:1 got1:1", "worker 2 has job 2; worker 1 has no job; main pauses"),
    ],
)
def test_a_program_that_hangs_is_told_which_results_nobody_received(story: str, words: str) -> None:
    assert words in last_heard(told(BUSY + story), NO_SLOTS)
