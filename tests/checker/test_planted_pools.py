"""A pool that is not ours, judged by its stdout on the real clock: honest, and with one mistake."""

from __future__ import annotations

import shlex
import sys

import msgspec
import pytest
from parity.checker.judge import judge
from parity.contract.outcome import Outcome
from parity.contract.scenario import MS, Config, Scenario
from parity.execution.runner import run_side_by_side
from parity.execution.subject import resolve

from tests.support.programs import ROOT

SCENARIO = Scenario(
    name="planted",
    about="",
    clock="real",
    config=Config(jobs=6, interval_ns=50 * MS, work_ns=500 * MS),
)

CAUGHT = {
    "lazy-workers": {"worker/takes-what-waits", "time/makespan"},
    "polls": {"worker/takes-what-waits"},
    "late-line": {"time/prompt"},
}


def planted(mistake: str) -> str:
    command = [sys.executable, str(ROOT / "tests/support/pool.py"), mistake]
    return f"{mistake}={shlex.join(command)}"


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    subjects = resolve([planted(mistake) for mistake in ("none", *CAUGHT)])
    ran = run_side_by_side(subjects, SCENARIO, seed=1, timeout_s=60)
    return {outcome.subject: outcome for outcome in ran}


def test_an_honest_pool_is_held_to_the_machine_s_own_noise(outcomes: dict[str, Outcome]) -> None:
    assert judge(outcomes["none"], SCENARIO) == []


@pytest.mark.parametrize("mistake", CAUGHT)
def test_a_mistake_is_told_by_its_rule(outcomes: dict[str, Outcome], mistake: str) -> None:
    # What a busy machine adds does not hide the mistake, as the tolerance is set by hand.
    strict = msgspec.structs.replace(outcomes[mistake], late_ns=0, tolerance_ns=100 * MS)
    caught = {finding.catcher for finding in judge(strict, SCENARIO)}
    assert caught >= CAUGHT[mistake]
