"""The console of the reports: whole lines that are never too wide, and harmless words."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

import msgspec
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.segment import Segment, Segments
from rich.text import Text

from parity.report.console.inert import clipped, inert

PIPE_WIDTH = 120
NARROWEST = 20
NARROWEST_COLUMN = 28
"""In this many cells a line of a program can still be read. Narrower columns are useless."""

LONGEST = 600
"""How many characters of a text are shown: a longer text is garbage, and --save keeps all of it."""

Styled = str | tuple[str, str]
"""A text, or a text and its style."""


class Glyphs(msgspec.Struct, frozen=True, kw_only=True):
    holds: str = "✓"
    fails: str = "✗"
    unknown: str = "?"
    moved: str = "≠"
    only_left: str = "<"
    only_right: str = ">"
    reordered: str = "~"
    here: str = "▸"
    bar: str = "│"
    rule: str = "─"
    crossing: str = "┼"
    ellipsis: str = "…"
    dot: str = "·"


ASCII = Glyphs(
    holds="+",
    fails="x",
    moved="!",
    here=">",
    bar="|",
    rule="-",
    crossing="+",
    ellipsis="...",
    dot="-",
)


def console(file: TextIO | None = None) -> Console:
    """Return a console on the file, stdout by default. A pipe's width is COLUMNS, or 120."""
    file = file or sys.stdout
    if file.isatty():
        return Console(file=file)
    told = os.environ.get("COLUMNS", "")
    return Console(file=file, width=int(told) if told.isdecimal() and int(told) else PIPE_WIDTH)


class Paper:
    def __init__(self, console: Console) -> None:
        self._console = console
        self.width = max(NARROWEST, console.width)
        self.glyphs = ASCII if console.options.ascii_only else Glyphs()

    def clean(self, text: str) -> str:
        """Return the text made inert, and cut if it is too long to read."""
        cut = clipped(text, LONGEST, "...")
        return inert(self._micro(cut), encoding=self._console.encoding)

    def _micro(self, text: str) -> str:
        """Return the text with `us` for `µs` if the console has ASCII only."""
        return text.replace("µ", "u") if self.glyphs is ASCII else text

    def mark(self, holds: bool, *, judged: bool = True) -> tuple[str, str]:
        """Return the sign of a verdict and its style."""
        if not judged:
            return self.glyphs.unknown, "yellow"
        return (self.glyphs.holds, "green") if holds else (self.glyphs.fails, "bold red")

    def verdict(self, holds: bool, text: str) -> None:
        """Write the sign of the verdict and the text, which must be clean."""
        glyph, style = self.mark(holds)
        self.paragraph((f"  {glyph} ", style), text=text, indent=4)

    def write(self, lines: Iterable[Sequence[Styled]]) -> None:
        """Write the lines, without spaces at their ends. All text in them must be clean."""
        # Segments, not Text: rich would parse, wrap and divide a Text again, ten times as slowly.
        segments: list[Segment] = []
        for parts in lines:
            segments += [self._segment(part) for part in _stripped(parts)]
            segments.append(Segment.line())
        self._console.print(Segments(segments), end="", crop=False)

    def _segment(self, part: Styled) -> Segment:
        text, style = (part, "") if isinstance(part, str) else part
        return Segment(self._micro(text), self._console.get_style(style) if style else None)

    def line(self, *parts: Styled) -> None:
        self.write([parts])

    def paragraph(self, *head: Styled, text: str, style: str = "", indent: int = 0) -> None:
        """Write the head and, beside it, the text in as many lines as it needs.

        The text is indented by the head's width. If that leaves too little room, it goes below.
        """
        at = sum(cell_len(part if isinstance(part, str) else part[0]) for part in head)
        if self.width - at < min(NARROWEST, cell_len(text)):
            self.line(*head)
            head, at = (" " * indent,), indent
        first, *rest = folded(text, self.width - at)
        self.line(*head, (first, style))
        self.write([" " * at, (line, style)] for line in rest)

    def cited(self, lines: Sequence[str], marked: int | None, *, indent: int) -> None:
        """Write the lines that a failure cites, with a mark before the one on which it fails."""
        for i, line in enumerate(lines):
            sign, style = (f"{self.glyphs.here} ", "bold red") if i == marked else ("  ", "")
            head = " " * indent, (sign, style)
            self.paragraph(*head, text=self.clean(line), style=style, indent=indent + 4)

    def crop(self, text: str, width: int) -> str:
        """Return the text in at most `width` cells, with an ellipsis where it is cut."""
        if cell_len(text) <= width:
            return text
        kept = width - len(self.glyphs.ellipsis)
        return set_cell_size(text, kept).rstrip(" .,") + self.glyphs.ellipsis

    def short(self, line: str, width: int) -> str:
        """Crop a program's line, if possible in a job's payload and not in its number."""
        job, payload, _ = line.partition(", Payload: ")
        if payload and cell_len(job) <= width < cell_len(line):
            dots = self.glyphs.ellipsis
            return job + dots if cell_len(job + dots) <= width else job
        return self.crop(line, width)

    def pad(self, text: str, width: int, *, right: bool = False) -> str:
        space = " " * max(0, width - cell_len(text))
        return space + text if right else text + space


def _stripped(parts: Sequence[Styled]) -> list[Styled]:
    """Return the parts without the spaces at the end of the line."""
    kept = list(parts)
    while kept:
        last = kept.pop()
        text, style = (last, "") if isinstance(last, str) else last
        if text := text.rstrip():
            return [*kept, (text, style)]
    return kept


def folded(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` cells, broken between words if possible."""
    return [line.plain.rstrip() for line in Text(text).wrap(_PLAIN, max(1, width))] or [""]


_PLAIN = Console(file=None, color_system=None, width=PIPE_WIDTH)
