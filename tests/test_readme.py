"""The README shows what the commands print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest
from parity.cli.command import COMMANDS
from parity.contract.events import LINES
from parity.mutants.mutant import gallery

from tests.support.programs import ROOT

README = (ROOT / "README.md").read_text()
SHOWN = re.findall(r"```console\n\$ uv run parity (.*)\n([^`]*)```", README)
MEASURED = re.compile(r"^( *(wall time|CPU time|peak memory) .*| *. throughput .*)$", re.M)
MAP = README[README.index("The harness is") : README.index("## Judge your own pool")]


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_demo_is_what_the_command_prints(arguments: str, shown: str) -> None:
    """Hold the demo to a run of its own."""
    program = [sys.executable, "-c", "from parity.cli import main; main()"]
    run = subprocess.run(
        [*program, *shlex.split(arguments)],
        capture_output=True,
        timeout=100,
        env={**os.environ, "COLUMNS": "100"},
        cwd=ROOT,
    )
    assert MEASURED.sub("", run.stdout.decode()) == MEASURED.sub("", shown)
    assert (run.returncode, run.stderr) == (int("✗" in shown), b"")


def test_the_demos_are_a_run_of_real_lines_and_a_check() -> None:
    assert LINES["main_done"] in SHOWN[0][1]
    assert [arguments.partition(" ")[0] for arguments, _ in SHOWN] == ["run", "check"]


def test_it_is_a_front_page() -> None:
    assert len(README.splitlines()) <= 130


def test_it_counts_the_mistakes_of_the_gallery() -> None:
    assert f"plants {len(gallery())} classic mistakes" in README


def test_it_names_every_command() -> None:
    named = set(re.findall(r"`parity (\w+)", README))
    assert named == set(COMMANDS)


def test_every_file_it_names_exists() -> None:
    named = re.findall(r"`((?:go_reference|py_port|tests|bench)/[^`]*)`", README)
    linked = re.findall(r"\]\((?!https?:)([^)]*)\)", README)
    folders = [f"bench/parity/{folder}" for folder in re.findall(r"`(\w+/)`", MAP)]
    assert named
    assert linked
    assert len(folders) > 8
    assert [name for name in named + linked + folders if not (ROOT / name).exists()] == []
