"""The lines of a run that a finding is about."""

from __future__ import annotations

from collections.abc import Sequence

from parity.comparison.alignment import Row
from parity.comparison.excerpt import excerpt
from parity.contract.trace import Event
from parity.judging.result import Evidence


def evidence(
    rule: str,
    words: str,
    rows: Sequence[Row],
    lines: Sequence[int],
    *,
    exact: bool = False,
    full: bool = False,
) -> Evidence:
    """Return the words with the lines that they cite, and those around, or all where `full`."""
    if not lines:
        return Evidence(rule=rule, words=words)
    shown, _, marked = excerpt(rows, lines, of_left=True, exact=exact, full=full)
    return Evidence(rule=rule, words=words, excerpt=shown, marked=marked)


def own_rows(said: Sequence[str], events: Sequence[Event]) -> list[Row]:
    """Return the lines of the events as the program said them, in its own words."""
    numbers = dict.fromkeys(event.line for event in events if event.line)
    return [Row(kind="same", left=said[n - 1], left_line=n) for n in numbers]
