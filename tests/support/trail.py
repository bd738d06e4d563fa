"""What a test's programs may leave behind, and the hostile program that most of them run."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from subprocess import Popen

import psutil
import pytest
from parity.contract.outcome import Outcome
from parity.contract.scenario import Config, Scenario
from parity.execution.process import Ended, Process, new_folder
from parity.execution.runner import run_side_by_side
from parity.execution.subject import Subject, resolve
from parity.execution.supervisor import STARTER

PROGRAM = Path(__file__).parent / "hostile" / "program.py"
PLAIN = Scenario(name="plain", about="", config=Config(workers=1, jobs=0))
LINES = 7  # that a good program says
MARK = "PARITY_TEST_MARK"
STARTERS = (STARTER, "setsid")
HANG_S = 90
"""What takes so long hangs, on a machine however loaded."""


def eventually(holds: Callable[[], object], while_runs: Popen[str] | None = None) -> None:
    """Wait until it holds. Fails after a long while, and when the process ends before."""
    deadline = time.monotonic() + HANG_S
    while not holds():
        assert time.monotonic() < deadline
        assert while_runs is None or while_runs.poll() is None
        time.sleep(0.02)


class Trail:
    """What the programs of a test may have left behind."""

    def __init__(self, folder: Path) -> None:
        self.mark, self.folder = uuid.uuid4().hex, folder

    def processes(self) -> list[psutil.Process]:
        found = []
        for one in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if one.environ().get(MARK) == self.mark and one.status() != psutil.STATUS_ZOMBIE:
                    found.append(one)
        return found

    def programs(self, word: str) -> list[psutil.Process]:
        """Return the processes with such a word on their command lines, but those that start them."""
        found = []
        for one in self.processes():
            with contextlib.suppress(psutil.Error):
                words = one.cmdline()
                starts = any(w.endswith(STARTERS) for w in words)
                if any(fnmatch(w, word) for w in words) and not starts:
                    found.append(one)
        return found

    def await_cold(self) -> None:
        """Wait until nothing is left."""
        eventually(lambda: not self.processes() and not any(self.folder.iterdir()))

    def assert_cold(self) -> None:
        assert self.processes() == []
        assert list(self.folder.iterdir()) == []


@pytest.fixture
def trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trail]:
    """Watch that the test leaves no process and no temporary file."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    trail = Trail(folder)
    monkeypatch.setenv(MARK, trail.mark)
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield trail
    trail.assert_cold()


def way(name: str) -> str:
    return shlex.join([sys.executable, "-I", "-S", str(PROGRAM), name])


def subjects(*names: str) -> list[Subject]:
    return resolve([f"{name}={way(name)}" for name in names])


def run(*names: str, scenario: Scenario = PLAIN, timeout_s: float = HANG_S) -> list[Outcome]:
    return run_side_by_side(subjects(*names), scenario, seed=1, timeout_s=timeout_s)


def finish(command: list[str], *, timeout_s: float = HANG_S) -> Ended:
    with Process(command, os.environ, new_folder()) as process:
        return process.wait(timeout_s)
