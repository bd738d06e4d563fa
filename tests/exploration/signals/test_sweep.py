"""`explore signals`: the programs pass it; each bug that only a signal shows is caught."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from parity.cli import main
from parity.contract.catalogue import CATALOGUE
from parity.contract.outcome import Outcome
from parity.contract.scenario import MS, Config, Scenario, ScheduledSignal
from parity.contract.trace_reader import read_stdout
from parity.errors import CannotJudge
from parity.execution.subject import resolve
from parity.exploration.signals.moments import KINDS, Point, SignalKind
from parity.exploration.signals.sweep import (
    MOST_UNJUDGED,
    SWEEP_SCENARIO,
    PointResult,
    Sweep,
    SweepPlan,
    problem_of,
    replay_sweep,
    run_sweep,
    with_points,
)

from tests.support.coins import GO_CANCELLED, UNFAIR
from tests.support.planting import Bug, edited, planted
from tests.support.programs import ROOT
from tests.support.results import outcome
from tests.support.trail import PLAIN, way


def planted_pool(mistake: str) -> str:
    return f"pool={shlex.join([sys.executable, str(ROOT / 'tests/support/pool.py'), mistake])}"


SHORT = Scenario(
    name="short",
    about="",
    config=Config(workers=1, queue=1, jobs=2, interval_ns=20 * MS, work_ns=50 * MS),
)


def planned(
    *names: str,
    kinds: Sequence[SignalKind] = tuple(KINDS),
    scenario: Scenario = SHORT,
    runs: int = 1,
    real: int = 0,
    timeout_s: float = 20,
) -> SweepPlan:
    plan = SweepPlan(
        scenario=scenario,
        subjects=resolve(names),
        runs=runs,
        real=real,
        seed=1,
        timeout_s=timeout_s,
        tolerance_ns=300 * MS,
    )
    made = with_points(plan)
    points = [point for point in made.points if point.kind in kinds]
    return msgspec.structs.replace(made, points=points)


@pytest.mark.slow
def test_the_programs_pass_a_sweep_of_every_kind() -> None:
    made = planned("go", "py", real=1)
    seen = tuple(run_sweep(made))
    assert [one for one in seen if not one.holds] == []
    assert len(seen) == len(made.points) == 26
    assert {one.kind for one in seen} == set(KINDS)
    found = Sweep(plan=made, seen=seen)
    assert found.exit_status == 0
    assert sum(found.possible.values()) > len(found.possible)
    assert all(0 < found.classes(i) <= sum(found.possible.values()) for i in (0, 1))


@pytest.mark.parametrize(
    "scenario",
    [msgspec.structs.replace(SWEEP_SCENARIO, config=SHORT.config), CATALOGUE["interrupt-busy"]],
)
def test_the_replay_of_a_killed_run_is_the_whole_sweep(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = planned("go", "py", scenario=scenario, runs=3, real=1)
    assert [point.kind for point in made.points].count("killed") == 1
    arguments = shlex.split(replay_sweep(made))
    again: list[SweepPlan] = []

    def not_swept(planned: SweepPlan, _: None, *, silent: bool) -> tuple[Sweep, bool]:
        again.append(planned)
        return Sweep(plan=planned, seen=()), silent

    monkeypatch.setattr("parity.cli.signals._swept", not_swept)
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit):
        main()
    assert again == [msgspec.structs.replace(made, tolerance_ns=None)]


WORKER_GO = ("go_reference", "worker/worker.go")

GOES_ON = """\
        if ctx.done:
            return
        job = job_of(job_id, config)
        try:
            await pool.submit(ctx, job)
            await pause(ctx, config.interval_ns)
        except ContextDone:
            return
