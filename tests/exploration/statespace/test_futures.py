"""Futures allow as many words as the model made deterministic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from parity.contract.scenario import Config
from parity.exploration.statespace.futures import Future, beginning, extensions
from parity.exploration.statespace.orders import count_orders

from tests.support.subsets import Automaton, Subset


def by_subsets(config: Config, *, signals: bool) -> Iterator[Counter[str]]:
    """Yield for each length how many words end in each event, counted by subsets of states."""
    automaton = Automaton(config, signals=signals)
    words = Counter({automaton.first: 1})
    while words:
        longer: Counter[Subset] = Counter()
        last: Counter[str] = Counter()
        for subset, number in words.items():
            for symbol, target in automaton.successors(subset).items():
                last[symbol.event] += number
                if symbol.event != "main_done":
                    longer[target] += number
        yield last
        words = longer


def by_futures(config: Config, *, signals: bool) -> Iterator[Counter[str]]:
    words = Counter({beginning(config): 1})
    while words:
        longer: Counter[Future] = Counter()
        last: Counter[str] = Counter()
        for future, number in words.items():
            for step in extensions(future, config, signals=signals):
                last[step.event] += number * step.ways
                if step.event != "main_done":
                    longer[step.future] += number * step.ways
        yield last
        words = longer


@pytest.mark.parametrize("signals", [False, True])
@pytest.mark.parametrize(
    ("workers", "jobs", "queue"),
    [
        (1, 4, 0),
        (1, 5, 1),
        (1, 4, 2),
        (2, 0, 1),
        (2, 2, 0),
        (2, 3, 1),
        (2, 3, 2),
        (3, 3, 1),
        (3, 3, 2),
    ],
)
def test_futures_and_the_model_have_equally_many_words_of_each_length_and_last_event(
    workers: int, jobs: int, queue: int, signals: bool
) -> None:
    config = Config(workers=workers, jobs=jobs, queue=queue)
    found = list(by_futures(config, signals=signals))
    assert found == list(by_subsets(config, signals=signals))
    assert count_orders(config, signals=signals) == sum(last["main_done"] for last in found)
