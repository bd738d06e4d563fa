"""What a person sees of a measurement: the machine, the ratios first, and what to doubt."""

from __future__ import annotations

from rich.console import Console

from parity.benchmark.result import Report
from parity.report.bench.format import hardware, settings, software
from parity.report.bench.tables import Grid, every
from parity.report.console.paper import Paper
from parity.report.console.table import table


def show(report: Report, console: Console) -> None:
    """Write the report; where the console is too narrow for a table, each row becomes a list."""
    paper = Paper(console)
    for text in (hardware(report), software(report), settings(report)):
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
