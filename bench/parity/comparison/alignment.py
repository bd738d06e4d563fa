"""Align two traces: find which line of one matches which line of the other.

Lines match if they are the same up to renaming workers. A line about a job is identified by its
event and the job's number; any other line by its event and its position among the lines of that
event. Matching lines share a row, or have one row each if their instants differ. Rows follow the
virtual clock, and within one instant the reference's order. Without a virtual clock, they follow
the reference's order. O(n log n) in the number of events.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import accumulate
from typing import Literal

import msgspec

from parity.contract.trace import Event, Trace, line_of

Kind = Literal["same", "reordered", "moved", "only_left", "only_right"]


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A line of either side, or of both.

    - same: both said it, on a virtual clock at the same instant.
    - reordered: likewise, but `right` said it before a row above or after a row below.
    - moved: both said it, at different instants; a row for each side, at that side's time.
    - only_left, only_right: the other side never said it.

    Times are in ns on each side's clock, None if it gave none. A moved row has both.
    """

    kind: Kind
    left: str | None = None
    right: str | None = None
    left_ns: int | None = None
    right_ns: int | None = None
    left_line: int | None = None  # the number of the line in its file
    right_line: int | None = None

    @property
    def t_ns(self) -> int | None:
        """The time at which the row is shown: the reference's, if it has a line here."""
        if self.left is None or self.left_ns is None:
            return self.right_ns
        return self.left_ns

    @property
    def differs(self) -> bool:
        return self.kind not in ("same", "reordered")


def rows(left: Trace, right: Trace, *, workers: int) -> list[Row]:
    """Return the rows. `workers` is the number to show if a trace has no header that tells it."""
    alignment = _Alignment(
        _Side(left, workers), _Side(right, workers), timed=left.virtual and right.virtual
    )
    placed = sorted([*alignment.left_rows(), *alignment.right_rows()], key=lambda item: item[0])
    return [row for _, row in placed]


_Place = tuple[int, int, int, int]
"""The instant, the reference's line, whether it comes after that line, and in which order."""


class _Side:
    """One trace, ready to be aligned with another."""

    def __init__(self, trace: Trace, workers: int) -> None:
        told = trace.header.config.get("workers") if trace.header else None
        self.events: Sequence[Event] = trace.events
        self._workers = told if isinstance(told, int) else workers
        self.times = [event.t_ns for event in trace.events]
        # A clock that runs backward must not change the order of the lines.
        self.instants = list(accumulate((t or 0 for t in self.times), max))
        self.keys = _numbered([_identity(event, self._workers) for event in trace.events])

    def line(self, i: int) -> str:
        return line_of(self.events[i], self._workers)


def _identity(event: Event, workers: int) -> Hashable:
    said = workers if event.event == "pool_starting" else event.job
    return event.event, said, event.payload, event.signal


def _numbered(identities: Sequence[Hashable]) -> list[tuple[Hashable, int]]:
    """Pair each line's identity with how many of the same came before it."""
    seen: Counter[Hashable] = Counter()
    numbered = []
    for identity in identities:
        numbered.append((identity, seen[identity]))
        seen[identity] += 1
    return numbered


def _longest_increasing(aligned: dict[int, int]) -> set[int]:
    """Return the right indices of a longest list of pairs that are in order on both sides."""
    ends: list[int] = []  # the least left index that ends an increasing run of each length
    tails: list[int] = []  # its right index
    before: dict[int, int | None] = {}
    for j in sorted(aligned):
        i = aligned[j]
        length = bisect_left(ends, i)
        ends[length : length + 1] = [i]
        tails[length : length + 1] = [j]
        before[j] = tails[length - 1] if length else None
    chain: set[int] = set()
    at = tails[-1] if tails else None
    while at is not None:
        chain.add(at)
        at = before[at]
    return chain


class _Alignment:
    """Which lines match, and where each row has its place."""

    def __init__(self, ours: _Side, theirs: _Side, *, timed: bool) -> None:
        self._ours, self._theirs, self._timed = ours, theirs, timed
        where = {key: j for j, key in enumerate(theirs.keys)}
        self._partner = [where.get(key) for key in ours.keys]
        self._answered = {j: i for i, j in enumerate(self._partner) if j is not None}
        self._abreast = {j: i for j, i in self._answered.items() if self._meet(i, j)}
        self._in_order = _longest_increasing(self._abreast)

    def _meet(self, i: int, j: int) -> bool:
        return not self._timed or self._ours.times[i] == self._theirs.times[j]

    def left_rows(self) -> Iterator[tuple[_Place, Row]]:
        """Yield a row for each line of the reference, with the right side's line if it is there."""
        ours, theirs = self._ours, self._theirs
        for i, j in enumerate(self._partner):
            kind = self._kind(j)
            row = Row(
                kind=kind,
                left=ours.line(i),
                right=None if j is None or kind == "moved" else theirs.line(j),
                left_ns=ours.times[i],
                right_ns=None if j is None else theirs.times[j],
                left_line=ours.events[i].line,
                right_line=None if j is None or kind == "moved" else theirs.events[j].line,
            )
            yield (ours.instants[i] if self._timed else 0, i, 0, 0), row

    def _kind(self, j: int | None) -> Kind:
        if j is None:
            return "only_left"
        if j not in self._abreast:
            return "moved"
        return "same" if j in self._in_order else "reordered"

    def right_rows(self) -> Iterator[tuple[_Place, Row]]:
        """Yield the right side's other lines, each after the last line before it that both said."""
        theirs = self._theirs
        anchor = -1
        for j in range(len(theirs.keys)):
            if j in self._abreast:
                anchor = self._abreast[j] if j in self._in_order else anchor
                continue
            i = self._answered.get(j)
            row = Row(
                kind="only_right" if i is None else "moved",
                right=theirs.line(j),
                left_ns=None if i is None else self._ours.times[i],
                right_ns=theirs.times[j],
                right_line=theirs.events[j].line,
            )
            yield (theirs.instants[j] if self._timed else 0, anchor, 1, j), row
