"""Workers that come and go: what is wrong with the order of their lines is told."""

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
from parity.contract.scenario import Config
from parity.contract.trace import line_of
from parity.specification.rules import RULES

from tests.support.stories import told
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
        "pool up0",  # its line names no worker
        "worker/one-of-n",
        "worker None started (line 2); there are workers 1 to 1",
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


@given(scaling_beside_others, chances, st.booleans(), st.floats(0.05, 0.95))
@settings(max_examples=150)
def test_workers_come_and_go_beside_every_other_extension(
    config: Config, random: random.Random, signals: bool, laziness: float
) -> None:
    events = walk(config, random, signals=signals, laziness=laziness)
    assert both(events, config)
    assert both(events[: random.randint(0, len(events))], config)
    both(interleaved(events, random), config)


def test_each_rule_of_the_order_is_broken_by_a_story() -> None:
    """That of the keepalive is one of time: test_scaling_time.py has its stories."""
    of_workers = {rule for rule in RULES if rule.startswith("scaling/")}
    assert of_workers - {rule for _, rule, _ in ORDERS} == {"scaling/keepalive"}
