"""`parity` where its surroundings are against it: its streams, and Ctrl+C at a bad moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import PROGRAM, call_parity

MAIN = "from parity.cli import main; main()"


def parity(line: str, *, redirected: str) -> subprocess.CompletedProcess[str]:
    shell = ["sh", "-c", f'exec "$@" {redirected}', "sh"]
    return subprocess.run(
        [*shell, *PROGRAM, *line.split()], capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("line", "redirected"),
    [
        ("explore --runs 2 --workers 1 --jobs 1", "<&-"),
        ("run --jobs 1", ">&-"),
        ("run --jobs 1", "2>&-"),
        ("explore --runs 2 --workers 1 --jobs 1", "<&- >&- 2>&-"),
    ],
)
def test_closed_streams_change_no_verdict(line: str, redirected: str) -> None:
    run = parity(line, redirected=redirected)
    assert (run.returncode, run.stderr) == (0, "")


def test_wrong_usage_is_status_2_even_if_stderr_is_full() -> None:
    assert parity("run --nope", redirected="2>/dev/full").returncode == 2


@pytest.mark.parametrize("line", ["run --jobs 1", "schema", "check --rules", "--help"])
def test_a_full_stdout_is_one_line_and_status_2(line: str) -> None:
    run = parity(line, redirected=">/dev/full")
    said = "parity: cannot write stdout: no space left on device\n"
    assert (run.returncode, run.stderr) == (2, said)


@pytest.mark.parametrize("line", ["run --jobs 1", "schema"])
def test_a_reader_that_went_away_ends_it_as_sigpipe_would(line: str) -> None:
    readable, writable = os.pipe()
    os.close(readable)
    run = subprocess.run(
        [*PROGRAM, *line.split()], stdout=writable, stderr=subprocess.PIPE, timeout=60
    )
    os.close(writable)
    assert (run.returncode, run.stderr) == (128 + signal.SIGPIPE, b"")


@pytest.mark.parametrize(
    ("error", "says"),
    [("BrokenPipeError", "parity: a process that parity had started"), ("ValueError", "Traceback")],
)
def test_an_unexpected_error_is_status_2(error: str, says: str) -> None:
    flaw = f"from parity.report import catalogue\ndef show_catalogue(_): raise {error}\n"
    code = f"{flaw}catalogue.show_catalogue = show_catalogue\n{MAIN}"
    run = subprocess.run(
        [sys.executable, "-c", code, "scenarios"], capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 2
    assert run.stderr.startswith(says)


def test_wrong_usage_names_the_help_of_its_command() -> None:
    assert call_parity("run", "--nope").stderr.endswith("See `parity run --help`.\n")
    assert call_parity("nope").stderr.endswith("See `parity --help`.\n")


def test_an_interrupt_while_it_is_still_importing_says_nothing(tmp_path: Path) -> None:
    # Short waits: the signal may come between Python's last look for one and the wait.
    slow = "import time\nprint('importing', flush=True)\nwhile True:\n    time.sleep(0.01)\n"
    (tmp_path / "typer.py").write_text(slow)
    process = subprocess.Popen(
        [*PROGRAM, "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"importing\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"")


def test_a_folder_that_is_gone_is_told_only_where_a_path_leads_there(tmp_path: Path) -> None:
    def run(line: str) -> tuple[int, str]:
        gone = tmp_path / "gone"
        gone.mkdir()
        shell = 'cd "$1" && shift && rmdir "$PWD" && exec "$@"'
        command = ["sh", "-c", shell, "sh", str(gone), *PROGRAM, *line.split()]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return ran.returncode, ran.stderr

    told = (
        "the folder that this command was started in is gone: "
        "start it elsewhere, or name the whole path\n"
    )
    assert run("run --jobs 0") == (0, "")
    assert run("run --jobs 0 --junit x.xml") == (2, f"parity: x.xml: {told}")
    assert run("run --jobs 0 --subject go --subject m=./y") == (2, f"parity: ./y: {told}")
