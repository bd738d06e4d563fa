"""The plots of a report, as Vega-Lite specifications, drawn without a browser or a network.

The names of subjects are data in them, and made inert: none is read as an expression.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any

import altair as alt
import vl_convert
from msgspec.structs import replace

from parity.benchmark.result import Axis, Figure, Latency, Report
from parity.report.bench.format import cost, heading, label, place
from parity.report.bench.index import Index
from parity.report.bench.markdown import markdown
from parity.report.console.inert import inert
from parity.report.files import write_whole

Spec = dict[str, Any]

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's colours, which the colour-blind can tell apart; without yellow, which is too
pale."""

CONTROL_COLOR = "#888888"
WIDTH, HEIGHT = 560, 300

PER_JOB = "wall time per job"

LOG = alt.Scale(type="log")


def charts(report: Report) -> dict[str, Spec]:
    """Return by name the specification of every plot for which the report has data."""
    index = Index(report)
    drawn = {
        "ratios": _ratios(index),
        "throughput-workers": _throughput(index, "workers"),
        "throughput-queue": _throughput(index, "queue"),
        "throughput-jobs": _throughput(index, "jobs"),
        "latency": _latency(index),
        "memory": _memory(index),
    }
    return {name: _dressed(chart).to_dict() for name, chart in drawn.items() if chart is not None}


def write_plots(report: Report, folder: Path) -> None:
    """Write NAME.svg for each plot that has data, and table.md. Raises CannotJudge."""
    write_whole(folder / "table.md", markdown(report).encode())
    for name, spec in charts(report).items():
        write_whole(folder / f"{name}.svg", svg(spec).encode())


def svg(spec: Spec) -> str:
    return str(vl_convert.vegalite_to_svg(spec))


def _dressed(chart: Any) -> Any:
    return (
        chart.configure(background="white", padding=12)
        .configure_axis(labelFontSize=12, titleFontSize=12, gridColor="#dddddd", labelLimit=400)
        .configure_title(anchor="start", fontSize=15, subtitleColor="#555555")
        .configure_legend(labelFontSize=12, symbolStrokeWidth=3)
        .configure_view(stroke=None)
    )


def _chart(rows: list[Spec]) -> Any:
    return alt.Chart(alt.InlineData(values=rows))


def _color(index: Index, arms: tuple[str, ...]) -> Any:
    others = [PALETTE[i % len(PALETTE)] for i in range(len(arms))]
    colors = [CONTROL_COLOR if a == index.control else c for a, c in zip(arms, others, strict=True)]
    scale = alt.Scale(domain=[inert(arm) for arm in arms], range=colors)
    return alt.Color("arm:N", title=None, scale=scale)


def _ratios(index: Index) -> Any:
    ratios = index.report.ratios
    if not ratios:
        return None
    rows: list[Spec] = [
        {
            "figure": _name(one.figure),
            "arm": inert(one.arm),
            "ratio": one.ratio.value,
            "low": one.ratio.low,
            "high": one.ratio.high,
        }
        for one in ratios
    ]
    arms = tuple(dict.fromkeys(one.arm for one in ratios))
    base = _chart(rows).encode(
        y=alt.Y("figure:N", title=None, sort=[_name(figure) for figure in index.figures]),
        yOffset=alt.YOffset("arm:N", sort=[inert(arm) for arm in arms]),
        color=_color(index, arms),
    )
    title = f"cost as a multiple of {inert(index.reference)}'s, 95 % interval (log scale)"
    one = _chart([{"one": 1}]).mark_rule(color="black").encode(x="one:Q")
    low = alt.X("low:Q", title=title, scale=LOG)
    lines = base.mark_rule(strokeWidth=2).encode(x=low, x2="high:Q")
    ratio = alt.X("ratio:Q", title=title, scale=LOG)
    points = base.mark_point(filled=True, size=45).encode(x=ratio)
    return alt.layer(one, lines, points).properties(
        width=WIDTH, height=alt.Step(10), title="Cost ratios: left of 1 is better"
    )


def _name(figure: Figure) -> str:
    return inert(f"{heading(figure)}: {label(figure)}")


