"""The part of two runs that a failure is about: the lines that it cites, with their numbers.

Matching lines of the two sides are in one row, as in the timeline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parity.comparison.alignment import Row
from parity.contract.durations import seconds

CONTEXT_ROWS = 3
"""How many rows are shown before and after the last line that is cited, on which it fails."""

MOST_CITED = 6
"""How many of the other lines are shown, the latest ones: an excerpt must fit on one screen."""

GAP = "..."


class Excerpt(NamedTuple):
    """Equally many rows on both sides. A row is empty if the side has no line in it."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    marked: int | None  # the row on which it fails


def excerpt(
    rows: Sequence[Row], lines: Sequence[int], *, of_left: bool, exact: bool, full: bool = False
) -> Excerpt:
    """Return the rows around one side's cited lines; without any, the last rows.

    Times are rounded to the ms unless they are `exact`. With `full`, all rows are returned.
    """
    numbers = [row.left_line if of_left else row.right_line for row in rows]
    place = {number: i for i, number in enumerate(numbers) if number is not None}
    cited = [place[line] for line in lines if line in place]
    at = cited[-1] if cited else len(rows)
    shown = {*cited[:-1][-MOST_CITED:], *range(at - CONTEXT_ROWS, at + CONTEXT_ROWS + 1)}
    if full:
        shown = set(range(len(rows)))
    left, right, marked = [], [], None
    for i in _with_gaps(sorted(i for i in shown if 0 <= i < len(rows))):
        if i is None:
            left.append(GAP)
            right.append(GAP)
            continue
        marked = len(left) if i == at else marked
        row = rows[i]
        left.append(_line(row.left, row.left_line, row.left_ns, exact=exact))
        right.append(_line(row.right, row.right_line, row.right_ns, exact=exact))
    return Excerpt(tuple(left), tuple(right), marked)


def _with_gaps(places: Sequence[int]) -> Iterator[int | None]:
    """Yield the places, and None for each gap between two of them."""
    for before, place in zip([None, *places], places, strict=False):
        if before is not None and place > before + 1:
            yield None
        yield place


def _line(text: str | None, number: int | None, t_ns: int | None, *, exact: bool) -> str:
    if text is None:
        return ""
    time = "" if t_ns is None else f"{seconds(t_ns) if exact else f'{t_ns / 1e9:.3f} s'}  "
    return f"{number:>3}  {time}{text}"
