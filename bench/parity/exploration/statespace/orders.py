"""How many complete orders are legal: exactly, as an integer, where that is not too much work.

An order is the word of a run: its visible events up to main_done, with the workers' names, without
times. Words are counted by their length. At each length, every future (see `futures`) has a
number: how many words of that length leave it open. One more event turns the numbers of one length
into those of the next; a main_done ends so many words. What a word leaves open is one future, so no
word is counted twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from parity.contract.scenario import Config
from parity.exploration.statespace.futures import Future, beginning, extensions

MOST_WORK = 9_000_000
"""Some seconds' work: so many cells of futures to look at, jobs and others."""
CELLS_PER_STEP = 8
TOO_LONG = 10**4300
"""To be told: from JSON Python reads no number of more digits, unless it is told to."""


class TooMuchWork(Exception):
    """The work is more than is allowed."""


class Counting:
    """Counts words, one length after another, as far as `most_work` goes."""

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
    """Return the number of complete legal orders; None where it is too much work, or too long.

    With `signals` a signal of one kind may arrive, or none. What a handler says after main_done
    is legal, and no part of the order.
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
