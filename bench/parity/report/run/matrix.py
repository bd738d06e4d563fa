"""All scenarios and all subjects on a console: a matrix, and below it why a cell does not hold."""

from __future__ import annotations

from parity.comparison.result import Result
from parity.report.console.paper import Paper, mark
from parity.report.console.table import Cell, table
from parity.report.run.groups import Group, groups
from parity.report.run.verdicts import differences


def matrix(paper: Paper, result: Result) -> None:
    every = groups(result)
    scenarios = list(dict.fromkeys(group.scenario.name for group in every))
    others = list(dict.fromkeys((group.other, group.number) for group in every))
    found = {(group.scenario.name, group.other, group.number): group for group in every}
    body: list[list[Cell]] = []
    for scenario in scenarios:
        cells = [_cell(paper, found.get((scenario, *other))) for other in others]
        body.append([(paper.clean(scenario), ""), *cells])
    reference = every[0].reference if every else ""
    head = [f"beside {paper.clean(reference)}", *(paper.clean(name) for name, _ in others)]
    table(paper, head, body)
    for group in every:
        _why(paper, group)


def _cell(paper: Paper, group: Group | None) -> Cell:
    if group is None:
        return "", ""
    if group.failed:
        return cell_words(group, paper.glyphs.fails), "bold red"
    if group.unjudged:
        return cell_words(group, paper.glyphs.unknown), "yellow"
    return cell_words(group, paper.glyphs.holds), mark(paper, True)[1]


def cell_words(group: Group, glyph: str) -> str:
    """Return a cell's text: the verdicts that fail, and in how many of several runs."""
    failing = sum(not one.holds for one in group.comparisons)
    if group.failed:
        often = f" ({failing} of {group.count} runs)" if group.count > 1 else ""
        return f"{glyph} {', '.join(group.failed)}{often}"
    if group.unjudged:
        often = f" ({len(group.unjudged)} of {group.count} runs)" if group.count > 1 else ""
        return f"{glyph} {group.unjudged[0].verdict}{often}"
    return f"{glyph} holds"


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
        paper.paragraph(
            "  ", (f"{paper.glyphs.unknown} ", "yellow"), text=paper.clean(why), indent=4
        )
