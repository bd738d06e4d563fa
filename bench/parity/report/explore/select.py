"""What `select` chose, on a console: each subject's distribution beside the expected one."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console

from parity.exploration.fairness import coin
from parity.exploration.fairness.coin import ALPHA
from parity.exploration.fairness.select import MARGIN, SIZE, IllegalRun, Sample, Selection
from parity.report.console.paper import ASCII, Paper
from parity.report.console.table import Cell, table

SHOWN = 8
"""Numbers of further jobs that have a row each. The last row holds all larger ones."""

WIDEST_BAR = 24
NARROWEST_BAR = 4
FIGURE = len(" 100.0%")
EIGHTHS = " ▏▎▍▌▋▊▉"


def show(selection: Selection, console: Console) -> None:
    """Write the distributions, the tests, and the verdict."""
    paper = Paper(console)
    if selection.illegal:
        return _illegal(paper, selection.illegal)
    _title(paper, selection)
    paper.line()
    if selection.samples:
        _distributions(paper, selection.samples)
        paper.line()
        _coins(paper, selection.samples)
        paper.line()
    if selection.interrupted:
        decided = sum(sample.jobs.of for sample in selection.samples)
        words = f"interrupted after {decided:,} decisions: too few to compare"
        return paper.line((words, "bold yellow"))
    _tests(paper, selection)
    paper.line()
    return paper.line(
        ("the choice is alike and fair", "bold green")
        if selection.holds
        else ("parity does not hold", "bold red")
    )


def _illegal(paper: Paper, illegal: IllegalRun) -> None:
    head = (f"  {paper.glyphs.fails} {paper.clean(illegal.subject)}: ", "bold red")
    paper.paragraph(head, text=paper.clean(illegal.words), indent=4)
    paper.paragraph("    ", text=paper.clean(illegal.replay), style="dim", indent=6)
    paper.line()
    paper.line(("parity does not hold", "bold red"))


def _title(paper: Paper, selection: Selection) -> None:
    paper.paragraph(("select  ", "bold"), text=selection.scenario.about, style="dim", indent=2)
    paper.paragraph("  ", text=" ".join(selection.scenario.flags()), indent=2)
    words = "What a worker chose after each job, with the context done and jobs in the channel."
    paper.paragraph("  ", text=words, style="dim", indent=2)


def _distributions(paper: Paper, samples: Sequence[Sample]) -> None:
    """Write which share of the workers took how many more jobs, beside 1/2, 1/4, ..."""
    columns = [_shares(sample.further_jobs) for sample in samples]
    law = [*(0.5 ** (k + 1) for k in range(SHOWN)), 0.5**SHOWN]
    columns.append(law)
    most = max(map(max, columns))
    room = (paper.width - cell_len("  further jobs")) // len(columns) - FIGURE - 3
    width = max(NARROWEST_BAR, min(WIDEST_BAR, room))
    body: list[list[Cell]] = []
    for k in range(SHOWN + 1):
        number = str(k) if k < SHOWN else f"{k} or more"
        row: list[Cell] = [(number, "")]
        for column in columns:
            drawn = paper.pad(_bar(paper, column[k] / most, width), width)
            row.append((f"{drawn} {column[k]:6.1%}", "dim" if column is law else ""))
        body.append(row)
    table(paper, ["further jobs", *(paper.clean(s.subject) for s in samples), "geometric"], body)
    for sample in samples:
        if sample.cut_off:
            words = f"{sample.cut_off:,} more workers of {sample.subject} may have found the "
            words += "channel empty before they stopped"
            paper.paragraph("  ", text=paper.clean(words), style="dim", indent=2)


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts) or 1
    first = [count / total for count in counts[:SHOWN]]
    return [*first, *[0.0] * (SHOWN - len(first)), sum(counts[SHOWN:]) / total]


def _bar(paper: Paper, share: float, width: int) -> str:
    """Return a bar of `share` (0 to 1) of the width. If it is not 0, something is visible."""
    if paper.glyphs is ASCII:
        return "#" * max(round(share * width), share > 0)
    eighths = max(round(share * width * 8), share > 0)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + EIGHTHS[rest]).rstrip()


def _coins(paper: Paper, samples: Sequence[Sample]) -> None:
    body: list[list[Cell]] = []
    for sample in samples:
        jobs = sample.jobs
        glyph, style = paper.mark(sample.jobs.fair and sample.forgets)
        interval = f"{jobs.low:.1%} to {jobs.high:.1%}"
        figures = (f"{jobs.of:,}", f"{jobs.count:,}", interval)
        tests = map(_p, (jobs.p_value, sample.changes.p_value, sample.fit_p_value))
        name = (f"{glyph} {paper.clean(sample.subject)}", style)
        body.append([name, *((text, "") for text in (*figures, *tests))])
    head = ["subject", "decisions", "for the job", f"{coin.SHARE_CONFIDENCE:.0%} interval"]
    head += ["p: 1/2", "p: turns", "p: law"]
    table(paper, head, body, right=True)


def _tests(paper: Paper, selection: Selection) -> None:
    for one in selection.equivalences:
        word = "are equivalent" if one.equivalent else "are not shown to be equivalent"
        names = f"{paper.clean(one.reference)} and {paper.clean(one.other)}"
        words = (
            f"{names} {word} within {MARGIN:g} (two one-sided tests, p = {_p(one.p_value)}); "
            f"their shares differ by {abs(one.difference):.4f}"
        )
        paper.verdict(one.equivalent, words)
    words = (
        f"A coin passes where each p is {ALPHA:g} or more. 1/2: an exact binomial test of the "
        "share. Turns: likewise of how often a decision differs from the one before. Law: "
        f"chi-square of the further jobs. Two coins are equivalent where p is below {SIZE:g}."
    )
    paper.paragraph("  ", text=words, style="dim", indent=2)


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else f"{value:.0e}"
