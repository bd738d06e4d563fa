"""Several runs of one scenario on a console: a line for each, and how often they were alike."""

from __future__ import annotations

from collections import Counter

from parity.comparison.result import Comparison, Unjudged, Verdict, VerdictName
from parity.report.console.paper import Paper
from parity.report.console.table import Cell, table
from parity.report.console.windows import windows
from parity.report.run.groups import Group

MANY = 30
"""How many runs are listed one by one, at most."""

ALIKE = ("identical", "equivalent", "different, both legal")
"""The words at the beginning of an ordering verdict that holds."""


def runs_table(paper: Paper, group: Group) -> None:
    """Write a line for each run; of many only the first, the last, and those that fail."""
    every: list[Comparison | Unjudged] = sorted(
        [*group.comparisons, *group.unjudged], key=lambda one: one.run
    )
    odd = [i for i, one in enumerate(every) if isinstance(one, Unjudged) or not one.holds]
    names = list(dict.fromkeys(v.name for one in group.comparisons for v in one.verdicts))
    body: list[list[Cell]] = []
    for part, is_shown in windows(len(every), odd, whole=MANY):
        if is_shown:
            body += [_row(paper, every[i], names) for i in part]
        else:
            dots, more = paper.glyphs.ellipsis, f"{len(part):,} more"
            body.append([(dots, "dim"), (more, "dim"), *([("", "")] * len(names))])
    table(paper, ["run", "seed", *names], body)
    paper.line()
    paper.paragraph("  ", text=summary(group), style="dim")


def _row(paper: Paper, one: Comparison | Unjudged, names: list[VerdictName]) -> list[Cell]:
    start: list[Cell] = [(str(one.run), ""), (str(one.seed), "dim")]
    if isinstance(one, Unjudged):
        unknown = (f"{paper.glyphs.unknown} not judged", "yellow")
        return [*start, *(unknown if name == names[0] else ("", "") for name in names)]
    by_name = {verdict.name: verdict for verdict in one.verdicts}
    cells = [_cell(paper, by_name[name]) if name in by_name else ("", "") for name in names]
    return [*start, *cells]


def _cell(paper: Paper, verdict: Verdict) -> Cell:
    glyph, style = paper.mark(verdict.holds, judged=verdict.judged)
    word = found(verdict) if verdict.holds and verdict.name == "ordering" else ""
    word = word or ("holds" if verdict.holds else "FAILS" if verdict.judged else "not judged")
    return f"{glyph} {word}", style


def found(verdict: Verdict) -> str:
    """Return how alike the orders were; "" if the evidence does not say."""
    return next((words for words in ALIKE if verdict.evidence.startswith(words)), "")


def summary(group: Group) -> str:
    """Return how often there was which result: `20 runs: 5 identical, 13 equivalent, 2 fail`."""
    counts: Counter[str] = Counter()
    for one in group.comparisons:
        orderings = [found(v) for v in one.verdicts if v.name == "ordering"]
        counts[next(iter(orderings), "") or "hold" if one.holds else "fail"] += 1
    counts["not judged"] = len(group.unjudged)
    order = [*ALIKE, "hold", "fail", "not judged"]
    said = ", ".join(f"{counts[name]:,} {name}" for name in order if counts[name])
    return f"{group.count:,} runs: {said}"
