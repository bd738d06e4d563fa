"""Workers that come and go: what is wrong with them is told, in the order and in the instants."""

from __future__ import annotations

import random
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parity.checker.global_order import violation
from parity.checker.saved_trace import check
from parity.checker.scaling_time import races
from parity.checker.virtual_time import untimely
from parity.contract.scenario import Config, Every, ScheduledSignal
from parity.contract.trace import line_of
from parity.specification.rules import RULES

from tests.support.stories import timed, told
from tests.support.subsets import both
from tests.support.walks import chances, interleaved, scaling_beside_others, walk

TWO_AT_MOST = Config(workers=1, queue=2, jobs=4, max_workers=2)
BUSY = "pool up1 submit1 start1:1 "
GROWN = BUSY + "submit2 up2 "

ORDERS = [
    (
        BUSY + "complete1:1 up2",
        "scaling/grows-when-none-is-idle",
        "worker 2 started (line 6); no job submitted before it found every worker busy",
    ),
    (
        BUSY + "submit2 complete1:1 start1:2 submit3 submit4 complete1:2 start1:3 complete1:3 "
        "start1:4 complete1:4 closing waiting closed1 stopped",
        "scaling/grows-when-none-is-idle",
        "job 3 was submitted (line 8) when 1 worker ran and none was idle; one more was due, as 2 "
        "may run, and none started",
    ),
    (
        GROWN + "start2:2 submit3 up3",
        "scaling/at-most",
        "worker 3 started (line 9) when 2 workers ran",
    ),
    (
        "pool up1 idle1",
        "scaling/at-least",
        "worker 1 shut down (idle) (line 3) when only 1 worker ran",
    ),
    (
        GROWN + "complete1:1 idle1 start2:2 complete2:2 idle2",
        "scaling/at-least",
        "worker 2 shut down (idle) (line 11) when only 1 worker ran",
    ),
    (
        GROWN + "submit3 idle2",
        "scaling/leaves-when-idle",
        "worker 2 shut down (idle) (line 8) when 2 workers ran and 2 jobs were not done",
    ),
    (
        GROWN + "submit3 submit4 idle2",
        "scaling/leaves-when-idle",
        "worker 2 shut down (idle) (line 9) when 2 workers ran and 3 jobs were not done",
    ),
    (
        GROWN + "start2:2 complete2:2 submit3 idle2 submit4 complete1:1 start1:3 complete1:3 "
        "start1:4 complete1:4 closing waiting closed1 stopped",
        "scaling/leaves-when-idle",
        "worker 2 shut down (idle) (line 10), though as many jobs as workers were not done after "
        "job 3 was submitted (line 9)",
    ),
    (
        GROWN + "start2:2 idle2",
        "worker/finishes-its-job",
        "worker 2 shut down (idle) (line 8) before it completed job 2, which it started (line 7)",
    ),
    (
        GROWN + "start2:2 complete1:1 idle1 complete2:2 submit3 up1",
        "worker/one-of-n",
        "worker 1 started (line 12) a second time, first on line 2",
    ),
    (
        "pool up1 signal initiated closing waiting cancelled1 stopped up2",
        "main/waits-for-workers",
        "worker 2 started (line 9) after main stopped waiting for the workers (line 8)",
    ),
]


@pytest.mark.parametrize(("story", "rule", "words"), ORDERS)
def test_what_is_wrong_with_the_order_is_told(story: str, rule: str, words: str) -> None:
    found = violation(told(story), TWO_AT_MOST)
    assert found
    lines = tuple(sorted({int(number) for number in re.findall(r"\bline (\d+)", words)}))
    assert (found.rule, found.words, found.lines) == (rule, words, lines)


