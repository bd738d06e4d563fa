"""Why a trace is illegal: each rule has a trace that breaks it, and a chain that says how."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parity.legality import Violation, violation
from parity.model import Symbol
from parity.rules import RULES
from parity.scenario import Config
from parity.trace import Event

from tests.test_legality import configs, edited, event_of, numbered, walk

TWO = Config(workers=2, queue=1, jobs=3)

WORDS = {
    "pool": Symbol("pool_starting"),
    "signal": Symbol("signal_received"),
    "initiated": Symbol("shutdown_initiated"),
    "closing": Symbol("pool_closing"),
    "waiting": Symbol("pool_waiting"),
    "stopped": Symbol("pool_stopped"),
    "done": Symbol("main_done"),
}
NUMBERED = {
    "up": lambda w: Symbol("worker_started", w),
    "closed": lambda w: Symbol("worker_stopped", w, 0, "closed"),
    "cancelled": lambda w: Symbol("worker_stopped", w, 0, "cancelled"),
    "submit": lambda j: Symbol("job_submitting", 0, j),
    "reject": lambda j: Symbol("job_rejected", 0, j),
    "abandon": lambda j: Symbol("job_abandoned", 0, j),
    "start": lambda w, j: Symbol("job_started", w, j),
    "complete": lambda w, j: Symbol("job_completed", w, j),
}


def symbol(word: str) -> Symbol:
    """Read `pool`, `up1`, `submit2`, `start1:2` (worker 1, job 2)."""
    if word in WORDS:
        return WORDS[word]
    name = word.rstrip("0123456789:")
    numbers = map(int, word[len(name) :].split(":"))
    return NUMBERED[name](*numbers)  # type: ignore[no-untyped-call]


def broken(
    story: str, config: Config = TWO, signals: tuple[str, ...] = ("interrupt",)
) -> Violation:
    events = numbered([event_of(symbol(word)) for word in story.split()])
    found = violation(events, config, signals=frozenset(signals))
    assert found
    return found


DONE = "pool up1 up2 signal initiated "

STORIES = [
    ("reject1", "main/starts-first", "job 1 was rejected (line 1) before main started the pool"),
    (
        DONE + "closing submit1",
        "main/closes-in-order",
        "job 1 was submitted (line 7) after main began to close the channel (line 6)",
    ),
    # Numbers that nobody has: 0 is none, and no stand-in for another.
    ("pool up0", "worker/one-of-n", "worker None started (line 2); there are workers 1 to 2"),
    (
        "pool up1 submit1 start0:1",
        "worker/one-of-n",
        "worker None started job 1 (line 4); there are workers 1 to 2",
    ),
    (
        "pool up1 submit1 start1:0",
        "job/submitted-first",
        "worker 1 started job None (line 4) before it was submitted",
    ),
    (
        "pool up1 submit1 start1:1 complete0:1",
        "worker/one-of-n",
        "worker None completed job 1 (line 5); there are workers 1 to 2",
    ),
    (
        DONE + "cancelled0",
        "worker/one-of-n",
        "worker None shut down (cancelled) (line 6); there are workers 1 to 2",
    ),
    ("up1", "main/starts-first", "worker 1 started (line 1) before main started the pool"),
    (
        "pool submit1 pool",
        "main/starts-first",
        "main started the pool (line 3) a second time, first on line 1",
    ),
    (
        "pool submit2",
        "main/submits-in-order",
        "job 2 was submitted (line 2) before job 1 was submitted",
    ),
    (
        "pool submit1 submit2 up1 up2 start1:1 start2:2 submit3 complete1:1 submit4",
        "main/submits-in-order",
        "job 4 was submitted (line 10); the number of jobs is 3",
    ),
    (
        DONE + "cancelled1 submit1 submit2",
        "main/stops-submitting",
        "job 2 was submitted (line 8), though main looked at ctx after job 1 was submitted (line "
        "7), and ctx was done when worker 1 shut down (cancelled) (line 6)",
    ),
    (
        DONE + "submit1 reject1 submit2",
        "main/stops-submitting",
        "job 2 was submitted (line 8) after job 1 was rejected (line 7)",
    ),
    (
        "pool submit1 submit2 submit3 signal initiated up1 up2 cancelled2 cancelled1 closing",
        "channel/capacity",
        "job 1 had to be received before line 4, because job 2 had been sent when job 3 was "
        "submitted (line 4), and the channel's capacity is 1; yet no worker can have received it",
    ),
    (
        "pool submit1 closing",
        "main/leaves-early-only-when-done",
        "main began to close the channel (line 3) after 1 of 3 jobs, and no shutdown had been "
        "initiated",
    ),
    (
        "pool submit1 reject1",
        "main/rejects-what-it-did-not-send",
        "job 1 was rejected (line 3) before a shutdown was initiated",
    ),
    (
        DONE + "submit1 start1:1 reject1",
        "main/rejects-what-it-did-not-send",
        "job 1 was rejected (line 8), though worker 1 had started it (line 7)",
    ),
    (
        DONE + "submit1 reject1 start1:1",
        "main/rejects-what-it-did-not-send",
        "worker 1 started job 1 (line 8), which was rejected (line 7)",
    ),
    (
        DONE + "submit1 cancelled1 submit2 submit3",
        "main/stops-submitting",
        "job 3 was submitted (line 9), though main looked at ctx after job 2 was submitted (line "
        "8), and ctx was done when worker 1 shut down (cancelled) (line 7)",
    ),
    (
        DONE + "submit1 submit2 cancelled1 cancelled2 submit3",
        "main/stops-submitting",
        "job 1 had to be received before line 8, because ctx was done when worker 1 shut down "
        "(cancelled) (line 8), and main, which submitted job 3 later (line 10), had looked at ctx"
        " and sent job 2 before, and the channel's capacity is 1; yet no worker can have received"
        " it",
    ),
    (
        "waiting",
        "main/closes-in-order",
        "main began to wait for the workers (line 1) before it began to close the channel",
    ),
    (
        DONE + "closing stopped",
        "main/closes-in-order",
        "main stopped waiting for the workers (line 7) before it began to wait for the workers",
    ),
    (
        DONE + "closing closing",
        "main/closes-in-order",
        "main began to close the channel (line 7) a second time, first on line 6",
    ),
    (
        DONE + "submit1 start1:1 closing waiting cancelled2 stopped",
        "main/waits-for-workers",
        "main stopped waiting for the workers (line 11) while worker 1 had job 1 in hand since "
        "line 7",
    ),
    (
        DONE + "closing waiting cancelled1 stopped",
        "main/waits-for-workers",
        "main stopped waiting for the workers (line 9) while worker 2 had not shut down",
    ),
    (
        DONE + "submit1 closing waiting cancelled1 cancelled2 stopped done",
        "main/abandons-oldest-first",
        "main ended (line 12), and nothing was said of job 1, submitted on line 6",
    ),
    (
        DONE + "submit1 closing waiting cancelled1 cancelled2 stopped abandon2",
        "main/abandons-oldest-first",
        "job 2 was abandoned (line 12); the oldest left is job 1, submitted on line 6",
    ),
    (
        DONE + "submit1 closing waiting cancelled1 cancelled2 stopped abandon1 abandon2",
        "main/abandons-oldest-first",
        "job 2 was abandoned (line 13); none was left",
    ),
    (
        DONE + "submit1 submit2 start1:2 complete1:2 closing waiting cancelled1 cancelled2 stopped "
        "done",
        "main/abandons-oldest-first",
        "main ended (line 15), and nothing was said of job 1, submitted on line 6",
    ),
    (
        DONE + "submit1 submit2 start1:1 complete1:1 closing waiting cancelled1 cancelled2 stopped "
        "done",
        "main/abandons-oldest-first",
        "main ended (line 15), and nothing was said of job 2, submitted on line 7",
    ),
    (
        DONE + "submit1 submit2 start1:2 complete1:2 closing waiting cancelled1 cancelled2 stopped "
        "abandon2",
        "main/abandons-oldest-first",
        "job 2 was abandoned (line 15), though worker 1 had started it (line 8)",
    ),
    (
        DONE + "submit1 closing waiting cancelled1 cancelled2 stopped abandon1 submit2",
        "main/closes-in-order",
        "job 2 was submitted (line 13) after main began to close the channel (line 7)",
    ),
    (
        DONE + "abandon1",
        "main/abandons-oldest-first",
        "job 1 was abandoned (line 6) before main stopped waiting for the workers",
    ),
    ("pool up3", "worker/one-of-n", "worker 3 started (line 2); there are workers 1 to 2"),
    ("pool up1 up1", "worker/one-of-n", "worker 1 started (line 3) a second time, first on line 2"),
    (
        DONE + "cancelled1 submit1 start1:1",
        "worker/one-of-n",
        "worker 1 started job 1 (line 8) after it shut down (line 6)",
    ),
    (
        "pool submit1 start1:1",
        "worker/one-of-n",
        "worker 1 started job 1 (line 3) before that worker started",
    ),
    (
        "pool up1 up2 submit1 start1:1 submit2 start1:2",
        "worker/one-job-at-a-time",
        "worker 1 started job 2 (line 7) with job 1 in hand since line 5",
    ),
    (
        "pool up1 complete1:1",
        "worker/one-job-at-a-time",
        "worker 1 completed job 1 (line 3) before starting it",
    ),
    (
        DONE + "submit1 start1:1 cancelled1",
        "worker/finishes-its-job",
        "worker 1 shut down (cancelled) (line 8) before it completed job 1, which it started "
        "(line 7)",
    ),
    (
        "pool up1 closed1",
        "worker/stops-for-a-reason",
        "worker 1 shut down (closed) (line 3) before main began to close the channel",
    ),
    (
        "pool up1 cancelled1",
        "worker/stops-for-a-reason",
        "worker 1 shut down (cancelled) (line 3) before a shutdown was initiated",
    ),
    (
        "pool up1 start1:1",
        "job/submitted-first",
        "worker 1 started job 1 (line 3) before it was submitted",
    ),
    (
        "pool up1 up2 submit1 start1:1 start2:1",
        "job/submitted-first",
        "worker 2 started job 1 (line 6), though worker 1 had started it (line 5)",
    ),
    (
        "signal signal",
        "signal/expected",
        "a signal was received (line 2) a second time, first on line 1",
    ),
    (
        "pool initiated",
        "signal/then-initiated",
        "the shutdown was initiated (line 2) before a signal was received",
    ),
    (
        "signal initiated initiated",
        "signal/then-initiated",
        "the shutdown was initiated (line 3) a second time, first on line 2",
    ),
    (
        "pool up1 submit1 submit2 start1:2 complete1:2",
        "channel/fifo",
        "job 1 had to be received before line 5, because worker 1 started job 2 (line 5), and "
        "jobs are received in their order; yet no worker can have received it",
    ),
    (
        "pool up1 up2 submit1 start1:1 submit2 submit3 closing start2:2 waiting complete1:1 closed1",
        "channel/closed-and-empty",
        "job 3 had to be received before line 12, because worker 1 shut down (closed) (line 12), "
        "having found the channel closed and empty; yet no worker can have received it",
    ),
    (
        "pool up1 complete1:0 submit1 start1:1",
        "worker/one-job-at-a-time",
        "worker 1 completed job None (line 3) before starting it",
    ),
    # What had to come first is told with its line, where it comes at all.
    (
        "up1 pool",
        "main/starts-first",
        "worker 1 started (line 1) before main started the pool (line 2)",
    ),
    (
        "pool submit2 submit1",
        "main/submits-in-order",
        "job 2 was submitted (line 2) before job 1 was submitted (line 3)",
    ),
    (
        "pool submit1 submit2 submit1",
        "main/submits-in-order",
        "job 1 was submitted (line 4) a second time, first on line 2",
    ),
    (
        "pool submit1 up1 submit2 submit0",
        "main/submits-in-order",
        "job None was submitted (line 5) before job 3 was submitted",
    ),
    (
        DONE + "submit1 reject1 closing submit2",
        "main/stops-submitting",
        "job 2 was submitted (line 9) after job 1 was rejected (line 7)",
    ),
    (
        "pool reject1 submit1",
        "main/rejects-what-it-did-not-send",
        "job 1 was rejected (line 2) before it was submitted (line 3)",
    ),
    (
        "pool submit1 submit2 submit3 reject1",
        "main/rejects-what-it-did-not-send",
        "job 1 was rejected (line 5), from which main had gone on: job 2 was submitted (line 3)",
    ),
    (
        "pool submit1 reject1 signal initiated",
        "main/rejects-what-it-did-not-send",
        "job 1 was rejected (line 3) before a shutdown was initiated (line 5)",
    ),
    (
        DONE + "submit1 submit2 reject2 reject2",
        "main/rejects-what-it-did-not-send",
        "job 2 was rejected (line 9) a second time, first on line 8",
    ),
    (
        DONE + "submit1 reject0",
        "main/rejects-what-it-did-not-send",
        "job None was rejected (line 7) before it was submitted",
    ),
    (
        DONE + "submit1 reject1 closing start1:1",
        "main/rejects-what-it-did-not-send",
        "worker 1 started job 1 (line 9), which was rejected (line 7)",
    ),
    (
        "pool up1 closed1 closing",
        "worker/stops-for-a-reason",
        "worker 1 shut down (closed) (line 3) before main began to close the channel (line 4)",
    ),
    (
        DONE + "waiting closing",
        "main/closes-in-order",
        "main began to wait for the workers (line 6) before it began to close the channel (line 7)",
    ),
    (
        DONE + "closing waiting waiting",
        "main/closes-in-order",
        "main began to wait for the workers (line 8) a second time, first on line 7",
    ),
    (
        DONE + "closing stopped waiting",
        "main/closes-in-order",
        "main stopped waiting for the workers (line 7) before it began to wait for the workers "
        "(line 8)",
    ),
    (
        DONE + "closing done stopped",
        "main/closes-in-order",
        "main ended (line 7) before it stopped waiting for the workers (line 8)",
    ),
    (
        DONE + "closing waiting cancelled1 cancelled2 stopped stopped",
        "main/closes-in-order",
        "main stopped waiting for the workers (line 11) a second time, first on line 10",
    ),
    (
        DONE + "closing waiting cancelled1 cancelled2 stopped done done",
        "main/closes-in-order",
        "main ended (line 12) a second time, first on line 11",
    ),
    (
        DONE + "closing waiting cancelled1 cancelled2 stopped done abandon1",
        "main/abandons-oldest-first",
        "job 1 was abandoned (line 12) after main ended (line 11)",
    ),
    (
        DONE + "abandon1 stopped",
        "main/abandons-oldest-first",
        "job 1 was abandoned (line 6) before main stopped waiting for the workers (line 7)",
    ),
    (
        "pool start1:1 up2 up1",
        "worker/one-of-n",
        "worker 1 started job 1 (line 2) before that worker started (line 4)",
    ),
    (
        DONE + "cancelled1 cancelled1",
        "worker/one-of-n",
        "worker 1 shut down (cancelled) (line 7) a second time, first on line 6",
    ),
    (
        DONE + "cancelled1 complete1:1",
        "worker/one-of-n",
        "worker 1 completed job 1 (line 7) after it shut down (line 6)",
    ),
    (
        "pool up1 start1:1 submit1",
        "job/submitted-first",
        "worker 1 started job 1 (line 3) before it was submitted (line 4)",
    ),
    (
        "pool up1 start1:2 submit2",
        "job/submitted-first",
        "worker 1 started job 2 (line 3) before it was submitted (line 4)",
    ),
    (
        "pool up1 complete1:1 start1:1",
        "worker/one-job-at-a-time",
        "worker 1 completed job 1 (line 3) before starting it (line 4)",
    ),
    (
        "pool up1 up2 submit1 start1:1 complete2:1",
        "worker/one-job-at-a-time",
        "worker 2 completed job 1 (line 6), though worker 1 had started it (line 5)",
    ),
    (
        "pool up1 submit1 start1:1 complete1:1 complete1:1",
        "worker/one-job-at-a-time",
        "worker 1 completed job 1 (line 6) a second time, first on line 5",
    ),
    (
        "pool up1 submit1 start1:1 submit2 submit3 complete1:2",
        "worker/one-job-at-a-time",
        "worker 1 completed job 2 (line 7) before starting it",
    ),
    (
        "pool up1 submit1 start1:1 submit2 closed1 complete1:1",
        "worker/finishes-its-job",
        "worker 1 shut down (closed) (line 6) before it completed job 1 (line 7)",
    ),
    (
        "pool up1 submit1 start1:1 submit2 closed1 complete1:2",
        "worker/finishes-its-job",
        "worker 1 shut down (closed) (line 6) before it completed job 1, which it started (line 4)",
    ),
    (
        "pool initiated signal",
        "signal/then-initiated",
        "the shutdown was initiated (line 2) before a signal was received (line 3)",
    ),
    (
        "pool up1 cancelled1 signal initiated",
        "worker/stops-for-a-reason",
        "worker 1 shut down (cancelled) (line 3) before a shutdown was initiated (line 5)",
    ),
    (
        "pool submit1 submit2 submit3 up1 start1:1",
        "channel/capacity",
        "job 1 had to be received before line 4, because job 2 had been sent when job 3 was "
        "submitted (line 4), and the channel's capacity is 1; yet worker 1, which started it "
        "(line 6), did not itself start until line 5",
    ),
    (
        "pool up1 submit1 start1:1 submit2 submit3 closing complete1:1 start1:2",
        "channel/capacity",
        "job 2 had to be received before line 7, because job 3 had been sent when main began to "
        "close the channel (line 7), and the channel's capacity is 1; yet worker 1, which started"
        " it (line 9), was busy until it completed job 1 (line 8)",
    ),
]


@pytest.mark.parametrize(("story", "rule", "words"), STORIES)
def test_the_words_are_a_chain_of_what_had_to_come_first(story: str, rule: str, words: str) -> None:
    found = broken(story)
    assert (found.rule, found.words, found.lines) == (rule, words, named(words))
    assert RULES[rule].sentence in str(found)
    assert found.area == RULES[rule].area


def named(words: str) -> tuple[int, ...]:
    return tuple(sorted({int(number) for number in re.findall(r"\bline (\d+)", words)}))


@given(configs, st.randoms(use_true_random=False), st.booleans(), st.floats(0.05, 0.95))
@settings(max_examples=300, deadline=None)
def test_the_lines_are_those_that_the_words_name(
    config: Config, random: random.Random, signals: bool, laziness: float
) -> None:
    events = walk(config, random, signals=signals, laziness=laziness)
    for _ in range(random.randint(1, 3)):
        events = edited(events, config, random)
    found = violation(numbered(events), config)
    assert not found or found.lines == named(found.words) != (), found


def test_a_rendezvous_needs_a_receiver() -> None:
    story = "pool up1 submit1 submit2"
    found = broken("pool submit1 submit2", Config(workers=1, queue=0, jobs=3))
    assert found.rule == "channel/rendezvous"
    assert found.words == (
        "job 1 had to be received before line 3, because job 1 had been sent when job 2 was "
        "submitted (line 3), and the channel's capacity is 0; yet no worker can have received it"
    )
    assert (
        violation(
            numbered([event_of(symbol(w)) for w in story.split()]),
            Config(workers=1, queue=0, jobs=3),
        )
        is None
    )


def test_no_signal_is_expected_where_none_was_sent() -> None:
    assert broken("pool signal", signals=()).rule == "signal/expected"
    assert (
        broken("pool signal", signals=("terminated",)).words
        == "a signal was received (line 2), and no 'interrupt' was sent"
    )


def test_another_payload_is_named() -> None:
    events = [event_of(symbol(word)) for word in ["pool", "up1", "submit1"]]
    wrong = Event(event="job_started", worker=1, job=1, payload="Task-2")
    found = violation(numbered([*events, wrong]), TWO)
    assert found
    assert found.rule == "job/payload"
    assert found.words == "worker 1 started job 1 (line 4) with the payload 'Task-2'"


def test_a_reason_that_was_not_given_is_not_told() -> None:
    silent = Event(event="worker_stopped", worker=1)
    found = violation(numbered([event_of(symbol("pool")), event_of(symbol("up1")), silent]), TWO)
    assert found
    assert found.words == "worker 1 shut down (line 3) before main began to close the channel"


def test_the_same_violation_is_found_once() -> None:
    assert len({broken("up1"), broken("up1"), broken("up2")}) == 2


def test_every_rule_of_order_has_its_story() -> None:
    told = {rule for _, rule, _ in STORIES} | {"job/payload", "channel/rendezvous"}
    assert told == {rule for rule in RULES if not rule.startswith("time/")}


def test_the_next_job_to_be_submitted_is_told_up_to_the_last() -> None:
    found = broken("pool submit2", Config(workers=2, queue=1, jobs=1))
    assert found.words == "job 2 was submitted (line 2) before job 1 was submitted"
