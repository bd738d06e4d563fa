"""`parity run`: run, compare, report."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli import options
from parity.cli.outputs import check_outputs, console, print_document, show_and_write
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.comparison.plan import Plan
    from parity.comparison.result import Result
    from parity.contract.scenario import Scenario
    from parity.execution.toolchain import Variant

PROGRESS_EVERY = 10

MATRIX = ["go", "py", "py@trio"]
"""The subjects of `run --all`."""


@options.takes_flags_of_programs()
def run(
    subject: options.Subjects = None,
    scenario: options.ScenarioName = None,
    everything: Annotated[
        bool, options.flag("--all", "every scenario of the catalogue, as a matrix")
    ] = False,
    thorough: Annotated[
        bool,
        options.flag(
            "--thorough",
            "with --all: large sizes, surroundings, resources and select's coin too (minutes)",
        ),
    ] = False,
    clock: Annotated[str | None, options.text("virtual (the default) or real", "CLOCK")] = None,
    *,
    flags: options.ProgramFlags,
    signal: Annotated[
        list[str] | None, options.text("like SIGINT@1.2s; repeatable", "SIG@TIME")
    ] = None,
    quiet: Annotated[bool, options.flag("--quiet", "run the programs with -quiet")] = False,
    metrics: Annotated[
        bool, options.flag("--metrics", "run the programs with -metrics, and check what they write")
    ] = False,
    scrape: Annotated[
        bool,
        options.flag("--scrape", "read the metrics over HTTP while the programs run; --clock real"),
    ] = False,
    seed: options.Seed = 1,
    runs: Annotated[int, options.integer("how many runs", 1)] = 1,
    timeout: options.Timeout = "60s",
    tolerance: options.Tolerance = None,
    full: Annotated[
        bool, options.flag("--full", "print long runs whole, and failures too")
    ] = False,
    json: options.PrintJson = False,
    junit: options.Junit = None,
    save: Annotated[Path | None, options.path("write the traces there", "DIR")] = None,
    html: Annotated[
        Path | None, options.path("write the first failing run, or the first, as a page", "FILE")
    ] = None,
    perfetto: Annotated[
        Path | None, options.path("write that run as Trace Event JSON, for a trace viewer", "FILE")
    ] = None,
) -> None:
    from parity.comparison.plan import Plan
    from parity.report.run.summary import VARIABLE as SUMMARY
    from parity.report.run.summary import summary_file

    if everything and scenario:
        raise CannotJudge("--all and --scenario exclude each other: give one of them")
    if thorough and not everything:
        raise CannotJudge("--thorough goes with --all: leave it out, or give both")
    if json and full:
        raise CannotJudge("--json and --full exclude each other: the document is always full")
    subjects = options.compared(subject or (MATRIX if everything else options.PAIR))
    plan = Plan(
        scenarios=_scenarios(
            scenario,
            flags,
            signal,
            clock,
            everything=everything,
            thorough=thorough,
            extensions=not any(one.command for one in subjects),
            quiet=quiet,
            metrics=metrics,
            scraped=scrape,
        ),
        subjects=subjects,
        seeds=range(seed, seed + runs),
        timeout_s=options.seconds_of(timeout),
        tolerance_ns=options.tolerance_of(tolerance),
        # With one scenario the timeline is shown whole, so a failure need not repeat its lines.
        full=full and everything,
    )
    summary = summary_file()
    saved = [name for one in plan.scenarios for name in (one.name, f"{one.name}/run-*")]
    files = {"--junit": junit, "--html": html, "--perfetto": perfetto}
    check_outputs({**files, SUMMARY: summary}, {"--save": (save, saved)})
    if thorough:
        _say_cost(plan)
    result = _execute(plan, silent=json)
    if thorough:
        result = _observed(result, plan, silent=json)
    failed = show_and_write(
        lambda: _show(result, json=json, full=full, matrix=everything),
        {**files, "--save": save, SUMMARY: summary},
        partial(_write, result),
    )
    if result.exit_status == 2:
        why = result.unknown[0]
        raise CannotJudge(f"{why.scenario.name}: {why.why}" if everything else why.why)
    raise typer.Exit(result.exit_status or failed)


def _scenarios(
    name: str | None,
    flags: dict[str, str],
    signals: list[str] | None,
    clock: str | None,
    *,
    everything: bool,
    thorough: bool,
    extensions: bool,
    quiet: bool,
    metrics: bool,
    scraped: bool,
) -> list[Scenario]:
    """Return the scenarios asked for, changed as the flags say. Raises CannotJudge."""
    from parity.contract.catalogue import catalogue, named
    from parity.contract.scenario import changed

    if not everything:
        asked = named("default" if name is None else name)
        return [
            changed(
                asked, flags, signals, clock=clock, quiet=quiet, metrics=metrics, scraped=scraped
            )
        ]
    if flags or signals or metrics or scraped:
        raise CannotJudge("--all runs the catalogue as it is: leave out the flags of the programs")
    return [
        changed(one, {}, clock=clock, quiet=quiet and not one.wrong_usage)
        for one in catalogue(
            "real" if clock == "real" else None, thorough=thorough, extensions=extensions
        )
    ]


def _execute(plan: Plan, *, silent: bool) -> Result:
    from parity.comparison.plan import collected, execute
    from parity.report.console.progress import build_first, tracked

    variants: list[Variant] = ["serving" if s.scraped else s.clock for s in plan.scenarios]
    build_first(plan.subjects, variants, silent=silent)
    if plan.size == 1 and plan.scenarios[0].clock == "real" and not silent and sys.stderr.isatty():
        from parity.report.run.live import live

        with live([subject.name for subject in plan.subjects], console(sys.stderr)) as watch:
            return collected(list(execute(plan, watch=watch)))
    return collected(list(tracked(execute(plan), "Running", plan.size, silent=silent)))


def _say_cost(plan: Plan) -> None:
    from parity.observation.thorough import cost_s

    print(f"parity: --thorough takes about {cost_s(plan.subjects):.0f} s more", file=sys.stderr)


def _observed(result: Result, plan: Plan, *, silent: bool) -> Result:
    """Make the checks that are not scenarios."""
    from msgspec.structs import replace

    from parity.observation.thorough import count, observe
    from parity.report.console.progress import tracked

    total = count(plan.subjects)
    found = []
    for one in tracked(observe(plan.subjects), "Observing", total, what="checks", silent=silent):
        found.append(one)
        if not silent and not sys.stderr.isatty() and len(found) % PROGRESS_EVERY == 0:
            print(f"parity: {len(found)} of {total} checks done", file=sys.stderr)
    return replace(result, observations=tuple(found))


def _write(result: Result, option: str, path: Path) -> None:
    if option == "--junit":
        from parity.report.run.junit import write

        write(result, path)
    elif option == "--html":
        from parity.report.run.page import write as write_page

        write_page(result, path)
    elif option == "--perfetto":
        from parity.report.run.perfetto import write as write_events

        write_events(result, path)
    elif option == "--save":
        from parity.report.run.save import save

        save(result, path)
    else:
        from parity.report.run.summary import append_summary

        append_summary(result, path)


def _show(result: Result, *, json: bool, full: bool, matrix: bool) -> None:
    if json:
        from parity.report.documents.run import document

        print_document(document(result))
    else:
        from parity.report.run.terminal import show

        show(result, console(), full=full, matrix=matrix)
