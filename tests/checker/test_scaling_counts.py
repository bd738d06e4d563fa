"""How many workers run and are idle: runs that one hidden step more or less would make wrong."""

from __future__ import annotations

import pytest
from parity.contract.scenario import Config

from tests.support.stories import told
from tests.support.subsets import both


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
    # Worker 3 leaves for worker 4. Job 2 is not counted for that, and so worker 5 is due.
    (
        (2, 2, 5, 3),
        True,
        "pool up1 up2 submit1 submit2 start1:1 start2:2 submit3 up3 complete1:1 complete2:2 "
        "submit4 up4 start1:3 start4:4 complete4:4 idle4 submit5 up5 idle3 idle2",
    ),
    # The same where neither worker 3 nor worker 2 has said that it leaves.
    (
        (2, 2, 5, 3),
        True,
        "pool up1 up2 submit1 submit2 start1:1 start2:2 submit3 up3 complete1:1 complete2:2 "
        "submit4 up4 start1:3 start4:4 complete4:4 idle4 submit5 up5",
    ),
    # Worker 2 leaves for worker 3, and not for worker 4 once more.
    (
        (1, 2, 4, 2),
        False,
        "pool up1 submit1 start1:1 submit2 up2 complete1:1 start1:2 submit3 up3 submit4 up4 idle2",
    ),
    # Whether or not job 3 started worker 3, it and job 4 are held by workers that have counted.
    (
        (2, 0, 6, 4),
        False,
        "pool up1 up2 submit1 submit2 start1:1 start2:2 complete1:1 complete2:2 submit3 submit4 "
        "submit5 up4",
    ),
    # Whether or not job 4 started worker 3, worker 2 leaves once.
    (
        (2, 4, 7, 3),
        False,
        "pool up1 submit1 submit2 start1:1 complete1:1 start1:2 complete1:2 submit3 submit4 up2 "
        "start1:3 complete1:3 submit5 submit6 up5 start1:4 idle2",
    ),
    # Main looks before it rejects job 3, but not yet when worker 2 leaves.
    (
        (1, 1, 6, 2),
        True,
        "pool up1 submit1 start1:1 complete1:1 submit2 up2 submit3 start2:2 complete2:2 idle2 "
        "signal initiated reject3 closing waiting closed1 stopped done",
    ),
    # Main looks when workers 2 and 3 have left, starts worker 4, and rejects job 4.
    (
        (1, 1, 5, 3),
        True,
        "pool up1 submit1 start1:1 submit2 up2 start2:2 submit3 complete2:2 start2:3 complete2:3 "
        "submit4 signal initiated idle2 up3 up4 reject4 idle3",
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
