"""`parity bench`: what each program costs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli import options
from parity.cli.outputs import check_outputs, console, print_document, show_and_write
from parity.cli.streams import complain
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.benchmark.blocks import Measuring
    from parity.benchmark.result import Report
    from parity.benchmark.workload import Workload

STDOUT = Path("-")
FAIL_OVER = 10.0
"""In percent."""
QUICK_S = 27.0
"""How long --quick measures at most. A slow machine measures fewer blocks."""


@options.takes_flags_of_programs(only={"jobs", "interval", "work"})
def bench(
    subject: options.Subjects = None,
    workload: Annotated[
        list[str] | None, options.text("one of those that are measured; repeatable", "NAME")
    ] = None,
    quick: Annotated[bool, options.flag("--quick", "fewer and smaller: under 30 s")] = False,
    vary: Annotated[
        list[str] | None,
        options.text("the cost of a job at each, like workers=1,10 or jobs=100,1000", "WHAT=N,..."),
    ] = None,
    *,
    flags: options.ProgramFlags,
    blocks: Annotated[int | None, options.integer("how often each is measured", 1)] = None,
    seed: options.Seed = 1,
    timeout: options.Timeout = "60s",
    json: Annotated[
        Path | None, options.path("write the result there; - is stdout", "FILE")
    ] = None,
    csv: Annotated[Path | None, options.path("write every sample there", "FILE")] = None,
    html: Annotated[Path | None, options.path("write a page with plots there", "FILE")] = None,
    plots: Annotated[
        Path | None, options.path("write plots and a Markdown table there", "DIR")
    ] = None,
    compare: Annotated[
        Path | None, options.path("an earlier result: what has changed?", "FILE")
    ] = None,
    fail_over: Annotated[
        float | None,
        options.percent("with --compare: fail where a cost has grown by more (default 10)"),
    ] = None,
) -> None:
    from parity.benchmark.blocks import Measuring
    from parity.report.documents.bench import read

    if fail_over is not None and not compare:
        raise CannotJudge("--fail-over is for --compare: give that too, or leave it out")
    subjects, limit_s = options.compared(subject), options.seconds_of(timeout)
    ours = not any(one.command for one in subjects)
    workloads, usual = _plan(workload or [], vary or [], flags, quick=quick, extensions=ours)
    earlier = read(compare) if compare else None
    to_stdout = json == STDOUT
    files = {"--json": None if to_stdout else json, "--csv": csv, "--html": html}
    check_outputs(files, {"--plots": (plots, ("table.md", "*.svg"))})
    budget_s = QUICK_S if quick and not blocks else inf
    measuring = Measuring(subjects, workloads, blocks=blocks or usual, seed=seed, budget_s=budget_s)
    report, stopped = _measure(measuring, limit_s, silent=to_stdout)
    outputs = {**files, "--plots": plots}
    failed = show_and_write(lambda: _show(report, json=to_stdout), outputs, partial(_write, report))
    status = 0
    if earlier:
        limit = (FAIL_OVER if fail_over is None else fail_over) / 100
        status = _compare(earlier, report, limit, silent=to_stdout)
    if stopped:
        raise stopped
    raise typer.Exit(status or failed)


def _plan(
    names: Sequence[str],
    vary: Sequence[str],
    flags: dict[str, str],
    *,
    quick: bool,
    extensions: bool,
) -> tuple[list[Workload], int]:
    """Return the workloads, and their usual number of blocks. Raises CannotJudge."""
    from parity.benchmark import suites

    if vary:
        if names or quick:
            raise CannotJudge("--vary excludes --workload and --quick: it is a workload of its own")
        return suites.varied(vary, flags), suites.VARIED_BLOCKS
    if flags:
        given = ", ".join(f"--{name}" for name in flags)
        raise CannotJudge(f"{given} without --vary: the workloads have their own configurations")
    if quick:
        return suites.chosen(suites.quick(), names), suites.QUICK_BLOCKS
    return suites.chosen(suites.full(extensions=extensions), names), suites.FULL_BLOCKS


def _write(report: Report, option: str, path: Path) -> None:
    from parity.report.files import write_whole

    if option == "--plots":
        from parity.report.bench.charts import write_plots

        write_plots(report, path)
    else:
        write_whole(path, _content(option, report))


def _content(option: str, report: Report) -> bytes:
    if option == "--csv":
        from parity.report.bench.table_csv import csv

        return csv(report)
    if option == "--html":
        from parity.report.bench.page import page

        return page(report)
    from parity.report.documents.bench import document

    return document(report)


def _measure(
    measuring: Measuring, timeout_s: float, *, silent: bool
) -> tuple[Report, BaseException | None]:
    """Return the report, and the error that stopped the measurement early, if any.

    An error before the end of the first block is raised.
    """
    import time
    from datetime import UTC, datetime

    from parity.benchmark.machine import load_average, machine
    from parity.report.console.progress import build_first, progress

    build_first(measuring.subjects, ["real"], silent=silent)
    started, began_s, load_before = datetime.now(UTC), time.monotonic(), load_average()
    stopped: BaseException | None = None
    try:
        with progress("Measuring", what="processes", silent=silent) as advance:
            measuring.run(timeout_s=timeout_s, advance=advance)
    except (KeyboardInterrupt, CannotJudge) as why:
        if not measuring.complete:
            raise
        stopped = why
    took_s = time.monotonic() - began_s
    from parity.benchmark.summarise import summarise  # scipy: two seconds before the first process

    return summarise(measuring, machine(load_before, started), took_s), stopped


def _show(report: Report, *, json: bool) -> None:
    if json:
        print_document(_content("--json", report))
        return
    from parity.report.bench.terminal import show

    show(report, console())


def _compare(earlier: Report, report: Report, fail_over: float, *, silent: bool) -> int:
    """Show what has changed; return 1 for a regression, 2 if the two cannot be compared."""
    from parity.benchmark.regression import compare_costs
    from parity.report.bench.terminal import show_changes

    try:
        comparison = compare_costs(earlier, report, fail_over=fail_over)
    except CannotJudge as problem:
        complain(str(problem))
        return 2
    if not silent:
        show_changes(comparison, console())
    return 1 if comparison.regressions else 0
