"""What `explore signals` prints; and that Ctrl+C has it print what was seen."""

from __future__ import annotations

import io
import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from parity.cli import main
from parity.contract.scenario import MS, Config, Scenario
from parity.execution.subject import resolve
from parity.exploration.signals.moments import Instant, SignalKind, points
from parity.exploration.signals.sweep import PointResult, Sweep, SweepPlan
from parity.report.documents.sweep import document
from parity.report.explore.sweep import show
from rich.console import Console

from tests.support.programs import GoBinary
from tests.support.results import HOSTILE
from tests.support.trail import Trail, eventually

SCENARIO = Scenario(name="two", about="two instants", config=Config(workers=1, jobs=1))
INSTANTS = [
    Instant(t_ns=0, events=("pool_starting", "job_started"), choice=False),
    Instant(t_ns=2000 * MS, events=("job_completed", "main_done"), choice=True),
]
PLAN = SweepPlan(
    scenario=SCENARIO,
    subjects=resolve(["go", "py"]),
    instants=INSTANTS,
    points=list(points(SCENARIO, INSTANTS, runs=2, real=1)),
    runs=2,
    real=1,
    seed=7,
    timeout_s=1,
    tolerance_ns=0,
)


def seen(instant: int, kind: SignalKind, **more: object) -> PointResult:
    return PointResult(instant=instant, kind=kind, replay=f"parity run --seed={instant}", **more)  # type: ignore[arg-type]


GOOD = tuple(
    seen(
        point.instant,
        point.kind,
        classes=("exit status 0; 1 submitted", "exit status 0; 1 submitted"),
        decided=((1, 2), (1, 2)) if point.kind == "at" else (),
        possible=2 if point.kind in ("before", "after") else None,
    )
    for point in PLAN.points
)
BAD = seen(1, "at", problem=f"shutdown: py: job 1 {HOSTILE}", classes=("one", "other"))
NOT = seen(0, "killed", unjudged="py did not end within 1 s")


def shown(
    *runs: PointResult, width: int = 80, encoding: str = "utf-8", interrupted: bool = False
) -> str:
    written = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=written, width=width)
    show(Sweep(plan=PLAN, seen=runs), console, interrupted=interrupted)
    written.flush()
    return written.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]


def test_a_sweep_that_holds() -> None:
    assert (
        shown(*GOOD)
        == """\
two  two instants
  -workers=1 -queue=10 -jobs=1 -interval=500ms -work=2s
  go (reference) and py · instants: 2 · first seed 7

  instant   before   at    after   both   twice   real   real twice   killed
  0 s                ✓ 2   ✓ 1     ✓ 1    ✓ 1     ✓ 1    ✓ 1          ✓ 1
  2 s       ✓ 2      ✓ 2   ✓ 2     ✓ 1

  ✓ 15 runs of each program, each legal, with every job accounted for and
    nothing hung
  ✓ at 3 moments between instants the same outcome classes are possible in each:
    6 in all; seen: go 3, py 3
  ✓ go: with both arms ready, 4 of 8 selects took the job (against 1/2: p = 1)
  ✓ py: with both arms ready, 4 of 8 selects took the job (against 1/2: p = 1)

parity holds
"""
    )


def test_the_first_run_that_does_not_hold_is_told_with_its_command() -> None:
    text = shown(NOT, BAD, *GOOD, msgspec.structs.replace(BAD, problem="later"))
    assert "✗ 2/4" in text
    assert "  ✗ 2 s, at: shutdown: py: job 1 \\x1b[31mred" in text
    assert "    go: one\n    py: other\n    parity run --seed=1\n" in text
    assert "later" not in text
    assert text.endswith("\nparity does not hold\n")


def test_if_none_fails_the_first_that_was_not_judged_is_told() -> None:
    text = shown(*GOOD, NOT)
    assert "  ? 0 s, killed: py did not end within 1 s\n    parity run --seed=0\n" in text
    assert "parity holds" not in text


def test_an_interrupted_sweep_says_how_far_it_came() -> None:
    text = shown(*GOOD[:2], interrupted=True)
    assert text.endswith(f"\ninterrupted after 2 of {len(PLAN.points)} runs\n")
    assert shown(interrupted=True).endswith(f"\ninterrupted after 0 of {len(PLAN.points)} runs\n")


@pytest.mark.parametrize("width", [24, 40, 80, 100, 200])
def test_lines_fit_the_width_and_the_encoding_of_the_console(width: int) -> None:
    text = shown(*GOOD, BAD, width=width, encoding="ascii")
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= width


def test_the_document_counts_the_runs_of_each_instant() -> None:
    said = json.loads(document(Sweep(plan=PLAN, seen=(*GOOD, BAD))))
    assert (said["schema"], said["exit_status"]) == ("parity.signals/1", 1)
    assert (said["planned"], said["runs"]) == (len(GOOD), len(GOOD) + 1)
    assert said["instants"][1]["failed"] == {"at": 1}
    assert sum(sum(one["runs"].values()) for one in said["instants"]) == said["runs"]
    assert [one["share"]["count"] for one in said["coins"]] == [4, 4]
    assert said["seen"][-1]["replay"] == "parity run --seed=1"
    assert json.loads(document(Sweep(plan=PLAN, seen=()), interrupted=True))["exit_status"] == 130


def command(*flags: str) -> list[str]:
    main = "from parity.cli import main; main()"
    return [sys.executable, "-c", main, "explore", "signals", *flags]


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--subject", "go"), "parity: one subject cannot be compared"),
        (("--scenario", "bad-input"), "parity: scenario 'bad-input' has no moments"),
        (("--jobs", "many"), 'parity: invalid value "many" for flag --jobs'),
        (("--timeout", "0s"), 'parity: invalid value "0s" for flag --timeout'),
    ],
)
def test_wrong_usage_gives_one_clear_line(
    flags: tuple[str, ...],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["parity", "explore", "signals", *flags])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()
    assert (end.value.code, said.out) == (2, "")
    assert said.err.startswith(says)
    assert said.err.count("\n") == 1


def test_ctrl_c_reports_what_was_seen_and_leaves_nothing(
    trail: Trail, tmp_path: Path, go_binary: GoBinary
) -> None:
    """The second subject is the first, but for its fourth run, which hangs."""
    hangs = tmp_path / "hangs"
    wrapper = tmp_path / "wrapper.sh"
    wrapper.write_text(
        f"echo run >> {tmp_path}/runs\n"
        f"if [ $(wc -l < {tmp_path}/runs) -gt 3 ]; then touch {hangs}; exec sleep 600; fi\n"
        f'GOMAXPROCS=1 exec {go_binary("virtual")} "$@"\n'
    )
    subject = f"slow={shlex.join(['/bin/sh', str(wrapper)])}"
    flags = ("--subject", "go", "--subject", subject, "--scenario", "no-jobs", "--json")
    harness = subprocess.Popen(
        command(*flags), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    eventually(hangs.exists, harness)
    harness.send_signal(signal.SIGINT)
    stdout, stderr = harness.communicate(timeout=60)
    said = json.loads(stdout)
    assert (harness.returncode, stderr) == (130, "")
    assert (said["interrupted"], said["runs"]) == (True, 2)  # one was the run without signals
    assert said["planned"] > 2
