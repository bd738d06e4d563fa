"""What a command does with the files it is asked to write, and with those that it cannot."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.command import PROGRAM, call_parity
from tests.support.programs import ROOT

RUN = ("run", "--scenario", "no-jobs")
BENCH = ("bench", "--workload", "start-up", "--blocks", "2")
ILLEGAL = str(ROOT / "tests/traces/interrupted.txt")
FULL = "parity: cannot write /dev/full: No space left on device\n"


@pytest.mark.parametrize("option", ["--json", "--csv", "--html", "--junit"])
def test_the_result_is_shown_although_a_file_cannot_be_written(option: str) -> None:
    command = RUN if option == "--junit" else BENCH
    run = call_parity(*command, option, "/dev/full")
    assert (run.returncode, run.stderr) == (2, FULL)
    assert ("parity holds" if command == RUN else "exec to the first line") in run.stdout


def test_a_pipe_takes_a_file_too() -> None:
    command = [*PROGRAM, *RUN, "--junit", "/dev/stdout"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.index("parity holds") < run.stdout.index("<testsuite")


def test_the_other_files_are_written_and_each_failure_is_told(tmp_path: Path) -> None:
    (tmp_path / "no-jobs").touch()  # where --save needs a folder
    junit = tmp_path / "verdicts.xml"
    outputs = ("--junit", str(junit), "--save", str(tmp_path))
    run = call_parity(*RUN, *outputs, GITHUB_STEP_SUMMARY="/dev/full")
    saved, summary = run.stderr.splitlines()
    assert saved.startswith(f"parity: cannot write {tmp_path}/no-jobs/run-001/go.ndjson: Not a")
    assert summary.startswith("parity: cannot write GITHUB_STEP_SUMMARY /dev/full: No space")
    assert (run.returncode, junit.exists()) == (2, True)
    assert "parity holds" in run.stdout


def test_a_verdict_keeps_its_status_where_a_file_cannot_be_written() -> None:
    run = call_parity("check", ILLEGAL, "--junit", "/dev/full")
    assert (run.returncode, run.stderr) == (1, FULL)
    assert "illegal" in run.stdout


def test_files_are_written_although_stdout_is_full(tmp_path: Path) -> None:
    junit = tmp_path / "verdicts.xml"
    with Path("/dev/full").open("w") as full:
        command = [*PROGRAM, *RUN, "--junit", str(junit)]
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert run.returncode == 2
    assert "<testsuite" in junit.read_text()


@pytest.mark.parametrize(
    ("command", "options"),
    [
        (RUN, ("--junit", "--save")),
        (BENCH, ("--json", "--csv")),
        (BENCH, ("--csv", "--html")),
        (BENCH, ("--html", "--plots")),
    ],
)
def test_two_outputs_to_one_file_are_refused(
    command: tuple[str, ...],
    options: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    monkeypatch.chdir(tmp_path)
    run = call_parity(*command, options[0], "file", options[1], "./link")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert f"{options[0]} and {options[1]} both name link" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


@pytest.mark.parametrize(
    ("command", "outputs", "says"),
    [
        (BENCH, ("--plots", "d", "--html", "d/table.md"), "--html names d/table.md, where --plots"),
        (BENCH, ("--plots", "d", "--csv", "./d/x/../ratios.svg"), "ratios.svg, where --plots"),
        (BENCH, ("--plots", "d/plots", "--json", "d"), "--plots names d/plots, where --json"),
        (BENCH, ("--html", "d", "--csv", "d/samples.csv"), "d/samples.csv, where --html"),
        (RUN, ("--save", "d", "--junit", "d/no-jobs"), "--junit names d/no-jobs, where --save"),
        (RUN, ("--save", "d", "--junit", "d/no-jobs/run-001/go.ndjson"), ", where --save writes"),
    ],
)
def test_an_output_below_anothers_name_is_refused(
    command: tuple[str, ...],
    outputs: tuple[str, ...],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run = call_parity(*command, *outputs)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert says in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_file_of_the_step_summary_is_an_output_too(tmp_path: Path) -> None:
    path = str(tmp_path / "file")
    run = call_parity(*RUN, "--junit", path, GITHUB_STEP_SUMMARY=path)
    assert (run.returncode, run.stdout) == (2, "")
    assert "--junit and GITHUB_STEP_SUMMARY both name" in run.stderr
    run = call_parity(*RUN, GITHUB_STEP_SUMMARY=str(tmp_path))
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == f"parity: cannot write {tmp_path}: Is a directory\n"


def test_an_output_may_not_be_the_file_that_stdout_is(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with path.open("w") as out:
        command = [*PROGRAM, *RUN, "--junit", str(path)]
        run = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (run.returncode, path.read_text()) == (2, "")
    assert "--junit would overwrite stdout" in run.stderr
