"""One bug at a time, in a copy of a program: `parity run` names the right verdict.

The bugs are those of the gallery, one that only a run beside another shows, and two that need a
long queue.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from parity.mutants.mutant import chosen_mutants
from parity.mutants.plant import planted

from tests.support.command import call_parity, undisturbed
from tests.support.planting import PAUSES_IN_A_TAKE, Bug, edited
from tests.support.planting import planted as planted_bug
from tests.support.programs import ROOT

pytestmark = pytest.mark.slow

IDLE = ("--scenario", "interrupt-idle")
REFUSES_THE_COIN = Bug(
    "py_port",
    "internal/golang/select.py",
    "        channel.begin_turn()  # so that the turn cannot refuse what the coin has chosen\n",
    "",
)
BUSY = ("--scenario", "interrupt-busy", "--runs", "12")


@contextmanager
def environment_with(name: str, language: str) -> Iterator[dict[str, str]]:
    """Yield the environment in which the harness finds a copy with the bug."""
    with planted(chosen_mutants([name])[0], language) as subject:
        variable = "PARITY_GO_SOURCES" if language == "go" else "PARITY_PY_PORT"
        yield {variable: str(subject.sources)}


@pytest.mark.parametrize(
    ("name", "language", "flags", "verdict"),
    [
        ("workers-not-waited-for", "py", (), "shutdown"),
        ("sent-twice", "go", (), "ordering"),
        ("lost-between-receive-and-cancel", "py", BUSY, "shutdown"),
        ("shutdown-lines-out-of-order", "go", (), "shutdown"),
        ("done-said-before-the-work", "py", (), "ordering"),
        ("status-of-a-failure", "go", IDLE, "exit"),
        ("status-of-a-failure", "py", IDLE, "exit"),
    ],
)
def test_a_planted_bug_fails_its_verdict(
    tmp_path: Path, name: str, language: str, flags: tuple[str, ...], verdict: str
) -> None:
    with environment_with(name, language) as environment:
        if language == "go":
            environment["PARITY_CACHE_DIR"] = str(tmp_path)
        run = call_parity("run", "--json", *flags, **environment)
    assert (run.returncode, run.stderr) == (1, "")
    told = failures(run.stdout)[verdict]
    assert told.startswith((f"{language}: ", f"{language} ended", "only ")), told


def test_a_late_event_on_the_real_clock_after_a_signal_fails_the_ordering(tmp_path: Path) -> None:
    """Plant a bug that is not in the gallery. It shows only beside a run that is not late."""
    shutil.copytree(ROOT / "py_port", tmp_path / "py_port")
    job = tmp_path / "py_port" / "job" / "job.py"
    late = ("sleep(self.work_ns / 1e9)", "sleep(self.work_ns / 1e9 + (self.id == 1))")
    job.write_text(edited(job.read_text(), late))
    flags = ("--scenario", "interrupt-busy", "--clock", "real", "--json")
    run = undisturbed(lambda: call_parity("run", *flags, PARITY_PY_PORT=str(tmp_path)))
    assert (run.returncode, run.stderr) == (1, "")
    assert failures(run.stdout)["ordering"].startswith("py: ")


@pytest.mark.parametrize(
    ("bug", "scenario", "error"),
    [
        (PAUSES_IN_A_TAKE, "many-levels", "IndexError"),
        (REFUSES_THE_COIN, "interrupt-many-levels", "AssertionError"),
    ],
)
def test_a_pause_of_a_long_queue_in_the_midst_of_a_take_is_seen(
    bug: Bug, scenario: str, error: str, tmp_path: Path
) -> None:
    run = call_parity("run", "--scenario", scenario, **planted_bug(bug, tmp_path))
    assert run.returncode == 2
    assert run.stderr.startswith(f"parity: py crashed (exit status 1): {error}")


def failures(document: str) -> dict[str, str]:
    """Return the evidence of each verdict that fails in some run."""
    verdicts = [v for one in json.loads(document)["comparisons"] for v in one["verdicts"]]
    return {v["name"]: v["evidence"] for v in verdicts if not v["holds"]}
