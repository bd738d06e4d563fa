"""The statistics of a coin: whether it is fair, whether two are alike, whether it has a memory.

scipy takes two seconds to load, so each function imports it when it is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from statistics import NormalDist

import msgspec

ALPHA = 1e-6
"""How often a fair coin is called unfair.

With 10,000 decisions, a coin that is off by 0.04 is still found 999 times in 1,000. So there is no
reason to accept more false alarms.
"""
SHARE_CONFIDENCE = 0.99
FEWEST_EXPECTED = 50
"""Expected counts below this are pooled, so that the chi-square law holds in its far tail."""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How often the coin fell on one side, tested against 1/2 by the exact binomial test."""

    count: int
    of: int
    low: float  # Clopper and Pearson's interval, at CONFIDENCE
    high: float
    p_value: float

    @property
    def share(self) -> float:
        return self.count / self.of

    @property
    def fair(self) -> bool:
        return self.p_value >= ALPHA


def share(count: int, of: int) -> Share:
    from scipy.stats import binomtest

    test = binomtest(count, of, 0.5)
    interval = test.proportion_ci(SHARE_CONFIDENCE, method="exact")
    return Share(
        count=count,
        of=of,
        low=float(interval.low),
        high=float(interval.high),
        p_value=float(test.pvalue),
    )


def equivalence(one: Share, other: Share, margin: float) -> float:
    """Return the p-value of two one-sided tests. It is small if the shares are within the margin.

    This is Schuirmann's TOST with Wald's z. The variance is that of Agresti and Caffo, who add a
    success and a failure to each sample. So it is never 0, even if a coin always falls on one side.
    """
    from scipy.stats import norm

    shares = [(coin.count + 1) / (coin.of + 2) for coin in (one, other)]
    variances = [p * (1 - p) / (coin.of + 2) for p, coin in zip(shares, (one, other), strict=True)]
    difference = shares[0] - shares[1]
    return float(norm.sf((margin - abs(difference)) / sqrt(sum(variances))))


def throws_needed(margin: float, *, size: float = 0.05, power: float = 0.95) -> int:
    """Return how many throws of each of two fair coins `equivalence` needs.

    `size` is the probability of its error if the coins differ by the margin. `power` is that of its
    success if they are alike. Both one-sided tests must succeed, so each gets half of 1 - power.
    """
    quantile = NormalDist().inv_cdf
    z = quantile(1 - size) + quantile(1 - (1 - power) / 2)
    return ceil(2 * 0.25 * (z / margin) ** 2)


def geometric_fit(counts: Sequence[int]) -> float:
    """Return the p-value of the chi-square test against the geometric law.

    `counts[k]` series had k heads before the first tail. A coin with a memory of each worker may
    have a share of 1/2 and still not follow this law.
    """
    from scipy.stats import chisquare

    total = sum(counts)
    pooled = 0
    while total * 0.5 ** (pooled + 1) >= FEWEST_EXPECTED:
        pooled += 1
    seen = [*counts[:pooled], *[0] * (pooled - len(counts)), sum(counts[pooled:])]
    law = [*(0.5 ** (k + 1) for k in range(pooled)), 0.5**pooled]
    return float(chisquare(seen, [total * p for p in law]).pvalue) if pooled else 1.0
