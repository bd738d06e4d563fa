"""Counts of legal orders, compared with words that are listed, and with counts by hand."""

from __future__ import annotations

import math
import random
import statistics
import tracemalloc
from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest
from parity.checker.global_order import violation
from parity.contract.scenario import Config
from parity.contract.trace import Event
from parity.exploration.statespace import estimates
from parity.exploration.statespace.classes import count_classes, every_class, without_reasons
from parity.exploration.statespace.coverage import (
    TooManyStates,
    Transitions,
    kind,
    kinds,
    reachable_kinds,
)
from parity.exploration.statespace.estimates import (
    SAMPLES,
    SAMPLINGS,
    Sampling,
    estimate_orders,
    thinned,
    unseen_mass,
)
from parity.exploration.statespace.futures import Future, beginning
from parity.exploration.statespace.orders import count_orders
from parity.specification.canonical import canonical
from parity.specification.model import State, Symbol, initial, steps

from tests.support.walks import alphabet, event_of, walk

SMALL = [(1, 0, 0, True), (1, 1, 0, False), (1, 2, 1, False), (2, 1, 1, False), (1, 1, 0, True)]
"""Workers, jobs, queue, and whether a signal may come."""


def shape(workers: int, jobs: int, queue: int) -> Config:
    return Config(workers=workers, jobs=jobs, queue=queue)


def legal_words(config: Config, *, signals: bool) -> Iterator[list[Event]]:
    """Yield every complete legal order, as the closed form decides it."""
    letters = [s for s in alphabet(config) if signals or s.event != "signal_received"]
    pending: list[list[Event]] = [[]]
    while pending:
        word = pending.pop()
        for letter in letters:
            longer = [*word, event_of(letter, len(word) + 1)]
            if violation(longer, config) is not None:
                continue
            if letter.event == "main_done":
                yield longer
            else:
                pending.append(longer)


@pytest.mark.parametrize(("workers", "jobs", "queue", "signals"), SMALL)
def test_the_counts_of_orders_and_classes_agree_with_their_lists(
    workers: int, jobs: int, queue: int, signals: bool
) -> None:
    config = shape(workers, jobs, queue)
    words = list(legal_words(config, signals=signals))
    assert count_orders(config, signals=signals) == len(words)
    listed = {canonical(word) for word in words}
    assert set(every_class(config, signals=signals)) == listed
    assert count_classes(config, signals=signals) == len(listed)


@pytest.mark.parametrize(("workers", "jobs", "queue"), [(10_000, 1000, 100), (1, 10_000, 10_000)])
def test_counting_gives_up_before_it_fills_the_memory(workers: int, jobs: int, queue: int) -> None:
    config = shape(workers, jobs, queue)
    tracemalloc.start()
    try:
        assert count_orders(config, signals=True, most_work=100_000) is None
        assert estimate_orders(config, signals=True, most_work=10_000) is None
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_the_orders_of_one_worker_without_jobs_agree_with_a_count_by_hand() -> None:
    # Between pool_starting and pool_stopped main says closing, waiting, and the worker started,
    # stopped: 6 ways to interleave them, of which one stops the worker before the channel closes.
    assert count_orders(shape(1, 0, 0), signals=False) == 5
    assert set(every_class(shape(1, 0, 0), signals=False)) == {
        (frozenset({(((), "closed"), 1)}), frozenset())
    }


@pytest.mark.parametrize(
    ("config", "signals", "orders", "classes"),
    [
        (shape(2, 3, 1), False, 665_644, 4),
        (shape(2, 2, 1), True, 11_871_384, 25),
        (shape(3, 3, 1), False, 288_000_486, 5),
        (shape(2, 4, 1), True, 14_575_220_154, 106),
    ],
)
def test_the_counts_of_configurations_that_are_too_large_to_list(
    config: Config, signals: bool, orders: int, classes: int
) -> None:
    assert count_orders(config, signals=signals) == orders
    assert count_classes(config, signals=signals) == classes
    assert len(set(every_class(config, signals=signals))) == classes


def test_too_much_to_count_is_none() -> None:
    assert count_orders(shape(3, 15, 10), signals=True, most_work=1000) is None
    assert estimate_orders(shape(3, 15, 10), signals=True, most_work=1000) is None


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_estimates_equal_the_count_on_average(
    sampling: Sampling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimates, "SAMPLINGS", [sampling._replace(width=min(sampling.width, 10))])
    config = shape(2, 4, 1)
    exact = count_orders(config, signals=True)
    assert exact is not None
    found = []
    for seed in range(12):
        estimate = estimate_orders(config, signals=True, seed=seed)
        assert estimate is not None
        assert estimate.samples == SAMPLES
        assert estimate.standard_error > 0
        found.append(estimate.value)
    error = statistics.stdev(found) / math.sqrt(len(found))
    assert abs(statistics.mean(found) - exact) < 4 * error < exact


def test_a_seed_repeats_an_estimate_and_less_work_makes_it_coarser() -> None:
    config = shape(3, 4, 1)
    first, again, other, coarse = (
        estimate_orders(config, signals=True, most_work=work, seed=seed)
        for work, seed in ((60_000, 1), (60_000, 1), (60_000, 2), (20_000, 1))
    )
    assert first
    assert coarse
    assert first == again
    assert first != other
    assert first.standard_error / first.value < coarse.standard_error / coarse.value


