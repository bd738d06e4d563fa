"""A timeline: one run above the other on one axis, as an SVG made without browser or network.

Colour-blind readers can tell the colours apart, on white and on black. Text has no colour of its
own: it takes that of the page that shows the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import altair as alt
import msgspec
import vl_convert

from parity.contract.trace import Trace
from parity.picture.datasets import Datasets, Rows
from parity.picture.lanes import (
    FATES,
    MAIN,
    OF_ATTEMPTS,
    QUEUE,
    RESULTS,
    Axis,
    Lanes,
    axis_of,
    lane_of,
    lanes,
)

COLORS = {
    "completed": "#0072B2",
    "rejected": "#D55E00",
    "abandoned": "#CC79A7",
    "unfinished": "#888888",
    "failed": "#B07A00",
    "timed out": "#7A6A00",
    "waits to retry": "#3E9CCF",
}
SIGNAL_COLOR = "#D55E00"

MOST_WORKERS = 24
"""How many workers' lanes are drawn: a picture has to fit on a screen."""

MOST_EVENTS = 1000
"""How many events of a run a picture shows: with more, its bars are too thin to see."""

LANE_PX, DEPTH_PX = 20, 44
LETTER_PX = 7

TITLES: dict[Axis, str] = {"time": "time in s", "order": "number of the event"}


def timeline(runs: Sequence[tuple[str, Trace]], *, title: str, width_px: int = 640) -> str:
    """Return an SVG of the runs, each with its name. `title` describes it to screen readers."""
    cut = [(name, _first_events(trace)) for name, trace in runs]
    axis = axis_of([trace for _, trace in cut])
    drawn = [lanes(name, trace, axis, most_workers=MOST_WORKERS) for name, trace in cut]
    data = Datasets()
    spec = data.specification(_chart(drawn, axis, data.chart, width_px))
    return _labelled(str(vl_convert.vegalite_to_svg(spec)), title)


def _first_events(trace: Trace) -> Trace:
    return msgspec.structs.replace(trace, events=trace.events[:MOST_EVENTS])


def _labelled(svg: str, title: str) -> str:
    """Give the picture a title for screen readers, which would read its parts one by one."""
    head, _, body = svg.partition(">")
    return f'{head} role="img" aria-label={quoteattr(title)}>{body}'


Data = Callable[[Rows], Any]
"""Makes a chart of rows, or of those rows that lie in a window."""


def _chart(drawn: Sequence[Lanes], axis: Axis, data: Data, width_px: int) -> Any:
    """Return the chart of the runs, one above the other."""
    end = max((one.end for one in drawn), default=0.0) or 1.0
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, end], nice=False), axis=None)
    parts: list[Any] = []
    color = color_of(drawn)
    for number, one in enumerate(drawn):
        last = number == len(drawn) - 1
        parts += [
            _waiting(one, data, x, width_px),
            _lanes(one, data, x, color, width_px, TITLES[axis] if last else ""),
        ]
    return dressed(alt.vconcat(*parts, spacing=2).resolve_scale(x="shared", color="shared"))


def dressed(chart: Any) -> Any:
    """Return the chart as every timeline: without a background, and with a legend below."""
    return (
        chart.configure(background="transparent", padding=4)
        .configure_axis(labelFontSize=11, titleFontSize=11, gridColor="#8884", labelLimit=200)
        .configure_view(stroke=None)
        .configure_legend(labelFontSize=11, orient="bottom", title=None)
        .configure_title(anchor="start", fontSize=13)
    )


def _waiting(one: Lanes, data: Data, x: Any, width_px: int) -> Any:
    rows = [{"x": step.x, "jobs": step.jobs} for step in one.waiting]
    rows.append({"x": one.end, "jobs": one.waiting[-1].jobs if one.waiting else 0})
    y = alt.Y("jobs:Q", title="waiting", axis=alt.Axis(tickMinStep=1, tickCount=2, grid=False))
    return (
        data(rows)
        .properties(title=one.name)
        .mark_area(interpolate="step-after", color="#009E73", opacity=0.6)
        .encode(x=x, y=y)
        .properties(width=width_px, height=DEPTH_PX)
    )


def lane_names(one: Lanes) -> list[str]:
    """Return the lanes from the top: main, the queue (jobs that are never taken), the workers.

    Below them are the results, if there are any.
    """
    queue = [QUEUE] if any(bar.lane == QUEUE for bar in one.bars) else []
    results = [RESULTS] if any(moment.lane == RESULTS for moment in one.moments) else []
    return [MAIN, *queue, *(lane_of(worker) for worker in range(1, one.workers + 1)), *results]


