"""What `parity guide --check` shows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from rich.console import Console

from parity.guide.check import CheckedClaim
from parity.guide.program import versions
from parity.report.console.paper import Paper


def show_claims(checked: Sequence[CheckedClaim], console: Console) -> None:
    """List the claims by page, each with its verdict. A broken claim shows what was printed."""
    paper = Paper(console)
    for page, claims in groupby(checked, key=attrgetter("page")):
        paper.line("  ", (page, "bold"))
        for one in claims:
            paper.paragraph("    ", paper.mark(one.holds), " ", text=one.claim, indent=6)
            detail = f"{one.evidence} [{one.place}]"
            if not one.holds:
                paper.paragraph("      ", text=paper.clean(detail), indent=6)
        paper.line()
    held = sum(one.holds for one in checked)
    paper.line(f"{held} of {len(checked)} claims hold ({versions()})")