class Draws(random.Random):
    """Always draws the same number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number, self.out_of = number, 0

    def randrange(self, start: int, *_: object) -> int:  # type: ignore[override]
        self.out_of = start
        return self.number


def test_thinning_keeps_great_numbers_and_preserves_the_others_on_average() -> None:
    first = beginning(shape(1, 1, 1))
    words = {first._replace(submitted=job): number for job, number in enumerate((2, 3, 90, 1, 4))}
    draws = Draws(0)
    assert thinned(words, 5, draws) == words
    thinned(words, 3, draws)
    sums: Counter[Future] = Counter()
    for number in range(draws.out_of):
        sums.update(thinned(words, 3, Draws(number)))
    assert sums == {future: draws.out_of * number for future, number in words.items()}
    assert sum(min(1, number / draws.out_of) for number in words.values()) == 3


def test_the_unseen_mass_is_the_share_of_singletons() -> None:
    assert unseen_mass(Counter()) is None
    assert unseen_mass(Counter({"a": 3, "b": 1})) == 0.25


def test_removing_reasons_from_a_class_keeps_the_rest() -> None:
    words = list(legal_words(shape(1, 0, 0), signals=True))
    assert {event.reason for word in words for event in word} == {None, "closed", "cancelled"}
    for word in words:
        told = canonical(word, reasons=True)
        assert without_reasons(told) == canonical(word, reasons=False)


def explanations(word: list[Symbol], config: Config, state: State) -> Iterator[frozenset[str]]:
    """Yield the kinds of transition of every path that explains the word, up to its end."""
    if not word:
        yield frozenset()
        return
    for symbol, target in steps(state, config, signals=True):
        if symbol is None or symbol == word[0]:
            step = frozenset((kind(state, symbol, target, config),))
            for path in explanations(word[1:] if symbol else word, config, target):
                yield path | step


def test_a_transition_is_taken_when_every_explanation_takes_it() -> None:
    config = shape(1, 1, 1)
    transitions = Transitions(config, signals=True)
    for seed in range(25):
        events = walk(config, random.Random(seed), signals=True, laziness=0.5)
        word = [Symbol(e.event, e.worker or 0, e.job or 0, e.reason or "") for e in events]
        paths = list(explanations(word, config, initial(config)))
        taken = transitions.taken(word)
        assert taken.certain == frozenset.intersection(*paths)
        assert taken.perhaps == frozenset.union(*paths)
        assert taken.perhaps <= kinds(config, signals=True)


@pytest.mark.parametrize("signals", [False, True])
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("queue", [0, 1, 2, 3])
@pytest.mark.parametrize("jobs", [0, 1, 2, 3, 4])
def test_a_small_configuration_has_the_kinds_of_transition_of_a_larger_one(
    workers: int, jobs: int, queue: int, signals: bool
) -> None:
    config = shape(workers, jobs, queue)
    assert kinds(config, signals=signals) == reachable_kinds(config, signals=signals)


@pytest.mark.parametrize("signals", [False, True])
@pytest.mark.parametrize(("workers", "most"), [(1, 1), (1, 2), (1, 3), (2, 3)])
@pytest.mark.parametrize(("jobs", "queue"), [(1, 1), (2, 0), (2, 1), (3, 1)])
def test_a_small_pool_that_scales_has_the_kinds_of_transition_of_a_larger_one(
    workers: int, most: int, jobs: int, queue: int, signals: bool
) -> None:
    config = msgspec.structs.replace(shape(workers, jobs, queue), max_workers=most)
    assert kinds(config, signals=signals) == reachable_kinds(config, signals=signals)


def test_the_kinds_of_transition_of_a_large_configuration_are_all_known() -> None:
    assert kinds(shape(1000, 1000, 100), signals=True) == kinds(shape(2, 4, 1), signals=True)
    assert len(kinds(shape(100, 500, 0), signals=True)) == 26


def test_transitions_are_not_computed_beyond_the_allowed_work() -> None:
    config = shape(2, 4, 2)
    word = [
        Symbol(e.event, e.worker or 0, e.job or 0, e.reason or "")
        for e in walk(config, random.Random(1), signals=False, laziness=0.5)
    ]
    Transitions(config, signals=False).taken(word)
    with pytest.raises(TooManyStates):
        Transitions(config, signals=False, allowance=100).taken(word)


def test_an_illegal_order_has_no_transitions() -> None:
    transitions = Transitions(shape(1, 0, 0), signals=False)
    with pytest.raises(ValueError, match="no path"):
        transitions.taken([Symbol("pool_starting"), Symbol("main_done")])


def test_results_bring_the_kinds_of_the_collector_and_of_the_send() -> None:
    """One worker and one slot show all of them, as of the plain pool."""
    for queue in (0, 1):
        config = Config(workers=2, jobs=3, queue=queue, results=True)
        told = kinds(config, signals=True)
        assert told == reachable_kinds(config, signals=True)
        new = told - kinds(shape(2, 3, queue), signals=True)
        by_queue = {"collector: receives a result"} if queue else set()
        assert new == by_queue | {
            "worker: sends a result",
            "worker: sends a result although ctx is done",
            "collector: prints result_received",
        }
