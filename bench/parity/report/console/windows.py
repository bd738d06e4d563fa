"""Which parts of a long list are shown: its ends, and what is around the important places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

ENDS = 12
AROUND = 3
PLACES = 20
SHORTEST_GAP = 3


def windows(length: int, places: Iterable[int], *, whole: int = 0) -> Iterator[tuple[range, bool]]:
    """Yield consecutive ranges, each with whether to show it. Up to `whole` items all are shown.

    Of many places, the first ones are shown. Only three items or more are replaced by a gap.
    """
    kept = [range(length if length <= whole else min(ENDS, length))]
    for place in sorted(places)[:PLACES]:
        kept.append(range(max(0, place - AROUND), min(length, place + AROUND + 1)))
    kept.append(range(max(0, length - ENDS), length))
    start = shown_to = 0
    for window in sorted(kept, key=lambda r: r.start):
        if window.start - shown_to >= SHORTEST_GAP:
            yield range(start, shown_to), True
            yield range(shown_to, window.start), False
            start = window.start
        shown_to = max(shown_to, window.stop)
    yield range(start, shown_to), True
