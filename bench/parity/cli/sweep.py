"""`parity explore --signal-sweep`: signals at every moment of a scenario."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from parity.cli.options import console
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.execution.subject import Subject
    from parity.exploration.signals.sweep import PointResult, Sweep, SweepPlan


RUNS, REAL = 2, 4


def sweep(
    *,
    subjects: Sequence[Subject],
    scenario: str | None,
    flags: Mapping[str, str],
    runs: int | None,
    real: int | None,
    tolerance: str | None,
    seed: int,
    timeout_s: float,
    json: bool,
) -> None:
    from parity.comparison.compare import TOLERANCE_NS
    from parity.contract.catalogue import named
    from parity.contract.scenario import changed, parse_duration
    from parity.exploration.signals.sweep import SWEEP_SCENARIO, plan_sweep

    planned = plan_sweep(
        changed(SWEEP_SCENARIO if scenario is None else named(scenario), flags),
        subjects,
        runs=RUNS if runs is None else runs,
        real=REAL if real is None else real,
        seed=seed,
        timeout_s=timeout_s,
        tolerance_ns=TOLERANCE_NS if tolerance is None else parse_duration("tolerance", tolerance),
    )
    seen, interrupted = _execute(planned, silent=json)
    _show(planned, seen, json=json, interrupted=interrupted)


def _execute(planned: SweepPlan, *, silent: bool) -> tuple[list[PointResult], bool]:
    """Return what was seen, and whether Ctrl+C ended it."""
    from parity.exploration.signals.sweep import run_sweep
    from parity.report.console.progress import progress

    seen: list[PointResult] = []
    try:
        with progress("Sweeping", silent=silent) as advance:
            for one in run_sweep(planned):
                seen.append(one)
                advance(len(seen), len(planned.points))
    except KeyboardInterrupt:
        return seen, True
    return seen, False


def _show(planned: SweepPlan, seen: list[PointResult], *, json: bool, interrupted: bool) -> None:
    from parity.exploration.signals.sweep import Sweep
    from parity.report.documents.sweep import document
    from parity.report.explore.sweep import show

    found: Sweep = Sweep(plan=planned, seen=tuple(seen))
    if json:
        sys.stdout.buffer.write(document(found, interrupted=interrupted))
        sys.stdout.buffer.flush()
    else:
        show(found, console(sys.stdout), interrupted=interrupted)
    if interrupted:
        raise typer.Exit(130)
    if found.exit_status == 2:
        raise CannotJudge(found.unjudged[0].unjudged or "")
    raise typer.Exit(found.exit_status)
