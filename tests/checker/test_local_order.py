"""Why a trace is illegal: each rule has a trace that breaks it, and a chain that says how."""

from __future__ import annotations

import random
import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parity.checker.global_order import Violation, violation
from parity.contract.scenario import Config, Every
from parity.contract.trace import Event
from parity.specification.rules import RULES

from tests.support.illegal import STORIES
from tests.support.illegal.results import ABOUT_RESULTS
from tests.support.stories import told
from tests.support.walks import chances, configs, edited, numbered, walk

TWO = Config(workers=2, queue=1, jobs=3)


def broken(
    story: str, config: Config = TWO, signals: tuple[str, ...] = ("interrupt",)
) -> Violation:
    found = violation(told(story), config, signals=frozenset(signals))
    assert found
    return found


@pytest.mark.parametrize(("story", "rule", "words"), STORIES)
def test_the_words_are_a_chain_of_what_had_to_come_first(story: str, rule: str, words: str) -> None:
    found = broken(story)
    assert (found.rule, found.words, found.lines) == (rule, words, named(words))
    assert RULES[rule].sentence in str(found)
    assert found.area == RULES[rule].area


def named(words: str) -> tuple[int, ...]:
    return tuple(sorted({int(number) for number in re.findall(r"\bline (\d+)", words)}))


@given(configs, chances, st.booleans(), st.floats(0.05, 0.95))
@settings(max_examples=300)
def test_the_lines_are_those_that_the_words_name(
    config: Config, random: random.Random, signals: bool, laziness: float
) -> None:
    events = walk(config, random, signals=signals, laziness=laziness)
    for _ in range(random.randint(1, 3)):
        events = edited(events, config, random)
    found = violation(numbered(events), config)
    assert not found or found.lines == named(found.words) != (), found


def test_a_rendezvous_needs_a_receiver() -> None:
    found = broken("pool submit1 submit2", Config(workers=1, queue=0, jobs=3))
    assert found.rule == "channel/rendezvous"
    assert found.words == (
        "job 1 had to be received before line 3, because job 1 had been sent when job 2 was "
        "submitted (line 3), and the channel's capacity is 0; yet no worker can have received it"
    )
    with_one = told("pool up1 submit1 submit2")
    assert violation(with_one, Config(workers=1, queue=0, jobs=3)) is None


def test_no_signal_is_expected_where_none_was_sent() -> None:
    assert broken("pool signal", signals=()).rule == "signal/expected"
    assert (
        broken("pool signal", signals=("terminated",)).words
        == "a signal was received (line 2), and no 'interrupt' was sent"
    )


def test_another_payload_is_named() -> None:
    wrong = Event(event="job_started", worker=1, job=1, payload="Task-2")
    found = violation(numbered([*told("pool up1 submit1"), wrong]), TWO)
    assert found
    assert found.rule == "job/payload"
    assert found.words == "worker 1 started job 1 (line 4) with the payload 'Task-2'"


def test_a_reason_that_was_not_given_is_not_told() -> None:
    silent = Event(event="worker_stopped", worker=1)
    found = violation(numbered([*told("pool up1"), silent]), TWO)
    assert found
    assert found.words == "worker 1 shut down (line 3) before main began to close the channel"


def test_the_same_violation_is_found_once() -> None:
    assert len({broken("up1"), broken("up1"), broken("up2")}) == 2


