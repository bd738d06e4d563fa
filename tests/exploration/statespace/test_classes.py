"""The classes, compared with those that a search over the paths of the model reaches."""

from __future__ import annotations

import random
import tracemalloc

import pytest
from parity.contract.scenario import Config
from parity.exploration.statespace import classes
from parity.exploration.statespace.classes import (
    count_classes,
    drawn_class,
    every_class,
    without_reasons,
)
from parity.exploration.statespace.orders import TOO_LONG
from parity.specification.canonical import Canonical

from tests.support.lives import reached

SHAPES = [
    *((1, jobs, queue) for jobs in range(4) for queue in range(5)),
    *((2, jobs, queue) for jobs in range(4) for queue in range(4)),
    *((3, jobs, queue) for jobs in range(3) for queue in range(3)),
    *((3, 3, 1), (4, 1, 1)),
]
"""Workers, jobs, queue."""


def shape(workers: int, jobs: int, queue: int) -> Config:
    return Config(workers=workers, jobs=jobs, queue=queue)


@pytest.mark.parametrize("signals", [True, False])
def test_the_classes_are_those_that_the_model_reaches(signals: bool) -> None:
    for config in (shape(*numbers) for numbers in SHAPES):
        listed = list(every_class(config, signals=signals))
        assert len(listed) == len(set(listed))  # each once
        assert set(listed) == reached(config, signals=signals)
        assert count_classes(config, signals=signals) == len(listed)


@pytest.mark.parametrize("signals", [True, False])
def test_without_reasons_there_are_as_many_classes_as_can_be_told_apart(signals: bool) -> None:
    for config in [*(shape(*numbers) for numbers in SHAPES), shape(3, 6, 2), shape(2, 8, 3)]:
        apart = {without_reasons(form) for form in every_class(config, signals=signals)}
        assert count_classes(config, signals=signals, reasons=False) == len(apart)


@pytest.mark.parametrize("signals", [True, False])
@pytest.mark.parametrize("numbers", [(1, 0, 0), (2, 2, 0), (2, 3, 1), (3, 2, 3), (2, 3, 9)])
def test_every_class_can_be_drawn_and_nothing_else(
    numbers: tuple[int, int, int], signals: bool
) -> None:
    config = shape(*numbers)
    chance = random.Random(1)
    drawn = {drawn_class(chance, config, signals=signals) for _ in range(8000)}
    assert drawn == set(every_class(config, signals=signals))


def test_a_seed_draws_one_class() -> None:
    config = shape(3, 15, 10)
    draws = [drawn_class(random.Random(seed), config, signals=True) for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


def test_the_classes_of_four_jobs_and_two_workers_agree_with_a_count_by_hand() -> None:
    # Each job goes to one of two workers without names: 2^4 / 2.
    for queue in range(5):
        assert count_classes(shape(2, 4, queue), signals=False) == 8


def test_the_classes_of_one_worker_agree_with_a_count_by_hand() -> None:
    # It does the first jobs, and stops for one of two reasons, as cancelled only where it leaves
    # some in the queue. Of 5 jobs submitted, then, and of 4 to 0 with as many submitted or one
    # more that is rejected: 11 ways to submit, each with 2 ends and one more for each job left.
    left = [min(submitted - rejected, 2) for submitted in range(6) for rejected in (0, 1)]
    left.remove(-1)  # none is rejected where none is submitted
    assert count_classes(shape(1, 5, 2), signals=True) == 11 * 2 + sum(left)


def test_classes_of_large_configurations_are_counted() -> None:
    # Of two workers without names, one is the first job's: each other job is with it, or not.
    assert count_classes(shape(2, 500, 10), signals=False) == 2**499
    assert count_classes(shape(10_000, 1, 0), signals=False) == 1
    assert count_classes(shape(1000, 2, 0), signals=False) == 2
    # As many workers as jobs: Bell's numbers (OEIS A000110).
    assert count_classes(shape(10, 10, 0), signals=False) == 115_975
    assert count_classes(shape(3, 15, 10), signals=True) == 40_655_363


@pytest.mark.parametrize("numbers", [(50, 10_000, 100), (2, 20_000, 10)])
def test_counting_stops_before_a_long_number_fills_the_memory(numbers: tuple[int, ...]) -> None:
    tracemalloc.start()
    try:
        assert count_classes(shape(*numbers), signals=True) is None
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()


def test_too_many_jobs_are_not_counted() -> None:
    """With one worker, no number grows too long."""
    assert count_classes(shape(1, 100_000, 0), signals=False) == 1
    assert count_classes(shape(1, 100_001, 0), signals=False) is None
    assert count_classes(shape(1, 10**9, 10**9), signals=True) is None


def test_many_jobs_of_one_worker_are_listed() -> None:
    [form] = every_class(shape(1, 3000, 0), signals=False)
    [((jobs, _), _)] = form.lives
    assert jobs == tuple(range(1, 3001))


def test_the_longest_number_that_python_writes_is_returned() -> None:
    """The number has 4,300 digits. Two workers have 2^(jobs - 1) classes; with signals 3 * 2^(jobs + 1) - 2."""
    longest = TOO_LONG.bit_length() - 1
    found = count_classes(shape(2, longest + 1, 0), signals=False)
    assert found == 2**longest < TOO_LONG
    assert str(found)
    assert count_classes(shape(2, longest + 2, 0), signals=False) is None
    assert count_classes(shape(2, longest - 3, 0), signals=True)
    assert count_classes(shape(2, longest - 1, 0), signals=True) is None


@pytest.mark.parametrize(("signals", "number"), [(False, 8), (True, 106)])
def test_a_number_is_too_long_from_the_limit_on(
    monkeypatch: pytest.MonkeyPatch, signals: bool, number: int
) -> None:
    for limit, found in ((number, None), (number + 1, number)):
        monkeypatch.setattr(classes, "TOO_LONG", limit)
        assert count_classes(shape(2, 4, 1), signals=signals) == found


def test_a_class_without_reasons_keeps_the_rest() -> None:
    form = Canonical(
        frozenset({(((1,), "closed"), 1), (((), "closed"), 2), (((), "cancelled"), 1)}),
        frozenset({(2, "job_rejected")}),
    )
    assert without_reasons(form) == Canonical(
        frozenset({(((1,), "stopped"), 1), (((), "stopped"), 3)}), form.uncompleted
    )