"""

BUGS: dict[str, tuple[tuple[SignalKind, ...], str, Bug]] = {
    "go: a second signal is swallowed": (
        ("both", "twice"),
        "exit: go: ended with exit status 0, expected killed by SIG",
        Bug(
            "go_reference",
            "internal/shutdown.go",
            "\t\t\tlog.Die(next.(syscall.Signal))\n",
            "\t\t\t_ = next.(syscall.Signal)\n",
        ),
    ),
    "py: a second signal of the operating system is swallowed": (
        ("real twice",),
        "exit: py: ended with exit status 0, expected killed by SIG",
        Bug(
            "py_port",
            "internal/runtime/process.py",
            "    signal.raise_signal(signum)\n    os._exit(128 + signum)\n",
            "    return\n",
        ),
    ),
    "py: the first signal of the operating system is not heard": (
        ("real",),
        "shutdown: py: SIG",
        Bug("py_port", "internal/signals.py", "await signals.send(signum)", "_ = signum"),
    ),
    "go: SIGTERM is not asked for": (
        ("real",),
        "shutdown: go: the run ended without main_done",
        Bug("go_reference", "internal/signals.go", ", syscall.SIGTERM", ""),
    ),
    "go: a job is dropped when the signal comes as a worker receives": (
        ("at", "after"),
        "shutdown: go: ",
        Bug(
            *WORKER_GO,
            "\t\t\tcase j, ok = <-w.jobs:\n",
            "\t\t\tcase j, ok = <-w.jobs:\n"
            f"\t\t\t\tif ok && ctx.Err() != nil {{\n{GO_CANCELLED}\t\t\t\t}}\n",
        ),
    ),
    "py: the handler exits at once": (
        ("before", "at"),
        "shutdown: py: the run ended without main_done",
        Bug(
            "py_port",
            "internal/shutdown.py",
            "        ctx.cancel()\n",
            "        import os\n        os._exit(0)\n",
        ),
    ),
    "py: what is said is kept in a buffer until the end": (
        ("killed",),
        "py: stdout has 0 lines, where the trace has ",
        Bug(
            "py_port",
            "internal/runtime/process.py",
            "    try:\n        write_all(fd, os.fsencode(text))\n",
            "    write.kept = getattr(write, 'kept', '') + text\n"
            "    if fd == STDOUT and 'shutdown complete' not in text:\n        return\n"
            "    text = write.kept\n    try:\n        write_all(fd, os.fsencode(text))\n",
        ),
    ),
    "py: the submitter goes on after the cancel": (
        ("before", "after"),
        "ordering: py: job 2 was submitted at ",
        Bug(
            "py_port",
            "cmd/main.py",
            GOES_ON,
            edited(
                GOES_ON,
                ("if ctx.done:\n            return", "if False:\n            return"),
                ("Done:\n            return", "Done:\n            continue"),
            ),
        ),
    ),
}


def first_wrong(made: SweepPlan) -> PointResult | None:
    """Return the first run that fails. A busy machine may keep others from being judged."""
    return next((seen for seen in run_sweep(made) if seen.problem is not None), None)


@pytest.mark.slow
@pytest.mark.parametrize("name", BUGS)
def test_a_bug_that_a_signal_shows_is_caught(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds, says, bug = BUGS[name]
    other = name.partition(":")[0]  # The port takes longest: it stands there where it has the bug.
    for variable, value in planted(bug, tmp_path).items():
        monkeypatch.setenv(variable, value)
    real = 4 if kinds[0] in ("real", "real twice", "killed") else 0
    # If select's coin decides, one round of the moments misses the bug one time in six.
    wrong = first_wrong(planned("go", other, kinds=kinds, real=real, runs=12))
    assert wrong is not None
    assert wrong.problem is not None
    assert wrong.problem.replace("go#2", "go").startswith(says)


@pytest.mark.slow
def test_the_coin_reveals_a_pool_that_always_prefers_the_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each run is legal and of a possible class, but the pool never shows the other classes."""
    for variable, value in planted(UNFAIR["go: the context first"], tmp_path).items():
        monkeypatch.setenv(variable, value)
    made = planned("go", "go", kinds=("after",), scenario=CATALOGUE["interrupt-busy"], runs=3)
    busy = [point for point in made.points if made.instants[point.instant].t_ns == 80 * MS]
    made = msgspec.structs.replace(made, points=busy * 3)
    found = Sweep(plan=made, seen=tuple(run_sweep(made)))
    assert found.failed == found.unjudged == []
    assert [(share.count, share.fair) for share in found.coins if share] == [(0, False)] * 2
    assert found.exit_status == 1
    assert found.classes(0) == len(found.possible) < sum(found.possible.values())


