"""The timeline while the programs run, on a terminal and the real clock.

Each line is shown as soon as it comes, beside the same line of the other subject. When the runs
have ended, the view is removed and the whole timeline replaces it.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from threading import Lock
from types import TracebackType

from rich.console import Console
from rich.live import Live as Screen
from rich.text import Text

from parity.report.console.figures import seconds
from parity.report.console.inert import clipped
from parity.report.console.paper import NARROWEST_COLUMN, Paper, Part
from parity.report.console.suspend import cursor_back_when_stopped

ROWS_KEPT = 1000
"""Rows remembered: far more than a screen shows. It bounds the memory if a subject floods."""

PER_SECOND = 10
LINE_CHARS = 300


class Live:
    """A context in which `watch` shows lines as they come. Without a terminal it shows nothing.

    However the context ends, the terminal is as it was before.
    """

    def __init__(self, names: Sequence[str], console: Console) -> None:
        self._rows = _Rows(len(names))
        self._lock = Lock()  # the screen is drawn by a thread of its own
        self._console = console
        self._entered = ExitStack()
        self._names = [Paper(console).clean(name) for name in names]
        shown = console.is_terminal and not console.is_dumb_terminal and console.file.isatty()
        self._screen = (
            Screen(
                console=console,
                get_renderable=self._drawn,
                refresh_per_second=PER_SECOND,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
                vertical_overflow="crop",
            )
            if shown
            else None
        )

    def __enter__(self) -> Live:
        if self._screen:
            self._entered.enter_context(cursor_back_when_stopped(self._console))
            self._entered.enter_context(self._screen)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._entered.close()

    def watch(self, subject_index: int, t_ns: int, line: str) -> None:
        """Show that the subject said the line at this time, in ns since the start."""
        if self._screen:
            with self._lock:
                self._rows.add(subject_index, t_ns, line)

    def _drawn(self) -> Text:
        paper = Paper(self._console)  # anew each time: the terminal may have been resized
        height = max(1, self._console.height - 2)
        with self._lock:
            rows = self._rows.last(height)
        lines = [Text.assemble(*parts, end="") for parts in _table(paper, self._names, rows)]
        return Text("\n", no_wrap=True, overflow="crop", end="").join(lines)


_Shown = tuple[int, list[str]]
"""A row's time in ns, and what each subject said: an empty text if nothing yet."""


class _Row:
    def __init__(self, t_ns: int, count: int) -> None:
        self.t_ns = t_ns
        self.said: list[str] = [""] * count


class _Rows:
    """The last rows. A row holds the same line of each subject that has said it."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._rows: OrderedDict[tuple[str, int], _Row] = OrderedDict()
        self._times: list[Counter[str]] = [Counter() for _ in range(count)]

    def add(self, subject: int, t_ns: int, line: str) -> None:
        said = clipped(line.rstrip("\n"), LINE_CHARS)
        same = re.sub(r"^Worker \d+", "Worker", said)
        times = self._times[subject]
        times[same] += 1
        key = same, times[same]
        if key not in self._rows:
            self._rows[key] = _Row(t_ns, self._count)
        self._rows[key].said[subject] = said
        self._forget()

    def _forget(self) -> None:
        if len(self._rows) > ROWS_KEPT:
            self._rows.popitem(last=False)
        for times in self._times:
            if len(times) > 10 * ROWS_KEPT:
                times.clear()

    def last(self, count: int) -> list[_Shown]:
        rows = list(self._rows.values())[-count:]
        return [(row.t_ns, list(row.said)) for row in rows]


TITLE = "time/s"


def _table(paper: Paper, names: Sequence[str], rows: Sequence[_Shown]) -> Iterator[list[Part]]:
    """Yield the lines, without line feeds: a column for each subject where there is room."""
    times = [seconds(t_ns) for t_ns, _ in rows]
    at = max([len(TITLE), *map(len, times)])
    bar: Part = (f" {paper.glyphs.bar} ", "dim")
    column = (paper.width - at) // len(names) - len(" | ")
    wide = column >= NARROWEST_COLUMN

    def cells(said: Sequence[str], style: str) -> Iterator[Part]:
        for text in said:
            yield bar
            yield paper.pad(paper.short(text, column), column), style

    yield [
        (TITLE.rjust(at), "dim"),
        *(cells(names, "bold") if wide else [" " * (len(names) + 2), (", ".join(names), "bold")]),
    ]
    before = ""
    for time, (_, said) in zip(times, rows, strict=True):
        clean = [paper.clean(text) for text in said]
        start: Part = ("" if time == before else time).rjust(at), "dim"
        yield [start, *(cells(clean, "") if wide else _once(paper, clean, paper.width - at))]
        before = time


def _once(paper: Paper, said: Sequence[str], width: int) -> list[Part]:
    """Return the text, after a mark for each subject that said it."""
    marks = "".join("*" if text else " " for text in said)
    text = next(filter(None, said), "")
    return [(f" {marks} ", "dim"), paper.short(text, width - len(marks) - 2)]
