"""The control that runs beside programs on the real clock."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from parity.contract.outcome import TOLERANCE_NS
from parity.errors import CannotJudge
from parity.execution.noise import STEPS, Control, control


def test_the_control_s_lateness_is_tolerated_and_the_control_has_ended() -> None:
    with control() as beside:
        pass
    assert beside.tolerance_ns() >= TOLERANCE_NS
    assert beside._process.returncode == 0


def test_its_greatest_lateness_counts_for_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    beside = Control()
    beside._process.kill()
    beside._process.communicate()
    monkeypatch.setattr(beside._process, "communicate", lambda: (b"7000000\n", None))
    assert beside.tolerance_ns() == TOLERANCE_NS + STEPS * 7_000_000


def test_without_a_control_process_nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refused)
    with pytest.raises(CannotJudge, match="resource temporarily unavailable"):
        Control()