@pytest.mark.parametrize(
    ("queue", "story"),
    [
        # Worker 2 has left for the fourth: three may run.
        (
            2,
            "pool submit1 up1 submit2 start1:1 up2 start2:2 submit3 complete2:2 submit4 complete1:1 "
            "start1:3 up4 submit5",
        ),
        # Only worker 2 has left. That worker 1 may have left too is no reason to start a fourth.
        (1, "pool up1 submit1 submit2 submit3 start1:1 complete1:1 up3 submit4 up2 idle2"),
        # Main has rejected job 2, and not yet said so.
        (1, "pool submit1 signal submit2 initiated up2 idle2"),
    ],
)
def test_when_a_run_is_cut_not_all_is_said(queue: int, story: str) -> None:
    assert both(told(story), Config(workers=1, queue=queue, jobs=5, max_workers=3))


def test_a_worker_that_holds_a_job_has_counted_the_one_before() -> None:
    """Without slots, worker 1 had received job 2 when job 3 was submitted, and so was idle."""
    story = "pool up1 submit1 start1:1 complete1:1 submit2 submit3"
    three = Config(workers=1, queue=0, jobs=5, max_workers=3)
    assert both(told(f"{story} up2"), three)
    assert not both(told(f"{story} up3"), three)


def test_a_job_is_counted_before_its_worker_receives_the_next() -> None:
    """Worker 1 starts job 2 after job 3 was submitted, and had received it before."""
    three = Config(workers=1, queue=0, jobs=3, max_workers=3)
    story = "pool up1 submit1 start1:1 complete1:1 submit2 submit3 start1:2 up2 "
    end = "start2:3 complete1:2 complete2:3 closing waiting closed1 closed2 "
    assert both(told(f"{story}{end}stopped done"), three)
    assert not both(told(f"{story}up3 {end}closed3 stopped done"), three)


def test_a_rejected_job_makes_room_before_it_is_told() -> None:
    story = "pool up1 signal submit1 start1:1 complete1:1 submit2 initiated start1:2 submit3 up2 "
    story += "idle2 reject3 closing complete1:2 waiting closed1 stopped done"
    assert both(told(story), Config(workers=1, queue=0, jobs=3, max_workers=3))


def test_only_a_job_that_is_submitted_can_be_rejected() -> None:
    """Job 3 would make room for worker 2. But worker 2 leaves before it is submitted."""
    story = "pool submit1 up1 signal submit2 start1:1 up2 initiated idle2 complete1:1 submit3"
    assert not both(told(story), Config(workers=1, queue=2, jobs=4, max_workers=4))


def worked(*jobs: int) -> str:
    return " ".join(f"start1:{job} complete1:{job}" for job in jobs)


def test_not_all_idle_workers_leave_so_that_one_can_be_started() -> None:
    """Both could leave before job 6. But then fewer run, and job 8 would find none of them idle."""
    config = Config(workers=2, queue=4, jobs=11, max_workers=4)
    begun = "pool submit1 submit2 submit3 submit4 submit5 up1 " + worked(1, 2, 3, 4)
    passed = " up2 up3 up4 submit6 submit7 submit8 submit9 " + worked(5, 6, 7, 8)
    left = " idle2 idle3 submit10 submit11 closing waiting " + worked(9, 10, 11)
    ended = " closed1 closed4 up5 closed5 stopped done"
    assert both(told(begun + passed + left + ended), config)


def test_no_worker_has_to_leave_so_that_one_can_be_started() -> None:
    """Worker 1 could leave before job 4, for worker 3. But then job 7 would find worker 2 gone."""
    config = Config(workers=1, queue=3, jobs=7, max_workers=2)
    begun = "pool up1 submit1 start1:1 complete1:1 submit2 submit3 up2 submit4 submit5 "
    second = " ".join(f"start2:{job} complete2:{job}" for job in (2, 3, 4, 5))
    left = " idle2 submit6 submit7 closing waiting up3 start3:6 complete3:6 start3:7 complete3:7"
    assert both(told(begun + second + left + " idle1 closed3 stopped done"), config)


