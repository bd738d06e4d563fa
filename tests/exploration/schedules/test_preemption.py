"""Runs with random preemption of tasks and goroutines: new orders, and each of them is legal."""

from __future__ import annotations

import asyncio
import builtins
import random
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from parity.checker.judge import judge
from parity.contract.scenario import Config, Scenario, ScheduledSignal
from parity.errors import CannotJudge
from parity.execution import toolchain
from parity.execution.overlay import PATCHES, OtherLibraryError, edition, overlay
from parity.execution.patch import Hunk, parse
from parity.execution.subject import Subject, resolve
from parity.exploration.schedules.instrument import Compiled, begin
from parity.exploration.workers.trial import Trial

from tests.support.toolchains import bin_folder, cache, fake_go, script
from tests.support.trials import run_trials

__all__ = ["bin_folder", "cache"]

RACE = Scenario(
    name="race",
    about="all at one instant",
    config=Config(
        workers=2,
        queue=1,
        jobs=4,
        interval_ns=0,
        work_ns=0,
        signals=(ScheduledSignal("SIGINT", 0),),
    ),
)


Order = tuple[str, ...]


def orders(subject: Subject, runs: int = 30) -> tuple[set[Order], set[Order]]:
    """Return the orders of events on one processor, without and with preemption."""
    kinds = (False, True)
    trials = (Trial(subject, RACE, seed, 1, preempted=p) for p in kinds for seed in range(runs))
    found: tuple[set[Order], set[Order]] = (set(), set())
    for result in run_trials(trials, timeout_s=20):
        assert judge(result.outcome, RACE) == []
        order = tuple(e.event for e in result.outcome.trace.events)
        found[result.trial.preempted].add(order)
    return found


def submits_first(order: Order) -> bool:
    """Whether no worker starts before main's first submission."""
    return next(e for e in order if e in ("job_submitting", "worker_started")) == "job_submitting"


def test_main_of_the_port_yields_before_its_first_submission_only_if_preempted() -> None:
    for subject in resolve(["py", "py@trio"]):
        left_alone, preempted = orders(subject)
        assert all(map(submits_first, left_alone))
        assert not all(map(submits_first, preempted))
        assert len(preempted) > 2 * len(left_alone)


def test_the_scheduler_of_go_picks_at_random() -> None:
    [go] = resolve(["go"])
    left_alone, preempted = orders(go)
    assert len(preempted) > 3 * len(left_alone)


def test_a_preempted_run_of_the_port_is_repeated_by_its_seed() -> None:
    [py] = resolve(["py"])
    trials = [Trial(py, RACE, seed, shuffled=True, preempted=True) for seed in range(12)]
    runs = [
        {r.trial: r.outcome.stdout for r in run_trials(trials, timeout_s=20, processes=n)}
        for n in (1, 2)
    ]
    assert runs[0] == runs[1]


SOURCE = '''
"""A module."""

def plain():
    first = 1
    return first


async def work(items):
    """Its docstring stays the first."""
    for item in items:
        try:
            if item:
                told.append(item)
        except ValueError:
            told.append(0)
        finally:
            told.append(-1)

    def inner():
        return 1

    async with lock:
        told.append(inner())
    log.emit(len(told))
'''


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "preempted_module.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(builtins, "__may_yield__", None, raising=False)
    return "preempted_module"


def test_there_is_a_point_before_each_statement_of_a_coroutine_function(module: str) -> None:
    points = 0

    said = []

    async def count(module: str, emits: bool) -> None:
        nonlocal points
        points += 1
        assert module == "preempted_module"
        said.append(emits)

    builtins.__may_yield__ = count  # type: ignore[attr-defined]
    loaded = Compiled(module, preemptible=True)
    loaded.load(module)
    preempted = sys.modules.pop(module)
    preempted.__dict__.update(told=(told := []), lock=asyncio.Lock(), log=Mock())
    assert preempted.plain() == 1
    assert points == 0
    assert preempted.work.__doc__ == "Its docstring stays the first."
    asyncio.run(preempted.work([0, 7]))
    assert told == [-1, 7, -1, 1]
    # for; twice: try, if, finally; the append; def; async with; the last append; the emit
    assert points == 1 + 2 * 3 + 1 + 1 + 1 + 1 + 1
    assert said == [*[False] * (points - 1), True]


def test_a_task_yields_as_often_as_the_likelihood_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "__may_yield__", None, raising=False)
    begin(random.Random(1))
    others = 0

    async def other() -> None:
        nonlocal others
        while True:
            others += 1
            await asyncio.sleep(0)

    async def run() -> None:
        task = asyncio.create_task(other())
        for _ in range(1000):
            await builtins.__may_yield__("pool", False)  # type: ignore[attr-defined]
        task.cancel()

    asyncio.run(run())
    assert 30 < others < 3000


def test_other_edits_of_the_library_are_another_build(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not toolchain.is_built("preemptive")
    toolchain.build("preemptive")
    assert toolchain.is_built("preemptive")
    monkeypatch.setattr(toolchain, "edition", lambda: edition()[1:])
    assert not toolchain.is_built("preemptive")


def test_an_unknown_standard_library_gives_one_clear_line(bin_folder: Path, cache: Path) -> None:
    fake_go(bin_folder)
    with pytest.raises(CannotJudge) as problem:
        toolchain.build("preemptive")
    assert str(problem.value) == (
        "the patches for preemption do not fit this Go's library (context/context.go is not "
        "there): explore with --no-preemption"
    )
    assert not list(cache.iterdir())


def test_a_go_that_does_not_take_the_overlay_is_said_in_one_line(
    bin_folder: Path, cache: Path
) -> None:
    """Name the library by a link: Go looks for the files by their own paths."""
    real = toolchain.find_go().command
    root = real.parent.parent
    (bin_folder / "root").symlink_to(root)
    script(
        bin_folder / "go",
        f'#!/bin/sh\n[ "$*" = "env GOROOT" ] && echo "{bin_folder}/root" && exit\n'
        f'exec "{real}" "$@"\n',
    )
    says = f"^{bin_folder}/go built without the overlay of its library"
    with pytest.raises(CannotJudge, match=says):
        toolchain.build("preemptive")
    assert not list(cache.glob("go_reference-*"))


HUNKS = [
    (file, hunk)
    for path in sorted(PATCHES.glob("*.patch"))
    for file, hunks in parse(path.read_text()).items()
    for hunk in hunks
]


@pytest.mark.parametrize("missing", [None, *HUNKS], ids=str)
def test_each_hunk_must_find_its_place(missing: tuple[str, Hunk] | None, tmp_path: Path) -> None:
    library = tmp_path / "src"
    for file, hunk in HUNKS:
        path = library / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as there:
            there.write("" if (file, hunk) == missing else "\n".join((*hunk.before, "")))
    if missing is None:
        assert overlay(library, tmp_path / "made").is_file()
        return
    with pytest.raises(OtherLibraryError, match=f"^{missing[0]}: what hunk"):
        overlay(library, tmp_path / "made")
