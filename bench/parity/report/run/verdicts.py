"""The verdicts of one comparison on a console: what holds, each side's costs, and failures."""

from __future__ import annotations

from itertools import zip_longest

from rich.cells import cell_len

from parity.comparison.result import Comparison, Difference
from parity.contract.outcome import Outcome
from parity.report.console.figures import costs
from parity.report.console.paper import Paper, Styled
from parity.report.console.table import Cell, table


def verdict_table(paper: Paper, comparison: Comparison) -> None:
    """Write a line for each verdict, with its evidence beside it, or below if there is no room."""
    for verdict in comparison.verdicts:
        glyph, style = paper.mark(verdict.holds, judged=verdict.judged)
        word = "holds" if verdict.holds else "FAILS" if verdict.judged else "?    "
        head: list[Styled] = [(f"  {glyph} {verdict.name:<10}  {word}   ", style)]
        if paper.width < ROOMY:
            paper.line(*head)
            head = [" " * CONTEXT_INDENT]
        paper.paragraph(*head, text=paper.clean(verdict.evidence))


ROOMY = 60
CONTEXT_INDENT = 4


def murmurs(paper: Paper, comparison: Comparison) -> None:
    """Write what a program printed on stderr: perhaps a warning of its runtime."""
    for outcome in (comparison.reference, comparison.other):
        if outcome.stderr:
            head = (f"  {paper.clean(outcome.subject)} said on stderr: ", "yellow")
            paper.line()
            paper.paragraph(head, text=_stderr(paper, outcome), indent=4)


def cost_table(paper: Paper, comparison: Comparison) -> None:
    """Write each side's costs: on the program's clock, and on the machine."""
    body: list[list[Cell]] = [
        [(name, "dim"), (left, ""), (right, ""), (times, "dim")]
        for name, left, right, times in costs(comparison)
    ]
    names = [paper.clean(one.subject) for one in (comparison.reference, comparison.other)]
    table(paper, ["", *names, "ratio"], body, right=True)


def differences(paper: Paper, comparison: Comparison, *, alone: bool = False) -> None:
    """Write for each failing verdict what differs, in words and with the lines around it.

    `alone` says that there is no verdict table above. Then evidence is shown if there are no words.
    """
    for verdict in comparison.verdicts:
        if not verdict.fails or not (alone or verdict.difference):
            continue
        if not alone:
            paper.line()
        head = (f"{paper.glyphs.fails} {verdict.name}: ", paper.mark(False)[1])
        paper.paragraph("  ", head, text=paper.clean(verdict.words), indent=4)
        if verdict.difference:
            names = comparison.reference.subject, comparison.other.subject
            _context(paper, verdict.difference, names)


def _context(paper: Paper, difference: Difference, names: tuple[str, str]) -> None:
    """Write both sides' lines, beside each other if there is room."""
    left = _block(paper, names[0], difference.left, difference.marked_left)
    right = _block(paper, names[1], difference.right, difference.marked_right)
    bar = f" {paper.glyphs.bar} "
    widths = [max(cell_len(text) for text, _ in block) for block in (left, right)]
    room = CONTEXT_INDENT + widths[0] + len(bar) + widths[1] <= paper.width
    if difference.left and difference.right and room:
        for (one, style), (other, others) in zip_longest(left, right, fillvalue=("", "")):
            start = " " * CONTEXT_INDENT, (paper.pad(one, widths[0]), style), (bar, "dim")
            paper.line(*start, (other, others))
        return
    for block, lines in ((left, difference.left), (right, difference.right)):
        for text, style in block if lines else []:
            if not text.strip():
                continue  # Only the other side has a line here.
            head = " " * CONTEXT_INDENT, (text[:2], style)
            paper.paragraph(*head, text=text[2:], style=style, indent=CONTEXT_INDENT + 2)


def _block(paper: Paper, name: str, lines: tuple[str, ...], marked: int | None) -> list[Cell]:
    """Return one side's lines below its name. A mark stands before the line that differs."""
    block: list[Cell] = [(f"  {paper.clean(name)}", "bold")]
    for i, line in enumerate(lines):
        sign, style = (f"{paper.glyphs.here} ", "bold red") if i == marked else ("  ", "")
        block.append((sign + paper.clean(line), style))
    return block


def exits_table(paper: Paper, comparison: Comparison) -> None:
    """Write how each side rejected its flags: its exit, and what it printed on stderr."""
    for outcome in (comparison.reference, comparison.other):
        head = f"  {paper.clean(outcome.subject)}  "
        paper.paragraph((head, "bold"), f"{outcome.exit}  ", text=_stderr(paper, outcome), indent=4)


def _stderr(paper: Paper, outcome: Outcome) -> str:
    lines = outcome.stderr.decode(errors="replace").splitlines()
    if not lines:
        return "(nothing on stderr)"
    more = f"  (and {len(lines) - 1:,} lines more)" if len(lines) > 1 else ""
    return paper.clean(lines[0]) + more
