"""A run that is too short for a scrape says nothing of the program's answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from parity.checker.judge import judge
from parity.contract.scenario import MS, Config, Scenario
from parity.errors import CannotJudge
from parity.execution.runner import run_side_by_side
from parity.execution.subject import Subject

from tests.support.planting import Bug, planted

UNANSWERED = Bug(
    "py_port",
    "internal/serving.py",
    "    def do_GET(self) -> None:",
    "    def do_GET(self) -> None:\n        import time\n\n        time.sleep(60)\n\n"
    "    def do_nothing(self) -> None:",
)


def scraped(work_ns: int) -> Scenario:
    config = Config(workers=1, jobs=1, work_ns=work_ns)
    return Scenario(name="one", about="", clock="real", scraped=True, metrics=True, config=config)


def test_only_a_run_that_is_long_enough_must_answer(tmp_path: Path) -> None:
    planted(UNANSWERED, tmp_path)
    port = Subject(name="py", kind="py", sources=tmp_path / "py_port")
    with pytest.raises(
        CannotJudge, match=r"^py ended [0-9]+ ms after it had told its address, bef"
    ):
        run_side_by_side([port], scraped(MS), seed=1, timeout_s=60)
    [outcome] = run_side_by_side([port], scraped(1500 * MS), seed=1, timeout_s=60)
    found = judge(outcome, scraped(1500 * MS))
    assert [one.words for one in found] == ["no scrape was answered"]