FAILING = Config(workers=2, queue=1, jobs=3, fail=Every(1, 1), attempts=2, backoff_ns=7)
LIMITED = Config(workers=2, queue=1, jobs=3, attempts=2, backoff_ns=7, job_timeout_ns=9)
COMPUTING = Config(workers=2, queue=1, jobs=3, cpu=5, job_timeout_ns=9)
BUSY = "pool up1 submit1 start1:1 "
FAILED = BUSY + "fail1:1:1 "
WAITS = FAILED + "retry1:1:2:7 "
ABOUT_ATTEMPTS = [
    (
        FAILING,
        BUSY + "complete1:1",
        "job/fails-as-told",
        "worker 1 completed job 1 (line 5) with attempt 1, which was to fail",
    ),
    (
        FAILING,
        WAITS + "again1:1:2 fail1:1:2",
        "job/fails-as-told",
        "worker 1 failed attempt 2 at job 1 (error) (line 8); of that job the first 1 were to fail",
    ),
    (
        FAILING,
        BUSY + "late1:1:1",
        "job/times-out",
        "worker 1 failed attempt 1 at job 1 (timeout) (line 5), and no attempt has a limit",
    ),
    (
        COMPUTING,
        BUSY + "late1:1:1",
        "job/times-out",
        "worker 1 failed attempt 1 at job 1 (timeout) (line 5), and no attempt that computes has a "
        "limit",
    ),
    (
        LIMITED,
        BUSY + "fail1:1:1",
        "job/fails-as-told",
        "worker 1 failed attempt 1 at job 1 (error) (line 5); of that job the first 0 were to fail",
    ),
    (
        FAILING,
        FAILED + "again1:1:2",
        "job/attempts-in-order",
        "worker 1 started attempt 2 at job 1 (line 6) after worker 1 failed attempt 1 at job 1 "
        "(error) (line 5)",
    ),
    (
        FAILING,
        BUSY + "fail1:1:2",
        "job/attempts-in-order",
        "worker 1 failed attempt 2 at job 1 (error) (line 5), attempt 2; due was attempt 1",
    ),
    (
        FAILING,
        FAILED + "giveup1:1:1",
        "job/attempts-in-order",
        "worker 1 gave up job 1 (line 6) after attempt 1 of 2",
    ),
    (
        LIMITED,
        BUSY + "late1:1:1 retry1:1:2:7 again1:1:2 late1:1:2 retry1:1:3:14",
        "job/attempts-in-order",
        "worker 1 waited to try job 1 again (line 9) after attempt 2 of 2",
    ),
    (
        FAILING,
        FAILED + "retry1:1:2:8",
        "job/backoff",
        "worker 1 waited to try job 1 again (line 6) in 8ns, where 7ns was due",
    ),
    (
        FAILING,
        WAITS + "leave1:1",
        "job/abandoned-in-its-wait",
        "job 1 was abandoned (line 7) before a shutdown was initiated",
    ),
    (
        FAILING,
        WAITS + "again1:1:2 signal initiated leave1:1",
        "job/attempts-in-order",
        "job 1 was abandoned (line 10) after worker 1 started attempt 2 at job 1 (line 7)",
    ),
    (
        LIMITED,
        BUSY + "late1:1:1 retry1:1:2:7 again1:1:2 late1:1:2 giveup1:1:2 complete1:1",
        "worker/one-job-at-a-time",
        "worker 1 completed job 1 (line 10) after worker 1 gave up job 1 (line 9)",
    ),
    (
        FAILING,
        WAITS + "start1:2",
        "worker/one-job-at-a-time",
        "worker 1 started job 2 (line 7) with job 1 in hand since line 6",
    ),
]


@pytest.mark.parametrize(("config", "story", "rule", "words"), ABOUT_ATTEMPTS)
def test_what_is_wrong_with_an_attempt_is_told(
    config: Config, story: str, rule: str, words: str
) -> None:
    found = broken(story, config)
    assert (found.rule, found.words, found.lines) == (rule, words, named(words))


def test_every_rule_of_order_has_its_story() -> None:
    broken_ones = {rule for _, rule, _ in STORIES} | {"job/payload", "channel/rendezvous"}
    broken_ones |= {rule for _, _, rule, _ in (*ABOUT_ATTEMPTS, *ABOUT_RESULTS)}
    of_times = {"worker/takes-what-waits", "main/says-at-once", "main/ends-the-process"}
    of_times |= {
        "main/leaves-no-process",
        "main/silent-on-stderr",
        "worker/hears-the-context",
        "job/computes",
    }
    of_times |= {rule for rule in RULES if rule.startswith(("time/", "metrics/", "scaling/"))}
    of_levels = {rule for rule in RULES if rule.startswith("level/")}  # told in test_levels
    of_times |= of_levels | {"job/level", "main/abandons-by-level"}
    assert broken_ones == RULES.keys() - of_times


def test_the_next_job_to_be_submitted_is_told_up_to_the_last() -> None:
    found = broken("pool submit2", Config(workers=2, queue=1, jobs=1))
    assert found.words == "job 2 was submitted (line 2) before job 1 was submitted"


def test_a_wait_that_is_not_told_is_none() -> None:
    at_once = msgspec.structs.replace(FAILING, backoff_ns=0)
    events = told(FAILED + "retry1:1:2:0 again1:1:2")
    waits = [e.event for e in events].index("job_retrying")
    events[waits] = msgspec.structs.replace(events[waits], delay=None)
    assert violation(events, at_once) is None
    found = violation(events, FAILING)
    assert found
    assert found.words == "worker 1 waited to try job 1 again (line 6) in 0s, where 7ns was due"
