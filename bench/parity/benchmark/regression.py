"""Compare two reports: what has changed beyond noise.

A machine's speed affects both programs, so it cancels in their ratio. Arms are compared by their
ratios to the reference, on any machines. The reference itself has only its costs, so it is compared
only if both reports are from one machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import geometric_mean
from typing import Literal

import msgspec

from parity.benchmark import statistics
from parity.benchmark.blocks import AGAIN
from parity.benchmark.result import FEWEST_BLOCKS, Figure, Interval, Report, Series
from parity.errors import CannotJudge

SIGNIFICANCE = 0.05
"""How often a comparison finds a change although there is none, all figures together."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    figure: Figure
    arm: str
    of: Literal["ratio", "cost"]
    earlier: float  # geometric means: of the ratios, or of the costs in the figure's unit
    later: float
    factor: Interval  # later divided by earlier; above 1 is worse

    @property
    def worse(self) -> bool:
        return self.factor.low > 1

    @property
    def better(self) -> bool:
        return self.factor.high < 1


class CostComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Every figure that both reports have. `fail_over` is a share: 0.1 for 10 %."""

    earlier_started: str
    later_started: str
    same_machine: bool
    fail_over: float
    changes: tuple[Change, ...]

    @property
    def regressions(self) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.factor.low > 1 + self.fail_over)


def compare_costs(earlier: Report, later: Report, *, fail_over: float) -> CostComparison:
    """Compare the reports. Raises CannotJudge if nothing in them can be compared."""
    same = _hardware(earlier) == _hardware(later)
    pairs = list(_pairs(earlier, later, same=same))
    if not pairs:
        raise CannotJudge(_why_not(earlier, later))
    confidence = 1 - SIGNIFICANCE / len(pairs)  # Bonferroni's correction
    return CostComparison(
        earlier_started=earlier.machine.started,
        later_started=later.machine.started,
        same_machine=same,
        fail_over=fail_over,
        changes=tuple(
            Change(
                figure=series.figure,
                arm=series.arm,
                of=of,
                earlier=geometric_mean(before),
                later=geometric_mean(after),
                factor=statistics.change(before, after, confidence=confidence),
            )
            for series, of, before, after in pairs
        ),
    )


def _why_not(earlier: Report, later: Report) -> str:
    """Return why nothing in the reports can be compared, and what to do."""
    for name, report in (("earlier", earlier), ("later", later)):
        if report.settings.complete < FEWEST_BLOCKS:
            return (
                f"the {name} result has too few whole blocks to be compared "
                f"({report.settings.complete}, of {FEWEST_BLOCKS} needed): "
                "measure it again, with more --blocks or to its end"
            )
    common = _by_figure(earlier).keys() & _by_figure(later).keys()
    if {arm for _, arm in common} - {earlier.reference, later.reference + AGAIN}:
        return f"no figure has {FEWEST_BLOCKS} samples in both results: measure with more --blocks"
    return "the two results have no figure in common: measure the same --subject and --workload"


def _hardware(report: Report) -> tuple[str, int, int, str]:
    machine = report.machine
    return machine.cpu, machine.cores, machine.memory_bytes, machine.system


_PairedSeries = tuple[Series, Literal["ratio", "cost"], list[float], list[float]]


def _pairs(earlier: Report, later: Report, *, same: bool) -> Iterator[_PairedSeries]:
    before, after = _by_figure(earlier), _by_figure(later)
    controls = {
        ratio.arm for report in (earlier, later) for ratio in report.ratios if ratio.control
    }
    for (figure, arm), series in after.items():
        if arm in controls or (figure, arm) not in before:
            continue
        of: Literal["ratio", "cost"] = "cost" if arm == later.reference else "ratio"
        if of == "cost" and not (same and earlier.reference == later.reference):
            continue
        values = [
            found[figure, arm].known
            if of == "cost"
            else _ratios(found.get((figure, report.reference)), found[figure, arm])
            for report, found in ((earlier, before), (later, after))
        ]
        if min(map(len, values)) >= FEWEST_BLOCKS:
            yield series, of, values[0], values[1]


def _by_figure(report: Report) -> dict[tuple[Figure, str], Series]:
    return {(series.figure, series.arm): series for series in report.series}


def _ratios(reference: Series | None, series: Series) -> list[float]:
    return statistics.ratios(series.samples, reference.samples) if reference else []
