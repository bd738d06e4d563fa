"""How to vary a run so that its order may be another one: one strategy a file.

Each is a function from chance, a configuration and whether a signal shall come to the same
configuration with durations, and the signal's time, of its own.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from parity.contract.scenario import Config
from parity.exploration.schedules.strategies.busy import busy
from parity.exploration.schedules.strategies.coincidence import coincidence
from parity.exploration.schedules.strategies.stillness import stillness

Strategy = Callable[[random.Random, Config, bool], Config]

STRATEGIES: dict[str, Strategy] = {
    "coincidence": coincidence,
    "stillness": stillness,
    "busy": busy,
}


def drawn(chance: random.Random, *, signals: bool) -> str:
    """Return a strategy's name. A signal makes most orders at one instant, where all races."""
    names = list(STRATEGIES)
    return chance.choices(names, [3 if signals and name == "stillness" else 1 for name in names])[0]
