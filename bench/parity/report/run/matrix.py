"""All scenarios and subjects on a console: a matrix, and below it the reasons of failures."""

from __future__ import annotations

from parity.comparison.result import Result
from parity.report.console.paper import Paper
from parity.report.console.table import Cell, table
from parity.report.run.groups import Group, grid, groups
from parity.report.run.verdicts import differences


def matrix(paper: Paper, result: Result) -> None:
    every = groups(result)
    others, rows = grid(every)
    body: list[list[Cell]] = [
        [(paper.clean(scenario), ""), *(_cell(paper, group) for group in row)]
        for scenario, row in rows.items()
    ]
    reference = every[0].reference if every else ""
    head = [f"beside {paper.clean(reference)}", *map(paper.clean, others)]
    table(paper, head, body)
    for group in every:
        _why(paper, group)


def _cell(paper: Paper, group: Group | None) -> Cell:
    """Return the verdicts that fail, and in how many of the runs."""
    if group is None:
        return "", ""
    if not group.failed and not group.unjudged:
        glyph, style = paper.mark(True)
        return f"{glyph} holds", style
    glyph, style = paper.mark(False, judged=bool(group.failed))
    count = sum(not one.holds for one in group.comparisons) if group.failed else len(group.unjudged)
    often = f" ({count} of {group.count} runs)" if group.count > 1 else ""
    words = ", ".join(group.failed) or group.unjudged[0].verdict
    return f"{glyph} {words}{often}", style


def _why(paper: Paper, group: Group) -> None:
    names = paper.clean(group.scenario.name), paper.clean(group.other)
    title = f" {paper.glyphs.dot} ".join(names)
    if group.failed and group.told:
        run = f", run {group.told.run}, seed {group.told.seed}" if group.count > 1 else ""
        paper.line()
        paper.paragraph(text=title + run, style="bold")
        differences(paper, group.told, alone=True)
    for why in dict.fromkeys(one.why for one in group.unjudged):
        paper.line()
        paper.paragraph(text=title, style="bold")
        head = (f"{paper.glyphs.unknown} ", "yellow")
        paper.paragraph("  ", head, text=paper.clean(why), indent=4)
