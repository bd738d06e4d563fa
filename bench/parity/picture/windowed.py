"""The timeline of a run of any length: a window, and above it a small picture of the whole run.

A Vega-Lite specification with its data. The page that shows it moves the window by the parameters
`from` and `to`, and marks an event by `chosen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from parity.picture.datasets import Datasets, Rows
from parity.picture.lanes import Axis, Lanes
from parity.picture.timeline import (
    DEPTH_PX,
    LANE_PX,
    LETTER_PX,
    SIGNAL_COLOR,
    TITLES,
    bars_of,
    color_of,
    dressed,
    lane_names,
    lives_of,
    moments_of,
)

OVERVIEW_PX = 26
MOST_STEPS = 600
"""Steps of the overview, which has about as many pixels."""

Arrow = tuple[int, str, float, str, float]
"""A run, and from which lane and position to which."""


def windowed(
    drawn: Sequence[Lanes], axis: Axis, arrows: Sequence[Arrow], free: Sequence[float]
) -> dict[str, Any]:
    """Return the specification.

    `free` are the positions of the instants at which the two runs differ only in their order.
    """
    return _Window(drawn, axis, arrows, free).specification()


class _Window:
    def __init__(
        self, drawn: Sequence[Lanes], axis: Axis, arrows: Sequence[Arrow], free: Sequence[float]
    ) -> None:
        self._drawn, self._title, self._arrows, self._free = drawn, TITLES[axis], arrows, free
        self._data = Datasets()

    def specification(self) -> dict[str, Any]:
        end = max((one.end for one in self._drawn), default=0.0) or 1.0
        parts: list[Any] = [self._overview(end)]
        for number, one in enumerate(self._drawn):
            parts += [self._waiting(one), self._lanes(one, number)]
        chosen = [alt.param(name=f"chosen{number}", value=-1) for number in range(len(self._drawn))]
        whole = alt.vconcat(*parts, spacing=3).resolve_scale(color="shared")
        whole = whole.add_params(
            alt.param(name="from", value=0), alt.param(name="to", value=end), *chosen
        )
        return self._data.specification(dressed(whole))

    def _x(self, title: str = "") -> Any:
        scale = alt.Scale(
            domainMin=alt.ExprRef("from"),
            domainMax=alt.ExprRef("to"),
            nice=False,
            zero=False,
            clamp=True,
        )
        return alt.X("x:Q", scale=scale, axis=alt.Axis(title=title, grid=False) if title else None)

    def _shown(self, rows: Rows) -> Any:
        """Return a chart of the rows in the window."""
        until = "(datum.x2 == null ? datum.x : datum.x2)"
        return self._data.chart(rows).transform_filter(f"datum.x <= to && {until} >= from")

    def _overview(self, end: float) -> Any:
        waiting = self._drawn[0].waiting
        rows = [{"x": w.x, "jobs": w.jobs} for w in waiting[:: max(1, len(waiting) // MOST_STEPS)]]
        rows.append({"x": end, "jobs": 0})
        x = alt.X("x:Q", scale=alt.Scale(domain=[0, end], nice=False), axis=None)
        area = self._data.chart(rows).mark_area(
            interpolate="step-after", color="#888888", opacity=0.5
        )
        return (
            area.encode(x=x, y=alt.Y("jobs:Q", axis=None))
            .properties(
                height=OVERVIEW_PX, title="the whole run: drag here to choose what is shown below"
            )
            .add_params(alt.selection_interval(name="brush", encodings=["x"]))
        )

    def _waiting(self, one: Lanes) -> Any:
        ends = [step.x for step in one.waiting[1:]] + [one.end]
        rows = [
            {"x": step.x, "x2": until, "jobs": step.jobs}
            for step, until in zip(one.waiting, ends, strict=False)
            if step.jobs
        ]
        y = alt.Y("jobs:Q", title="waiting", axis=alt.Axis(tickMinStep=1, tickCount=2, grid=False))
        bars = self._shown(rows).mark_rect(color="#009E73", opacity=0.6)
        encoded = bars.encode(x=self._x(), x2="x2:Q", y=y, y2=alt.datum(0))
        return encoded.properties(title=one.name, height=DEPTH_PX)

    def _lanes(self, one: Lanes, number: int) -> Any:
        last = number == len(self._drawn) - 1
        x, names = self._x(self._title if last else ""), lane_names(one)
        y = alt.Y("lane:N", title=None, sort=names, scale=alt.Scale(domain=names))
        layers = [
            *self._free_instants(x),
            *lives_of(one, self._shown, x, y),
            bars_of(one, self._shown, x, y, color_of(self._drawn), f"chosen{number}", number),
            self._numbers(one, x, y),
            *moments_of(one, self._shown, x, y, number),
            *self._reasons(number, x, y),
        ]
        return alt.layer(*layers).properties(height=LANE_PX * len(names))

    def _free_instants(self, x: Any) -> list[Any]:
        if not self._free:
            return []
        rules = self._shown([{"x": at} for at in self._free])
        drawn = rules.mark_rule(strokeDash=[2, 3], color="#56B4E9")
        return [drawn.encode(x=x, tooltip=alt.value("the order within this instant is free"))]

    def _numbers(self, one: Lanes, x: Any, y: Any) -> Any:
        """Write each job's number on its bar, if the window has room for it."""
        rows = [{"x": b.start, "x2": b.end, "lane": b.lane, "job": b.label} for b in one.bars]
        room = f"(datum.x2 - datum.x) / (to - from) * width > {LETTER_PX} * length(datum.job) + 4"
        mark = self._shown(rows).transform_filter(room).transform_filter("datum.x >= from")
        text = mark.mark_text(fontSize=10, color="white", align="left", dx=3)
        return text.encode(x=x, y=y, text="job:N")

    def _reasons(self, number: int, x: Any, y: Any) -> list[Any]:
        """Draw an arrow from each event of the chain of reasons to the next."""
        points = [
            {"arrow": i, "step": step, "lane": lane, "x": at}
            for i, (run, lane1, x1, lane2, x2) in enumerate(self._arrows)
            if run == number
            for step, (lane, at) in enumerate(((lane1, x1), (lane2, x2)))
        ]
        if not points:
            return []
        heads = self._shown([row for row in points if row["step"] == 1])
        return [
            self._data.chart(points)
            .mark_line(color=SIGNAL_COLOR, strokeWidth=2, clip=True)
            .encode(x=x, y=y, detail="arrow:N", order="step:Q"),
            heads.mark_point(
                shape="triangle-down", filled=True, size=90, color=SIGNAL_COLOR
            ).encode(x=x, y=y),
        ]
