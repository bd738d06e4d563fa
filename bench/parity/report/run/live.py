"""The timeline while the programs run, on a terminal and the real clock.

Each line is shown as soon as it comes, beside the same line of the other subject. When the runs
have ended, the view is removed and the whole timeline replaces it.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.live import Live
from rich.text import Text

from parity.execution.runner import Watch
from parity.report.console.figures import seconds
from parity.report.console.inert import clipped
from parity.report.console.paper import NARROWEST_COLUMN, Paper, Styled
from parity.report.console.suspend import cursor_back_when_stopped

ROWS_KEPT = 1000
"""How many rows are kept: far more than a screen shows. This limits the memory in a flood."""

PER_SECOND = 10
LINE_CHARS = 300

_Shown = tuple[int, list[str]]
"""A row's time in ns, and what each subject said: an empty text if nothing yet."""


@contextmanager
def live(names: Sequence[str], console: Console) -> Iterator[Watch]:
    """Yield a function that shows each line as it comes. Without a terminal it shows nothing.

    However the context ends, the terminal is as it was before.
    """
    if not console.is_terminal or console.is_dumb_terminal or not console.file.isatty():
        yield lambda _index, _t_ns, _line: None
        return
    rows, lock = _Rows(len(names)), Lock()  # the screen is drawn by a thread of its own
    titles = [Paper(console).clean(name) for name in names]

    def watch(subject_index: int, t_ns: int, line: str) -> None:
        with lock:
            rows.add(subject_index, t_ns, line)

    def drawn() -> Text:
        paper = Paper(console)  # each time, as the terminal may have been resized
        with lock:
            shown = rows.last(max(1, console.height - 2))
        lines = [Text.assemble(*parts, end="") for parts in _table(paper, titles, shown)]
        return Text("\n", no_wrap=True, overflow="crop", end="").join(lines)

    screen = Live(
        console=console,
        get_renderable=drawn,
        refresh_per_second=PER_SECOND,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        vertical_overflow="crop",
    )
    with cursor_back_when_stopped(console), screen:
        yield watch


class _Rows:
    """The last rows. A row holds the same line of each subject that has said it."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._rows: OrderedDict[tuple[str, int], _Shown] = OrderedDict()
        self._times: list[Counter[str]] = [Counter() for _ in range(count)]

    def add(self, subject: int, t_ns: int, line: str) -> None:
        said = clipped(line.rstrip("\n"), LINE_CHARS)
        same = re.sub(r"^Worker \d+", "Worker", said)
        times = self._times[subject]
        times[same] += 1
        _, cells = self._rows.setdefault((same, times[same]), (t_ns, [""] * self._count))
        cells[subject] = said
        if len(self._rows) > ROWS_KEPT:
            self._rows.popitem(last=False)
        if len(times) > 10 * ROWS_KEPT:
            times.clear()

    def last(self, count: int) -> list[_Shown]:
        return [(t_ns, list(cells)) for t_ns, cells in list(self._rows.values())[-count:]]


TITLE = "time/s"


def _table(paper: Paper, names: Sequence[str], rows: Sequence[_Shown]) -> Iterator[list[Styled]]:
    """Yield the lines, without line feeds: a column for each subject where there is room."""
    times = [seconds(t_ns) for t_ns, _ in rows]
    at = max([len(TITLE), *map(len, times)])
    bar: Styled = (f" {paper.glyphs.bar} ", "dim")
    column = (paper.width - at) // len(names) - len(" | ")
    wide = column >= NARROWEST_COLUMN

    def cells(said: Sequence[str], style: str) -> Iterator[Styled]:
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
        start: Styled = ("" if time == before else time).rjust(at), "dim"
        yield [start, *(cells(clean, "") if wide else _once(paper, clean, paper.width - at))]
        before = time


def _once(paper: Paper, said: Sequence[str], width: int) -> list[Styled]:
    """Return the text, after a mark for each subject that said it."""
    marks = "".join("*" if text else " " for text in said)
    text = next(filter(None, said), "")
    return [(f" {marks} ", "dim"), paper.short(text, width - len(marks) - 2)]
