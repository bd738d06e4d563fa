"""A run as one HTML page: the verdicts, the picture, the text, each linked with the others."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import vl_convert
from markupsafe import Markup

from parity.checker.judge import Finding, judge
from parity.checker.saved_trace import Checked, Saved
from parity.comparison.alignment import Row, rows
from parity.comparison.result import Comparison, Result
from parity.contract.durations import format_ns
from parity.contract.trace import Trace, line_of
from parity.errors import CannotJudge
from parity.picture.lanes import Axis, Lanes, axis_of, lane_of_event, lanes
from parity.picture.timeline import MOST_WORKERS, TITLES
from parity.picture.windowed import Arrow, windowed
from parity.report.console.inert import inert
from parity.report.files import write_whole
from parity.report.html import rendered

MOST_EVENTS = 40_000
"""How many events of a run a page holds. Of a longer run, it holds those around the failure."""

FIRST_WINDOW = 60
"""About this many lines of each run are in the window at first."""


class Side(NamedTuple):
    """One run: the subject's name, what it printed, and what is wrong with it."""

    name: str
    trace: Trace
    findings: Sequence[Finding]


class VerdictRow(NamedTuple):
    name: str
    words: str
    holds: bool | None  # None: not judged


def write(result: Result, path: Path) -> None:
    """Write the page of the first comparison that fails, or else the first. Raises CannotJudge."""
    one = chosen(result)
    sides = [
        Side(run.subject, run.trace, judge(run, one.scenario)) for run in (one.reference, one.other)
    ]
    verdicts = [
        VerdictRow(
            v.name,
            v.difference.words if v.difference else v.evidence,
            v.holds if v.judged else None,
        )
        for v in one.verdicts
    ]
    names = " and ".join(side.name for side in sides)
    many = len(result.comparisons)
    facts = [
        f"{one.scenario.name}: {' '.join(one.scenario.flags())}",
        f"{one.scenario.clock} clock, seed {one.seed}",
        *([f"one of {many} comparisons: the first that fails, or the first"] if many > 1 else []),
    ]
    write_whole(
        path, page(f"{names}, side by side", facts, verdicts, sides, one.scenario.config.workers)
    )


def write_saved(saved: Sequence[Saved], path: Path) -> None:
    """Write the page of the first illegal trace, or else the first. Raises CannotJudge."""
    checked, trace = chosen_trace(saved)
    broken = [] if checked.legal else [_finding(checked)]
    word = "legal" if checked.legal else "illegal"
    verdict = VerdictRow(word, checked.evidence, checked.legal)
    workers = trace.workers or max((event.worker or 0 for event in trace.events), default=0)
    side = Side(checked.file, trace, broken)
    facts = [f"{checked.events:,} events from {checked.source}"]
    write_whole(path, page(checked.file, facts, [verdict], [side], workers))


@cache
def _vega() -> str:
    """Return the library that draws. To bundle it takes longer than all else of a page."""
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed")


def _finding(checked: Checked) -> Finding:
    return Finding("ordering", checked.rule or "output", checked.evidence, checked.lines)


def chosen_trace(saved: Sequence[Saved]) -> tuple[Checked, Trace]:
    """Return the trace that is drawn. Raises CannotJudge if there is none."""
    read = [(one.checked, one.trace) for one in saved if one.trace is not None]
    if not read:
        raise CannotJudge("no trace was judged, so there is nothing to draw")
    return next((one for one in read if not one[0].legal), read[0])


def chosen(result: Result) -> Comparison:
    """Return the comparison that is drawn. Raises CannotJudge if there is none."""
    if not result.comparisons:
        raise CannotJudge("nothing was compared, so there is nothing to draw")
    return next((one for one in result.comparisons if one.fails), result.comparisons[0])


def page(
    title: str,
    facts: Sequence[str],
    verdicts: Sequence[VerdictRow],
    sides: Sequence[Side],
    workers: int,
) -> bytes:
    """Return the page of one run, or of two beside one another."""
    cited = [_cited(side) for side in sides]
    sides = [
        side._replace(trace=_around(side.trace, at)) for side, at in zip(sides, cited, strict=True)
    ]
    cited = [_cited(side) for side in sides]
    axis = axis_of([side.trace for side in sides])
    drawn = [lanes(side.name, side.trace, axis, most_workers=MOST_WORKERS) for side in sides]
    lines = _lines(sides, cited, axis, workers)
    data = _data(sides, drawn, lines, cited, axis)
    marks = {True: ("✓", "holds"), False: ("✗", "fails"), None: ("?", "")}
    return rendered(
        "run.html.jinja",
        title=title,
        facts=facts,
        verdicts=[
            {
                "name": v.name,
                "words": v.words,
                "mark": marks[v.holds][0],
                "style": marks[v.holds][1],
            }
            for v in verdicts
        ],
        notes=_notes(sides, drawn),
        picture=f"{title}: a lane for each worker; the same as text stands below",
        cited=any(cited),
        legal=not any(side.findings for side in sides),
        axis=TITLES[axis],
        names=[side.name for side in sides],
        vega=Markup(_script(_vega())),  # noqa: S704
        data=Markup(_script(json.dumps(data, separators=(",", ":")))),  # noqa: S704
        script=Markup((Path(__file__).parent.parent / "html" / "run.js").read_text()),  # noqa: S704
    )


