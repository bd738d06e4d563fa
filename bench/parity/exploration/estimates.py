"""What is not counted: the orders of a large model, and what many runs have not shown."""

from __future__ import annotations

import math
import random
from collections import Counter
from contextlib import suppress
from typing import Any, NamedTuple

from parity.exploration.automaton import Automaton, TooManyStates
from parity.scenario import Config

WALKS = 300
MOST_STATES = 200_000
"""States of the model that the walks may look at, all together; then there are fewer walks."""


class Estimate(NamedTuple):
    value: int
    standard_error: int
    walks: int


def estimate_orders(
    config: Config, *, signals: bool, walks: int = WALKS, seed: int = 1
) -> Estimate | None:
    """Estimate the number of complete legal orders, as Knuth does the size of a search tree.

    A walk through the determinised model takes each next event with the same probability; the
    product of the numbers of choices is an unbiased estimate. Its distribution is very skewed: a
    few walks may make most of the mean. None where not even two walks can be afforded.
    """
    automaton, chance = Automaton(config, signals=signals), random.Random(seed)
    found: list[int] = []
    looked_at = 0
    with suppress(TooManyStates):
        while len(found) < walks and looked_at < MOST_STATES:
            weight, looked = _walk(automaton, chance, MOST_STATES)
            looked_at += looked
            if weight:
                found.append(weight)
    if len(found) < 2:
        return None
    mean = sum(found) // len(found)
    variance = sum((one - mean) ** 2 for one in found) // (len(found) - 1)
    return Estimate(mean, math.isqrt(variance // len(found)), len(found))


def _walk(automaton: Automaton, chance: random.Random, most: int) -> tuple[int, int]:
    """Return the walk's weight, or 0 where it was given up, and how many states it looked at."""
    subset, weight, looked_at = automaton.initial, 1, 0
    while looked_at < most:
        successors = automaton.successors(subset)
        looked_at += sum(map(len, successors.values()))
        symbol = chance.choice(sorted(successors))
        weight *= len(successors)
        if symbol.event == "main_done":
            return weight, looked_at
        subset = successors[symbol]
    return 0, looked_at


def unseen_mass(seen: Counter[Any]) -> float | None:
    """Return the probability that the next run shows something new: Good and Turing's estimate.

    It is the share of the runs that showed what no other did. None where there were no runs.
    """
    runs = seen.total()
    return sum(number == 1 for number in seen.values()) / runs if runs else None
