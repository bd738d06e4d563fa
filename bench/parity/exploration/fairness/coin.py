"""The statistics of a coin: whether it is fair, whether two are alike, whether it forgets.

scipy takes two seconds to load: it is, where the first test is made.
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
"""Counts of the law below which they are pooled: the chi-square law is then good far out, too."""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How often it fell on one side, held against 1/2 by the exact binomial test."""

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
    """Return the p-value of two one-sided tests: small where the shares differ by less than that.

    Schuirmann's TOST, with Wald's z. The variance is Agresti and Caffo's, of shares with a success
    and a failure added to each: it is never 0, so two coins that never fall on one side are no
    more certain than they should be.
    """
    from scipy.stats import norm

    shares = [(coin.count + 1) / (coin.of + 2) for coin in (one, other)]
    variances = [p * (1 - p) / (coin.of + 2) for p, coin in zip(shares, (one, other), strict=True)]
    difference = shares[0] - shares[1]
    return float(norm.sf((margin - abs(difference)) / sqrt(sum(variances))))


def throws_needed(margin: float, *, size: float = 0.05, power: float = 0.95) -> int:
    """Return how many throws of each of two fair coins `equivalence` needs.

    `size` is its error where they do differ by the margin, `power` its success where they are
    alike. Both of its halves have to succeed, so each may miss half of what is missing of 1.
    """
    quantile = NormalDist().inv_cdf
    z = quantile(1 - size) + quantile(1 - (1 - power) / 2)
    return ceil(2 * 0.25 * (z / margin) ** 2)


def geometric_fit(counts: Sequence[int]) -> float:
    """Return the p-value of chi-square; `counts[k]` series had k heads before the first tail.

    A coin that remembers what it gave to whom may be fair and yet not give this law.
    """
    from scipy.stats import chisquare

    total = sum(counts)
    pooled = 0
    while total * 0.5 ** (pooled + 1) >= FEWEST_EXPECTED:
        pooled += 1
    seen = [*counts[:pooled], *[0] * (pooled - len(counts)), sum(counts[pooled:])]
    law = [*(0.5 ** (k + 1) for k in range(pooled)), 0.5**pooled]
    return float(chisquare(seen, [total * p for p in law]).pvalue) if pooled else 1.0
