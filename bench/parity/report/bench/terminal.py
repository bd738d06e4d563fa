"""Show a measurement on a terminal, and what has changed since an earlier one."""

from __future__ import annotations

from rich.console import Console

from parity.benchmark.regression import Change, CostComparison
from parity.benchmark.result import Report
from parity.report.bench.format import facts
from parity.report.bench.tables import Grid, every
from parity.report.console.paper import Paper
from parity.report.console.table import Cell, table


def show(report: Report, console: Console) -> None:
    """Write the report. If the console is too narrow for a table, each row becomes a list."""
    paper = Paper(console)
    for text in facts(report):
        paper.paragraph(text=paper.clean(text), style="dim")
    for grid in every(report):
        _grid(paper, grid)
    if report.warnings:
        paper.line()
    for warning in report.warnings:
        paper.paragraph(("warning: ", "bold yellow"), text=paper.clean(warning))


def _grid(paper: Paper, grid: Grid) -> None:
    paper.line()
    paper.paragraph(text=paper.clean(grid.title), style="bold")
    body = [[(paper.clean(text), style) for text, style in row] for row in grid.rows]
    table(paper, [paper.clean(text) for text in grid.head], body, right=True)
    for note in grid.notes:
        paper.paragraph("  ", text=paper.clean(note), style="dim")


def show_changes(comparison: CostComparison, console: Console) -> None:
    """Write the changes beyond noise, then the verdict."""
    paper = Paper(console)
    changed = [one for one in comparison.changes if one.worse or one.better]
    paper.line()
    paper.line((f"since {paper.clean(comparison.earlier_started)}", "bold"))
    if not comparison.same_machine:
        words = "another machine: only ratios to the reference are compared"
        paper.paragraph("  ", text=words, style="dim")
    if changed:
        table(paper, ["", "of", "was", "is", "factor"], [_row(paper, one) for one in changed])
    alike = len(comparison.changes) - len(changed)
    paper.line((f"  {alike} of {len(comparison.changes)} figures are alike, within noise", "dim"))
    paper.line()
    limit = f"{comparison.fail_over:.0%}"
    if regressions := comparison.regressions:
        paper.line((f"{len(regressions)} regressions past {limit}", "bold red"))
    else:
        paper.line((f"no regression past {limit}", "bold green"))


def _row(paper: Paper, one: Change) -> list[Cell]:
    factor = one.factor
    return [
        (paper.clean(f"{one.arm}, {one.figure}"), "bold red" if one.worse else "green"),
        (one.of, "dim"),
        (f"{one.earlier:.3g}", ""),
        (f"{one.later:.3g}", ""),
        (f"{factor.value:.2f} ({factor.low:.2f} to {factor.high:.2f})", ""),
    ]
