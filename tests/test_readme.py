"""The README shows what the commands print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest
from parity.contract import LINES

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()
SHOWN = re.findall(r"```console\n\$ uv run parity (.*)\n([^`]*)```", README)
MEASURED = re.compile(r"^( *(wall time|CPU time|peak memory) .*| *. throughput .*)$", re.M)


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_demo_is_what_the_command_prints(arguments: str, shown: str) -> None:
    """Hold the demo to a run of its own, but for what is measured."""
    program = [sys.executable, "-c", "from parity.cli import main; main()"]
    run = subprocess.run(
        [*program, *shlex.split(arguments)],
        capture_output=True,
        timeout=100,
        env={**os.environ, "COLUMNS": "100"},
        check=True,
    )
    said = run.stdout.decode()
    assert MEASURED.sub("", said) == MEASURED.sub("", shown)
    assert len(MEASURED.findall(said)) == len(MEASURED.findall(shown))


def test_it_shows_two_demos_of_real_lines() -> None:
    assert len(SHOWN) == 2
    assert LINES["main_done"] in SHOWN[0][1]


def test_every_file_it_names_exists() -> None:
    named = re.findall(r"`((?:go_reference|py_port|tests|bench)/[^`]*)`", README)
    assert named
    assert all((ROOT / name).exists() for name in named)
