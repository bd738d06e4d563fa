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
    """Write a line for each finding. Only a terminal folds it: a pipe gets it whole."""
    from parity.report.console.paper import Paper, mark

    paper = Paper(console)
    width = max(len(finding.what) for finding in found)
    for finding in found:
        name = (paper.pad(finding.what, width), "bold")
        head, text = ("  ", mark(paper, finding.ok), "  ", name, "  "), paper.clean(finding.found)
        if console.is_terminal:
            paper.paragraph(*head, text=text)
        else:
            paper.line(*head, text)
