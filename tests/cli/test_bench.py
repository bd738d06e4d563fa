"""`parity bench` from the outside: what it writes, what stops it, what it leaves."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from parity.benchmark.probe import ATTEMPTS
from parity.execution.toolchain import build
from parity.report.documents.schemas import schema

from tests.support.command import PROGRAM, call_parity
from tests.support.planting import edited
from tests.support.started import Started
from tests.support.trail import Trail, eventually

SHORT = ("--workload", "start-up", "--blocks", "3")


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return call_parity("bench", *arguments)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with everything that a short measurement writes."""
    folder = tmp_path_factory.mktemp("bench")
    outputs = {kind: str(folder / f"result.{kind}") for kind in ("json", "csv", "html")}
    files = [word for kind, path in outputs.items() for word in (f"--{kind}", path)]
    run = bench(*SHORT, *files, "--plots", str(folder / "plots"))
    assert (run.returncode, run.stderr) == (0, "")
    (folder / "stdout.txt").write_text(run.stdout)
    return folder


def document(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text())
    assert isinstance(found, dict)
    return found


def test_every_output_is_written(measured: Path) -> None:
    found = document(measured / "result.json")
    jsonschema.validate(found, json.loads(schema("bench")))
    assert (found["settings"]["blocks"], found["settings"]["complete"]) == (3, 3)
    [series] = [s for s in found["series"] if s["arm"] == "py"]
    assert len(series["samples"]) == 3
    assert (measured / "result.csv").read_text().count("\n") == 1 + 3 * 3
    assert "<svg" in (measured / "result.html").read_text()
    assert {p.suffix for p in (measured / "plots").iterdir()} == {".svg", ".md"}
    shown = (measured / "stdout.txt").read_text()
    assert "exec to the first line" in shown
    assert "3 blocks give wide intervals" in shown


@pytest.mark.parametrize(
    ("factor", "status", "says"),
    [(1000, 0, "no regression past 50%"), (1 / 1000, 1, "1 regressions past 50%")],
)
def test_a_port_that_was_slower_or_faster_is_told_by_status(
    measured: Path, tmp_path: Path, factor: float, status: int, says: str
) -> None:
    """Differ by far more than a busy machine does to three starts."""
    earlier = document(measured / "result.json")
    earlier["machine"]["cpu"] = "another"  # what the reference itself costs is not compared
    for series in earlier["series"]:
        if series["arm"] == "py":
            series["samples"] = [value * factor for value in series["samples"]]
    path = tmp_path / "earlier.json"
    path.write_text(json.dumps(earlier))
    run = bench(*SHORT, "--compare", str(path), "--fail-over", "50")
    assert (run.returncode, run.stderr) == (status, "")
    assert says in run.stdout


def test_a_comparison_that_is_refused_loses_no_result(measured: Path, tmp_path: Path) -> None:
    other, result = tmp_path / "other.json", tmp_path / "result.json"
    text = (measured / "result.json").read_text()
    other.write_text(edited(text, ('"workload": "start-up"', '"workload": "another"')))
    run = bench(*SHORT, "--compare", str(other), "--json", str(result))
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "no figure in common" in run.stderr
    assert "exec to the first line" in run.stdout
    assert document(result)["settings"]["complete"] == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--subject", "go"], "one subject cannot be compared"),
        (["--workload", "speed"], "unknown workload 'speed': want one of overhead"),
        (["--vary", "work=1"], 'invalid value "work=1" for flag --vary'),
        (["--vary", "queue=1", "--quick"], "--vary excludes --workload and --quick"),
        (["--work", "1s"], "--work without --vary"),
        (["--compare", "nowhere.json"], "nowhere.json"),
        (["--html", "/dev/null/page.html"], "cannot write /dev/null/page.html"),
        (["--timeout", "0s"], "for flag --timeout: want more than 0s"),
        (["--blocks", "0"], "--blocks"),
        (["--fail-over", "nan", "--compare", "x"], "'nan' is no number from 0 on"),
        (["--fail-over", "inf", "--compare", "x"], "'inf' is no number from 0 on"),
        (["--fail-over", "-1", "--compare", "x"], "'-1' is no number from 0 on"),
        (["--fail-over", "5"], "--fail-over is for --compare"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments: list[str], says: str) -> None:
    run = bench(*arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.count("\n") == 1
    assert says in run.stderr


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("exit 3", "start-up: mine: exit status 3: nothing on stderr"),
        ("sleep 99", "start-up: mine did not end within 5 s"),
        ("echo hello", "start-up: mine: it said 'Starting worker pool with 1 workers' 0 times"),
        ("kill -SEGV $$", "start-up: mine: killed by SIGSEGV"),
    ],
)
def test_a_subject_that_fails_is_one_line(program: str, says: str, trail: Trail) -> None:
    mine = f"mine=sh -c '{program}'"
    run = bench(*SHORT, "--timeout", "5s", "--subject", "go", "--subject", mine)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(f"parity: {says}")
    assert run.stderr.count("\n") == 1


def test_ctrl_c_reports_the_blocks_that_are_complete(tmp_path: Path, trail: Trail) -> None:
    """The second subject counts its runs: those to warm up, those in a block, one in the next."""
    runs, wrapper, result = (tmp_path / name for name in ("runs", "wrapper.sh", "result.json"))
    runs.touch()
    wrapper.write_text(f'echo run >> {runs}\nexec {build("real")} "$@"\n')
    subject = f"counted={shlex.join(['/bin/sh', str(wrapper)])}"
    flags = ("--subject", "go", "--subject", subject, "--blocks", "10000", "--json", str(result))
    with Started(
        [*PROGRAM, "bench", "--workload", "start-up", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        eventually(lambda: runs.read_text().count("\n") > 2 * ATTEMPTS, process)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (130, "")
    assert "blocks were measured" in stdout
    assert 0 < document(result)["settings"]["complete"] < 10_000
