"""How much more effort the large takes than the small: no test knows how fast its machine is."""

from __future__ import annotations

import time
from collections.abc import Callable


def times_as_much(large: Callable[[], object], small: Callable[[], object]) -> float:
    """Return the ratio of their processor times, each at its best of three."""
    return _seconds(large) / _seconds(small)


def _seconds(function: Callable[[], object]) -> float:
    taken = []
    for _ in range(3):
        began = time.process_time()
        function()
        taken.append(time.process_time() - began)
    return min(taken)