def test_who_leaves_so_that_one_can_be_started_is_a_choice_at_each_look() -> None:
    """Worker 3 could leave before job 7, for worker 6. But worker 4 has to, before job 9."""
    config = Config(workers=2, queue=4, jobs=9, max_workers=4)
    begun = "pool up1 up2 submit1 submit2 submit3 start2:2 complete2:2 start2:3 complete2:3 idle2 "
    grown = "submit4 submit5 submit6 up3 up4 up5 submit7 start5:5 complete5:5 start4:4 submit8 "
    left = "complete4:4 start4:7 complete4:7 submit9 up6 closing idle4 start6:8 complete6:8 "
    last = "waiting start6:9 complete6:9 closed6 idle3 start5:6 start1:1 complete5:6 idle5 "
    ended = "complete1:1 closed1 stopped done"
    assert both(told(begun + grown + left + last + ended), config)


def test_a_fixed_number_of_workers_stays() -> None:
    fixed = msgspec.structs.replace(TWO_AT_MOST, max_workers=0)
    found = violation(told("pool up1 idle1"), fixed)
    assert found
    assert found.rule == "worker/stops-for-a-reason"
    found = violation(told("pool up1 up2"), fixed)
    assert found
    assert found.rule == "worker/one-of-n"


def test_a_line_that_tells_no_reason_leaves_it_open_who_was_idle() -> None:
    whole = told("pool up1 idle1")
    silent = [msgspec.structs.replace(event, reason=None) for event in whole]
    assert violation(whole, TWO_AT_MOST)
    assert violation(silent, TWO_AT_MOST) is None


def test_what_such_lines_leave_open_is_said(tmp_path: Path) -> None:
    lines = tmp_path / "stdout.txt"
    lines.write_text("".join(f"{line_of(event, 1)}\n" for event in told("pool up1 idle1")))
    checked = check(lines, {"max-workers": "2"}).checked
    assert checked.legal
    assert "not decided: whether workers came and went" in checked.evidence


