"""The timeline on a console: program time, and the lines of both sides beside each other.

Rows differ by marks and not only by colour, since pipes and NO_COLOR have no colour. On a narrow
console a line that both printed is shown once, in the reference's words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from parity.comparison.alignment import Kind, Row
from parity.report.console.figures import instant, seconds
from parity.report.console.paper import NARROWEST_COLUMN, Paper, Styled
from parity.report.console.windows import windows

LONG = 60
"""The most rows of a timeline that is shown whole."""

WIDE = 100
"""A console needs at least this many cells to show times with their unit."""

STYLES: dict[Kind, str] = {
    "same": "",
    "reordered": "cyan",
    "moved": "bold yellow",
    "only_left": "bold red",
    "only_right": "bold red",
}

LEGAL = "cyan"
"""The style of a difference between two legal orders, which is no fault."""


def timetable(
    paper: Paper,
    rows: Sequence[Row],
    names: tuple[str, str],
    *,
    exact: bool,
    legal: bool = False,
    full: bool,
) -> None:
    """Write the rows, all of them where `full`.

    `exact` says that the times are virtual. `legal` says that all lines of both sides are legal.
    """
    if not rows:
        paper.line(("  nothing was said", "dim"))
        return
    differing = (i for i, row in enumerate(rows) if row.differs)
    cut = list(windows(len(rows), differing, whole=len(rows) if full else LONG))
    shown = [rows[i] for part, is_shown in cut if is_shown for i in part]
    columns = _Columns(paper, shown, names, exact, legal)
    paper.write(columns.head())
    for part, is_shown in cut:
        here = rows[part.start : part.stop]
        paper.write(columns.lines(here) if is_shown else [[(columns.gap(here), "dim")]])
    _legend(paper, columns, rows, exact=exact, legal=legal)


class _Columns:
    """The widths of the columns, and the lines in them."""

    def __init__(
        self, paper: Paper, shown: Sequence[Row], names: tuple[str, str], exact: bool, legal: bool
    ) -> None:
        self._paper, self.names, self._legal = paper, names, legal
        instants = {ns for row in shown for ns in (row.left_ns, row.right_ns) if ns is not None}
        # As many digits as distinguish the instants.
        enough = (d for d in (3, 6, 9) if len({seconds(t, d) for t in instants}) == len(instants))
        self._digits = next(enough) if exact else 3
        wide = paper.width >= WIDE
        self._title, self._unit = ("program time", " s") if wide else ("time/s", "")
        self._time = max(cell_len(text) for text in [self._title, *map(self._at, shown)])
        # Two real clocks never quite agree. If there is room, each side shows its own time.
        own = [self._own(row) for row in shown] if wide and not exact else [""]
        self._own_time = max(map(cell_len, own))
        natural = [
            max(cell_len(text) for text in [name, *(self._cell(row, side) for row in shown)])
            for side, name in enumerate(names)
        ]
        room = paper.width - self._time - len(" =") - len(" | ") * 2 - self._own_time
        self.two = room // 2 >= NARROWEST_COLUMN or sum(natural) <= room
        # If both sides fit, each gets what it needs. Otherwise it gets half, or what is left.
        self._left = min(natural[0], max(room // 2, room - natural[1]))
        self._right = min(natural[1], room - self._left)
        self._only = paper.width - self._time - len(" =< ")
        self._bar: Styled = (f" {paper.glyphs.bar} ", "dim")

    def _at(self, row: Row) -> str:
        return "" if row.t_ns is None else seconds(row.t_ns, self._digits) + self._unit

    def _cell(self, row: Row, side: int) -> str:
        """Return the side's line, or the other time at which it has this line."""
        text, ns = ((row.left, row.left_ns), (row.right, row.right_ns))[side]
        if text is not None:
            return self._paper.clean(text)
        return "" if ns is None else f"(at {instant(ns, self._digits)})"

    def _own(self, row: Row) -> str:
        """Return the time of the right side's line, and space after it."""
        if row.right is None or row.right_ns is None:
            return ""
        return f"{seconds(row.right_ns, self._digits)}{self._unit}  "

    def _sign(self, row: Row) -> str:
        return "" if row.kind == "same" else str(getattr(self._paper.glyphs, row.kind))

    def _style(self, row: Row) -> str:
        return LEGAL if self._legal and row.kind != "same" else STYLES[row.kind]

    def head(self) -> list[list[Styled]]:
        paper = self._paper
        title: Styled = (paper.pad(self._title, self._time, right=True), "dim")
        if not self.two:
            both = paper.crop(" and ".join(self.names), self._only)
            return [[title, "    ", (both, "bold")]]
        left = paper.pad(paper.crop(self.names[0], self._left), self._left)
        right = " " * self._own_time + paper.crop(self.names[1], self._right)
        rule, crossing = paper.glyphs.rule, paper.glyphs.crossing
        widths = self._time + len(" = "), self._left + 2, self._own_time + self._right + 1
        return [
            [title, "  ", self._bar, (left, "bold"), self._bar, (right, "bold")],
            [(crossing.join(rule * width for width in widths), "dim")],
        ]

    def lines(self, rows: Sequence[Row]) -> Iterator[list[Styled]]:
        """Yield the lines of the rows. A time equal to the one above is left blank."""
        before = own_before = ""
        for row in rows:
            at, own = self._at(row), self._own(row) if self._own_time else ""
            time = self._paper.pad("" if at == before else at, self._time, right=True)
            own_time = self._paper.pad("" if own == own_before else own, self._own_time, right=True)
            cells = self._both(row, own_time) if self.two else self._either(row)
            yield [(time, "dim"), *cells]
            before, own_before = at, own

    def _both(self, row: Row, own_time: str) -> list[Styled]:
        paper, style = self._paper, self._style(row)
        words = style if row.differs else ""
        left = paper.pad(paper.short(self._cell(row, 0), self._left), self._left)
        right = self._paper.short(self._cell(row, 1), self._right)
        return [
            (f" {paper.pad(self._sign(row), 1)}", style),
            self._bar,
            (left, "dim" if row.left is None else words),
            self._bar,
            (own_time, "dim"),
            (right, "dim" if row.right is None else words),
        ]

    def _either(self, row: Row) -> list[Styled]:
        paper, style = self._paper, self._style(row)
        side = 1 if row.left is None else 0
        sign = self._sign(row)
        if row.kind == "moved":
            sign += (paper.glyphs.only_left, paper.glyphs.only_right)[side]
        text = self._paper.short(self._cell(row, side), self._only)
        return [(f" {paper.pad(sign, 2)} ", style), (text, style if row.differs else "")]

    def gap(self, rows: Sequence[Row]) -> str:
        """Return the line that replaces the omitted rows."""
        differing = sum(row.differs for row in rows)
        alike = f", {differing:,} of them differing" if differing else " alike"
        dots = self._paper.glyphs.ellipsis
        return f"{' ' * self._time}   {dots} {len(rows):,} rows{alike} {dots}"


def _legend(
    paper: Paper, columns: _Columns, rows: Sequence[Row], *, exact: bool, legal: bool
) -> None:
    glyphs, (left, right) = paper.glyphs, columns.names
    moved = f"{glyphs.moved} at another time"
    if not columns.two:
        marks = f"{glyphs.moved}{glyphs.only_left}", f"{glyphs.moved}{glyphs.only_right}"
        moved = f"{marks[0]} {left}, {marks[1]} {right}: at another time"
    meanings: dict[Kind, str] = {
        "moved": moved,
        "only_left": f"{glyphs.only_left} only {left}",
        "only_right": f"{glyphs.only_right} only {right}",
        "reordered": f"{glyphs.reordered} in another order" + " within its instant" * exact,
    }
    kinds = {row.kind for row in rows}
    said = [words for kind, words in meanings.items() if kind in kinds]
    if legal and kinds & {"moved", "only_left", "only_right"}:
        said.append("either is legal")
    if said:
        paper.line()
        beside = "   ".join(said)
        for text in [beside] if cell_len(beside) <= paper.width - 2 else said:
            paper.paragraph("  ", text=text, style="dim")
