"""Why a trace is illegal: each rule has a trace that breaks it, and a chain that says how."""

from __future__ import annotations

import pytest
from parity.legality import Violation, violation
from parity.model import Symbol
from parity.rules import RULES
from parity.scenario import Config
from parity.trace import Event

from tests.test_legality import event_of, numbered

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
    ("reject1", "main/starts-first", "job 1 was rejected (line 1) before pool_starting"),
    (
        DONE + "closing submit1",
        "main/closes-in-order",
        "job 1 was submitted (line 7) after pool_closing (line 6)",
    ),
    # Numbers that nobody has: 0 is none, and no stand-in for another.
    ("pool up0", "worker/one-of-n", "there are workers 1 to 2"),
    ("pool up1 submit1 start0:1", "worker/one-of-n", "that worker has not started"),
    ("pool up1 submit1 start1:0", "job/submitted-first", "before it was submitted"),
    ("pool up1 submit1 start1:1 complete0:1", "worker/one-of-n", "that worker has not started"),
    (DONE + "cancelled0", "worker/one-of-n", "that worker has not started"),
    ("up1", "main/starts-first", "worker 1 started (line 1) before pool_starting"),
    ("pool pool", "main/starts-first", "pool_starting (line 2) a second time"),
    ("pool submit2", "main/submits-in-order", "the next to be submitted is job 1"),
    (
        "pool submit1 submit2 up1 up2 start1:1 start2:2 submit3 complete1:1 submit4",
        "main/submits-in-order",
        "job 4 was submitted (line 10); the next to be submitted is none: all were submitted",
    ),
    (
        DONE + "cancelled1 submit1 submit2",
        "main/stops-submitting",
        "job 2 was submitted (line 8), though worker 1 shut down (cancelled) (line 6), so ctx was done",
    ),
    (
        DONE + "submit1 reject1 submit2",
        "main/stops-submitting",
        "job 2 was submitted (line 8) after",
    ),
    (
        "pool submit1 submit2 submit3 signal initiated up1 up2 cancelled2 cancelled1 closing",
        "channel/capacity",
        "job 1 had to be received before line 4, because job 3 was submitted (line 4): job 2 was "
        "sent, and found a slot of 1; yet no worker had it",
    ),
    ("pool submit1 closing", "main/leaves-early-only-when-done", "after 1 of 3 jobs"),
    (
        "pool submit1 reject1",
        "main/rejects-what-it-did-not-send",
        "no shutdown was initiated before",
    ),
    (
        DONE + "submit1 start1:1 reject1",
        "main/rejects-what-it-did-not-send",
        "job 1 was rejected (line 8), and worker 1 started job 1 (line 7)",
    ),
    (
        DONE + "submit1 reject1 start1:1",
        "main/rejects-what-it-did-not-send",
        "worker 1 started job 1 (line 8), which was rejected",
    ),
    (
        DONE + "submit1 cancelled1 submit2 submit3",
        "main/stops-submitting",
        "job 3 was submitted (line 9), though worker 1 shut down (cancelled) (line 7), so ctx was done",
    ),
    (
        DONE + "submit1 submit2 cancelled1 cancelled2 submit3",
        "main/stops-submitting",
        "job 1 had to be received before line 8, because worker 1 shut down (cancelled) (line 8), so "
        "ctx was done, and main, which submitted job 3 later, had looked at ctx and sent job 2 "
        "before; yet no worker had it",
    ),
    ("waiting", "main/closes-in-order", "follows nothing of main, not pool_closing"),
    (DONE + "closing stopped", "main/closes-in-order", "follows pool_closing (line 6) of main"),
    (DONE + "closing closing", "main/closes-in-order", "pool_closing (line 7) a second time"),
    (
        DONE + "submit1 start1:1 closing waiting cancelled2 stopped",
        "main/waits-for-workers",
        "pool_stopped (line 11) while worker 1 had job 1 in hand",
    ),
    (
        DONE + "closing waiting cancelled1 stopped",
        "main/waits-for-workers",
        "pool_stopped (line 9) while worker 2 had not shut down",
    ),
    (
        DONE + "submit1 closing waiting cancelled1 cancelled2 stopped done",
        "main/abandons-oldest-first",
        "main_done (line 12), and nothing was said of job 1",
    ),
    (
        DONE + "submit1 closing waiting cancelled1 cancelled2 stopped abandon2",
        "main/abandons-oldest-first",
        "job 2 was abandoned (line 12); job 1 is the oldest left",
    ),
    (
        DONE + "submit1 closing waiting cancelled1 cancelled2 stopped abandon1 abandon2",
        "main/abandons-oldest-first",
        "job 2 was abandoned (line 13); none was left",
    ),
    (
        DONE
        + "submit1 submit2 start1:2 complete1:2 closing waiting cancelled1 cancelled2 stopped done",
        "main/abandons-oldest-first",
        "nothing was said of job 1",
    ),
    (
        DONE
        + "submit1 submit2 start1:1 complete1:1 closing waiting cancelled1 cancelled2 stopped done",
        "main/abandons-oldest-first",
        "nothing was said of job 2",
    ),
    (
        DONE + "submit1 submit2 start1:2 complete1:2 closing waiting cancelled1 cancelled2 stopped "
        "abandon2",
        "main/abandons-oldest-first",
        "job 2 was abandoned (line 15); job 1 is the oldest left",
    ),
    (
        DONE + "submit1 closing waiting cancelled1 cancelled2 stopped abandon1 submit2",
        "main/closes-in-order",
        "job 2 was submitted (line 13) after job 1 was abandoned (line 12)",
    ),
    (DONE + "abandon1", "main/abandons-oldest-first", "before pool_stopped"),
    ("pool up3", "worker/one-of-n", "there are workers 1 to 2"),
    ("pool up1 up1", "worker/one-of-n", "worker 1 started (line 3) a second time"),
    (
        DONE + "cancelled1 submit1 start1:1",
        "worker/one-of-n",
        "worker 1 started job 1 (line 8) after worker 1 shut down (cancelled) (line 6)",
    ),
    ("pool submit1 start1:1", "worker/one-of-n", "that worker has not started"),
    (
        "pool up1 up2 submit1 start1:1 submit2 start1:2",
        "worker/one-job-at-a-time",
        "worker 1 started job 2 (line 7) with job 1 in hand",
    ),
    ("pool up1 complete1:1", "worker/one-job-at-a-time", "which it did not have in hand"),
    (
        DONE + "submit1 start1:1 cancelled1",
        "worker/finishes-its-job",
        "worker 1 shut down (cancelled) (line 8) before it completed job 1 (worker 1 started job 1 (line 7))",
    ),
    ("pool up1 closed1", "worker/stops-for-a-reason", "before the channel was closed"),
    ("pool up1 cancelled1", "worker/stops-for-a-reason", "no shutdown was initiated before"),
    (
        "pool up1 start1:1",
        "job/submitted-first",
        "worker 1 started job 1 (line 3) before it was submitted",
    ),
    (
        "pool up1 up2 submit1 start1:1 start2:1",
        "job/submitted-first",
        "worker 2 started job 1 (line 6), and worker 1 started job 1 (line 5) already",
    ),
    ("signal signal", "signal/expected", "a second time"),
    ("pool initiated", "signal/then-initiated", "before any signal was received"),
    ("signal initiated initiated", "signal/then-initiated", "(line 3) a second time"),
    (
        "pool up1 submit1 submit2 start1:2 complete1:2",
        "channel/fifo",
        "job 1 had to be received before line 5, because worker 1 started job 2 (line 5), and jobs "
        "are received in their order; yet no worker had it",
    ),
    (
        "pool up1 up2 submit1 start1:1 submit2 submit3 closing start2:2 waiting complete1:1 closed1",
        "channel/closed-and-empty",
        "job 3 had to be received before line 12",
    ),
]


