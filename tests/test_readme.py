"""The README shows what the programs print."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()


def test_the_demo_is_what_the_program_prints() -> None:
    command, shown = re.findall(r"```console\n\$ uv run python (.*)\n([^`]*)```", README)[0]
    run = subprocess.run([sys.executable, *shlex.split(command)], capture_output=True, timeout=30)
    assert (run.stdout.decode(), run.stderr) == (shown, b"")


def test_every_file_it_names_exists() -> None:
    named = re.findall(r"`((?:go_reference|py_port|tests|bench)/[^`]*)`", README)
    assert named
    assert all((ROOT / name).exists() for name in named)
