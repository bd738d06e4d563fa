"""The study guide, run and built once for the tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.command import PROGRAM

HANG_S = 1500


def guide(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*PROGRAM, "guide", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=HANG_S)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guide") / "a site"
    ran = guide("--build", str(folder))
    assert ran.stdout == f"{folder}/index.html\n", ran.stderr
    return folder
