"""How many complete orders are legal: the exact number, if it is not too much work to find.

An order is the word of a run: its visible events up to main_done, with the names of workers, but
without times. Words are counted by their length. For each length, every future (see `futures`) has
the number of words of that length that lead to it. One more event gives the numbers for the next
length; a main_done completes words. A word leads to exactly one future, so none is counted twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from parity.contract.scenario import Config
from parity.exploration.statespace.futures import Future, beginning, extensions

MOST_WORK = 9_000_000
"""A few seconds of work, as a number of cells of futures."""
CELLS_PER_STEP = 8
TOO_LONG = 10**4300
"""Python reads no longer number from JSON by default."""


class TooMuchWork(Exception):
    """It takes more work than is allowed."""


class Counting:
    """Counts words, one length after another, with at most `most_work`."""

    def __init__(self, config: Config, *, signals: bool, most_work: int) -> None:
        self.config, self.signals = config, signals
        self._left = most_work

    @property
    def shortest(self) -> Mapping[Future, int]:
        return {beginning(self.config): 1}

    def longer(self, words: Mapping[Future, int]) -> tuple[Mapping[Future, int], int]:
        """Return the words with one more event, and how many of them are complete.

        Raises TooMuchWork.
        """
        longer: Counter[Future] = Counter()
        complete = 0
        for future, number in words.items():
            for step in extensions(future, self.config, signals=self.signals):
                self._left -= len(future.held) + CELLS_PER_STEP
                if self._left < 0:
                    raise TooMuchWork
                if step.event == "main_done":
                    complete += number * step.ways
                else:
                    longer[step.future] += number * step.ways
        return longer, complete


def count_orders(config: Config, *, signals: bool, most_work: int = MOST_WORK) -> int | None:
    """Return the number of complete legal orders; None if it is too much work, or too long.

    With `signals`, one signal may arrive. Lines of the handler after main_done are legal, but not
    part of the order.
    """
    counting = Counting(config, signals=signals, most_work=most_work)
    words, complete = counting.shortest, 0
    try:
        while words:
            words, ended = counting.longer(words)
            complete += ended
    except TooMuchWork:
        return None
    return complete if complete < TOO_LONG else None
