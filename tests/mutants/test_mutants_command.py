"""`parity mutants`, as a user runs it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from parity.errors import CannotJudge
from parity.mutants.baseline import Alarm
from parity.mutants.hunt import Hunted, hunt
from parity.mutants.mutant import GALLERY, chosen_mutants
from parity.mutants.result import Clean, Gallery
from parity.report.mutants import show_gallery
from rich.console import Console

from tests.support.command import PROGRAM, call_parity
from tests.support.planting import edited
from tests.support.trail import Trail, eventually

NO_MISTAKE = """\
A comment is changed, and nothing else

Nothing is wrong with this program, so nothing may be found; a gallery that has it
cannot be all caught.

Caught-by: channel/fifo
Run: --scenario no-jobs
Runs: 2
---
--- a/py_port/job/job.py
+++ b/py_port/job/job.py
@@ -1 +1 @@
-\"\"\"The unit of work of the pool.\"\"\"
+\"\"\"The unit of the pool's work.\"\"\"
"""


def gallery_of(folder: Path, text: str) -> str:
    (folder / "mine.patch").write_text(text)
    return str(folder)


def test_a_caught_mutant_is_shown_with_its_rule_and_the_explanation() -> None:
    run = call_parity("mutants", "shared-loop-variable", "--clean", "0", COLUMNS="80")
    assert (run.returncode, run.stderr) == (0, "")
    assert (
        run.stdout
        == """\
  ✓ shared-loop-variable                worker/one-of-n
      go    3 of 3  worker 4 started (line 4); there are workers 1 to 3
      py    3 of 3  worker 3 started (line 6) a second time, first on line 4

  ✓ 6 runs of the programs as they are, 3 of go and 3 of py, in 1 scenario: no
    false alarm