CLOSE_CALLS = [  # workers, queue, jobs, max_workers
    (
        (2, 1, 5, 3),
        True,
        "pool up2 up1 submit1 submit2 submit3 start1:2 up3 complete1:2 start1:3 submit4 up4",
    ),
    ((2, 0, 2, 2), True, "pool submit1"),
    ((2, 0, 3, 3), True, "pool submit1 up2 up1 submit2 submit3 signal initiated up3 idle3"),
    (
        (1, 0, 3, 2),
        False,
        "pool submit1 up1 signal initiated submit2 start1:1 reject2 complete1:1 cancelled1 "
        "closing waiting stopped",
    ),
    (
        (2, 0, 5, 4),
        True,
        "pool up2 up1 submit1 submit2 start2:1 submit3 up3 submit4 up4 complete2:1 start1:2 "
        "complete1:2 idle4 submit5 up5",
    ),
    (
        (2, 1, 3, 3),
        True,
        "pool up1 submit1 start1:1 complete1:1 up2 submit2 start2:2 complete2:2 submit3 idle2",
    ),
    ((1, 2, 6, 4), True, "pool submit1 submit2 submit3 up2 signal initiated reject3 idle2"),
    ((1, 0, 5, 2), False, "pool up1 submit1 submit2 start1:1 up2 submit3 complete1:1 start1:3 up3"),
    ((1, 0, 4, 1), False, "pool submit1 up1 submit2 start1:1 complete1:1 up2"),
    ((1, 1, 4, 2), False, "pool submit1 up1 submit2 submit3 up2 submit4 start1:1 complete1:1 up3"),
    (
        (2, 1, 5, 3),
        True,
        "pool submit1 submit2 up1 submit3 up2 up3 start1:1 start3:3 submit4 complete1:1 up4 idle1",
    ),
    (
        (1, 0, 4, 3),
        True,
        "pool up1 submit1 start1:1 complete1:1 submit2 start1:2 up2 complete1:2 idle2 submit3 up3",
    ),
    (
        (1, 1, 2, 3),
        True,
        "pool submit1 submit2 up1 signal up2 closing initiated cancelled2 waiting start1:1 "
        "complete1:1 idle1 stopped",
    ),
    ((2, 0, 5, 4), False, "pool up2 up1 submit1 submit2 submit3 up3 idle3"),
    (
        (1, 1, 4, 2),
        True,
        "pool submit1 submit2 up2 start2:1 submit3 up1 submit4 start1:2 complete1:2 "
        "complete2:1 idle1",
    ),
    ((1, 2, 3, 3), True, "pool submit1 submit2 submit3"),
    ((1, 2, 3, 2), False, "pool up1 submit1 submit2 up2 submit3 signal initiated idle2"),
    (  # main looks for a worker, and rejects job 5, before worker 1 leaves
        (1, 2, 5, 2),
        True,
        "pool submit1 up1 start1:1 complete1:1 submit2 start1:2 complete1:2 submit3 submit4 "
        "start1:3 up2 complete1:3 submit5 signal initiated idle1 cancelled2 reject5 closing waiting "
        "stopped abandon4 done",
    ),
    ((1, 3, 2, 4), False, "pool submit1 up1 up2"),
    ((1, 1, 5, 2), True, "pool up1 submit1 start1:1 submit2 submit3 complete1:1 up2 up3 start2:3"),
    (
        (1, 1, 5, 2),
        False,
        "pool up1 submit1 submit2 up2 start1:1 complete1:1 submit3 submit4 up3 start1:4",
    ),
    (
        (2, 0, 4, 3),
        False,
        "pool submit1 up2 submit2 up1 start1:2 start2:1 complete2:1 submit3 submit4 start2:3 "
        "complete2:3 complete1:2 idle1 up4",
    ),
    (
        (1, 1, 5, 2),
        False,
        "pool up1 submit1 start1:1 submit2 submit3 complete1:1 up2 up3 start2:3 start3:2 "
        "submit4 submit5 complete2:3 complete3:2 start3:5 up4",
    ),
    (
        (1, 0, 5, 2),
        True,
        "pool up1 submit1 submit2 up2 start1:1 start2:2 submit3 complete2:2 up3 submit4 "
        "complete1:1 up4 start4:4 complete4:4 submit5 closing",
    ),
    (
        (1, 2, 6, 4),
        False,
        "pool submit1 submit2 submit3 up2 signal initiated reject3 idle2 up3 idle3",
    ),
    ((1, 1, 2, 2), False, "pool submit1 up1 submit2 up2 idle2"),
    ((1, 1, 2, 2), False, "pool submit1 up1 submit2 up2 idle2 signal initiated reject2"),
    ((1, 1, 2, 2), True, "pool submit1 up1 submit2 up2 signal initiated idle2 reject2"),
    ((1, 1, 2, 2), False, "pool submit1 up1 submit2 up2 signal initiated idle2 closing"),
    ((1, 1, 2, 2), False, "pool submit1 up1 submit2 up2 signal initiated idle2 idle1"),
    ((1, 1, 2, 2), False, "pool submit1 up1 signal initiated submit2 up2 idle2 start1:2"),
    (
        (1, 1, 2, 2),
        False,
        "pool submit1 up1 signal initiated submit2 up2 start1:1 idle2 complete1:1 start1:2",
    ),
    ((1, 2, 3, 3), True, "pool submit1 up1 submit2 submit3 up2 up3 signal initiated idle2"),
    ((1, 2, 3, 3), False, "pool submit1 up1 submit2 submit3 up2 up3 signal initiated idle2 idle3"),
    ((1, 2, 3, 3), False, "pool submit1 up1 submit2 submit3 up2 up3 idle2 signal initiated"),
    (
        (1, 2, 3, 3),
        False,
        "pool submit1 up1 submit2 submit3 up2 up3 signal initiated idle2 start1:1 start3:2 "
        "complete1:1 start1:3",
    ),
    ((1, 0, 5, 2), False, "pool up1 submit1 submit2 start1:1 up2 submit3 complete1:1 up3 idle3"),
    (
        (1, 2, 5, 3),
        True,
        "pool up1 submit1 start1:1 submit2 up2 start2:2 complete1:1 submit3 submit4 up4",
    ),
    (
        (1, 1, 5, 2),
        False,
        "pool up1 submit1 start1:1 submit2 submit3 complete1:1 up2 up3 start2:3 start3:2 submit4 "
        "submit5 complete2:3 complete3:2 start3:5 start2:4 up4",
    ),
]
"""Runs that one hidden step more or less would make legal, or illegal."""


