"""`parity explore signals`: signals at every moment of a scenario."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli.options import (
    IntervalFlag,
    JobsFlag,
    PrintJson,
    QueueFlag,
    ScenarioName,
    Seed,
    Subjects,
    Timeout,
    Tolerance,
    WorkersFlag,
    WorkFlag,
    compared,
    console,
    given,
    integer_option,
    seconds_of,
    tolerance_of,
)
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.exploration.signals.sweep import PointResult, SweepPlan


def signals(
    subject: Subjects = None,
    scenario: ScenarioName = None,
    workers: WorkersFlag = None,
    queue: QueueFlag = None,
    jobs: JobsFlag = None,
    interval: IntervalFlag = None,
    work: WorkFlag = None,
    runs: Annotated[int, integer_option("runs of each moment", 1)] = 2,
    real: Annotated[int, integer_option("how many instants are tried on the real clock", 0)] = 4,
    tolerance: Tolerance = None,
    seed: Seed = 1,
    timeout: Timeout = "20s",
    json: PrintJson = False,
) -> None:
    from parity.contract.catalogue import named
    from parity.contract.scenario import changed
    from parity.exploration.signals.sweep import SWEEP_SCENARIO, SweepPlan, with_points

    flags = given(workers=workers, queue=queue, jobs=jobs, interval=interval, work=work)
    plan = SweepPlan(
        scenario=changed(SWEEP_SCENARIO if scenario is None else named(scenario), flags),
        subjects=compared(subject),
        runs=runs,
        real=real,
        seed=seed,
        timeout_s=seconds_of(timeout),
        tolerance_ns=tolerance_of(tolerance),
    )
    planned = with_points(plan)
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

    found = Sweep(plan=planned, seen=tuple(seen))
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
