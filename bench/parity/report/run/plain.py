"""A failing verdict as plain lines, for documents that have text but no layout."""

from __future__ import annotations

from parity.comparison.result import Comparison, Difference, Verdict
from parity.report.console.inert import inert


def context(comparison: Comparison, verdict: Verdict) -> list[str]:
    """Return each side's lines around the difference. `>` marks the line in question."""
    if verdict.difference is None:
        return []
    found: Difference = verdict.difference
    sides = (
        (comparison.reference.subject, found.left, found.marked_left),
        (comparison.other.subject, found.right, found.marked_right),
    )
    lines = []
    for name, said, marked in sides:
        if said:
            lines.append(f"{inert(name)}:")
            lines += [f"{'>' if i == marked else ' '} {inert(s)}" for i, s in enumerate(said) if s]
    return lines
