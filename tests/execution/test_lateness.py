"""The harness measures its own lateness, and never charges it to a program."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from parity.comparison.compare import compare
from parity.contract.scenario import MS, Config, Scenario, parse_signal
from parity.execution import reading, subject_run
from parity.execution.lateness import Lateness
from parity.execution.runner import run_side_by_side
from parity.execution.subject import resolve

from tests.support.started import Started
from tests.support.trail import Trail, eventually, run

ROUND_NS = 50 * MS
SIGNALLED = Scenario(
    name="signalled",
    about="a signal that comes before the last job is done",
    config=Config(
        workers=1,
        jobs=2,
        interval_ns=100 * MS,
        work_ns=1000 * MS,
        signals=(parse_signal("SIGINT@200ms"),),
    ),
    clock="real",
)


def late(*readings: tuple[int, int]) -> int:
    """Return the lateness after rounds that end at these ms, suspended for so many ms before."""
    lateness = Lateness(ROUND_NS, (0, 7 * MS))
    for now_ms, suspended_ms in readings:
        assert lateness.listened((now_ms * MS, (7 + suspended_ms) * MS)) == now_ms * MS
    return lateness.total_ns // MS


@pytest.mark.parametrize(
    ("readings", "total_ms"),
    [
        ([(50, 0), (100, 0), (101, 0)], 0),
        ([(99, 0), (198, 0)], 0),  # A moment late, as on any machine.
        ([(50, 0), (3813, 0)], 3713),  # Stopped, and continued.
        ([(250, 0), (300, 0), (700, 0)], 550),  # Each time counts.
        ([(50, 0), (60, 3_600_000), (110, 3_600_000)], 3_600_000),  # The lid was closed.
    ],
)
def test_a_gap_longer_than_a_round_is_the_harness_s_lateness(
    readings: list[tuple[int, int]], total_ms: int
) -> None:
    assert late(*readings) == total_ms


def test_a_slow_callback_is_charged_to_the_harness_not_to_a_program(trail: Trail) -> None:
    def watch(*_: object) -> None:
        eventually(lambda: not trail.programs("-workers=*"))

    outcomes = run_side_by_side(resolve(["go", "py"]), SIGNALLED, seed=1, timeout_s=60, watch=watch)
    assert all(outcome.late_ns > 500 * MS for outcome in outcomes)
    assert not any(event.signal for outcome in outcomes for event in outcome.trace.events)
    comparison = compare(*outcomes, SIGNALLED)
    assert not comparison.fails
    why, _, seen = str(comparison.not_judged).partition("; seen was: ")
    assert why.startswith("not judged: the harness itself was ")
    # The first of the two was heard too late for its signal, and of the other all came at once.
    assert "SIGINT@200ms was never received" in seen or "it buffers its output" in seen
    assert not any(outcome.buffers for outcome in outcomes)


HARNESS = """
import sys
import msgspec
from parity.comparison.plan import Plan, collected, execute
from parity.contract.scenario import Scenario
from parity.execution.subject import resolve
plan = Plan(scenarios=[msgspec.json.decode(sys.argv[1], type=Scenario)],
            subjects=resolve(["go", "py"]), seeds=[1], timeout_s=60, tolerance_ns=300_000_000)
result = collected(list(execute(plan, watch=lambda *said: print(said, flush=True))))
print(result.exit_status, *(one.why for one in result.unjudged))
"""


def test_a_harness_that_was_stopped_and_continued_judges_nobody(trail: Trail) -> None:
    with Started(
        [sys.executable, "-c", HARNESS, msgspec.json.encode(SIGNALLED).decode()],
        stdout=subprocess.PIPE,
        text=True,
    ) as harness:
        assert harness.stdout
        said = [harness.stdout.readline()]
        while not any("(1, " in line for line in said):  # Both have begun.
            said.append(harness.stdout.readline())
        harness.send_signal(signal.SIGSTOP)
        eventually(lambda: not trail.programs("-workers=*"))
        harness.send_signal(signal.SIGCONT)
        verdict = harness.stdout.read().splitlines()[-1]
    assert verdict.startswith("2 not judged: the harness itself was ")
    assert "SIGINT@200ms was never received" in verdict
    assert verdict.endswith("; run it again, undisturbed")


def test_nothing_is_read_before_all_have_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def noted(word: str, function: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            order.append(word)
            return function(*arguments, **named)

        return call

    monkeypatch.setattr(subject_run, "check_end", noted("ended", subject_run.check_end))
    monkeypatch.setattr(reading, "read_stdout", noted("read", reading.read_stdout))
    run("good", "quick_child")
    assert [word for word in order if word == "read"] == ["read", "read"]
    assert order.index("read") >= 2
