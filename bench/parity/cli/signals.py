"""`parity explore signals`: signals at every moment of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli import options
from parity.cli.outputs import console, print_document
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.exploration.signals.sweep import PointResult, Sweep, SweepPlan


def signals(
    subject: options.Subjects = None,
    scenario: options.ScenarioName = None,
    workers: options.WorkersFlag = None,
    queue: options.QueueFlag = None,
    jobs: options.JobsFlag = None,
    interval: options.IntervalFlag = None,
    work: options.WorkFlag = None,
    runs: Annotated[int, options.integer("runs of each moment", 1)] = 2,
    real: Annotated[int, options.integer("how many instants are tried on the real clock", 0)] = 4,
    tolerance: options.Tolerance = None,
    seed: options.Seed = 1,
    timeout: options.Timeout = "20s",
    json: options.PrintJson = False,
) -> None:
    from parity.contract.catalogue import named
    from parity.contract.scenario import changed
    from parity.exploration.signals.sweep import SWEEP_SCENARIO, SweepPlan, with_points

    flags = options.given(workers=workers, queue=queue, jobs=jobs, interval=interval, work=work)
    plan = SweepPlan(
        scenario=changed(SWEEP_SCENARIO if scenario is None else named(scenario), flags),
        subjects=options.compared(subject),
        runs=runs,
        real=real,
        seed=seed,
        timeout_s=options.seconds_of(timeout),
        tolerance_ns=options.tolerance_of(tolerance),
    )
    sweep, interrupted = _swept(with_points(plan), silent=json)
    if json:
        from parity.report.documents.sweep import document

        print_document(document(sweep, interrupted=interrupted))
    else:
        from parity.report.explore.sweep import show

        show(sweep, console(), interrupted=interrupted)
    if sweep.exit_status == 2 and not interrupted:
        raise CannotJudge(sweep.unjudged[0].unjudged or "")
    raise typer.Exit(130 if interrupted else sweep.exit_status)


def _swept(planned: SweepPlan, *, silent: bool) -> tuple[Sweep, bool]:
    """Return what was seen, and whether Ctrl+C ended it."""
    from parity.exploration.signals.sweep import Sweep, run_sweep
    from parity.report.console.progress import tracked

    seen: list[PointResult] = []
    interrupted = False
    try:
        size = len(planned.points)
        for one in tracked(run_sweep(planned), "Sweeping", size, silent=silent):
            seen.append(one)
    except KeyboardInterrupt:
        interrupted = True
    return Sweep(plan=planned, seen=tuple(seen)), interrupted
