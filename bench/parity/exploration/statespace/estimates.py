"""Estimates: the number of orders of a large model, and what the runs have not shown yet."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from parity.contract.scenario import Config
from parity.exploration.statespace.futures import Future
from parity.exploration.statespace.orders import TooMuchWork, Words, complete_words

SAMPLES = 6
MOST_WORK_PER_SAMPLE = 1_600_000
"""As `orders.MOST_WORK`, for one sample."""


class Sampling(NamedTuple):
    """How many futures of each kind are kept at each length."""

    kind: Callable[[Future], object]
    width: int


def _progress(future: Future) -> object:
    return future.handler, future.submitted, len(future.held), len(future.waiting)


def _signalled(future: Future) -> object:
    return future.handler


SAMPLINGS = (
    Sampling(_progress, 30),
    Sampling(_progress, 5),
    Sampling(_signalled, 100),
    Sampling(_signalled, 10),
)
"""From the finest to the coarsest. The first that is not too much work is used.

Most words of one length may be those of runs that are nearly over. But the other words have more
continuations, so some of each kind are kept.
"""


class Estimate(NamedTuple):
    """A number that may have thousands of digits."""

    value: int
    standard_error: int
    samples: int

    @property
    def log10(self) -> float:
        return math.log10(self.value)

    @property
    def relative_error(self) -> float:
        return self.standard_error / self.value


def estimate_orders(
    config: Config,
    *,
    signals: bool,
    samples: int = SAMPLES,
    most_work: int = MOST_WORK_PER_SAMPLE,
    seed: int = 1,
) -> Estimate | None:
    """Estimate the number of complete legal orders from so many independent samples.

    It is None if that is too much work. With many workers, few words share a future. The samples
    are then skewed, and their mean is more often too low than too high.
    """
    for sampling in SAMPLINGS:
        thin = partial(_thinned_by_kind, sampling, random.Random(seed))
        try:
            found = [
                complete_words(config, signals=signals, most_work=most_work, thin=thin)
                for _ in range(samples)
            ]
        except TooMuchWork:
            continue
        mean = sum(found) // samples
        variance = sum((one - mean) ** 2 for one in found) // (samples - 1)
        return Estimate(mean, math.isqrt(variance // samples), samples)
    return None


def _thinned_by_kind(sampling: Sampling, chance: random.Random, words: Words) -> Words:
    """Keep some words of each kind. The estimates are unbiased: see `thinned`."""
    kinds: defaultdict[object, dict[Future, int]] = defaultdict(dict)
    for future, number in words.items():
        kinds[sampling.kind(future)][future] = number
    kept: dict[Future, int] = {}
    for kind in kinds.values():
        kept |= thinned(kind, sampling.width, chance)
    return kept


def thinned(words: Words, width: int, chance: random.Random) -> Words:
    """Keep about `width` futures. On average, the number of words of each stays the same.

    A future with at least c words is kept as it is. One with n < c words is kept with the
    probability n/c, and then counts c words. This is the method of Fearnhead and Clifford (J. R.
    Stat. Soc. B 65, 2003). The value of c is such that `width` futures are kept. One random number
    decides for all of them, so the number kept hardly varies.
    """
    if len(words) <= width:
        return words
    numbers = sorted(words.values(), reverse=True)
    rest, great = sum(numbers), 0
    while numbers[great] * (width - great) >= rest:
        rest -= numbers[great]
        great += 1
    enough = -(-rest // (width - great))
    left = chance.randrange(enough)  # how many words to skip before the next one kept
    kept = {}
    for future, number in words.items():
        if number >= enough:
            kept[future] = number
        elif left < number:
            kept[future] = enough
            left += enough - number
        else:
            left -= number
    return kept


def unseen_mass(seen: Counter[Any]) -> float | None:
    """Return Good and Turing's estimate of the probability that the next run shows something new.

    It is the share of runs that showed something no other run did. It is None without runs.
    """
    runs = seen.total()
    return sum(number == 1 for number in seen.values()) / runs if runs else None