@pytest.mark.parametrize(("story", "rule", "chain"), STORIES)
def test_the_chain_says_what_had_to_come_first(story: str, rule: str, chain: str) -> None:
    found = broken(story)
    assert (found.rule, chain in found.words) == (rule, True), found
    assert RULES[rule].sentence in str(found)
    assert found.area == RULES[rule].area
    assert all(1 <= line <= len(story.split()) for line in found.lines)


def test_a_rendezvous_needs_a_receiver() -> None:
    story = "pool up1 submit1 submit2"
    found = broken("pool submit1 submit2", Config(workers=1, queue=0, jobs=3))
    assert found.rule == "channel/rendezvous"
    assert (
        violation(
            numbered([event_of(symbol(w)) for w in story.split()]),
            Config(workers=1, queue=0, jobs=3),
        )
        is None
    )


def test_a_worker_that_was_not_free_cannot_have_received() -> None:
    config = Config(workers=1, queue=1, jobs=3)
    found = broken("pool up1 submit1 start1:1 submit2 submit3 closing complete1:1 start1:2", config)
    assert "was not free until worker 1 completed job 1 (line 8)" in found.words


def test_no_signal_is_expected_where_none_was_sent() -> None:
    assert broken("pool signal", signals=()).rule == "signal/expected"
    assert (
        broken("pool signal", signals=("terminated",)).words
        == "signal_received (line 2): no such signal was sent"
    )


def test_another_payload_is_named() -> None:
    events = [event_of(symbol(word)) for word in ["pool", "up1", "submit1"]]
    wrong = Event(event="job_started", worker=1, job=1, payload="Task-2")
    found = violation(numbered([*events, wrong]), TWO)
    assert found
    assert (found.rule, "'Task-2'" in found.words) == ("job/payload", True)


def test_a_reason_that_was_not_given_is_not_told() -> None:
    silent = Event(event="worker_stopped", worker=1)
    found = violation(numbered([event_of(symbol("pool")), event_of(symbol("up1")), silent]), TWO)
    assert found
    assert found.words == "worker 1 shut down (line 3) before the channel was closed"


def test_the_same_violation_is_found_once() -> None:
    assert len({broken("up1"), broken("up1"), broken("up2")}) == 2


def test_every_rule_of_order_has_its_story() -> None:
    told = {rule for _, rule, _ in STORIES} | {"job/payload", "channel/rendezvous"}
    assert told == {rule for rule in RULES if not rule.startswith("time/")}


@pytest.mark.parametrize(
    ("story", "lines"),
    [
        ("pool submit1 pool", (1, 3)),
        (DONE + "submit1 reject1 start1:1", (7, 8)),
        (DONE + "cancelled1 cancelled1", (6, 7)),
    ],
)
def test_the_lines_named_are_those_that_contradict_each_other(
    story: str, lines: tuple[int, ...]
) -> None:
    assert broken(story).lines == lines


def test_the_next_job_to_be_submitted_is_told_up_to_the_last() -> None:
    found = broken("pool submit2", Config(workers=2, queue=1, jobs=1))
    assert found.words.endswith("the next to be submitted is job 1")
