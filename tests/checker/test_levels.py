"""Priorities, run by run: what the closed form of the levels says, and that the model agrees."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from parity.checker import levels
from parity.checker.global_order import violation
from parity.checker.saved_trace import check_each
from parity.contract.scenario import Config, Every
from parity.contract.trace import Event, line_of
from parity.errors import CannotJudge

from tests.support.stories import symbol, told
from tests.support.subsets import both
from tests.support.walks import event_of, numbered

ONE = Config(workers=1, queue=4, jobs=9, levels=2)
TWO = msgspec.structs.replace(ONE, workers=2)
AGING = msgspec.structs.replace(ONE, aging=1)
NARROW = msgspec.structs.replace(ONE, queue=1)
FOUR = "pool submit1:1 submit2:2 submit3:1 submit4:2 "
"""When job 4 is submitted, the jobs 1 to 3 are in the queue."""

LEGAL = {
    "an urgent job overtakes": (ONE, FOUR + "up1 start1:1 complete1:1 start1:3"),
    "an urgent job that may have come late overtakes nobody": (
        ONE,
        "pool up1 submit1:1 start1:1 submit2:2 complete1:1 submit3:1 start1:2",
    ),
    "two workers may say in any order what they took": (TWO, FOUR + "up1 up2 start2:3 start1:1"),
    "a job may start before main goes on": (NARROW, "pool up1 submit1:1 start1:1 submit2:2"),
    "an idle worker may hold a job that no line names": (
        NARROW,
        "pool up1 submit1:1 submit2:2 submit3:1",
    ),
    "also one that started late": (NARROW, "pool submit1:1 submit2:2 up1 submit3:1"),
    "and that job need not be the one that came first": (
        TWO,
        "pool up1 up2 submit1:1 start2:1 submit2:2 submit3:1 submit4:2 complete2:1 submit5:1 "
        "submit6:2 start2:5",
    ),
    "after one take that passed a job, the oldest is next": (
        AGING,
        "pool submit1:1 submit2:2 up1 start1:1 submit3:1 submit4:2 complete1:1 start1:2",
    ),
    "after the oldest, the count begins again": (
        msgspec.structs.replace(AGING, queue=8),
        FOUR + "submit5:1 submit6:2 up1 start1:1 complete1:1 start1:2 complete1:2 start1:3 "
        "complete1:3 start1:4",
    ),
    "and so it does after a take that passed nobody": (
        msgspec.structs.replace(AGING, queue=8, aging=2),
        "pool submit1:1 submit2:2 up1 start1:1 complete1:1 start1:2 submit3:1 submit4:2 submit5:1 "
        "submit6:2 submit7:1 submit8:2 complete1:2 start1:3 complete1:3 start1:5 complete1:5 "
        "start1:4",
    ),
    "a job is taken as soon as its worker is there": (ONE, "pool submit1:1 up1 start1:1"),
    "the jobs of three levels": (
        msgspec.structs.replace(ONE, levels=3),
        "pool up1 submit1:1 start1:1 submit2:2 submit3:3",
    ),
    "the first job is submitted after a look at ctx": (
        msgspec.structs.replace(ONE, jobs=1),
        "pool up1 signal initiated cancelled1 submit1:1",
    ),
    "closed and empty": (ONE, "pool up1 signal initiated closing closed1"),
    "a job is submitted after a look at ctx": (
        NARROW,
        "pool up1 signal initiated submit1:1 start1:1 submit2:2 reject2 complete1:1 cancelled1",
    ),
    "jobs are abandoned by level": (
        ONE,
        FOUR + "up1 signal initiated closing waiting cancelled1 stopped "
        "abandon1 abandon3 abandon2 abandon4 done",
    ),
}

ILLEGAL = {
    "a less urgent job first": (
        ONE,
        FOUR + "up1 start1:1 complete1:1 start1:2",
        "level/most-urgent-first",
        "worker 1 started job 2 (line 9) with level 2, while job 3, submitted on line 4 with "
        "level 1, waited",
    ),
    "a newer job of its level first": (
        ONE,
        FOUR + "up1 start1:3",
        "level/oldest-first",
        "worker 1 started job 3 (line 7) with level 1, while job 1, submitted on line 2 with "
        "level 1, waited",
    ),
    "more room than there is": (
        NARROW,
        "pool submit1:1 submit2:2 submit3:1",
        "channel/capacity",
        "job 2 had entered the queue when job 3 was submitted (line 4); the queue's capacity is "
        "1, and job 1 waited in it: no worker can have taken one by then",
    ),
    "more room than there is, where it can be said that many waited": (
        ONE,
        FOUR + "submit5:1 submit6:2",
        "channel/capacity",
        "job 5 had entered the queue when job 6 was submitted (line 7); the queue's capacity is "
        "4, and job 1, job 2, job 3, ... waited in it: no worker can have taken one by then",
    ),
    "an idle worker holds one job": (
        NARROW,
        "pool up1 submit1:1 submit2:2 submit3:1 submit4:2",
        "channel/capacity",
        "job 3 had entered the queue when job 4 was submitted (line 6); the queue's capacity is "
        "1, and job 2 waited in it: no worker can have taken one by then",
    ),
    "three that wait": (
        msgspec.structs.replace(ONE, queue=3),
        FOUR + "submit5:1",
        "channel/capacity",
        "job 4 had entered the queue when job 5 was submitted (line 6); the queue's capacity is "
        "3, and job 1, job 2, job 3 waited in it: no worker can have taken one by then",
    ),
    "a busy worker holds no other job": (
        NARROW,
        "pool up1 submit1:1 start1:1 submit2:2 submit3:1 submit4:2",
        "channel/capacity",
        "job 3 had entered the queue when job 4 was submitted (line 7); the queue's capacity is "
        "1, and job 2 waited in it: no worker can have taken one by then",
    ),
    "a job that never had room": (
        NARROW,
        "pool up1 submit1:1 start1:1 submit2:2 submit3:1 complete1:1 start1:3",
        "channel/capacity",
        "job 3 had entered the queue when worker 1 started job 3 (line 8); the queue's capacity "
        "is 1, and job 2 waited in it: no worker can have taken one by then",
    ),
    "of two jobs out of turn, the first": (
        msgspec.structs.replace(TWO, queue=3),
        FOUR + "up1 up2 submit5:1 start1:3 start2:2",
        "level/oldest-first",
        "worker 1 started job 3 (line 9) with level 1, while job 1, submitted on line 2 with "
        "level 1, waited",
    ),
    "a job out of turn, where every queue is followed": (
        msgspec.structs.replace(AGING, workers=2),
        "pool submit1:1 up2 submit2:2 start2:2",
        "level/most-urgent-first",
        "worker 2 started job 2 (line 5) with level 2, while job 1, submitted on line 2 with "
        "level 1, waited",
    ),
    "room that only a job out of turn can have left": (
        msgspec.structs.replace(TWO, queue=3),
        FOUR + "up1 up2 submit5:1 start1:2 start2:3",
        "level/most-urgent-first",
        "worker 1 started job 2 (line 9) with level 2, while job 1, submitted on line 2 with "
        "level 1, waited",
    ),
    "closed, and not empty": (
        msgspec.structs.replace(TWO, jobs=2),
        "pool up1 submit1:1 submit2:2 closing closed1",
        "channel/closed-and-empty",
        "worker 1 shut down (closed) (line 6), having found the channel closed and empty, while "
        "job 1, submitted on line 3 with level 1, waited",
    ),
    "a look at ctx that came too late": (
        msgspec.structs.replace(TWO, queue=1),
        "pool up1 signal initiated submit1:1 submit2:2 cancelled1 up2 submit3:1",
        "main/stops-submitting",
        "job 2 had entered the queue when worker 1 shut down (cancelled) (line 7), which shows "
        "that ctx was done, since main submitted the next job later (line 9); the queue's "
        "capacity is 1, and job 1 waited in it: no worker can have taken one by then",
    ),
    "the same, where the line that shows it makes the worker idle": (
        msgspec.structs.replace(NARROW, fail=Every(1, 1), attempts=2, backoff_ns=10),
        "pool up1 submit1:1 start1:1 submit2:2 fail1:1:1 retry1:1:2:10 submit3:1 signal initiated "
        "leave1:1 submit4:2 start1:2",
        "main/stops-submitting",
        "job 3 had entered the queue when job 1 was abandoned (line 11), which shows that ctx "
        "was done, since main submitted the next job later (line 12); the queue's capacity is 1, "
        "and job 2 waited in it: no worker can have taken one by then",
    ),
    "an urgent job where the oldest was due": (
        AGING,
        FOUR + "submit5:1 up1 start1:1 complete1:1 start1:3",
        "level/aging",
        "worker 1 started job 3 (line 10) with level 1, while job 2, submitted on line 3 with "
        "level 2, waited, 1 takes in a row had passed less urgent jobs, and it had waited longest",
    ),
    "the oldest before its time": (
        msgspec.structs.replace(AGING, aging=2),
        FOUR + "submit5:1 up1 start1:1 complete1:1 start1:2",
        "level/aging",
        "worker 1 started job 2 (line 10) with level 2, while job 3, submitted on line 4 with "
        "level 1, waited, and only 1 takes in a row had passed less urgent jobs; 2 may",
    ),
    "a job that was not there was not passed": (
        AGING,
        "pool up1 submit1:1 start1:1 submit2:2 submit3:1 submit4:2 complete1:1 start1:2",
        "level/aging",
        "worker 1 started job 2 (line 9) with level 2, while job 3, submitted on line 6 with "
        "level 1, waited, and only 0 takes in a row had passed less urgent jobs; 1 may",
    ),
    "one that is neither the oldest nor the most urgent": (
        msgspec.structs.replace(ONE, levels=3, aging=2),
        "pool submit1:1 submit2:2 up1 submit3:3 start1:1 complete1:1 start1:3",
        "level/most-urgent-first",
        "worker 1 started job 3 (line 8) with level 3, while job 2, submitted on line 3 with "
        "level 2, waited",
    ),
    "results that nobody received, and no room for one more": (
        msgspec.structs.replace(NARROW, results=True),
        "pool up1 submit1:1 start1:1 complete1:1 submit2:2 start1:2 complete1:2 submit3:1 start1:3 "
        "complete1:3 submit4:2 start1:4",
        "results/capacity",
        "worker 1 started job 4 (line 13), and by then 3 results had been sent that nobody "
        "received; yet the collector holds one, and 1 have room",
    ),
    "abandoned by age": (
        ONE,
        FOUR + "up1 signal initiated closing waiting cancelled1 stopped abandon1 abandon2",
        "main/abandons-by-level",
        "job 2 was abandoned (line 14); the oldest of the most urgent left is job 3, submitted on "
        "line 4",
    ),
    "another level": (
        ONE,
        "pool submit1:1 submit2:1",
        "job/level",
        "job 2 was submitted (line 3) with level 1; due is 2",
    ),
    "no level": (
        ONE,
        "pool submit1",
        "job/level",
        "job 1 was submitted (line 2) with level none; due is 1",
    ),
    "a level where there is none": (
        msgspec.structs.replace(ONE, levels=1),
        "pool submit1:1",
        "job/level",
        "job 1 was submitted (line 2) with level 1; due is none",
    ),
}


@pytest.mark.parametrize(("config", "story"), LEGAL.values(), ids=LEGAL)
def test_a_legal_run(config: Config, story: str) -> None:
    assert both(told(story), config)


@pytest.mark.parametrize(("config", "story", "rule", "words"), ILLEGAL.values(), ids=ILLEGAL)
def test_an_illegal_run_is_told(config: Config, story: str, rule: str, words: str) -> None:
    assert not both(told(story), config)
    found = violation(told(story), config)
    assert found
    assert (found.rule, found.words) == (rule, words)


def test_too_many_ways_are_not_decided_unless_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config, story, _, _ = ILLEGAL["the oldest before its time"]
    monkeypatch.setattr(levels, "MOST_QUEUES", 1)
    with pytest.raises(CannotJudge, match="not decided from line 2 on: there are more than 1 ways"):
        violation(told(story), config)
    assert violation(told(story), config, exact=True)


def test_one_queue_that_explains_the_run_or_is_enough_decides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(levels, "MOST_QUEUES", 0)
    config, story = LEGAL["after the oldest, the count begins again"]
    assert violation(told(story), config) is None
    config, story, _, _ = ILLEGAL["a less urgent job first"]
    assert violation(told(story), config)


def test_as_many_ways_as_may_be_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    config, story, _, _ = ILLEGAL["the oldest before its time"]
    monkeypatch.setattr(levels, "MOST_QUEUES", 3)
    assert violation(told(story), config)
    monkeypatch.setattr(levels, "MOST_QUEUES", 2)
    with pytest.raises(CannotJudge, match="more than 2 ways"):
        violation(told(story), config)


def test_what_is_not_decided_is_said_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, story, rule, _ = ILLEGAL["the oldest before its time"]
    file = tmp_path / "stdout.txt"
    file.write_text("".join(f"{line_of(event, 1)}\n" for event in told(story)))
    flags = {"queue": str(config.queue), "levels": "2", "aging": "2"}
    monkeypatch.setattr(levels, "MOST_QUEUES", 1)
    [undecided], [decided] = check_each([file], flags), check_each([file], flags, exact=True)
    assert (undecided.checked.judged, decided.checked.rule) == (False, rule)
    assert "`parity check --exact` follows them all" in undecided.checked.evidence
    [unknown] = check_each([file], {"queue": str(config.queue)})
    assert unknown.checked.evidence == (
        f"{file} tells of jobs with priorities (line 2): give the flags of that run, --levels, "
        "and perhaps --aging"
    )


def timed(*instants: str) -> list[Event]:
    """Return the events of `T WORD...` lines, the words as in `stories`."""
    words = [(int(t), word) for t, *words in map(str.split, instants) for word in words]
    return numbered([msgspec.structs.replace(event_of(symbol(w)), t_ns=t) for t, w in words])


def test_on_a_virtual_clock_a_job_enters_at_its_instant() -> None:
    events = timed(
        "0 pool up1 submit1:1 start1:1",
        "5 submit2:2",
        "10 submit3:1",
        "15 complete1:1 start1:2",
        "20 submit4:2",
    )
    assert violation(events, ONE) is None  # job 3 may have entered just before line 8
    found = violation(events, ONE, timed=True)
    assert found
    assert found.words.endswith("while job 3, submitted on line 6 with level 1, waited")
    three = msgspec.structs.replace(ONE, levels=3)
    lines = (
        "0 pool up1 submit1:1 start1:1",
        "5 submit2:2",
        "6 submit3:3",
        "7 submit4:1",
        "15 complete1:1 start1:2",
    )
    assert violation(timed(*lines), three) is None
    assert violation(timed(*lines), three, timed=True)
    # In the last instant of a run that was killed, it may not have come to that.
    assert violation(events[:-1], ONE, timed=True)
    assert violation(timed("0 pool up1 submit1:1 submit2:2"), NARROW, timed=True) is None


def test_on_a_virtual_clock_a_job_enters_when_there_is_room() -> None:
    events = timed(
        "0 pool up1 submit1:1 start1:1 submit2:2 submit3:1",
        "15 complete1:1 start1:2",
        "20 submit4:2",
    )
    assert violation(events, NARROW, timed=True) is None
    two_slots = msgspec.structs.replace(ONE, queue=2)
    events = timed(
        "0 pool up1 submit1:1 start1:1",
        "1 submit2:2",
        "2 submit3:1",
        "3 submit4:2",
        "15 complete1:1 start1:3",
        "20 submit5:1",
        "30 complete1:3 start1:2",
        "45 complete1:2 start1:4",
    )
    assert violation(events, two_slots) is None  # job 5 may have entered just before the last line
    found = violation(events, two_slots, timed=True)
    assert found
    assert found.words.endswith("while job 5, submitted on line 10 with level 1, waited")
