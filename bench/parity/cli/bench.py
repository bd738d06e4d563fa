"""`parity bench`: what each program costs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from parity.cli.options import (
    PAIR,
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
    from parity.benchmark.blocks import Measuring
    from parity.benchmark.regression import Comparison
    from parity.benchmark.result import Report
    from parity.benchmark.workload import Workload

STDOUT = Path("-")
QUICK_S = 27.0
"""What --quick may measure for: a slow machine measures fewer blocks."""


def bench(
    subject: Annotated[
        list[str] | None,
        option("go, py, py@trio, py@uvloop or NAME=COMMAND; the first is the reference", "NAME"),
    ] = None,
    workload: Annotated[
        list[str] | None, option("one of those that are measured; repeatable", "NAME")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="fewer and smaller: under 30 s")] = False,
    vary: Annotated[
        list[str] | None,
        option("like workers=1,10,100 or queue=0,10: the cost of a job at each", "WHAT=N,..."),
    ] = None,
    work: Annotated[str | None, option("with --vary: how long a job takes", "TIME")] = None,
    interval: Annotated[
        str | None, option("with --vary: the pause after each submission", "TIME")
    ] = None,
    jobs: Annotated[str | None, option("with --vary: number of jobs", "N")] = None,
    blocks: Annotated[int | None, integer_option("how often each is measured", 1)] = None,
    seed: Annotated[int, seed_option("of the order, and of the port's coin")] = 1,
    timeout: Annotated[str, typer.Option(metavar="TIME", help="how long a run may take")] = "60s",
    json: Annotated[Path | None, path_option("write the result there; - is stdout", "FILE")] = None,
    csv: Annotated[Path | None, path_option("write every sample there", "FILE")] = None,
    html: Annotated[Path | None, path_option("write a page with plots there", "FILE")] = None,
    plots: Annotated[
        Path | None, path_option("write plots and a Markdown table there", "DIR")
    ] = None,
    compare: Annotated[
        Path | None, path_option("an earlier result: what has changed?", "FILE")
    ] = None,
    fail_over: Annotated[
        float,
        typer.Option(
            min=0, metavar="PERCENT", help="with --compare: fail if it costs more by that"
        ),
    ] = 10.0,
) -> None:
    """Measure what the subjects cost, one beside the other, with intervals.

    Exit status 1 where --compare finds a regression.
    """
    from parity.benchmark.blocks import Measuring
    from parity.report.documents.bench import read

    subjects, limit_s = compared(subject or PAIR), seconds_of(timeout)
    given = (("work", work), ("interval", interval), ("jobs", jobs))
    flags = {name: v for name, v in given if v is not None}
    workloads, usual = _plan(workload or [], vary or [], flags, quick=quick)
    earlier = read(compare) if compare else None
    outputs = _Outputs(json, csv, html, plots)
    outputs.check()
    budget_s = QUICK_S if quick and not blocks else inf
    measuring = Measuring(subjects, workloads, blocks=blocks or usual, seed=seed, budget_s=budget_s)
    report, stopped = _measure(measuring, limit_s, silent=json == STDOUT)
    comparison = _compared(earlier, report, fail_over / 100)
    outputs.write(report)
    if json != STDOUT:
        _show(report, comparison)
    if stopped:
        raise stopped
    raise typer.Exit(1 if comparison and comparison.regressions else 0)


def _plan(
    names: Sequence[str], vary: Sequence[str], flags: dict[str, str], *, quick: bool
) -> tuple[list[Workload], int]:
    """Return the workloads, and how many blocks are usual for them. Raises CannotJudge."""
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
    return suites.chosen(suites.full(), names), suites.FULL_BLOCKS


class _Outputs(NamedTuple):
    """The files asked for; --json - is stdout."""

    json: Path | None
    csv: Path | None
    html: Path | None
    plots: Path | None

    def check(self) -> None:
        """Raise CannotJudge before the runs, and not after, where one cannot be written."""
        from parity.report.files import ensure_writable
        from parity.report.run.save import ensure_savable

        for path in (self.json, self.csv, self.html):
            if path and path != STDOUT:
                ensure_writable(path)
        if self.plots:
            ensure_savable(self.plots)

    def write(self, report: Report) -> None:
        """Write them. Raises CannotJudge."""
        from parity.report.documents.bench import document
        from parity.report.files import write_whole

        if self.json == STDOUT:
            sys.stdout.buffer.write(document(report))
            sys.stdout.buffer.flush()
        elif self.json:
            write_whole(self.json, document(report))
        if self.csv:
            from parity.report.bench.table_csv import csv

            write_whole(self.csv, csv(report))
        if self.html:
            from parity.report.bench.page import page

            write_whole(self.html, page(report))
        if self.plots:
            from parity.report.bench.plots import write_plots

            write_plots(report, self.plots)


def _measure(
    measuring: Measuring, timeout_s: float, *, silent: bool
) -> tuple[Report, BaseException | None]:
    """Return the report, and what stopped the measuring before its end.

    What stops it before its first block is over is raised.
    """
    import time
    from datetime import UTC, datetime

    from parity.benchmark.machine import load, machine
    from parity.report.console.progress import build_first, progress

    if not silent and sys.stderr.isatty():
        build_first(measuring.subjects, ["real"], console(sys.stderr))
    started, began_s, load_before = datetime.now(UTC), time.monotonic(), load()
    stopped: BaseException | None = None
    try:
        with progress("Measuring", what="processes", silent=silent) as advance:
            measuring.run(timeout_s=timeout_s, advance=advance)
    except (KeyboardInterrupt, CannotJudge) as why:
        if not measuring.complete:
            raise
        stopped = why
    took_s = time.monotonic() - began_s
    from parity.benchmark.summarise import report  # scipy: two seconds before the first process

    return report(measuring, machine(load_before, started), took_s), stopped


def _compared(earlier: Report | None, report: Report, fail_over: float) -> Comparison | None:
    if earlier is None:
        return None
    from parity.benchmark.regression import compare

    return compare(earlier, report, fail_over=fail_over)


def _show(report: Report, comparison: Comparison | None) -> None:
    from parity.report.bench.terminal import show

    paper = console(sys.stdout)
    show(report, paper)
    if comparison:
        from parity.report.bench.changes import show_changes

        show_changes(comparison, paper)
