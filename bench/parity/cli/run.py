"""`parity run`: run, compare, report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli.options import (
    PAIR,
    check_outputs,
    compared,
    console,
    integer_option,
    option,
    path_option,
    seconds_of,
    seed_option,
)
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.comparison.plan import Plan
    from parity.comparison.result import Result
    from parity.contract.scenario import Scenario

MATRIX = ["go", "py", "py@trio"]
"""Those of `run --all`."""


def run(
    subject: Annotated[
        list[str] | None,
        option("go, py, py@trio, py@uvloop or NAME=COMMAND; the first is the reference", "NAME"),
    ] = None,
    scenario: Annotated[
        str | None, option("one of `parity scenarios`; flags change it", "NAME")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="every scenario of the catalogue, as a matrix")
    ] = False,
    clock: Annotated[str | None, option("virtual (the default) or real", "CLOCK")] = None,
    workers: Annotated[str | None, option("number of workers (default 3)", "N")] = None,
    queue: Annotated[str | None, option("capacity of the job channel (default 10)", "N")] = None,
    jobs: Annotated[str | None, option("number of jobs (default 15)", "N")] = None,
    interval: Annotated[
        str | None, option("pause after each submission (default 500ms)", "TIME")
    ] = None,
    work: Annotated[str | None, option("how long a job takes (default 2s)", "TIME")] = None,
    cpu: Annotated[str | None, option("SHA-256 rounds of a job, instead of sleep", "N")] = None,
    signal: Annotated[list[str] | None, option("like SIGINT@1.2s; repeatable", "SIG@TIME")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="run the programs with -quiet")] = False,
    seed: Annotated[int, seed_option("of the port's coin, in the first run")] = 1,
    runs: Annotated[int, integer_option("how many runs, each with the next seed", 1)] = 1,
    timeout: Annotated[str, typer.Option(metavar="TIME", help="how long a run may take")] = "60s",
    tolerance: Annotated[
        str, typer.Option(metavar="TIME", help="how much later timers may be, on the real clock")
    ] = "300ms",
    full: Annotated[bool, typer.Option("--full", help="print long runs whole")] = False,
    json: Annotated[bool, typer.Option("--json", help="print one JSON document only")] = False,
    junit: Annotated[
        Path | None, path_option("write the verdicts there, as JUnit XML", "FILE")
    ] = None,
    save: Annotated[Path | None, path_option("write the traces there", "DIR")] = None,
) -> None:
    """Run subjects side by side with one configuration, and compare them."""
    from parity.comparison.plan import Plan
    from parity.contract.scenario import parse_duration

    if everything and scenario:
        raise CannotJudge("--all and --scenario exclude each other: give one of them")
    if json and full:
        raise CannotJudge("--json and --full exclude each other: the document is always full")
    flags = {
        "workers": workers,
        "queue": queue,
        "jobs": jobs,
        "cpu": cpu,
        "interval": interval,
        "work": work,
    }
    plan = Plan(
        scenarios=_scenarios(scenario, flags, signal, clock, everything=everything, quiet=quiet),
        subjects=compared(subject or (MATRIX if everything else PAIR)),
        seeds=range(seed, seed + runs),
        timeout_s=seconds_of(timeout),
        tolerance_ns=parse_duration("tolerance", tolerance),
    )
    check_outputs(junit, save)
    result = _execute(plan, silent=json)
    _write(result, junit=junit, save=save)
    _show(result, json=json, full=full, matrix=everything)
    raise typer.Exit(result.exit_status)


def _scenarios(
    name: str | None,
    flags: dict[str, str | None],
    signals: list[str] | None,
    clock: str | None,
    *,
    everything: bool,
    quiet: bool,
) -> list[Scenario]:
    """Return the scenarios asked for, changed as the flags say. Raises CannotJudge."""
    from parity.contract.catalogue import CATALOGUE, named
    from parity.contract.scenario import changed

    given = {flag: value for flag, value in flags.items() if value is not None}
    if not everything:
        asked = named("default" if name is None else name)
        return [changed(asked, given, signals, clock=clock, quiet=quiet)]
    if given or signals:
        raise CannotJudge("--all runs the catalogue as it is: leave out the flags of the programs")
    return [
        changed(one, {}, clock=clock, quiet=quiet and not one.wrong_usage)
        for one in CATALOGUE.values()
    ]


def _execute(plan: Plan, *, silent: bool) -> Result:
    from parity.comparison.plan import collected, execute
    from parity.report.console.progress import build_first

    if silent or not sys.stderr.isatty():
        return collected(list(execute(plan)))
    build_first(plan.subjects, (s.clock for s in plan.scenarios), console(sys.stderr))
    if plan.size == 1 and plan.scenarios[0].clock == "real":
        from parity.report.run.live import Live

        with Live([subject.name for subject in plan.subjects], console(sys.stderr)) as live:
            return collected(list(execute(plan, watch=live.watch)))
    from rich.progress import track

    runs = track(
        execute(plan), "Running", total=plan.size, console=console(sys.stderr), transient=True
    )
    return collected(list(runs))


def _write(result: Result, *, junit: Path | None, save: Path | None) -> None:
    from parity.report.run.summary import append_summary

    if junit:
        from parity.report.run.junit import write

        write(result, junit)
    if save:
        from parity.report.run.save import save as save_traces

        save_traces(result, save)
    append_summary(result)


def _show(result: Result, *, json: bool, full: bool, matrix: bool) -> None:
    if json:
        from parity.report.documents.run import document

        sys.stdout.buffer.write(document(result))
        sys.stdout.buffer.flush()
    else:
        from parity.report.run.terminal import show

        show(result, console(sys.stdout), full=full, matrix=matrix)
    if result.exit_status == 2:
        why = result.unjudged[0]
        raise CannotJudge(f"{why.scenario.name}: {why.why}" if matrix else why.why)
