"""`parity explore --signal-sweep`: signals at every moment of a scenario."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli.common import PAIR, compared, console, option, seconds_of
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.exploration.sweep import Plan, Seen, Sweep


def sweep(
    subject: Annotated[
        list[str] | None,
        option("go, py, py@trio or NAME=COMMAND; the first is the reference", "NAME"),
    ] = None,
    scenario: Annotated[
        str | None, option("one of `parity scenarios`, without its signals", "NAME")
    ] = None,
    workers: Annotated[str | None, option("number of workers", "N")] = None,
    queue: Annotated[str | None, option("capacity of the job channel", "N")] = None,
    jobs: Annotated[str | None, option("number of jobs", "N")] = None,
    interval: Annotated[str | None, option("pause after each submission", "TIME")] = None,
    work: Annotated[str | None, option("how long a job takes", "TIME")] = None,
    runs: Annotated[int, typer.Option(min=1, help="how often where chance decides")] = 2,
    real: Annotated[int, typer.Option(min=0, help="instants tried on the real clock")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="of the port's coin, in the first run")] = 1,
    timeout: Annotated[str, typer.Option(metavar="TIME", help="how long a run may take")] = "20s",
    tolerance: Annotated[
        str, typer.Option(metavar="TIME", help="how much later timers may be, on the real clock")
    ] = "300ms",
    json: Annotated[bool, typer.Option("--json", help="print one JSON document only")] = False,
) -> None:
    """Deliver signals at every moment of a scenario, and judge every run."""
    from parity.exploration.sweep import SCENARIO, plan
    from parity.scenario import changed, named, parse_duration

    given = {"workers": workers, "queue": queue, "jobs": jobs, "interval": interval, "work": work}
    flags = {flag: value for flag, value in given.items() if value is not None}
    planned = plan(
        changed(named(scenario) if scenario else SCENARIO, flags),
        compared(subject or PAIR),
        runs=runs,
        real=real,
        seed=seed,
        timeout_s=seconds_of(timeout),
        tolerance_ns=parse_duration("tolerance", tolerance),
    )
    seen, interrupted = _execute(planned, silent=json)
    _show(planned, seen, json=json, interrupted=interrupted)


def _execute(planned: Plan, *, silent: bool) -> tuple[list[Seen], bool]:
    """Return what was seen, and whether Ctrl+C ended it."""
    from parity.exploration.sweep import sweep
    from parity.report.progress import progress

    seen: list[Seen] = []
    try:
        with progress("Sweeping", silent=silent) as advance:
            for one in sweep(planned):
                seen.append(one)
                advance(len(seen), len(planned.points))
    except KeyboardInterrupt:
        return seen, True
    return seen, False


def _show(planned: Plan, seen: list[Seen], *, json: bool, interrupted: bool) -> None:
    from parity.exploration.sweep import Sweep
    from parity.report.sweep import document, show

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