def _throughput(index: Index, axis: Axis) -> Any:
    rows: list[Spec] = list(_per_second(index, axis))
    values = sorted({row[axis] for row in rows})
    if len(values) < 2:
        return None
    arms = index.arms(f for f in index.figures if f.name == PER_JOB)
    title = {"workers": "workers", "queue": "queue size", "jobs": "jobs"}[axis]
    # 0, an unbuffered queue, has no place on a logarithmic axis.
    scale = alt.Scale(type="symlog" if 0 in values else "log")
    chart = _chart(rows).encode(
        x=alt.X(f"{axis}:Q", title=title, scale=scale, axis=alt.Axis(values=values)),
        color=_color(index, arms),
    )
    if len({row["others"] for row in rows}) > 1:
        chart = chart.encode(strokeDash=alt.StrokeDash("others:N", title=None))
    low = alt.Y("low:Q", title="jobs/s", scale=LOG)
    band = chart.mark_area(opacity=0.2).encode(y=low, y2="high:Q", detail="others:N")
    line = chart.mark_line(point=True).encode(y=alt.Y("rate:Q", title="jobs/s", scale=LOG))
    heading_ = alt.TitleParams(
        f"Throughput against {title}: higher is better",
        subtitle="median, and the middle half of the samples",
    )
    return alt.layer(band, line).properties(width=WIDTH, height=HEIGHT, title=heading_)


def _per_second(index: Index, axis: Axis) -> Iterator[dict[str, Any]]:
    """Yield the medians and quartiles of each line along this axis."""
    figures = [f for f in index.figures if f.name == PER_JOB and axis in f.place]
    lines = Counter(replace(figure, **{axis: None}) for figure in figures)
    for figure in figures:
        line = replace(figure, **{axis: None})
        if lines[line] < 2:
            continue
        for arm in index.arms([figure]):
            costs = [v for v in index.series[figure, arm].samples if v is not None]
            if costs:
                low, middle, high = quantiles(costs, method="inclusive") if costs[1:] else costs * 3
                yield {
                    "arm": inert(arm),
                    axis: figure.place[axis],
                    "others": place(line),
                    "rate": 1e9 / middle,
                    "low": 1e9 / high,
                    "high": 1e9 / low,
                }


def _latency(index: Index) -> Any:
    known = [one for one in index.report.latencies if one.arm != index.control and one.histogram]
    if not known:
        return None
    arms = tuple(dict.fromkeys(one.arm for one in known))
    names = list(dict.fromkeys(inert(one.name) for one in known))
    values = [1, 2, 10, 100, 1000, 10000]
    shares = "'0 %', '50 %', '90 %', '99 %', '99.9 %', '99.99 %'"
    labels = f"[{shares}][indexof({values}, datum.value)]"
    axis = alt.Axis(values=values, labelExpr=labels, labelOverlap=False, labelFlush=False)
    scale = alt.Scale(type="log", nice=False)
    return (
        _chart([row for one in known for row in _curve(one)])
        .mark_line(interpolate="step-before", strokeWidth=2)
        .encode(
            x=alt.X(
                "rarity:Q", title="percentile, on the scale 1 / (1 - p)", scale=scale, axis=axis
            ),
            y=alt.Y("ms:Q", title="ms", scale=alt.Scale(zero=True)),
            color=_color(index, arms),
            column=alt.Column("name:N", title=None, sort=names),
        )
        .properties(width=WIDTH // 2, height=HEIGHT, title="Latency of jobs: lower is better")
        .resolve_scale(y="independent")
    )


def _curve(latency: Latency) -> Iterator[dict[str, Any]]:
    """Yield each bucket's bound, and how rare the times are that reach the bucket."""
    total, before = sum(bucket.count for bucket in latency.histogram), 0
    for bucket in latency.histogram:
        yield {
            "arm": inert(latency.arm),
            "name": inert(latency.name),
            "rarity": total / (total - before),
            "ms": bucket.upto_ns / 1e6,
        }
        before += bucket.count


def _memory(index: Index) -> Any:
    figures = [f for f in index.figures if f.unit == "bytes" and f.workers is not None]
    if len({f.workers for f in figures}) < 2:
        return None
    arms = index.arms(figures)
    rows: list[Spec] = [
        {"arm": inert(arm), "workers": figure.workers, "MB": median / 1e6}
        for figure in figures
        for arm in arms
        if (median := index.median(figure, arm))
    ]
    axis = alt.Axis(values=sorted({row["workers"] for row in rows}))
    chart = (
        _chart(rows)
        .mark_line(point=True)
        .encode(
            x=alt.X("workers:Q", title="idle workers", scale=LOG, axis=axis),
            y=alt.Y("MB:Q", title="peak resident memory in MB", scale=LOG),
            color=_color(index, arms),
        )
    )
    title = alt.TitleParams("Memory: lower is better", subtitle=_per_worker(index))
    return chart.properties(width=WIDTH, height=HEIGHT, title=title)


def _per_worker(index: Index) -> str:
    each = [f for f in index.figures if f.unit == "bytes" and f.workers is None]
    said = [
        f"{inert(arm)} {cost(index.median(figure, arm), figure.unit)} {figure.name}"
        for figure in each
        for arm in index.arms([figure])
    ]
    return ", ".join(said)
