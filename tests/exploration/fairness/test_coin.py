"""The statistics of a coin: how much they need, what they accept, what they reject."""

from __future__ import annotations

import random

import numpy as np
import pytest
from parity.exploration.fairness.coin import equivalence, geometric_fit, share, throws_needed
from parity.exploration.fairness.select import DECISIONS, FEWEST_DECISIONS, MARGIN, SIZE
from scipy.stats import binom, norm


def passes(of: int, one: float, other: float) -> float:
    """Return the exact probability that `equivalence` finds two coins alike.

    It sums over all pairs of counts, without those that are too rare to matter.
    """
    total = 0.0
    spread = 7 * int(np.sqrt(of) / 2)
    for count in range(int(of * one) - spread, int(of * one) + spread):
        widest = _widest(of, count)
        low, high = binom.cdf([widest[0] - 1, widest[1]], of, other)
        total += binom.pmf(count, of, one) * (high - low)
    return float(total)


def _widest(of: int, count: int) -> tuple[int, int]:
    """Return the least and greatest count of the other coin that is found equivalent."""

    def alike(other: int) -> bool:
        return equivalence_of(count, other, of) < SIZE

    low, high = count, count
    for step in (64, 8, 1):
        while alike(low - step):
            low -= step
        while alike(high + step):
            high += step
    return low, high


def equivalence_of(count: int, other: int, of: int) -> float:
    """Return the p-value for two counts, without the test of each coin by `share`."""
    p, q = (count + 1) / (of + 2), (other + 1) / (of + 2)
    error = ((p * (1 - p) + q * (1 - q)) / (of + 2)) ** 0.5
    return float(norm.sf((MARGIN - abs(p - q)) / error))


def test_equivalence_agrees_with_the_exact_count() -> None:
    for count, other in ((1300, 1290), (1300, 1170), (0, 0), (2599, 0)):
        pair = share(count, 2599), share(other, 2599)
        assert equivalence(*pair, MARGIN) == pytest.approx(equivalence_of(count, other, 2599))


def test_2599_decisions_find_two_fair_coins_alike_19_times_in_20() -> None:
    assert throws_needed(MARGIN, size=0.05, power=0.95) == FEWEST_DECISIONS == 2599
    assert 0.949 < passes(2599, 0.5, 0.5) < 0.951


def test_two_coins_that_differ_by_the_margin_pass_once_in_20() -> None:
    assert 0.045 < passes(2599, 0.475, 0.525) < 0.0501


def test_the_default_sample_fails_two_fair_coins_once_in_ten_million() -> None:
    # By the normal law: `passes` is too near 1 to be told from it.
    error = (0.5 / DECISIONS) ** 0.5
    assert 2 * norm.sf(MARGIN / error - norm.isf(SIZE)) < 1e-7


def test_two_coins_that_always_fall_alike_are_equivalent_and_two_opposite_ones_are_not() -> None:
    always, never = share(3000, 3000), share(0, 3000)
    assert equivalence(always, always, MARGIN) < 1e-9
    assert equivalence(always, never, MARGIN) > 0.999
    assert always.p_value == never.p_value < 1e-300
    assert (never.low, always.high) == (0.0, 1.0)


def series(throws: list[bool]) -> list[int]:
    """Return how many series had 0, 1, ... heads before their tail."""
    lengths = [len(heads) for heads in "".join("ht"[not head] for head in throws).split("t")]
    return [lengths.count(k) for k in range(max(lengths) + 1)]


def test_a_coin_that_alternates_is_fair_but_has_a_memory() -> None:
    turns = [bool(i % 2) for i in range(10_000)]
    assert share(sum(turns), len(turns)).p_value == 1
    assert geometric_fit(series(turns)) < 1e-300


def test_a_coin_without_memory_follows_the_law_with_uniform_p_values() -> None:
    chance = random.Random(1)
    p_values = [
        geometric_fit(series([chance.random() < 0.5 for _ in range(4000)])) for _ in range(100)
    ]
    assert 30 < sum(p < 0.5 for p in p_values) < 70
    assert min(p_values) > 1e-4


def test_too_few_series_cannot_reject_the_law() -> None:
    assert geometric_fit([]) == geometric_fit([40, 20]) == 1.0
