"""Subjects that crash, hang, flood or write nonsense: one clear line each, and nothing is left."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import pytest
from parity.checker.judge import judge
from parity.contract.outcome import Exit
from parity.errors import CannotJudge
from parity.execution import reading
from parity.execution.crash import most_telling_line
from parity.execution.runner import run_side_by_side
from parity.execution.subject import resolve

from tests.support.trail import HANG_S, LINES, PLAIN, run

pytestmark = pytest.mark.usefixtures("trail")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("panic", "panic crashed (exit status 2): panic: boom?"),
        ("exception_group", "exception_group crashed (exit status 1): ValueError: boom"),
        ("segfault", "segfault crashed (killed by SIGSEGV): nothing on stderr"),
        ("real_time_signal", "real_time_signal crashed (killed by signal 40): nothing on stderr"),
        ("kills_its_parent", "kills_its_parent ended its supervisor"),
    ],
)
def test_a_bad_subject_gives_one_clear_line(name: str, says: str) -> None:
    with pytest.raises(CannotJudge) as problem:
        run(name)
    assert str(problem.value).startswith(says)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("name", ["child", "daemon", "forks_for_ever"])
def test_what_a_subject_leaves_is_its_fault_and_the_rest_is_judged(name: str) -> None:
    good, bad = run("good", name)
    assert judge(good, PLAIN) == []
    assert [finding.catcher for finding in judge(bad, PLAIN)] == ["main/leaves-no-process"]


def test_a_long_traceback_is_cut_to_its_last_line() -> None:
    with pytest.raises(
        CannotJudge, match=r"^traceback crashed \(exit status 1\): ValueError: boom x+"
    ) as problem:
        run("traceback")
    assert len(str(problem.value)) < 300


@pytest.mark.parametrize("name", ["hang", "deaf", "daemon_and_hang"])
def test_a_subject_that_hangs_is_ended(name: str) -> None:
    """It comes first, since the first of two that did not end in time is named."""
    with pytest.raises(CannotJudge, match=f"^{name} did not end within 0.5 s.*--timeout"):
        run(name, "good", timeout_s=0.5)


@pytest.mark.parametrize("stream", ["stdout", "stderr", "trace"])
def test_a_flood_is_stopped(stream: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FLOOD_BYTES", 4 << 20)
    with pytest.raises(CannotJudge, match=f"^flood_{stream} wrote more than 4 MiB to .*{stream}"):
        run(f"flood_{stream}")


def test_of_two_that_fail_the_first_is_named() -> None:
    with pytest.raises(CannotJudge, match=r"^hang did not end"):
        run("hang", "deaf", timeout_s=0.5)


def test_after_a_crash_no_other_is_waited_for() -> None:
    with pytest.raises(CannotJudge, match=r"^panic crashed"):
        run("hang", "panic", timeout_s=HANG_S)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("./not-there", "not-there: no such file or directory"),
        ("not-on-any-path", "not-on-any-path: no such file or directory"),
        (str(Path(__file__)), f"{__file__}: permission denied"),
        (str(Path(__file__).parent), f"{Path(__file__).parent}: permission denied"),
    ],
)
def test_a_program_that_cannot_be_started_is_reported(command: str, says: str) -> None:
    with pytest.raises(CannotJudge) as problem:
        run_side_by_side(resolve([f"mine={quote(command)}"]), PLAIN, seed=1, timeout_s=20)
    assert str(problem.value).startswith("mine could not be started: ")
    assert str(problem.value).endswith(says)


def test_a_wrong_status_is_judged_if_stderr_is_empty() -> None:
    silent, after = run("status_3_without_a_word", "status_3_after_the_end")
    assert (silent.exit, after.exit) == (Exit(status=3), Exit(status=3))
    assert after.stderr == b"a warning\n"


@pytest.mark.parametrize("name", ["good", "rejects_trace", "quick_child"])
def test_a_subject_without_a_trace_is_read_from_stdout(name: str) -> None:
    [outcome] = run(name)
    assert (outcome.trace.source, outcome.defect) == ("stdout", None)
    assert len(outcome.trace.events) == LINES
    assert not any(flag.startswith("-trace") for flag in outcome.argv)


@pytest.mark.parametrize(
    ("name", "defect"),
    [
        ("garbage", "trace line 1 is no header"),
        ("half_a_trace", "trace line 3 is cut off"),
        ("half_a_line", "stdout line 7 is cut off"),
    ],
)
def test_a_defect_of_the_output_is_judged(name: str, defect: str) -> None:
    [outcome] = run(name)
    assert outcome.defect is not None
    assert outcome.defect.startswith(defect)


def test_a_folder_in_place_of_the_trace_is_no_trace_and_is_removed() -> None:
    [outcome] = run("strange_folder")
    assert outcome.trace.source == "stdout"


@pytest.mark.parametrize(
    ("stderr", "line"),
    [
        (b"", "nothing on stderr"),
        (b"a\n\nb\n", "b"),
        (b"fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1:\n", "fatal error: all goroutines are asleep - deadlock!"),
        (b"Traceback (most recent call last):\n  File\nValueError: x\n", "ValueError: x"),
        (b"note\n- \xff\x1b]0;t\x07\n", "- ??]0;t?"),
    ],
)  # fmt: skip
def test_the_line_that_tells_most_about_a_crash(stderr: bytes, line: str) -> None:
    assert most_telling_line(stderr).replace("\N{REPLACEMENT CHARACTER}", "?") == line
