"""How often a run has to be repeated until a rare mistake would have been seen.

A mistake that shows in a run with probability p stays unseen in n runs with (1 - p)^n.
"""

from __future__ import annotations

from math import ceil, log


def runs_needed(confidence: float, rate: float) -> int:
    """Return how many runs show it once with at least that confidence. Both are below 1."""
    return max(1, ceil(log(1 - confidence) / log(1 - rate)))


def confidence_of(runs: int, rate: float) -> float:
    """Return the chance that so many runs show a mistake of that rate."""
    return 1 - (1 - rate) ** runs
