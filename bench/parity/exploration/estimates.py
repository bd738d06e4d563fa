"""What cannot be counted, or has not been seen, estimated.

How many orders there are: Knuth's estimate (1975) of the number of leaves of a tree. A walk that
takes one of the ways at random has been where 1 / (the product of the numbers of ways) of the walks
go, so the mean of these products is the number of leaves. Few walks see most of them where the tree
is uneven: hence its standard error.

How much has not been seen: Good and Turing's estimate (Good 1953). The probability that the next
run shows something new is about the part of the runs that showed what was seen only once.
"""

from __future__ import annotations

import time
from collections import Counter
from random import Random
from statistics import mean, stdev
from typing import Any

import msgspec

from parity.exploration.automaton import Automaton, Subset

WALKS = 200
ENOUGH_S = 5.0


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    value: float
    standard_error: float
    walks: int


def estimate_orders(automaton: Automaton, *, seed: int, enough_s: float = ENOUGH_S) -> Estimate:
    """Estimate the number of complete legal orders, by so many walks as there is time for."""
    chance = Random(seed)
    known: dict[Subset, list[tuple[bool, Subset]]] = {}
    products: list[float] = []
    began = time.monotonic()
    while len(products) < 2 or (len(products) < WALKS and time.monotonic() - began < enough_s):
        products.append(_walk(automaton, chance, known))
    return Estimate(
        value=mean(products),
        standard_error=stdev(products) / len(products) ** 0.5,
        walks=len(products),
    )


def _walk(
    automaton: Automaton, chance: Random, known: dict[Subset, list[tuple[bool, Subset]]]
) -> float:
    """Return the product of the numbers of ways on a walk to its end."""
    subset, product, ended = automaton.initial, 1.0, False
    while not ended:
        if subset not in known:
            known[subset] = [
                (symbol.event == "main_done", automaton.representative(target))
                for symbol, target in automaton.successors(subset).items()
            ]
        ways = known[subset]
        product *= len(ways)
        ended, subset = chance.choice(ways)
    return product


def unseen(seen: Counter[Any]) -> float:
    """Return the probability that the next run shows something new; 1 where there were no runs."""
    runs = sum(seen.values())
    return sum(times == 1 for times in seen.values()) / runs if runs else 1.0
