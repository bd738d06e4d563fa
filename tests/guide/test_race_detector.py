"""What the guide says about Go's race detector. It needs a C compiler, so no claim can run it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from parity.execution import toolchain

from tests.support.programs import GO_DIR

RACE_FOUND = 66
"""The exit status of a program in which the detector has found a race."""

pytestmark = pytest.mark.skipif(
    shutil.which("gcc") is None, reason="the race detector needs a C compiler"
)


def run_with_detector(topic: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **toolchain.SETTINGS, "CGO_ENABLED": "1"}
    binary = folder / topic
    build = [toolchain.find_go().command, "build", "-race", "-o", binary, f"./guide/{topic}"]
    subprocess.run(build, cwd=GO_DIR, env=environment, check=True, timeout=110)
    return subprocess.run([binary], capture_output=True, text=True, timeout=30)


def test_a_race_that_no_number_shows_is_reported(tmp_path: Path) -> None:
    ran = run_with_detector("datarace", tmp_path)
    assert (ran.stdout, ran.returncode) == ("counted: 2\n", RACE_FOUND)
    assert "WARNING: DATA RACE" in ran.stderr
    lines = (GO_DIR / "guide/datarace/main.go").read_text().splitlines()
    [at_fault] = [number for number, text in enumerate(lines, start=1) if "c.n++" in text]
    assert ran.stderr.count(f"guide/datarace/main.go:{at_fault} ") == 2


def test_an_update_that_is_lost_between_two_locks_is_no_race(tmp_path: Path) -> None:
    ran = run_with_detector("lostupdate", tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    # How many are lost depends on the real clock here: the detector and faketime cannot be built
    # into one program. The page's claim tells the number, on the virtual clock.
    assert ran.stdout.endswith("with one: 10\n")
