"""The tables of a report. A console and a page show the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from parity.benchmark.histogram import PERCENTILES
from parity.benchmark.result import Figure, Interval, Report
from parity.report.bench.format import (
    cost,
    factor,
    growth,
    heading,
    label,
    place,
    power,
    spread,
    three,
)
from parity.report.bench.index import Index
from parity.report.console.figures import NOT_KNOWN
from parity.report.console.table import Cell

OUTLIERS = "*"
"""Stands before the number of outliers of a figure, in all arms."""

NOISY = "!"
"""Marks a control's interval that does not contain 1."""

DIFFERS, ALIKE, WRONG = "bold", "dim", "yellow"
"""Styles: an interval without 1, an interval with 1, and a control without 1."""


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """A table's head and rows. Their texts are not clean yet."""

    title: str
    head: tuple[str, ...]
    rows: list[list[Cell]]
    notes: tuple[str, ...] = ()


def ratios(report: Report) -> Iterator[Grid]:
    """Yield a table of the figures' ratios for each set of arms, in the report's order."""
    index = Index(report)
    groups: dict[tuple[str, ...], list[Figure]] = {}
    for figure in index.figures:
        groups.setdefault(index.arms([figure]), []).append(figure)
    for arms, figures in groups.items():
        others = tuple(arm for arm in arms if arm != index.reference)
        yield Grid(
            title=f"cost as a multiple of {index.reference}'s (less is better)",
            head=("", index.reference, *others, "noise"),
            rows=list(_ratio_rows(index, figures, others)),
            notes=tuple(_notes(index, figures)),
        )


def _ratio_rows(
    index: Index, figures: Iterable[Figure], others: Sequence[str]
) -> Iterator[list[Cell]]:
    under: dict[str, list[Figure]] = {}
    for figure in figures:
        under.setdefault(heading(figure), []).append(figure)
    for title, those in under.items():
        yield [(title, "bold"), *([("", "")] * (len(others) + 2))]
        for figure in those:
            outliers = index.outliers(figure)
            yield [
                (f" {label(figure)}" + (f"{OUTLIERS}{outliers}" if outliers else ""), ""),
                (cost(index.median(figure, index.reference), figure.unit), ""),
                *(_ratio(index, figure, arm) for arm in others),
                _noise(index, figure),
            ]


def _ratio(index: Index, figure: Figure, arm: str) -> Cell:
    found = index.ratios.get((figure, arm))
    if found:
        return factor(found.ratio), ALIKE if _holds_one(found.ratio) else DIFFERS
    return cost(index.median(figure, arm), figure.unit), ""


def _noise(index: Index, figure: Figure) -> Cell:
    found = index.ratios.get((figure, index.control))
    if not found:
        return NOT_KNOWN, "dim"
    if _holds_one(found.ratio):
        return spread(found.ratio), "dim"
    return f"{spread(found.ratio)} {NOISY}", WRONG


def _holds_one(ratio: Interval) -> bool:
    return ratio.low <= 1 <= ratio.high


def _notes(index: Index, figures: Sequence[Figure]) -> Iterator[str]:
    controls = [
        index.ratios[f, index.control] for f in figures if (f, index.control) in index.ratios
    ]
    if controls:
        yield (
            f"{index.reference}: its median; ratios with their 95 % intervals; "
            f"noise: {index.reference} beside itself, which is 1 but for noise"
        )
    fewer: dict[int, list[str]] = {}
    for one in controls:
        if one.blocks < index.report.settings.complete:
            fewer.setdefault(one.blocks, []).append(one.figure.workload)
    for blocks, workloads in fewer.items():
        yield f"measured in {blocks} of the blocks: {', '.join(dict.fromkeys(workloads))}"
    if any(not _holds_one(one.ratio) for one in controls):
        yield f"{NOISY}: 1 is outside of the interval"
    if any(map(index.outliers, figures)):
        yield f"{OUTLIERS}N: so many samples, of all arms, are outliers; they are kept"


def throughput(report: Report) -> Iterator[Grid]:
    """Yield the jobs per second, computed from the wall time of a job."""
    index = Index(report)
    figures = [
        f for f in index.figures if f.unit == "ns" and f.name.startswith("wall time per job")
    ]
    if not figures:
        return
    arms = index.arms(figures)
    rows: list[list[Cell]] = []
    for figure in figures:
        # All of them are the wall time per job, so a title names only what is special.
        what = ", ".join(filter(None, (place(figure), figure.name.partition(", ")[2])))
        medians = (index.median(figure, arm) for arm in arms)
        rates = (three(1e9 / ns) if ns else NOT_KNOWN for ns in medians)
        title = f"{figure.workload}: {what}" if what else figure.workload
        rows.append([(text, "") for text in (title, *rates)])
    yield Grid(title="throughput in jobs/s (more is better)", head=("", *arms), rows=rows)


def extensions(report: Report) -> Iterator[Grid]:
    """Yield what each extension costs a job, beside the same program without it."""
    found = {(one.name, one.arm): one.ratio for one in report.extensions}
    names, arms = (dict.fromkeys(keys) for keys in zip(*found, strict=True)) if found else ((), ())
    rows: list[list[Cell]] = []
    for name in names:
        ratios = (found.get((name, arm)) for arm in arms)
        cells = (
            (factor(one), ALIKE if _holds_one(one) else DIFFERS) if one else (NOT_KNOWN, "dim")
            for one in ratios
        )
        rows.append([(name, ""), *cells])
    if rows:
        title = "cost of a job with an extension that it does not need, as a multiple of without"
        yield Grid(title=title, head=("", *arms), rows=rows)


def latencies(report: Report) -> Iterator[Grid]:
    """Yield the percentiles of each arm but the control."""
    control = Index(report).control
    rows = [
        [
            (f"{one.name}, {one.arm}", ""),
            *((cost(one.percentiles_ns.get(p), "ns"), "") for p in PERCENTILES),
        ]
        for name in dict.fromkeys(one.name for one in report.latencies)
        for one in report.latencies
        if one.name == name and one.arm != control
    ]
    if rows:
        yield Grid(title="latency (less is better)", head=("", *PERCENTILES), rows=rows)


def scalings(report: Report) -> Iterator[Grid]:
    """Yield the fitted laws, and what they mean in a word."""
    rows = [
        [
            (f"{one.workload}: {one.name}", ""),
            (one.arm, ""),
            (power(one), ""),
            (growth(one.exponent), "" if growth(one.exponent) == "flat" else DIFFERS),
        ]
        for one in report.scalings
    ]
    if rows:
        yield Grid(title="scaling (flat is best)", head=("cost", "arm", "goes as", ""), rows=rows)


def every(report: Report) -> Iterator[Grid]:
    for part in (ratios, extensions, throughput, latencies, scalings):
        yield from part(report)
