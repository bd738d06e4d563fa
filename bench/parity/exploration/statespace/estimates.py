"""What is not counted: the orders of a large model, and what many runs have not shown."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from parity.contract.scenario import Config
from parity.exploration.statespace.futures import Future
from parity.exploration.statespace.orders import Counting, TooMuchWork

SAMPLES = 6
MOST_WORK_PER_SAMPLE = 1_600_000
"""Of one sample: see `orders.MOST_WORK`."""


class Sampling(NamedTuple):
    """How many futures are kept of each kind, at each length."""

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
"""The finest first that can be afforded.

Of all the words of one length most may be those of runs that are nearly over. What comes of the
others is more, so each kind keeps some.
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

    None where that is too much work. Words have few futures in common where there are many
    workers; then the samples are skewed, and their mean falls short more often than not.
    """
    for sampling in SAMPLINGS:
        chance = random.Random(seed)
        try:
            found = [
                _sample(Counting(config, signals=signals, most_work=most_work), sampling, chance)
                for _ in range(samples)
            ]
        except TooMuchWork:
            continue
        mean = sum(found) // samples
        variance = sum((one - mean) ** 2 for one in found) // (samples - 1)
        return Estimate(mean, math.isqrt(variance // samples), samples)
    return None


def _sample(counting: Counting, sampling: Sampling, chance: random.Random) -> int:
    """Return an unbiased estimate: words are counted, and at each length thinned."""
    words, complete = counting.shortest, 0
    while words:
        longer, ended = counting.longer(words)
        complete += ended
        words = {}
        for kind in _by_kind(longer, sampling.kind).values():
            words |= thinned(kind, sampling.width, chance)
    return complete


def _by_kind(
    words: Mapping[Future, int], kind: Callable[[Future], object]
) -> Mapping[object, Mapping[Future, int]]:
    kinds: defaultdict[object, dict[Future, int]] = defaultdict(dict)
    for future, number in words.items():
        kinds[kind(future)][future] = number
    return kinds


def thinned(words: Mapping[Future, int], width: int, chance: random.Random) -> Mapping[Future, int]:
    """Keep about so many futures, the number of each the same on average.

    Those with at least c words are kept as they are. Of the others, one with n words is kept with
    the chance n/c, and then has c: so Fearnhead and Clifford do it (J. R. Stat. Soc. B 65, 2003),
    with the c that keeps as many as are wanted. One draw for all keeps neither many more nor less.
    """
    if len(words) <= width:
        return words
    numbers = sorted(words.values(), reverse=True)
    rest, great = sum(numbers), 0
    while numbers[great] * (width - great) >= rest:
        rest -= numbers[great]
        great += 1
    enough = -(-rest // (width - great))
    left = chance.randrange(enough)  # words to pass over, until one falls on the next to be kept
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
    """Return the probability that the next run shows something new: Good and Turing's estimate.

    It is the share of the runs that showed what no other did. None where there were no runs.
    """
    runs = seen.total()
    return sum(number == 1 for number in seen.values()) / runs if runs else None
