"""What `parity doctor` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from rich.console import Console


class Need(msgspec.Struct, frozen=True, kw_only=True):
    what: str
    ok: bool
    found: str  # what it is and where; or the command that installs it


def show(needs: list[Need], console: Console) -> None:
    """Write a line for each. Only on a terminal is it folded: a pipe gets whole lines."""
    from parity.report.console.paper import Paper

    paper = Paper(console)
    width = max(len(need.what) for need in needs)
    for need in needs:
        name = (paper.pad(need.what, width), "bold")
        head, text = ("  ", paper.mark(need.ok), "  ", name, "  "), paper.clean(need.found)
        if console.is_terminal:
            paper.paragraph(*head, text=text)
        else:
            paper.line(*head, text)
