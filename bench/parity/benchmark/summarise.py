"""Make a report from samples: medians, ratios, exponents, and warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from msgspec.structs import replace

from parity.benchmark import statistics
from parity.benchmark.blocks import AGAIN, Measuring
from parity.benchmark.result import (
    AXES,
    ExtensionCost,
    Figure,
    Latency,
    Machine,
    Ratio,
    Report,
    Scaling,
    Series,
    Settings,
)
from parity.benchmark.warnings import warnings
from parity.benchmark.workload import PLAIN

AllSamples = Mapping[tuple[Figure, str], Sequence[float | None]]
"""The costs of each figure and arm, one for each block."""


def summarise(measuring: Measuring, machine: Machine, took_s: float) -> Report:
    """Return the report of the complete blocks."""
    reference = measuring.subjects[0].name
    settings = Settings(
        subjects=tuple(subject.name for subject in measuring.subjects),
        workloads=tuple(workload.name for workload in measuring.workloads),
        blocks=measuring.blocks,
        complete=measuring.complete,
        seed=measuring.seed,
        took_s=round(took_s, 1),
    )
    samples = measuring.samples
    series = tuple(_series(samples))
    ratios = tuple(_ratios(samples, reference))
    return Report(
        machine=machine,
        settings=settings,
        series=series,
        ratios=ratios,
        scalings=tuple(_scalings(samples)),
        extensions=tuple(_extensions(samples)),
        latencies=tuple(_latencies(measuring)),
        warnings=tuple(
            warnings(
                machine,
                settings,
                series,
                ratios,
                budget_s=measuring.budget_s if measuring.out_of_time else None,
            )
        ),
    )


def _series(samples: AllSamples) -> Iterator[Series]:
    for (figure, arm), costs in samples.items():
        known = [cost for cost in costs if cost is not None]
        yield Series(
            figure=figure,
            arm=arm,
            samples=tuple(costs),
            median=median(known) if known else None,
            outliers=statistics.outliers(costs),
        )


def _ratios(samples: AllSamples, reference: str) -> Iterator[Ratio]:
    for (figure, arm), costs in samples.items():
        if arm == reference:
            continue
        found = statistics.ratio(costs, samples[figure, reference])
        if found:
            yield Ratio(
                figure=figure,
                reference=reference,
                arm=arm,
                control=arm == reference + AGAIN,
                ratio=found[0],
                blocks=found[1],
            )


def _extensions(samples: AllSamples) -> Iterator[ExtensionCost]:
    """Divide the cost of a job with each extension by that without, block by block."""
    for (figure, arm), costs in samples.items():
        if figure.workload != PLAIN.workload or figure == PLAIN or arm.endswith(AGAIN):
            continue
        if found := statistics.ratio(costs, samples[PLAIN, arm]):
            name = figure.name.rpartition(", ")[2]
            yield ExtensionCost(name=name, arm=arm, ratio=found[0], blocks=found[1])


def _scalings(samples: AllSamples) -> Iterator[Scaling]:
    """Fit each arm's costs in a sweep against the workers for each queue, and so on."""
    for axis in AXES:
        lines: dict[tuple[str, Figure], dict[int, Figure]] = {}
        for figure, arm in samples:
            at = figure.place.get(axis)
            if at and len(figure.place) > 1:
                line = lines.setdefault((arm, replace(figure, **{axis: None})), {})
                line[at] = figure
        for (arm, common), points in lines.items():
            values = tuple(sorted(points))
            costs = [samples[points[value], arm] for value in values]
            if arm.endswith(AGAIN) or not (exponent := statistics.exponent(values, costs)):
                continue
            yield Scaling(
                arm=arm,
                workload=common.workload,
                name=", ".join([common.name, *(f"{n} {v}" for n, v in common.place.items())]),
                against=axis,
                over=values,
                exponent=exponent,
            )


def _latencies(measuring: Measuring) -> Iterator[Latency]:
    for (arm, name), histogram in measuring.histograms.items():
        yield Latency(
            arm=arm,
            name=name,
            percentiles_ns=histogram.percentiles_ns(),
            histogram=histogram.buckets(),
        )
