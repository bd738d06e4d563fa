"""A histogram of times, like HdrHistogram: each bucket's bound is within 1/64 of the times in it.

Each power of two is cut into the same number of buckets. So a histogram is small for any range, and
two of them are added bucket by bucket.
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
        """Return for each share the least bound that this share of the times does not exceed."""
        bounds = sorted(self._counts)
        seen = list(accumulate(self._counts[bound] for bound in bounds))
        return {
            name: bounds[bisect_left(seen, part * seen[-1])] for name, part in PERCENTILES.items()
        }


def _upper(ns: int) -> int:
    """Return the upper bound of the time's bucket. Each small time has a bucket of its own."""
    shift = max(0, ns.bit_length() - PER_DOUBLING.bit_length())
    return ((ns >> shift) + 1 << shift) - 1 if shift else max(0, ns)
