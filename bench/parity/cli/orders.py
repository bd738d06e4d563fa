"""`parity explore`: count what is legal, and see how much of it the programs show."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from parity.cli.options import console
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.execution.subject import Subject
    from parity.execution.toolchain import Variant
    from parity.exploration.explore import ExplorationPlan, Explorer, Legal

RUNS = 2000
SMALL = {"workers": "2", "jobs": "3", "queue": "1"}
"""The configuration where none is given: small enough for all its classes to be seen."""


def orders(
    *,
    subjects: Sequence[Subject],
    flags: Mapping[str, str],
    signal: bool,
    preemption: bool,
    runs: int | None,
    replay: int | None,
    seed: int,
    timeout_s: float,
    json: bool,
) -> None:
    from parity.contract.scenario import Config, changed_config
    from parity.exploration.explore import PREEMPTED, ExplorationPlan, Explorer

    plan = ExplorationPlan(
        config=changed_config(Config(interval_ns=0, work_ns=0), {**SMALL, **flags}),
        signals=signal,
        subjects=subjects,
        seeds=range(seed, seed + (runs or RUNS)) if replay is None else [replay] * (runs or 1),
        timeout_s=timeout_s,
        preempted=PREEMPTED if preemption else 0.0,
    )
    _check_virtual(plan, silent=json)
    found, interrupted = _count(plan, silent=json)
    explorer = Explorer(plan, found)
    interrupted = interrupted or _run(explorer, silent=json)
    _show(explorer, json=json, interrupted=interrupted)


def _check_virtual(plan: ExplorationPlan, *, silent: bool) -> None:
    """Raise CannotJudge before the counting, and not after, where a subject cannot be had."""
    if not silent and sys.stderr.isatty():
        from parity.report.console.progress import build_first

        variants: list[Variant] = ["virtual", "preemptive"] if plan.preempted else ["virtual"]
        build_first(plan.subjects, variants, console(sys.stderr))
    for subject in plan.subjects:
        subject.argv("virtual", 1)
        subject.argv("virtual", 1, preempted=plan.preempted > 0)
        subject.environment("virtual")


def _count(plan: ExplorationPlan, *, silent: bool) -> tuple[Legal, bool]:
    """Return what is legal, and whether Ctrl+C ended the counting."""
    from parity.exploration.explore import UNCOUNTED, legal
    from parity.report.console.progress import waiting

    try:
        with waiting("Counting what is legal", silent=silent):
            return legal(plan.config, signals=plan.signals), False
    except KeyboardInterrupt:
        return UNCOUNTED, True


def _run(explorer: Explorer, *, silent: bool) -> bool:
    """Run it all; return whether Ctrl+C ended it."""
    from contextlib import closing

    from parity.report.console.progress import progress

    try:
        with closing(explorer.run()) as runs, progress("Exploring", silent=silent) as advance:
            for done, _ in enumerate(runs, start=1):
                advance(done, explorer.size)
    except KeyboardInterrupt:
        return True
    return False


def _show(explorer: Explorer, *, json: bool, interrupted: bool) -> None:
    status = 130 if interrupted else explorer.exit_status
    if json:
        from parity.report.documents.explore import exploration_document

        sys.stdout.buffer.write(exploration_document(explorer, status))
        sys.stdout.buffer.flush()
    else:
        from parity.report.explore.orders import show_exploration

        show_exploration(explorer, console(sys.stdout), interrupted=interrupted)
    if status == 2:
        raise CannotJudge(next(s.failed.why for s in explorer.seen.values() if s.failed))
    raise typer.Exit(status)
