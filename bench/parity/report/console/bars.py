"""Bars of a chart in a terminal, to an eighth of a cell; in ASCII where it must be."""

from __future__ import annotations

from parity.report.console.paper import ASCII, Paper

EIGHTHS = " ▏▎▍▌▋▊▉"
FULL = "█"
FULL_ASCII = "#"


def bar(paper: Paper, share: float, width: int) -> str:
    """Return a bar of `share` (0 to 1) of the width; what is not 0 is never quite invisible."""
    if paper.glyphs is ASCII:
        return FULL_ASCII * max(round(share * width), share > 0)
    eighths = max(round(share * width * 8), share > 0)
    whole, rest = divmod(eighths, 8)
    return (FULL * whole + EIGHTHS[rest]).rstrip()
