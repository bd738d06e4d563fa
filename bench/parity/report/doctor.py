"""What `parity doctor` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from rich.console import Console


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    what: str
    ok: bool
    found: str  # what it is and where; where it is missing, the command that brings it


def show(found: list[Finding], console: Console) -> None:
    from parity.report.console.paper import Paper
    from parity.report.console.table import table

    paper = Paper(console)
    holds, fails = (paper.glyphs.holds, "green"), (paper.glyphs.fails, "red")
    body = [[holds if f.ok else fails, (f.what, "bold"), (paper.clean(f.found), "")] for f in found]
    table(paper, ["", "what", "found"], body)
