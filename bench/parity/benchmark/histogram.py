"""A histogram of times, after HdrHistogram: every bucket within 1/64 of what is in it.

Each power of two is cut into the same number of buckets. So it is small whatever the range, and
two are added bucket by bucket.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate

from parity.benchmark.result import Bucket

PER_DOUBLING = 64
PERCENTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999}


class Histogram:
    """Counts of times, in ns."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    def add(self, times_ns: Iterable[int]) -> None:
        self._counts.update(map(_upper, times_ns))

    def buckets(self) -> tuple[Bucket, ...]:
        return tuple(Bucket(upto_ns=upto, count=n) for upto, n in sorted(self._counts.items()))

    def percentiles_ns(self) -> dict[str, int]:
        """Return the least bound that such a part of the times does not pass."""
        bounds = sorted(self._counts)
        seen = list(accumulate(self._counts[bound] for bound in bounds))
        return {
            name: bounds[bisect_left(seen, part * seen[-1])] for name, part in PERCENTILES.items()
        }


def _upper(ns: int) -> int:
    """Return the upper bound of the bucket: ns itself up to the first cut."""
    shift = max(0, ns.bit_length() - PER_DOUBLING.bit_length())
    return ((ns >> shift) + 1 << shift) - 1 if shift else max(0, ns)