every mutant is caught (2 of 2), and no other program
"""
    )


def test_a_mutant_that_is_not_caught_fails_the_command(tmp_path: Path) -> None:
    run = call_parity("mutants", "--gallery", gallery_of(tmp_path, NO_MISTAKE), "--clean", "0")
    assert (run.returncode, run.stderr) == (1, "")
    assert "  ✗ mine " in run.stdout
    assert " py    0 of 2  nothing was found wrong\n" in run.stdout
    assert run.stdout.endswith("\n0 of 1 mutants caught\n")


def test_a_mutant_caught_by_another_rule_counts_as_not_caught(tmp_path: Path) -> None:
    text = (GALLERY / "shared-loop-variable.patch").read_text()
    other = gallery_of(tmp_path, edited(text, ("worker/one-of-n", "channel/fifo")))
    run = call_parity("mutants", "--gallery", other, "--clean", "20", "--json")
    document = json.loads(run.stdout)
    assert (run.returncode, document["exit_status"], run.stderr) == (1, 1, "")
    assert document["schema"] == "parity.mutants/1"
    assert document["clean"] == {"runs": {"go": 10, "py": 10}, "scenarios": 4, "alarms": []}
    go, py = document["mutants"]
    assert (go["language"], go["caught_by"], py["language"]) == ("go", ["channel/fifo"], "py")
    for one in (go, py):
        assert (one["runs"], one["caught"], one["catcher"]) == (3, 0, "worker/one-of-n")


def test_a_false_alarm_fails_the_command_and_is_shown_with_its_replay() -> None:
    hunted = Hunted(
        name="sent-twice",
        language="py",
        caught_by=("job/submitted-first",),
        runs=3,
        caught=3,
        catcher="job/submitted-first",
        words="worker 2 started job 1, and worker 1 started job 1 already",
        seed=1,
    )
    alarm = Alarm(subject="py", catcher="exit", words="exit status 3", replay="parity run --seed=7")
    clean = Clean(runs={"go": 5_000, "py": 5_001}, scenarios=90, alarms=(alarm,))
    gallery = Gallery(mutants=(hunted,), clean=clean)
    assert gallery.exit_status == 1
    paper = io.StringIO()
    show_gallery(gallery, Console(file=paper, width=120))
    assert (
        "10,001 runs of the programs as they are, 5,000 of go and 5,001 of py" in paper.getvalue()
    )
    assert "      py  exit: exit status 3 (parity run --seed=7)\n" in paper.getvalue()
    assert paper.getvalue().endswith("\n1 of 1 mutants caught, 1 false alarm\n")


def test_without_clean_runs_no_clean_run_is_said_to_pass() -> None:
    paper = io.StringIO()
    gallery = Gallery(mutants=(), clean=Clean(runs={}, scenarios=0, alarms=()), cut_short=True)
    show_gallery(gallery, Console(file=paper, width=120))
    assert "false alarms are unknown" in paper.getvalue()
    assert "no false alarm" not in paper.getvalue()


def test_list_names_all_mutants_and_show_describes_one() -> None:
    listed = call_parity("mutants", "--list")
    assert all(path.stem in listed.stdout for path in GALLERY.glob("*.patch"))
    shown = call_parity("mutants", "--show", "capacity-off-by-one")
    text = (GALLERY / "capacity-off-by-one.patch").read_text()
    assert shown.stdout.startswith(text.split("\n")[0])
    assert shown.stdout.endswith(text.partition("\n---\n")[2])
    assert "must be caught by channel/capacity: a send proceeds" in shown.stdout


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("Caught-by: channel/fifo", "Caught-by: luck", "'luck' is neither a rule's address"),
        ("Runs: 2", "Runs: 0", "want a title, one paragraph, Caught-by:"),
        ("Runs: 2", "Runs: 1000000", "want a title, one paragraph, Caught-by:"),
        ("--scenario no-jobs", "--scenario nope", "unknown scenario 'nope'"),
        ("--scenario no-jobs", "--scenario bad-input", "no run of bad-input tells of orders"),
        ("py_port/job/job.py", f"py_port/{'j' * 300}", "the patch of mine is stale: py_port/jjj"),
        ("py_port/job/job.py", "py_port/job", "the patch of mine is stale: py_port/job is not"),
        ("--scenario no-jobs", "--bogus 3", "unknown flag --bogus"),
        ("--scenario no-jobs", "--workers", 'invalid value "" for flag --workers'),
        ("py_port/job/job.py", "README.md", "README.md is in neither of go_reference, py_port"),
        ("/py_port/job", "/py_port/../job", "py_port/../job/job.py is in neither of"),
        ("b/py_port/job", "b/py_port/jobs", "no change of one file: a/py_port/job/job.py to b/"),
        ("-1 +1", "-1,9 +1,9", "no unified diff: Hunk is shorter"),
        ("The unit of work", "The unity of work", "the patch of mine is stale: py_port/job/job.py"),
        ("--- a/py_port", "Signed-off-by: x\n--- a/py_port", "want a title, one paragraph"),
    ],
)
def test_a_file_that_is_no_patch_gives_one_clear_line_and_status_2(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    folder = gallery_of(tmp_path, edited(NO_MISTAKE, (before, after)))
    with pytest.raises(CannotJudge) as problem:
        list(every_hunt(folder))
    assert says in str(problem.value)
    assert "\n" not in str(problem.value)


def every_hunt(folder: str) -> Iterator[Hunted]:
    for mutant in chosen_mutants([], Path(folder)):
        for language in mutant.languages:
            yield hunt(mutant, language, seed=1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nope"], "unknown mutant 'nope': `parity mutants --list` names them"),
        (["--gallery", "/nowhere"], "cannot read /nowhere: no such file or directory"),
        (["--gallery", "/dev/null"], "cannot read /dev/null: not a directory"),
        (["--gallery", "n" * 300], "file name too long"),
        (["--list", "--json"], "leave out --json"),
        (["--show", "closed-twice", "--json"], "leave out --json"),
        (["--show", "closed-twice", "--list"], "leave out --list, and other names"),
        (["--show", "closed-twice", "unbuffered"], "leave out --list, and other names"),
    ],
)
def test_bad_input_gives_one_clear_line_and_status_2(arguments: list[str], says: str) -> None:
    run = call_parity("mutants", *arguments)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert says in run.stderr


@pytest.mark.parametrize(
    ("signum", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_a_signal_leaves_nothing_behind_and_ctrl_c_still_reports(
    trail: Trail, signum: int, status: int
) -> None:
    command = subprocess.Popen(
        [*PROGRAM, "mutants", "channel-never-closed", "locks-taken-in-two-orders"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    eventually(lambda: trail.programs("-workers=*"), command)
    command.send_signal(signum)
    said, problem = command.communicate(timeout=60)
    assert (command.returncode, problem) == (status, "")
    assert ("cut short: " in said) == (signum == signal.SIGINT)
    trail.await_cold()