def _lanes(one: Lanes, data: Data, x: Any, color: Any, width_px: int, title: str) -> Any:
    names = lane_names(one)
    if title:
        x = x.copy()
        x["axis"] = alt.Axis(title=title, grid=False)
    y = alt.Y("lane:N", title=None, sort=names, scale=alt.Scale(domain=names))
    layers = [
        *lives_of(one, data, x, y),
        bars_of(one, data, x, y, color),
        _numbers(one, data, x, y, width_px),
        *moments_of(one, data, x, y),
    ]
    return alt.layer(*layers).properties(width=width_px, height=LANE_PX * len(names))


def color_of(drawn: Sequence[Lanes]) -> Any:
    """Return the colours of the bars. A legend names attempts only if there are any."""
    there = {bar.fate for one in drawn for bar in one.bars}
    fates = [*FATES, *(fate for fate in OF_ATTEMPTS if fate in there)]
    colors = [COLORS[fate] for fate in fates]
    return alt.Color("fate:N", scale=alt.Scale(domain=fates, range=colors))


def lives_of(one: Lanes, data: Data, x: Any, y: Any) -> list[Any]:
    """Return a thin line for each worker from its start to its stop, if workers come and go."""
    rows = [{"x": life.start, "x2": life.end, "lane": life.lane} for life in one.lives]
    mark = data(rows).mark_rule(strokeWidth=2, color="#888888")
    return [mark.encode(x=x, x2="x2:Q", y=y)] if rows else []


def bars_of(
    one: Lanes, data: Data, x: Any, y: Any, color: Any, chosen: str = "", run: int = 0
) -> Any:
    """Return the jobs' bars. The parameter `chosen` is an event's index: its bar is framed."""
    rows = [
        {
            "x": bar.start,
            "x2": bar.end,
            "lane": bar.lane,
            "fate": bar.fate,
            "job": bar.label,
            "run": run,
            "at": bar.at,
            "until": bar.until,
        }
        for bar in one.bars
    ]
    drawn = data(rows).mark_bar(height=LANE_PX - 6, stroke="#888888", strokeWidth=0.5)
    encoded = drawn.encode(x=x, x2="x2:Q", y=y, color=color)
    if not chosen:
        return encoded
    is_chosen = f"datum.at == {chosen} || datum.until == {chosen}"
    return encoded.encode(
        strokeWidth=alt.condition(is_chosen, alt.value(4), alt.value(0.5)),
        stroke=alt.condition(is_chosen, alt.value("#E69F00"), alt.value("#888888")),
        tooltip=["job:N", "fate:N", "x:Q", "x2:Q"],
    )


def _numbers(one: Lanes, data: Data, x: Any, y: Any, width_px: int) -> Any:
    """Write a job's number where its bar begins, if there is room. Bars of waiting jobs overlap."""
    rows = [
        {"x": bar.start, "lane": bar.lane, "job": bar.label}
        for bar in one.bars
        if (bar.end - bar.start) / (one.end or 1) * width_px > LETTER_PX * len(bar.label) + 4
    ]
    mark = data(rows).mark_text(fontSize=10, color="white", align="left", dx=3)
    return mark.encode(x=x, y=y, text="job:N")


def moments_of(one: Lanes, data: Data, x: Any, y: Any, run: int = 0) -> list[Any]:
    """Return the submissions, the results, the steps of the shutdown and the signals."""
    submissions, results, steps, signals = (
        data(
            [
                {"x": m.x, "lane": m.lane, "words": m.words, "run": run, "at": m.at}
                for m in one.moments
                if m.kind == kind
            ]
        )
        for kind in ("submission", "result", "step", "signal")
    )
    ticks = results.mark_tick(thickness=2, color="#56B4E9").encode(x=x, y=y, tooltip="words:N")
    # A layer without marks is an image without words to those who cannot see it.
    told = [ticks] if any(moment.kind == "result" for moment in one.moments) else []
    return [
        submissions.mark_tick(thickness=2, color="#009E73").encode(x=x, y=y, tooltip="words:N"),
        *told,
        steps.mark_point(shape="diamond", filled=True, color="#888888").encode(
            x=x, y=y, tooltip="words:N"
        ),
        signals.mark_rule(strokeWidth=2, color=SIGNAL_COLOR).encode(x=x, tooltip="words:N"),
    ]
