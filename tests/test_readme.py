"""The README shows what the commands print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest
from parity.contract.events import LINES
from parity.contract.scenario import Config
from parity.exploration.statespace.classes import count_classes
from parity.exploration.statespace.orders import count_orders
from parity.mutants.mutant import gallery

from tests.support.programs import ROOT

README = (ROOT / "README.md").read_text()
SHOWN = re.findall(r"```console\n\$ uv run parity (.*)\n([^`]*)```", README)
MEASURED = re.compile(r"^( *(wall time|CPU time|peak memory) .*| *. throughput .*)$", re.M)
NUMBER = re.compile(r"[\d.,%]*\d[\d.,%]*(e[-+]?\d+)?")


def without_chance(arguments: str, text: str) -> str:
    """Return the text without what is measured, or another time falls out another way."""
    if not arguments.startswith(("explore", "mutants")):
        return MEASURED.sub("", text)
    return " ".join(re.sub("[█▏▎▍▌▋▊▉]+", "", NUMBER.sub("#", text)).split())


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
    said = run.stdout.decode()
    assert without_chance(arguments, said) == without_chance(arguments, shown)
    assert (run.returncode, run.stderr) == (int("✗" in shown), b"")


def test_it_shows_a_demo_of_each_command_first_of_real_lines() -> None:
    assert LINES["main_done"] in SHOWN[0][1]
    shown = [arguments.partition(" ")[0] for arguments, _ in SHOWN]
    assert shown == ["run", "run", "check", "explore", "explore", "mutants"]


def test_it_tells_how_many_orders_and_classes_there_are() -> None:
    small, larger = (Config(workers=2, jobs=jobs, queue=1) for jobs in (3, 4))
    orders = count_orders(small, signals=False)
    classes = count_classes(small, signals=False)
    assert f"  legal orders   {orders:,}\n  classes        {classes}: " in README
    orders = count_orders(larger, signals=True)
    classes = count_classes(larger, signals=True)
    assert f"a queue of 1 and a signal have {orders:,} legal orders in {classes} cl" in README
    largest = count_classes(Config(workers=3, jobs=15, queue=10), signals=True)
    assert f"three workers with 15 jobs, a queue of 10 and a signal: {largest:,} classes" in README


def test_it_counts_the_mistakes_of_the_gallery() -> None:
    assert f"plants {len(gallery())} classic mistakes" in README


def test_it_shows_the_table_that_the_measurement_wrote() -> None:
    assert (ROOT / "bench" / "plots" / "table.md").read_text() in README


def test_every_file_it_names_exists() -> None:
    named = re.findall(r"`((?:go_reference|py_port|tests|bench)/[^`]*)`", README)
    assert named
    assert all((ROOT / name).exists() for name in named)
