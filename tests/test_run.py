"""`parity run`: what it says of the real programs, and of runs with a bug put in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import msgspec
import pytest
from parity.compare import verdicts
from parity.outcome import Exit, Outcome
from parity.subject import run_side_by_side
from parity.trace import Event

Edit = Callable[[list[Event]], list[Event]]


def parity(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from parity.cli import main; main()"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


@pytest.fixture(scope="module")
def pair() -> list[Outcome]:
    return run_side_by_side(["go", "py"], ["-jobs=6"], seed=1, timeout_s=30)


def failed(pair: list[Outcome], edit: Edit) -> list[str]:
    trace = msgspec.structs.replace(pair[1].trace, events=tuple(edit(list(pair[1].trace.events))))
    broken = msgspec.structs.replace(pair[1], trace=trace)
    return [v.name for v in verdicts(pair[0], broken) if not v.holds]


def at(events: list[Event], name: str) -> int:
    return next(i for i, e in enumerate(events) if e.event == name)


def late(events: list[Event]) -> list[Event]:
    i = at(events, "job_completed")
    moved = msgspec.structs.replace(events[i], t_ns=(events[i].t_ns or 0) + 500_000_000)
    return [*events[:i], moved, *events[i + 1 :]]


def dropped(events: list[Event]) -> list[Event]:
    return [e for e in events if e.job != 5 or e.event == "job_submitting"]


def swapped(events: list[Event]) -> list[Event]:
    i, j = at(events, "pool_closing"), at(events, "pool_waiting")
    events[i], events[j] = events[j], events[i]
    return events


def twice(events: list[Event]) -> list[Event]:
    again = [e for e in events if e.job == 1 and e.event in ("job_started", "job_completed")]
    i = at(events, "worker_stopped")
    return [*events[:i], *again, *events[i:]]


def not_waited_for(events: list[Event]) -> list[Event]:
    i = at(events, "worker_stopped")
    return [*events[:i], *events[i + 1 :], events[i]]


def test_the_programs_are_alike(pair: list[Outcome]) -> None:
    assert failed(pair, lambda events: events) == []


@pytest.mark.parametrize(
    ("edit", "names"),
    [
        (late, ["ordering"]),
        (dropped, ["ordering", "shutdown"]),
        (swapped, ["shutdown"]),
        (twice, ["ordering", "shutdown"]),
        (not_waited_for, ["shutdown"]),
    ],
)
def test_a_bug_fails_the_verdict_it_belongs_to(
    pair: list[Outcome], edit: Edit, names: list[str]
) -> None:
    assert failed(pair, edit) == names


def test_another_exit_status_fails_its_verdict(pair: list[Outcome]) -> None:
    broken = msgspec.structs.replace(pair[1], exit=Exit(status=3))
    wrong = [v for v in verdicts(pair[0], broken) if not v.holds]
    assert [v.evidence for v in wrong] == ["py: exit status 3, expected exit status 0"]


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["--workers", "1", "--queue", "0"],
        ["--signal", "SIGINT@1500ms", "--interval", "0s"],
        ["--signal", "SIGINT@1s", "--signal", "SIGTERM@1500ms"],
        ["--jobs", "10000", "--work", "0s", "--interval", "0s"],
        ["--subject", "py@trio", "--subject", "go", "--subject", "py"],
    ],
    ids=" ".join,
)
def test_parity_holds(flags: list[str]) -> None:
    run = parity("run", *flags)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("\nparity holds\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--work", "abc"], 'invalid value "abc" for flag -work'),
        (["run", "--jobs", "x"], "--jobs"),
        (["run", "--subject", "go"], "one subject cannot be compared"),
        (["run", "--subject", "go", "--subject", "zz"], "unknown subject 'zz'"),
        (["run", "--nope"], "No such option"),
        (["nope"], "No such command"),
        (["run", "--work", "24h", "--jobs", "1000000", "--timeout", "0.5"], "within 0.5 s"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments: list[str], says: str) -> None:
    run = parity(*arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert says in run.stderr
    assert run.stderr.count("\n") == 1
