"""What `run --thorough` observed, on a console: a table of checks and subjects, and failures."""

from __future__ import annotations

from collections.abc import Sequence

from parity.comparison.result import Observation
from parity.report.console.paper import Paper
from parity.report.console.table import Cell, table


def observations_table(paper: Paper, observations: Sequence[Observation]) -> None:
    """Write a row for each check, and below the table why checks do not hold."""
    subjects = list(dict.fromkeys(one.subject for one in observations))
    by_place = {(one.check, one.subject): one for one in observations}
    body: list[list[Cell]] = []
    for check in dict.fromkeys(one.check for one in observations):
        row = [by_place.get((check, subject)) for subject in subjects]
        body.append([(check, ""), *(_cell(paper, one) for one in row)])
    table(paper, ["observed", *map(paper.clean, subjects)], body)
    for one in observations:
        if not one.holds:
            paper.line()
            title = f"{one.check} {paper.glyphs.dot} {paper.clean(one.subject)}"
            paper.paragraph(text=title, style="bold" if one.fails else "")
            glyph, style = paper.mark(False, judged=one.judged)
            text = f"{paper.clean(one.words)} ({paper.clean(one.about)})"
            paper.paragraph("  ", (f"{glyph} ", style), text=text, indent=4)


def _cell(paper: Paper, one: Observation | None) -> Cell:
    if one is None:
        return "", ""
    glyph, style = paper.mark(one.holds, judged=one.judged)
    word = "holds" if one.holds else "FAILS" if one.judged else "not judged"
    return f"{glyph} {word}", style