@pytest.mark.parametrize(("limits", "legal", "story"), CLOSE_CALLS)
def test_a_close_call_is_judged_alike(
    limits: tuple[int, int, int, int], legal: bool, story: str
) -> None:
    workers, queue, jobs, max_workers = limits
    config = Config(workers=workers, queue=queue, jobs=jobs, max_workers=max_workers)
    assert both(told(story), config) == legal


@given(scaling_beside_others, chances, st.booleans(), st.floats(0.05, 0.95))
@settings(max_examples=150, deadline=None)
def test_workers_come_and_go_beside_every_other_extension(
    config: Config, random: random.Random, signals: bool, laziness: float
) -> None:
    events = walk(config, random, signals=signals, laziness=laziness)
    assert both(events, config)
    assert both(events[: random.randint(0, len(events))], config)
    both(interleaved(events, random), config)


BRIEF = Config(
    workers=1, queue=2, jobs=3, max_workers=2, interval_ns=50, work_ns=60, keepalive_ns=30
)
BOTH_BUSY = ["0 pool up1 submit1 start1:1", "50 submit2 up2 start2:2", "60 complete1:1"]
END = [
    "110 complete2:2",
    "140 idle2",
    "150 closing waiting",
    "160 complete3:3 closed3 stopped done",
]
LEFT = "90 idle1"
NEXT = "100 submit3 up3 start3:3"

INSTANTS = [
    ([*BOTH_BUSY, LEFT, NEXT, *END], "", ""),
    (
        [*BOTH_BUSY, "100 submit3 start1:3"],
        "scaling/keepalive",
        "worker 1 had waited for -keepalive at 0.00000009 s, when 2 workers ran and 1 could be "
        "spared; it had not left by line 9",
    ),
    (
        [*BOTH_BUSY, "80 idle1", NEXT, *END],
        "scaling/keepalive",
        "worker 1 shut down (idle) (line 9) at 0.00000008 s; it was due at 0.00000009 s",
    ),
    (
        [*BOTH_BUSY, LEFT, "100 submit3", "110 complete2:2 start2:3"],
        "scaling/grows-when-none-is-idle",
        "job 3 was submitted (line 10) when 1 worker ran and none was idle; one more was due, as 2 "
        "may run, and none started",
    ),
    (
        [*BOTH_BUSY, LEFT, NEXT, "110 complete2:2", "145 idle2"],
        "scaling/keepalive",
        "worker 2 had waited for -keepalive at 0.00000014 s, when 2 workers ran and 1 could be "
        "spared; it had not left by line 14",
    ),
]


@pytest.mark.parametrize(("story", "rule", "words"), INSTANTS)
def test_what_is_wrong_with_an_instant_is_told(story: list[str], rule: str, words: str) -> None:
    found = untimely(timed(*story), BRIEF, killed_at_ns=145)
    assert ((found.rule, found.words) if found else ("", "")) == (rule, words)


def test_a_worker_that_may_not_leave_asks_no_more_until_its_next_job() -> None:
    """Worker 1 asks while the last worker is busy, and again only after job 3."""
    config = msgspec.structs.replace(BRIEF, max_workers=1, interval_ns=100)
    stays = ["0 pool up1 submit1 start1:1", "60 complete1:1", "100 submit2 start1:2"]
    assert untimely(timed(*stays), config, killed_at_ns=100) is None


