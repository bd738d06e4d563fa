"""The control that runs beside programs on the real clock."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from parity.checker.exit_status import outlived_main
from parity.contract.outcome import TOLERANCE_NS
from parity.contract.scenario import MS, Clock, Config, Scenario
from parity.errors import CannotJudge
from parity.execution.noise import STEPS, Control, control, tolerance_ns
from parity.execution.process_table import command_of
from parity.execution.processor_waits import ProcessorWaits
from parity.execution.runner import run_side_by_side
from parity.execution.subject import resolve

from tests.support.trail import run


def test_the_control_s_lateness_is_tolerated_and_the_control_has_ended() -> None:
    with control() as beside:
        pass
    assert beside.worst_ns() >= 0
    assert beside._process.returncode == 0


def test_the_control_tells_its_greatest_lateness(monkeypatch: pytest.MonkeyPatch) -> None:
    beside = Control()
    beside._process.kill()
    beside._process.communicate()
    monkeypatch.setattr(beside._process, "communicate", lambda: (b"7000000\n", None))
    assert beside.worst_ns() == 7_000_000


def test_the_greatest_lateness_counts_for_each_step() -> None:
    assert tolerance_ns(7_000_000, 3_000_000) == TOLERANCE_NS + STEPS * 7_000_000


@pytest.mark.parametrize(("clock", "waited_ns"), [("real", 10**9), ("virtual", 0)])
def test_a_program_that_had_no_processor_may_be_late(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, waited_ns: int
) -> None:
    """The control beside it had one, and the other program too."""
    worst_ns = Control.worst_ns
    monkeypatch.setattr(Control, "worst_ns", lambda control: 0 * worst_ns(control))

    def look(waits: ProcessorWaits, pid: int, _: int) -> None:
        if b"py_port" in command_of(pid):
            waits.longest_ns = 10**9

    monkeypatch.setattr(ProcessorWaits, "look", look)
    scenario = Scenario(name="one", about="", clock=clock, config=Config(jobs=1, work_ns=MS))
    go, py = run_side_by_side(resolve(["go", "py"]), scenario, seed=1, timeout_s=60)
    assert go.tolerance_ns == TOLERANCE_NS
    assert py.tolerance_ns == TOLERANCE_NS + STEPS * waited_ns


@pytest.mark.parametrize(("waited_ns", "blamed"), [(0, True), (10**10, False)])
def test_a_process_that_lives_on_without_a_processor_is_not_blamed(
    monkeypatch: pytest.MonkeyPatch, waited_ns: int, *, blamed: bool
) -> None:
    monkeypatch.setattr(ProcessorWaits, "since_mark_ns", waited_ns)
    [outcome] = run("lingers")
    assert (outlived_main(outcome) is not None) == blamed


def test_without_a_control_process_nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refused)
    with pytest.raises(CannotJudge, match="resource temporarily unavailable"):
        Control()