def _script(text: str) -> str:
    """Return the text in a form that is safe in a script: nothing in it ends the element."""
    return re.sub(r"<(?=/script|!--)", r"\\u003c", text, flags=re.IGNORECASE)


def _cited(side: Side) -> list[int]:
    """Return the indices of the events that the first finding cites, in their order."""
    lines = next((finding.lines for finding in side.findings if finding.lines), ())
    where = {event.line: i for i, event in enumerate(side.trace.events)}
    return sorted(where[line] for line in lines if line in where)


def _around(trace: Trace, cited: Sequence[int]) -> Trace:
    """Return as many events as a page holds: those around the cited ones, or else the first."""
    last = cited[-1] if cited else 0
    start = max(0, min(last - MOST_EVENTS // 2, len(trace.events) - MOST_EVENTS))
    return msgspec.structs.replace(trace, events=trace.events[start : start + MOST_EVENTS])


def _notes(sides: Sequence[Side], drawn: Sequence[Lanes]) -> list[str]:
    notes = []
    if any(len(side.trace.events) == MOST_EVENTS for side in sides):
        notes.append(f"Of a longer run the page holds {MOST_EVENTS:,} events.")
    if any(one.workers == MOST_WORKERS for one in drawn):
        notes.append(f"The first {MOST_WORKERS} workers are drawn.")
    return notes


class Line(NamedTuple):
    """A line of the text: where it stands on the axis, and which event of each run it is."""

    x: float
    at: str
    kind: str
    said: Sequence[str]
    at_index: Sequence[int]
    cited: bool
    free: bool


def _lines(
    sides: Sequence[Side], cited: Sequence[Sequence[int]], axis: Axis, workers: int
) -> list[Line]:
    aligned = _aligned(sides, workers)
    where = [{event.line: i for i, event in enumerate(side.trace.events)} for side in sides]
    return [_line(row, number, where, cited, axis) for number, row in enumerate(aligned)]


def _aligned(sides: Sequence[Side], workers: int) -> list[Row]:
    if len(sides) == 2:
        return rows(sides[0].trace, sides[1].trace, workers=workers)
    [side] = sides
    return [
        Row(
            kind="same",
            left=line_of(event, workers),
            left_ns=event.t_ns,
            left_line=event.line,
        )
        for event in side.trace.events
    ]


def _line(
    row: Row,
    number: int,
    where: Sequence[Mapping[int, int]],
    cited: Sequence[Sequence[int]],
    axis: Axis,
) -> Line:
    lines = (row.left_line, row.right_line)[: len(where)]
    index = [-1 if line is None else its[line] for line, its in zip(lines, where, strict=True)]
    ns = row.t_ns or 0
    own = next(at for at in index if at >= 0)
    return Line(
        x=ns / 1e9 if axis == "time" else float(own),
        at=format_ns(ns) if axis == "time" else str(number + 1),
        kind=row.kind,
        said=[inert(text or "") for text in (row.left, row.right)][: len(where)],
        at_index=index,
        cited=any(at in its for at, its in zip(index, cited, strict=True)),
        free=row.kind == "reordered",
    )


def _data(
    sides: Sequence[Side],
    drawn: Sequence[Lanes],
    lines: Sequence[Line],
    cited: Sequence[Sequence[int]],
    axis: Axis,
) -> dict[str, Any]:
    end = max((one.end for one in drawn), default=0.0) or 1.0
    focus = next((i for i, line in enumerate(lines) if line.cited), None)
    if focus is None:
        focus = next(
            (i for i, line in enumerate(lines) if line.kind not in ("same", "reordered")), 0
        )
    near = lines[max(0, focus - FIRST_WINDOW // 2) : focus + FIRST_WINDOW // 2] or lines
    first, last = (near[0].x, near[-1].x) if near else (0.0, end)
    margin = (last - first or end) / 20
    free = sorted({line.x for line in lines if line.free})
    spec = windowed(drawn, axis, list(_arrows(sides, cited, axis)), free)
    return {
        "spec": spec,
        "names": [inert(side.name) for side in sides],
        "rows": [line._asdict() for line in lines],
        "focus": focus,
        "from": max(0.0, first - margin),
        "to": min(end, last + margin),
        "end": end,
        "least": end / max(1, len(lines)),
    }


def _arrows(sides: Sequence[Side], cited: Sequence[Sequence[int]], axis: Axis) -> list[Arrow]:
    """Return the chain of reasons: an arrow from each event that is cited to the next."""
    arrows: list[Arrow] = []
    for number, (side, its) in enumerate(zip(sides, cited, strict=True)):
        for one, other in pairwise(its):
            (lane1, x1), (lane2, x2) = (_place(side.trace, at, axis) for at in (one, other))
            arrows.append((number, lane1, x1, lane2, x2))
    return arrows


def _place(trace: Trace, at: int, axis: Axis) -> tuple[str, float]:
    event = trace.events[at]
    x = float(at) if axis == "order" else (event.t_ns or 0) / 1e9
    return lane_of_event(event), x
