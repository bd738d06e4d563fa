"""How many complete orders are legal: exactly, as an integer, where there are not too many states.

An order is the word of a run: its visible events up to main_done, with the workers' names, without
times. Words are counted by their length. At each length, every state of the determinised model
has a number: how many words of that length lead to it. One more event turns the numbers of one
length into those of the next; a main_done ends so many words. As the state after a word is one, no
word is counted twice.
"""

from __future__ import annotations

from collections import Counter

from parity.exploration.automaton import Automaton, Subset, TooManyStates
from parity.scenario import Config

TOO_MANY = 300_000
"""States of the model, over all the sets that are looked at: some ten seconds' work."""


def count_orders(config: Config, *, signals: bool, too_many: int = TOO_MANY) -> int | None:
    """Return the number of complete legal orders; None where it is too much work.

    With `signals` a signal of one kind may arrive, or none. What a handler says after main_done
    is legal, and no part of the order.
    """
    try:
        return _count(Automaton(config, signals=signals), too_many)
    except TooManyStates:
        return None


def _count(automaton: Automaton, too_many: int) -> int:
    words: Counter[Subset] = Counter({automaton.initial: 1})
    complete = looked_at = 0
    while words:
        longer: Counter[Subset] = Counter()
        for subset, number in words.items():
            for symbol, target in automaton.successors(subset).items():
                looked_at += len(target)
                if symbol.event == "main_done":
                    complete += number
                else:
                    longer[automaton.representative(target)] += number
            if looked_at > too_many:
                raise TooManyStates
        words = longer
    return complete
