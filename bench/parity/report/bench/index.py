"""Which arms a report has, and its series by figure and arm."""

from __future__ import annotations

from collections.abc import Iterable

from parity.benchmark.blocks import AGAIN
from parity.benchmark.result import Figure, Ratio, Report, Series


class Index:
    """A report's series and ratios, found by figure and arm."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.reference = report.reference
        self.control = self.reference + AGAIN
        self.series: dict[tuple[Figure, str], Series] = {
            (one.figure, one.arm): one for one in report.series
        }
        self.ratios: dict[tuple[Figure, str], Ratio] = {
            (one.figure, one.arm): one for one in report.ratios
        }
        self.figures = list(dict.fromkeys(one.figure for one in report.series))

    def arms(self, figures: Iterable[Figure]) -> tuple[str, ...]:
        """Return the arms that have a series of any of the figures, without the control."""
        wanted = set(figures)
        found = (one.arm for one in self.report.series if one.figure in wanted)
        return tuple(arm for arm in dict.fromkeys(found) if arm != self.control)

    def median(self, figure: Figure, arm: str) -> float | None:
        series = self.series.get((figure, arm))
        return series.median if series else None

    def outliers(self, figure: Figure) -> int:
        return sum(len(one.outliers) for one in self.report.series if one.figure == figure)
