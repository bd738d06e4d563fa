"""How many complete orders are legal: the exact number, if it is not too much work to find.

An order is the word of a run: its visible events up to main_done, with the names of workers, but
without times. Words are counted by their length. For each length, every future (see `futures`) has
the number of words of that length that lead to it. One more event gives the numbers for the next
length; a main_done completes words. A word leads to exactly one future, so none is counted twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from parity.contract.scenario import Config
from parity.exploration.statespace.futures import Future, beginning, extensions

MOST_WORK = 9_000_000
"""A few seconds of work, as a number of cells of futures."""
CELLS_PER_STEP = 8
TOO_LONG = 10**4300
"""Python reads no longer number from JSON by default."""


class TooMuchWork(Exception):
    """It takes more work than is allowed."""


Words = Mapping[Future, int]
"""For each future, how many words lead to it."""


def complete_words(
    config: Config, *, signals: bool, most_work: int, thin: Callable[[Words], Words] | None = None
) -> int:
    """Return the number of complete words. `thin` may keep only some of those of one length.

    Raises TooMuchWork.
    """
    words: Words = {beginning(config): 1}
    complete = 0
    while words:
        longer: Counter[Future] = Counter()
        for future, number in words.items():
            for step in extensions(future, config, signals=signals):
                most_work -= len(future.held) + CELLS_PER_STEP
                if most_work < 0:
                    raise TooMuchWork
                if step.event == "main_done":
                    complete += number * step.ways
                else:
                    longer[step.future] += number * step.ways
        words = thin(longer) if thin else longer
    return complete


def count_orders(config: Config, *, signals: bool, most_work: int = MOST_WORK) -> int | None:
    """Return the number of complete legal orders; None if it is too much work, or too long.

    With `signals`, one signal may arrive. Lines of the handler after main_done are legal, but not
    part of the order.
    """
    try:
        complete = complete_words(config, signals=signals, most_work=most_work)
    except TooMuchWork:
        return None
    return complete if complete < TOO_LONG else None
