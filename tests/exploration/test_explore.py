"""`parity explore`: what it finds, how a bug is replayed, and Ctrl+C."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from parity.cli.command import app
from parity.contract.scenario import Config
from parity.execution.subject import resolve
from parity.exploration import explore as exploring
from parity.exploration.explore import (
    AIMED_EVERY,
    MOST_AIMED,
    Coverage,
    ExplorationPlan,
    Explorer,
    Legal,
    legal,
)
from parity.exploration.replay import replay_trial
from parity.exploration.schedules.strategies import STRATEGIES
from parity.exploration.statespace.classes import count_classes
from parity.exploration.statespace.estimates import estimate_orders
from parity.exploration.statespace.orders import count_orders
from parity.kit.kit import PROGRAMS
from parity.report.documents.explore import exploration_document
from parity.report.explore.orders import show_exploration
from parity.specification.canonical import Canonical
from parity.specification.model import Symbol
from rich.console import Console

from tests.support.command import PROGRAM, call_parity
from tests.support.planting import LOSES_A_JOB, PAUSES_IN_A_TAKE, planted
from tests.support.started import Started
from tests.support.trail import Trail, eventually, way
from tests.support.trials import run_trials


def explore(*flags: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return call_parity("explore", *flags, COLUMNS="100", **(env or {}))


def document(*flags: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(explore("--json", *flags, env=env).stdout)
    return found


def test_both_programs_show_every_class_of_a_small_pool() -> None:
    found = document("--workers", "2", "--jobs", "2", "--queue", "1", "--runs", "80")
    assert found["schema"] == "parity.explore/1"
    assert (found["exit_status"], found["runs"], found["classes"]) == (0, 160, 2)
    assert found["legal_orders"] > 1000
    for subject in found["subjects"]:
        assert (subject["runs"], subject["illegal"], subject["classes_seen"]) == (80, 0, 2)
        assert 5 < subject["orders_seen"] <= 80
        assert subject["transitions_never_taken"] == []
        assert 0 <= subject["unseen_orders"] <= 1


WHY = ("closed", "cancelled")


def test_one_run_without_reasons_removes_the_reasons_of_all_classes() -> None:
    with_reasons = [Canonical(frozenset({(((1,), why), 1)}), frozenset()) for why in WHY]
    seen = Coverage(
        subject=resolve(["py"])[0],
        classes=Counter(dict.fromkeys(with_reasons, 2)),
        unforced={with_reasons[0]},
        orders=Counter({(Symbol("worker_stopped", 1, 0, why),): 1 for why in WHY}),
    )
    seen.forget_reasons()
    without = Canonical(frozenset({(((1,), "stopped"), 1)}), frozenset())
    assert (seen.reasons, seen.classes, seen.unforced) == (False, {without: 4}, {without})
    assert seen.orders == {(Symbol("worker_stopped", 1),): 2}
    found = Legal(orders=2, classes=2, classes_without_reasons=1)
    assert seen.unseen_classes(found) == 0


def test_a_seed_decides_the_whole_trial() -> None:
    config = Config(workers=2, jobs=3, queue=1, interval_ns=0, work_ns=0)
    both = resolve(["go", "py"])
    plan = ExplorationPlan(
        config=config, signals=True, subjects=both, seeds=range(50), timeout_s=10
    )
    trials = [plan.trial(both[1], seed) for seed in plan.seeds]
    assert trials == [plan.trial(both[1], seed) for seed in plan.seeds]
    assert {trial.scenario.name for trial in trials} == {"aimed", *STRATEGIES}
    assert {trial.processors for trial in trials} == {1, 2, 4}
    assert {trial.preempted for trial in trials} == {True, False}
    [other] = resolve(["mine=./mine"])
    assert not any(plan.trial(other, seed).preempted for seed in plan.seeds)
    assert all(len(trial.scenario.config.signals) == 1 for trial in trials)
    runs = [next(run_trials([trials[7]], timeout_s=20)).outcome.stdout for _ in range(2)]
    assert runs[0] == runs[1]


@pytest.mark.slow
def test_a_planted_bug_is_found_and_its_replay_shows_it_again(tmp_path: Path) -> None:
    env = planted(LOSES_A_JOB, tmp_path)
    flags = ("--signal", "--workers", "1", "--subject", "py", "--runs", "30")
    found = document(*flags, env=env)
    [subject] = found["subjects"]
    assert found["exit_status"] == 1
    assert subject["illegal"] > 0
    first = subject["first_illegal"]
    sources, *again = shlex.split(first["replay"])
    assert sources == f"PARITY_PY_PORT={env['PARITY_PY_PORT']}"
    assert again[:2] == ["parity", "explore"]
    replayed = document(*again[2:], env=env)
    assert replayed["runs"] == 1
    assert replayed["subjects"][0]["first_illegal"]["why"] == first["why"]
    told = explore(*again[2:], env=env)
    assert told.returncode == 1
    assert "an illegal run was found" in told.stdout
    assert first["why"].partition("; ")[0] in " ".join(told.stdout.split())
    assert document(*again[2:])["subjects"][0]["illegal"] == 0  # without the bug


def test_a_pause_in_the_midst_of_a_take_is_found_although_the_queue_is_short(
    tmp_path: Path,
) -> None:
    env = planted(PAUSES_IN_A_TAKE, tmp_path)
    flags = ("--workers", "3", "--queue", "4", "--jobs", "8", "--levels", "4", "--subject", "py")
    told = explore(*flags, "--runs", "300", env=env)
    assert told.returncode == 2
    assert (
        told.stderr == "parity: py crashed (exit status 1): IndexError: pop from an empty deque\n"
    )


@pytest.mark.parametrize(
    ("name", "limit", "says"),
    [
        ("panic", "60s", "panic crashed (exit status 2): panic: boom?"),
        ("hang", "300ms", "hang did not end within"),
    ],
)
def test_a_run_that_cannot_be_judged_is_status_2_and_one_line(
    name: str, limit: str, says: str
) -> None:
    command = f"{name}={way(name)}"
    run = explore("--subject", command, "--jobs", "0", "--workers", "1", "--timeout", limit)
    assert run.returncode == 2
    lines = run.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"parity: {says}")
    assert "again: parity explore --workers 1 --jobs 0" in run.stdout


def test_a_program_without_a_virtual_clock_is_told_before_any_work() -> None:
    """The message names the real clock, where the program is explored at sampled moments."""
    kit = f"mine={shlex.join([sys.executable, str(PROGRAMS / 'python' / 'pool.py')])}"
    refused = explore("--subject", kit)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("parity: mine: its trace is of the real clock")
    assert refused.stderr.endswith("give --clock real\n")
    told = explore("--subject", kit, "--clock", "real", "--signal", "--runs", "2")
    assert told.returncode == 0, told.stdout
    assert "the moments of signals were sampled (seed 1)" in " ".join(told.stdout.split())


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--clock", "rea"), 'parity: invalid value "rea" for flag --clock: want virtual or real'),
        (("--runs", "0"), "parity: Invalid value for '--runs': '0' is no integer from 1"),
        (("--workers", "none"), 'parity: invalid value "none" for flag --workers'),
        (("--subject", "py@uvloop"), "parity: py@uvloop: uvloop has no virtual clock"),
        (
            ("--select",),
            "parity: unknown option --select: it is a command, `parity explore select`",
        ),
        (("--signal-sweep",), "parity: unknown option --signal-sweep: it is a command, `parity "),
        (("select", "--no-preemption"), "parity: No such option: --no-preemption"),
        (("--seed", "2", "signals"), "parity: options of `explore signals` go after its name"),
        (("selct",), "parity: No such command 'selct'"),
    ],
)
def test_bad_input_gives_one_clear_line(flags: tuple[str, ...], says: str) -> None:
    run = explore(*flags)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(says)
    assert run.stderr.count("\n") == 1


def test_ctrl_c_while_counting_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("parity.exploration.explore.legal", interrupted)
    for json_too in (False, True):
        flags = ["--subject", "py", "--runs", "5", *(["--json"] if json_too else [])]
        assert app(["explore", *flags], standalone_mode=False) == 130
        said = capsys.readouterr().out
        if json_too:
            found = json.loads(said)
            assert (found["exit_status"], found["runs"], found["classes"]) == (130, 0, None)
        else:
            assert said.count("not counted") == 2
            assert said.endswith("interrupted after 0 of 5 runs\n")


def test_a_configuration_too_large_to_count_is_still_explored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, function, most_work in (
        ("count_orders", count_orders, 20_000),
        ("estimate_orders", estimate_orders, 150_000),
    ):
        monkeypatch.setattr(exploring, name, partial(function, most_work=most_work))
    config = Config(workers=200, jobs=9, queue=1, interval_ns=0, work_ns=0)
    found = legal(config, signals=False)
    assert found.estimate
    subjects = resolve(["py"])
    plan = ExplorationPlan(config=config, signals=False, subjects=subjects, seeds=[2], timeout_s=20)
    explorer = Explorer(plan, found)
    assert len(list(explorer.run())) == 1
    told = json.loads(exploration_document(explorer, 0))
    [py] = told["subjects"]
    bell = 21_147  # OEIS A000110: the ways to share nine jobs out among workers without names
    assert (told["legal_orders"], told["classes"], py["classes"]) == (None, bell, bell)
    assert told["legal_orders_estimate"]["log10"] == pytest.approx(found.estimate.log10)
    assert (py["runs"], py["orders_seen"], py["orders_untold"]) == (1, 1, 1)
    assert py["transitions_taken"] == []
    assert len(py["transitions_never_taken"]) == 17


@pytest.mark.parametrize(
    ("untold", "says"),
    [
        (0, "py: of 2 kinds of transition never took\n    main: two\n\n"),
        (1, "    main: two\n    unknown for 1 of its 3 orders: too much work\n\n"),
        (3, "py: it is too much work to tell which kinds of transition its runs took\n\n"),
    ],
)
def test_unknown_transitions_are_said_to_be_unknown(untold: int, says: str) -> None:
    plan = ExplorationPlan(
        config=Config(), signals=True, subjects=resolve(["py"]), seeds=[1], timeout_s=1
    )
    kinds = frozenset({"main: one", "main: two"})
    explorer = Explorer(plan, Legal(kinds=kinds))
    [seen] = explorer.seen.values()
    seen.runs, seen.untold, seen.taken = 3, untold, {"main: one"}
    seen.orders.update([(Symbol("pool_starting"),) * length for length in (1, 2, 3)])
    written = io.StringIO()
    show_exploration(explorer, Console(file=written, width=100))
    assert says in written.getvalue()
    assert ("kinds of transition never took" in written.getvalue()) == (untold < 3)


def test_illegal_runs_show_no_transitions() -> None:
    plan = ExplorationPlan(
        config=Config(), signals=True, subjects=resolve(["py"]), seeds=[1], timeout_s=1
    )
    explorer = Explorer(plan, Legal(orders=9, kinds=frozenset({"main: one"})))
    [seen] = explorer.seen.values()
    seen.runs = seen.illegal = 1
    written = io.StringIO()
    show_exploration(explorer, Console(file=written, width=100))
    assert "kinds of transition" not in written.getvalue()


def test_a_replay_has_the_same_timeout() -> None:
    [py] = resolve(["py"])
    for timeout_s, words in (
        (20, "--timeout 20s"),
        (0.5, "--timeout 500ms"),
        (1e-9, "--timeout 1ns"),
    ):
        config = Config(workers=2, jobs=2, queue=1)
        plan = ExplorationPlan(
            config=config, signals=True, subjects=[py], seeds=[1], timeout_s=timeout_s
        )
        assert replay_trial(plan, plan.trial(py, 1)).partition("--replay 1")[2].strip() == words


def shaped(workers: int, jobs: int, queue: int) -> ExplorationPlan:
    config = Config(workers=workers, jobs=jobs, queue=queue, interval_ns=0, work_ns=0)
    return ExplorationPlan(config=config, signals=True, subjects=[], seeds=[], timeout_s=1)


def explorer_of(plan: ExplorationPlan) -> Explorer:
    return Explorer(plan, Legal(classes=count_classes(plan.config, signals=True)))


@pytest.mark.parametrize(
    ("workers", "jobs", "listed"),
    [(2, 4, 106), (2, 13, 0), (30_000, 0, 30_001), (200_000, 0, 0), (1, 100_001, 0)],
)
def test_few_classes_are_listed_and_many_are_drawn(workers: int, jobs: int, listed: int) -> None:
    plan = explorer_of(shaped(workers, jobs, 1)).plan
    assert len(plan.classes) == listed
    aimed = workers * jobs <= MOST_AIMED
    assert [plan.goal(seed) is not None for seed in range(4)] == [aimed, False] * 2
    if aimed and not listed:
        assert plan.goal(0) != plan.goal(AIMED_EVERY)


def test_a_run_is_aimed_only_if_a_schedule_is_quickly_drawn() -> None:
    assert shaped(2, MOST_AIMED // 2, 1).goal(0)
    assert shaped(2, MOST_AIMED // 2 + 1, 1).goal(0) is None


def replays(*, preempted: float) -> list[str]:
    [py] = resolve(["py"])
    config = Config(workers=2, jobs=2, queue=1)
    plan = ExplorationPlan(
        config=config,
        signals=True,
        subjects=[py],
        seeds=range(3),
        timeout_s=10,
        preempted=preempted,
    )
    return [replay_trial(plan, plan.trial(py, seed)) for seed in plan.seeds]


def test_a_replay_names_the_subject_as_the_user_did() -> None:
    """If a subject is given twice, the second gets a name that --subject does not take."""
    _, py = resolve(["py", "py"])
    plan = ExplorationPlan(config=Config(), signals=False, subjects=[py], seeds=[1], timeout_s=10)
    assert "--subject py --replay 1" in replay_trial(plan, plan.trial(py, 1))


def test_without_preemption_no_run_is_preempted_or_aimed() -> None:
    flags = ("--workers", "2", "--jobs", "2", "--signal", "--runs", "20", "--subject", "py")
    [left_alone] = document(*flags, "--no-preemption")["subjects"]
    assert left_alone["classes_seen"] == left_alone["classes_seen_unpreempted"]
    assert all("--no-preemption" in command for command in replays(preempted=0.0))
    assert not any("--no-preemption" in command for command in replays(preempted=0.5))
    said = " ".join(explore(*flags).stdout.split())
    found = re.search(r" py 20 0 \d+ (\d+) of \d+ ", said)
    forced = re.search(r"py: (\d+) of its classes were seen only where its tasks were pre", said)
    assert found
    assert forced
    assert 0 < int(forced[1]) < int(found[1])


def test_ctrl_c_reports_the_results_so_far_and_leaves_no_process(trail: Trail) -> None:
    names = [f"{name}={way(name)}" for name in ("good", "deaf")]
    flags = [word for name in names for word in ("--subject", name)]
    with Started(
        [*PROGRAM, "explore", *flags, "--jobs", "0", "--workers", "1", "--timeout", "60s"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as exploring:
        eventually(lambda: trail.programs("deaf"), exploring)
        os.killpg(exploring.pid, signal.SIGINT)
        stdout, stderr = exploring.communicate(timeout=60)
    assert (exploring.returncode, stderr) == (130, b"")
    assert b"\ninterrupted after " in stdout
    trail.assert_cold()