def test_a_killed_run_missed_a_worker_that_had_to_leave() -> None:
    config = msgspec.structs.replace(BRIEF, signals=(ScheduledSignal("SIGINT", 95),) * 2)
    found = untimely(timed(*BOTH_BUSY), config, killed_at_ns=95)
    assert found
    told = "worker 1 had waited for -keepalive at 0.00000009 s, when 2 workers ran and 1 could be "
    assert (found.rule, found.words) == (
        "scaling/keepalive",
        told + "spared; it had not left by line 8",
    )
    assert untimely(timed(*BOTH_BUSY), config, killed_at_ns=90) is None
    assert untimely([], config, killed_at_ns=95)
    assert untimely(timed(*BOTH_BUSY), BRIEF) is None  # nobody says how long it lived


SLOW = Every(2, 2)
ALONE = Config(workers=1, queue=2, jobs=9, interval_ns=10, work_ns=10, max_workers=3)
EVEN_SLOWER = msgspec.structs.replace(
    ALONE, work_ns=5, slow=Every(2, 3), fail=Every(3, 1), attempts=2, backoff_ns=20, keepalive_ns=5
)
THREE_RUN = [
    "0 pool up1 submit1 start1:1",
    "5 complete1:1",
    "10 submit2 start1:2",
    "20 submit3 up2 start2:3",
    "25 complete1:2 fail2:3:1 retry2:3:2:20",
    "30 submit4 start1:4",
    "40 submit5 up3 start3:5",
    "45 complete1:4 complete3:5 again2:3:2",
]
TWO_IDLE = [
    "0 pool up1 submit1 start1:1",
    "5 complete1:1",
    "10 submit2 start1:2",
    "20 submit3 up2 start2:3",
    "25 complete1:2 complete2:3",
]
NO_WAIT = msgspec.structs.replace(ALONE, interval_ns=30, work_ns=25, slow=SLOW, keepalive_ns=0)
CALLS_IN_TIME: list[tuple[Config, int, list[str], str]] = [
    # Job 6 comes first, then worker 1 leaves, then worker 3 may not, and worker 2 ends its job.
    (EVEN_SLOWER, 51, [*THREE_RUN, "50 submit6 idle1 complete2:3 start2:6"], ""),
    # The run is cut before the idle workers leave.
    (EVEN_SLOWER, 50, [*THREE_RUN, "50 submit6"], ""),
    # Only one of the two may leave.
    (
        msgspec.structs.replace(ALONE, work_ns=5, slow=Every(2, 3), keepalive_ns=3),
        29,
        [*TWO_IDLE, "28 idle1"],
        "",
    ),
    # Worker 2 is idle, and has not left unsaid: the run goes on.
    (
        msgspec.structs.replace(ALONE, slow=SLOW, keepalive_ns=99),
        25,
        [
            "0 pool up1 submit1 start1:1",
            "10 submit2 complete1:1 up2 start1:2",
            "20 submit3 up3 start3:3",
        ],
        "worker 3 started (line 10); no job submitted before it found every worker busy",
    ),
    (
        msgspec.structs.replace(ALONE, slow=SLOW, max_workers=2, keepalive_ns=99),
        25,
        [
            "0 pool up1 submit1 start1:1",
            "10 submit2 complete1:1 up2 start1:2",
            "20 submit3 up3 start3:3",
        ],
        "worker 3 started (line 10) when 2 workers ran",
    ),
    # Job 2 has started a worker, which has not said so when the run is cut.
    (msgspec.structs.replace(ALONE, interval_ns=0), 0, ["0 pool submit1 up1 submit2 submit3"], ""),
    # Worker 2 could leave whatever came first.
    (
        NO_WAIT,
        86,
        [
            "0 pool up1 submit1 start1:1",
            "25 complete1:1",
            "30 submit2 start1:2",
            "60 submit3 up2 start2:3",
            "80 complete1:2",
            "85 complete2:3",
        ],
        "worker 2 had waited for -keepalive at 0.000000085 s, when 2 workers ran and 1 could be "
        "spared; it had not left by line 12",
    ),
    # Job 4 may come before both ask.
    (
        msgspec.structs.replace(ALONE, slow=SLOW, keepalive_ns=0),
        31,
        [
            "0 pool up1 submit1 start1:1",
            "10 complete1:1 submit2 start1:2",
            "20 submit3 up2 start2:3",
            "30 complete1:2 complete2:3 submit4 start1:4",
        ],
        "",
    ),
    # No worker can be spared: two run, and job 2 is new.
    (
        msgspec.structs.replace(NO_WAIT, work_ns=40),
        60,
        ["0 pool up1 submit1 start1:1", "30 submit2 up2 start2:2", "40 complete1:1"],
        "",
    ),
    (
        msgspec.structs.replace(ALONE, interval_ns=7, keepalive_ns=0),
        13,
        ["0 pool up1 submit1 start1:1", "7 submit2 up2", "10 complete1:1", "13 idle1"],
        "worker 1 shut down (idle) (line 8) at 0.000000013 s; it had asked before",
    ),
    (
        msgspec.structs.replace(ALONE, queue=0, keepalive_ns=10),
        20,
        ["0 pool up1 submit1 start1:1", "10 submit2 complete1:1 up2", "20 submit3"],
        "when 0.00000001 s was over, job 2 waited, and worker 1 was idle",
    ),
    (
        msgspec.structs.replace(
            ALONE, workers=2, jobs=5, interval_ns=7, slow=SLOW, max_workers=4, keepalive_ns=15
        ),
        36,
        [
            "0 pool up1 up2 submit1 start2:1",
            "7 submit2 start1:2",
            "10 complete2:1",
            "14 submit3 start2:3",
            "21 submit4 up3",
            "24 complete2:3",
            "27 complete1:2",
            "28 submit5",
            "35 closing",
        ],
        "when 0.000000021 s was over, job 4 waited, and worker 3 was idle",
    ),
    # A worker leaves in the instant in which the next one starts.
    (
        msgspec.structs.replace(
            ALONE, workers=2, work_ns=40, slow=SLOW, max_workers=4, keepalive_ns=0
        ),
        40,
        [
            "0 pool up1 submit1 up2 start2:1",
            "10 submit2 start1:2",
            "20 submit3 up3 start3:3",
            "30 submit4 up4 start4:4",
            "40 complete2:1 submit5 up5 idle2 start5:5",
        ],
        "",
    ),
]


