"""`parity explore signals`: signals at every moment of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli import options
from parity.cli.outputs import console, print_document
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.exploration.signals.sweep import PointResult, Sweep, SweepPlan
    from parity.exploration.workers.cluster import Cluster

EXACT, SAMPLED = (2, 4), (1, 12)
"""How many runs each moment gets, and how many moments are tried on the real clock: beside those of
the virtual clock, and without a virtual clock."""


@options.takes_flags_of_programs(without={"cpu"})
def signals(
    subject: options.Subjects = None,
    scenario: options.ScenarioName = None,
    *,
    flags: options.ProgramFlags,
    clock: Annotated[
        str, options.text("virtual (the default), or real: a sample of moments", "CLOCK")
    ] = "virtual",
    runs: Annotated[
        int | None, options.integer("runs of each moment (default 2; with --clock real 1)", 1)
    ] = None,
    real: Annotated[
        int | None,
        options.integer(
            "how many moments are tried on the real clock (default 4; with --clock real 12)", 0
        ),
    ] = None,
    tolerance: options.Tolerance = None,
    seed: options.Seed = 1,
    dask: options.Dask = None,
    timeout: options.Timeout = "20s",
    json: options.PrintJson = False,
) -> None:
    from parity.contract.catalogue import named
    from parity.contract.scenario import changed
    from parity.execution.subject import resolve
    from parity.exploration.signals.sweep import SWEEP_SCENARIO, SweepPlan, with_points
    from parity.exploration.workers.cluster import connected

    swept = SWEEP_SCENARIO if scenario is None else named(scenario)
    default_runs, default_real = SAMPLED if clock == "real" else EXACT
    # Without exact times there is little to compare, so one program is judged by itself.
    subjects = resolve(subject) if subject and clock == "real" else options.compared(subject)
    plan = SweepPlan(
        scenario=changed(swept, flags, clock=clock),
        subjects=subjects,
        runs=default_runs if runs is None else runs,
        real=default_real if real is None else real,
        seed=seed,
        timeout_s=options.seconds_of(timeout),
        tolerance_ns=options.tolerance_of(tolerance),
    )
    with connected(dask) as cluster:
        sweep, interrupted = _swept(with_points(plan), cluster, silent=json)
    if json:
        from parity.report.documents.sweep import document

        print_document(document(sweep, interrupted=interrupted))
    else:
        from parity.report.explore.sweep import show

        show(sweep, console(), interrupted=interrupted)
    if sweep.exit_status == 2 and not interrupted:
        raise CannotJudge(sweep.unjudged[0].unjudged or "")
    raise typer.Exit(130 if interrupted else sweep.exit_status)


def _swept(planned: SweepPlan, cluster: Cluster | None, *, silent: bool) -> tuple[Sweep, bool]:
    """Return what was seen, and whether Ctrl+C ended it."""
    from parity.exploration.signals.sweep import Sweep, run_sweep
    from parity.report.console.progress import tracked

    seen: list[PointResult] = []
    interrupted = False
    try:
        size = len(planned.points)
        for one in tracked(run_sweep(planned, cluster=cluster), "Sweeping", size, silent=silent):
            seen.append(one)
    except KeyboardInterrupt:
        interrupted = True
    return Sweep(plan=planned, seen=tuple(seen)), interrupted
