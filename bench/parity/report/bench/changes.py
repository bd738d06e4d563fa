"""What has changed since an earlier result, on a console: what is beyond noise, and by how much."""

from __future__ import annotations

from rich.console import Console

from parity.benchmark.regression import Change, CostComparison
from parity.report.console.paper import Paper
from parity.report.console.table import Cell, table


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
    _closing(paper, comparison)


def _row(paper: Paper, one: Change) -> list[Cell]:
    factor = one.factor
    return [
        (paper.clean(f"{one.arm}, {one.figure}"), "bold red" if one.worse else "green"),
        (one.of, "dim"),
        (f"{one.earlier:.3g}", ""),
        (f"{one.later:.3g}", ""),
        (f"{factor.value:.2f} ({factor.low:.2f} to {factor.high:.2f})", ""),
    ]


def _closing(paper: Paper, comparison: CostComparison) -> None:
    limit = f"{comparison.fail_over:.0%}"
    if regressions := comparison.regressions:
        paper.line((f"{len(regressions)} regressions past {limit}", "bold red"))
    else:
        paper.line((f"no regression past {limit}", "bold green"))
