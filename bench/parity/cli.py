"""The command line: parse, validate, run, report, in that order."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parity.errors import CannotJudge
from parity.termination import terminable

if TYPE_CHECKING:
    from rich.console import Console

    from parity.plan import Plan
    from parity.result import Result
    from parity.scenario import Scenario

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

PAIR = ["go", "py"]
"""The subjects where none are named."""

MATRIX = ["go", "py", "py@trio"]
"""Those of `run --all`."""


@app.callback()
def parity() -> None:
    """Compare the worker pool in Go with its port to Python, with evidence.

    Exit status: 0 parity holds, 1 it does not, 2 it could not be judged.
    """


def _option(text: str, metavar: str | None = None) -> Any:
    return typer.Option(help=text, metavar=metavar, show_default=False)


@app.command()
def run(
    subject: Annotated[
        list[str] | None,
        _option("go, py, py@trio, py@uvloop or NAME=COMMAND; the first is the reference", "NAME"),
    ] = None,
    scenario: Annotated[
        str | None, _option("one of `parity scenarios`; flags change it", "NAME")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="every scenario of the catalogue, as a matrix")
    ] = False,
    clock: Annotated[str | None, _option("virtual (the default) or real", "CLOCK")] = None,
    workers: Annotated[str | None, _option("number of workers (default 3)", "N")] = None,
    queue: Annotated[str | None, _option("capacity of the job channel (default 10)", "N")] = None,
    jobs: Annotated[str | None, _option("number of jobs (default 15)", "N")] = None,
    interval: Annotated[
        str | None, _option("pause after each submission (default 500ms)", "TIME")
    ] = None,
    work: Annotated[str | None, _option("how long a job takes (default 2s)", "TIME")] = None,
    cpu: Annotated[str | None, _option("SHA-256 rounds of a job, instead of sleep", "N")] = None,
    signal: Annotated[list[str] | None, _option("like SIGINT@1.2s; repeatable", "SIG@TIME")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="run the programs with -quiet")] = False,
    seed: Annotated[int, typer.Option(min=0, help="of the port's coin, in the first run")] = 1,
    runs: Annotated[int, typer.Option(min=1, help="how many runs, each with the next seed")] = 1,
    timeout: Annotated[str, typer.Option(metavar="TIME", help="how long a run may take")] = "60s",
    tolerance: Annotated[
        str, typer.Option(metavar="TIME", help="how much later timers may be, on the real clock")
    ] = "300ms",
    full: Annotated[bool, typer.Option("--full", help="print long runs whole")] = False,
    json: Annotated[bool, typer.Option("--json", help="print one JSON document only")] = False,
    junit: Annotated[Path | None, _option("write the verdicts there, as JUnit XML", "FILE")] = None,
    save: Annotated[Path | None, _option("write the traces there", "DIR")] = None,
) -> None:
    """Run subjects side by side with one configuration, and compare them."""
    from parity.plan import Plan
    from parity.scenario import parse_duration
    from parity.subject import resolve

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
    timeout_ns = parse_duration("timeout", timeout)
    if not timeout_ns:
        raise CannotJudge(f'invalid value "{timeout}" for flag --timeout: want more than 0s')
    names = subject or (MATRIX if everything else PAIR)
    if len(names) < 2:
        raise CannotJudge("one subject cannot be compared: give --subject twice or more")
    plan = Plan(
        scenarios=_scenarios(scenario, flags, signal, clock, everything=everything, quiet=quiet),
        subjects=resolve(names),
        seeds=range(seed, seed + runs),
        timeout_s=timeout_ns / 1e9,
        tolerance_ns=parse_duration("tolerance", tolerance),
    )
    _check_outputs(junit, save)
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
    from parity.scenario import CATALOGUE, changed, named

    chosen = list(CATALOGUE.values()) if everything else [named(name or "default")]
    given = {flag: value for flag, value in flags.items() if value is not None}
    if everything and (given or signals):
        raise CannotJudge("--all runs the catalogue as it is: leave out the flags of the programs")
    return [changed(s, given, signals, clock=clock, quiet=quiet) for s in chosen]


def _check_outputs(junit: Path | None, save: Path | None) -> None:
    """Raise CannotJudge before the runs, and not after, where a report cannot be written."""
    if junit:
        from parity.report.junit import ensure_writable

        ensure_writable(junit)
    if save:
        from parity.report.save import ensure_savable

        ensure_savable(save)


def _execute(plan: Plan, *, silent: bool) -> Result:
    from parity.plan import collected, execute

    if silent or not sys.stderr.isatty():
        return collected(list(execute(plan)))
    if plan.size == 1 and plan.scenarios[0].clock == "real":
        from parity.report.live import Live

        with Live([subject.name for subject in plan.subjects], _console(sys.stderr)) as live:
            return collected(list(execute(plan, watch=live.watch)))
    from rich.progress import track

    runs = track(
        execute(plan), "Running", total=plan.size, console=_console(sys.stderr), transient=True
    )
    return collected(list(runs))


def _write(result: Result, *, junit: Path | None, save: Path | None) -> None:
    from parity.report.summary import append_summary

    if junit:
        from parity.report.junit import write

        write(result, junit)
    if save:
        from parity.report.save import save as save_traces

        save_traces(result, save)
    append_summary(result)


def _show(result: Result, *, json: bool, full: bool, matrix: bool) -> None:
    if json:
        from parity.report.document import document

        sys.stdout.buffer.write(document(result))
        sys.stdout.buffer.flush()
    else:
        from parity.report.terminal import show

        show(result, _console(sys.stdout), full=full, matrix=matrix)
    if result.exit_status == 2:
        why = result.unjudged[0]
        raise CannotJudge(f"{why.scenario.name}: {why.why}" if matrix else why.why)


def _console(file: Any) -> Console:
    from parity.report.paper import console

    return console(file)


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="NDJSON traces, or stdout text")
    ] = None,
    workers: Annotated[str | None, _option("number of workers", "N")] = None,
    queue: Annotated[str | None, _option("capacity of the job channel", "N")] = None,
    jobs: Annotated[str | None, _option("number of jobs", "N")] = None,
    interval: Annotated[str | None, _option("pause after each submission", "TIME")] = None,
    work: Annotated[str | None, _option("how long a job takes", "TIME")] = None,
    json: Annotated[bool, typer.Option("--json", help="print one JSON document only")] = False,
    junit: Annotated[Path | None, _option("write the verdicts there, as JUnit XML", "FILE")] = None,
    rules: Annotated[bool, typer.Option("--rules", help="list the rules and their names")] = False,
) -> None:
    """Judge saved traces: is each a legal run of the pool, and if not, why not.

    The configuration is that of the trace's header, else the programs' own; flags change it.
    """
    from parity.check import check as check_file
    from parity.check import document, exit_status
    from parity.report.checks import show_checks, show_rules, write_junit

    if rules:
        return show_rules(_console(sys.stdout))
    if not files:
        raise CannotJudge("nothing to check: name one FILE or more")
    _check_outputs(junit, None)
    given = {"workers": workers, "queue": queue, "jobs": jobs, "interval": interval, "work": work}
    flags = {flag: value for flag, value in given.items() if value is not None}
    checked = [check_file(file, flags) for file in files]
    if junit:
        write_junit(checked, junit)
    if json:
        sys.stdout.buffer.write(document(checked))
    else:
        show_checks(checked, _console(sys.stdout))
    raise typer.Exit(exit_status(checked))


@app.command()
def scenarios() -> None:
    """List the catalogue of scenarios."""
    from parity.report.catalogue import show_catalogue

    show_catalogue(_console(sys.stdout))


@app.command()
def schema() -> None:
    """Print the JSON schema of the document that `run --json` prints."""
    from parity.report.document import schema as schema_of_document

    sys.stdout.buffer.write(schema_of_document())


@app.command()
def doctor() -> None:
    """Print what was found, what is missing, and the command that brings it."""
    from parity.doctor import findings, show

    found = findings()
    show(found, _console(sys.stdout))
    raise typer.Exit(0 if all(finding.ok for finding in found) else 2)


def main() -> None:
    try:
        with terminable():
            status = app(standalone_mode=False)
    except CannotJudge as problem:
        status = _misuse(str(problem))
    except (KeyboardInterrupt, typer.Abort):
        status = 130
    except Exception as problem:
        # Click's usage errors; typer's vendored copy has no public name for them.
        if not hasattr(problem, "format_message"):
            raise
        status = _misuse(f"{problem.format_message()} See `parity --help`.")
    sys.exit(status)


def _misuse(problem: str) -> int:
    print(f"parity: {' '.join(problem.split())}", file=sys.stderr)
    return 2
