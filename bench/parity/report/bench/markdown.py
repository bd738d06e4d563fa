"""The ratios as a table in Markdown, for a README."""

from __future__ import annotations

from collections.abc import Iterator

from parity.benchmark.result import Report
from parity.report.bench.format import cost, factor, facts, place
from parity.report.bench.index import Index
from parity.report.console.figures import NOT_KNOWN
from parity.report.console.inert import inert


def markdown(report: Report) -> str:
    """Return a row for each figure that is not in a series; below, what was measured, and where."""
    below = "; ".join(map(inert, facts(report)))
    return "\n".join([*_rows(report), "", f"{below}.", ""])


def _rows(report: Report) -> Iterator[str]:
    index = Index(report)
    figures = [figure for figure in index.figures if not place(figure)]
    others = [arm for arm in index.arms(figures) if arm not in (index.reference, index.control)]
    yield _row("", index.reference, *(f"{arm}, times as much" for arm in others))
    yield _row(*["---"] * (2 + len(others)))
    for figure in figures:
        costs = cost(index.median(figure, index.reference), figure.unit)
        ratios = (index.ratios.get((figure, arm)) for arm in others)
        times = (factor(found.ratio) if found else NOT_KNOWN for found in ratios)
        yield _row(f"{figure.workload}: {figure.name}", costs, *times)


def _row(*cells: str) -> str:
    return f"| {' | '.join(inert(cell).replace('|', chr(92) + '|') for cell in cells)} |"
