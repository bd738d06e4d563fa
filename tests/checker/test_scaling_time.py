"""Workers that come and go on a virtual clock: what is wrong with an instant is told."""

from __future__ import annotations

import msgspec
import pytest
from parity.checker.global_order import violation
from parity.checker.scaling_time import races
from parity.checker.virtual_time import untimely
from parity.contract.scenario import Config, Every, ScheduledSignal

from tests.support.stories import timed

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
CUT = msgspec.structs.replace(ALONE, slow=SLOW, max_workers=2)
UNSAID = [
    "0 pool up1 submit1 start1:1",
    "10 complete1:1 submit2 up2 start2:2",
    "20 submit3 up3",
]
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
    # The same, where it had waited for a while.
    (
        msgspec.structs.replace(BRIEF, keepalive_ns=40),
        101,
        [*BOTH_BUSY, "100 submit3 up3 idle1 start3:3"],
        "",
    ),
    # Worker 1 leaves once, and not for worker 4 once more: worker 2 is idle.
    (
        msgspec.structs.replace(BRIEF, jobs=9, slow=SLOW, keepalive_ns=35),
        201,
        [
            *BOTH_BUSY,
            "95 idle1",
            "100 submit3 up3 start3:3",
            "150 submit4",
            "160 complete3:3 start3:4",
            "170 complete2:2",
            "200 submit5 up4 start4:5",
        ],
        "worker 4 started (line 18) when 2 workers ran",
    ),
    # Worker 1 has left for worker 3, and the run is cut before it says so.
    (msgspec.structs.replace(CUT, keepalive_ns=10), 20, UNSAID, ""),
    # The same where it does not ask in that instant.
    (
        msgspec.structs.replace(CUT, keepalive_ns=20),
        20,
        UNSAID,
        "worker 3 started (line 10) when 2 workers ran",
    ),
    # Worker 1 asks in that instant, and the run goes on: it has not left unsaid.
    (
        msgspec.structs.replace(BRIEF, keepalive_ns=40),
        101,
        [*BOTH_BUSY, "100 submit3 up3 start3:3"],
        "worker 3 started (line 10) when 2 workers ran",
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