def test_programs_with_different_possible_classes_differ() -> None:
    """Each run by itself is legal, as the times are not known."""
    scenario = msgspec.structs.replace(SHORT, config=Config(workers=1, signals=(SIGNAL,)))
    point = Point(instant=0, kind="after", scenario=scenario)
    left = untimed("go", "Submitting Job ID: 1", "Rejected Job ID: 1")
    right = untimed("py")
    made = planned("go", "go", kinds=())
    assert problem_of(made, point, (left, left)) is None
    assert problem_of(made, point, (left, right)) == (
        "the signal left other classes possible: "
        "go exit status 0, 1 submitted, 1 rejected, 0 taken; "
        "py exit status 0, 0 submitted, 0 rejected, 0 taken"
    )
    at_it = msgspec.structs.replace(point, kind="at")
    assert problem_of(made, at_it, (left, right)) is None


SIGNAL = ScheduledSignal("SIGINT", 0)


def untimed(name: str, *main: str) -> Outcome:
    """Return the outcome of a run without a trace."""
    lines = (
        "Starting worker pool with 1 workers",
        "Worker 1 started",
        "Received signal: interrupt",
        "Initiating graceful shutdown...",
        *main,
        "Closing job channel...",
        "Waiting for workers to complete...",
        "Worker 1 shutting down gracefully",
        "All workers stopped",
        "Main: shutdown complete",
    )
    trace, defect = read_stdout("".join(f"{line}\n" for line in lines).encode())
    assert defect is None
    return outcome(name, trace)


@pytest.mark.parametrize("name", ["hang", "deaf"])
def test_a_program_that_hangs_ends_the_sweep_after_a_few_runs(name: str) -> None:
    """Of two programs that did not end in time, the first one is named."""
    made = planned("go", "go")
    subjects = [*resolve([f"{name}={way(name)}"]), made.subjects[0]]
    made = msgspec.structs.replace(made, subjects=subjects, timeout_s=0.1)
    seen = list(run_sweep(made))
    assert len(seen) == MOST_UNJUDGED
    assert all((one.unjudged or "").startswith(f"{name} did not end within 0.1 s") for one in seen)
    assert Sweep(plan=made, seen=tuple(seen)).exit_status == 2


def test_a_scenario_without_moments_is_refused() -> None:
    with pytest.raises(CannotJudge, match=r"^scenario 'bad-input' has no moments"):
        planned("go", "go", scenario=CATALOGUE["bad-input"])
    with pytest.raises(CannotJudge, match=r"^good has no trace on a virtual .* --clock real tries"):
        planned(f"good={way('good')}", "go", scenario=PLAIN)
    with pytest.raises(CannotJudge, match=r"^--real 0 leaves no moment"):
        planned("go", "go", scenario=msgspec.structs.replace(SHORT, clock="real"))


def test_a_program_without_a_virtual_clock_is_tried_at_a_sample_of_moments() -> None:
    """Beside Go, and by itself. A busy machine may keep a run from being judged."""
    roomy = msgspec.structs.replace(SHORT.config, queue=10)
    real = msgspec.structs.replace(SHORT, config=roomy, clock="real")
    honest = planned("go", planted_pool("none"), scenario=real, real=1)
    assert [point.kind for point in honest.points] == ["real", "real twice", "killed"]
    assert [one.problem for one in run_sweep(honest)] == [None] * 3
    bad = msgspec.structs.replace(honest, subjects=resolve([planted_pool("leaves-a-child")]))
    first = next(run_sweep(bad))
    assert "[main/leaves-no-process" in (first.problem or "")
    assert "--clock=real" in first.replay
    assert "--clock=real" in replay_sweep(bad)


def test_a_scenario_is_swept_without_its_own_signals() -> None:
    made = planned("go", "go", scenario=CATALOGUE["interrupt-busy"])
    assert made.scenario.config.signals == ()
    assert made.instants[-1].events[-1] == "main_done"