@pytest.mark.parametrize(("config", "killed_at_ns", "story", "words"), CALLS_IN_TIME)
def test_a_close_call_in_time_is_judged(
    config: Config, killed_at_ns: int, story: list[str], words: str
) -> None:
    events = timed(*story)
    assert violation(events, config) is None or words
    found = untimely(events, config, killed_at_ns=killed_at_ns)
    assert (found.words if found else "") == words


def test_workers_race_where_a_job_ends_as_another_is_submitted() -> None:
    assert races(timed(*BOTH_BUSY, LEFT, NEXT, *END), BRIEF) is False
    assert races(timed("0 pool up1 submit1 start1:1", "60 complete1:1 submit2 start1:2"), BRIEF)
    assert races(timed("0 pool up1", "30 submit1 start1:1"), BRIEF)


def test_workers_race_where_the_one_that_takes_a_job_is_not_the_one_that_waits_longest() -> None:
    """Nothing tells which of them takes it. They ask at different times, so that more may leave."""
    one = timed("0 pool up1 up2 submit1 start1:1", "10 complete1:1", "15 submit2 start1:2")
    assert races(one, BRIEF)
    both = "0 pool up1 submit1 start1:1", "10 submit2 up2 start2:2", "12 complete1:1"
    assert races(timed(*both, "14 complete2:2", "20 submit3 start1:3"), BRIEF)


def test_each_rule_is_broken_by_a_story() -> None:
    of_workers = {rule for rule in RULES if rule.startswith("scaling/")}
    assert of_workers <= {rule for _, rule, _ in (*ORDERS, *INSTANTS)}
