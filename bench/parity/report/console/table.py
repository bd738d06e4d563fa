"""A table without borders. If the console is too narrow, it becomes lists."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from parity.report.console.paper import Paper, Styled

Cell = tuple[str, str]
"""A text, already clean, and its style."""

GAPS = (3, 2, 1)
"""Cells between columns: the widest one that fits."""

INDENT = 2


def table(
    paper: Paper, head: Sequence[str], body: Sequence[Sequence[Cell]], *, right: bool = False
) -> None:
    """Write the table, its first column flush left; the others are flush right if asked.

    If it is wider than the console, each row becomes a short list under its first cell.
    """
    grid = [[(text, "bold") for text in head], *body]
    widths = [max(cell_len(row[i][0]) for row in grid) for i in range(len(head))]
    room = paper.width - INDENT - sum(widths)
    gap = next((gap for gap in GAPS if gap * (len(widths) - 1) <= room), None)
    if gap is None:
        _lists(paper, head, body)
    else:
        paper.write(_line(paper, row, widths, gap, right) for row in grid)


def _line(
    paper: Paper, row: Sequence[Cell], widths: Sequence[int], gap: int, right: bool
) -> list[Styled]:
    parts: list[Styled] = [" " * INDENT]
    for i, ((text, style), width) in enumerate(zip(row, widths, strict=True)):
        parts += [" " * gap if i else "", (paper.pad(text, width, right=right and i > 0), style)]
    return parts


def _lists(paper: Paper, head: Sequence[str], body: Sequence[Sequence[Cell]]) -> None:
    label = min(max(map(cell_len, head[1:]), default=0), paper.width // 2)
    for (name, style), *cells in body:
        paper.paragraph(" " * INDENT, text=name, style=style)
        for title, (text, cell_style) in zip(head[1:], cells, strict=True):
            if text:
                start = paper.pad(paper.crop(title, label), label)
                paper.paragraph(
                    " " * 2 * INDENT, (start, "dim"), "  ", text=text, style=cell_style, indent=6
                )
