"""A timeline: one run above the other on one axis, drawn as SVG without a browser or a network.

Colours are told apart by the colour-blind, and read on white as on black. Text has no colour of its
own: the page that shows the picture gives it one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import altair as alt
import msgspec
import vl_convert

from parity.contract.trace import Trace
from parity.picture.lanes import FATES, MAIN, QUEUE, Axis, Lanes, axis_of, lane_of, lanes

COLORS = {
    "completed": "#0072B2",
    "rejected": "#D55E00",
    "abandoned": "#CC79A7",
    "unfinished": "#888888",
}
SIGNAL_COLOR = "#D55E00"

MOST_WORKERS = 24
"""Lanes of workers that are drawn: a picture has to fit on a screen."""

MOST_EVENTS = 1000
"""Events of a run that a still picture shows: with more, its bars are too thin to see."""

LANE_PX, DEPTH_PX = 20, 44
LETTER_PX = 7

TITLES: dict[Axis, str] = {"time": "time in s", "order": "number of the event"}


def timeline(runs: Sequence[tuple[str, Trace]], *, title: str, width_px: int = 640) -> str:
    """Return an SVG of the runs, each with its name. `title` says what is seen, for all readers."""
    cut = [(name, _first_events(trace)) for name, trace in runs]
    axis = axis_of([trace for _, trace in cut])
    drawn = [lanes(name, trace, axis, most_workers=MOST_WORKERS) for name, trace in cut]
    spec = chart(drawn, axis, width_px=width_px).to_dict()
    return _labelled(str(vl_convert.vegalite_to_svg(spec)), title)


def _first_events(trace: Trace) -> Trace:
    return msgspec.structs.replace(trace, events=trace.events[:MOST_EVENTS])


def _labelled(svg: str, title: str) -> str:
    """Give the picture a title for those who hear it; its parts would be read one by one."""
    head, _, body = svg.partition(">")
    return f'{head} role="img" aria-label={quoteattr(title)}>{body}'


def chart(drawn: Sequence[Lanes], axis: Axis, *, width_px: int) -> Any:
    """Return the chart of the runs, one above the other."""
    end = max((one.end for one in drawn), default=0.0) or 1.0
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, end], nice=False), axis=None)
    parts: list[Any] = []
    for number, one in enumerate(drawn):
        last = number == len(drawn) - 1
        parts += [
            _waiting(one, x, width_px),
            _lanes(one, x, width_px, TITLES[axis] if last else ""),
        ]
    return (
        alt.vconcat(*parts, spacing=2)
        .resolve_scale(x="shared", color="shared")
        .configure(background="transparent", padding=4)
        .configure_axis(labelFontSize=11, titleFontSize=11, gridColor="#8884", labelLimit=200)
        .configure_view(stroke=None)
        .configure_legend(labelFontSize=11, orient="bottom", title=None)
        .configure_title(anchor="start", fontSize=13)
    )


def _waiting(one: Lanes, x: Any, width_px: int) -> Any:
    rows = [{"x": step.x, "jobs": step.jobs} for step in one.waiting]
    rows.append({"x": one.end, "jobs": one.waiting[-1].jobs if one.waiting else 0})
    y = alt.Y("jobs:Q", title="waiting", axis=alt.Axis(tickMinStep=1, tickCount=2, grid=False))
    return (
        alt.Chart(alt.InlineData(values=rows), title=one.name)
        .mark_area(interpolate="step-after", color="#009E73", opacity=0.6)
        .encode(x=x, y=y)
        .properties(width=width_px, height=DEPTH_PX)
    )


def _lanes(one: Lanes, x: Any, width_px: int, title: str) -> Any:
    names = [MAIN, *(lane_of(w) for w in range(1, one.workers + 1))]
    if any(bar.lane == QUEUE for bar in one.bars):
        names.insert(1, QUEUE)
    if title:
        x = x.copy()
        x["axis"] = alt.Axis(title=title, grid=False)
    y = alt.Y("lane:N", title=None, sort=names, scale=alt.Scale(domain=names))
    layers = [_bars(one, x, y), _numbers(one, x, y, width_px), *_moments(one, x, y)]
    return alt.layer(*layers).properties(width=width_px, height=LANE_PX * len(names))


def _bars(one: Lanes, x: Any, y: Any) -> Any:
    rows = [{"x": bar.start, "x2": bar.end, "lane": bar.lane, "fate": bar.fate} for bar in one.bars]
    color = alt.Color(
        "fate:N", scale=alt.Scale(domain=list(FATES), range=[COLORS[fate] for fate in FATES])
    )
    mark = alt.Chart(alt.InlineData(values=rows))
    return mark.mark_bar(height=LANE_PX - 6, stroke="#8888", strokeWidth=0.5).encode(
        x=x, x2="x2:Q", y=y, color=color
    )


def _numbers(one: Lanes, x: Any, y: Any, width_px: int) -> Any:
    """Write a job's number where its bar begins, if there is room; those that wait overlap."""
    rows = [
        {"x": bar.start, "lane": bar.lane, "job": str(bar.job)}
        for bar in one.bars
        if (bar.end - bar.start) / (one.end or 1) * width_px > LETTER_PX * len(str(bar.job)) + 4
    ]
    mark = alt.Chart(alt.InlineData(values=rows)).mark_text(
        fontSize=10, color="white", align="left", dx=3
    )
    return mark.encode(x=x, y=y, text="job:N")


def _moments(one: Lanes, x: Any, y: Any) -> list[Any]:
    rows = [{"x": m.x, "lane": m.lane, "words": m.words} for m in one.moments]
    submitted = [row for row in rows if str(row["words"]).startswith("submits")]
    signals = [row for row in rows if str(row["words"]).startswith("signal")]
    others = [row for row in rows if row not in submitted and row not in signals]

    def marks(some: list[dict[str, Any]]) -> Any:
        return alt.Chart(alt.InlineData(values=some))

    return [
        marks(submitted).mark_tick(thickness=2, color="#009E73").encode(x=x, y=y),
        marks(others).mark_point(shape="diamond", filled=True, color="#888888").encode(x=x, y=y),
        marks(signals).mark_rule(strokeWidth=2, color=SIGNAL_COLOR).encode(x=x),
    ]
