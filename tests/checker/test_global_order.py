"""The two deciders of legality: equal on legal walks, on edits of them, on every next symbol."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Set

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parity.checker.global_order import ANY_SIGNAL, violation
from parity.contract.scenario import Config, Every
from parity.contract.trace import Event
from parity.specification.model import Symbol

from tests.support.stories import told
from tests.support.subsets import Automaton, Subset, both
from tests.support.walks import (
    alphabet,
    chances,
    configs,
    edited,
    event_of,
    interleaved,
    numbered,
    prioritised,
    reporting_by_level,
    walk,
    with_level_of,
)
from tests.support.walks import scaling as scaling_configs


@given(configs, chances, st.booleans(), st.floats(0.05, 0.95))
@settings(max_examples=200)
def test_every_walk_of_the_model_is_legal(
    config: Config, random: random.Random, signals: bool, laziness: float
) -> None:
    events = walk(config, random, signals=signals, laziness=laziness)
    assert both(events, config)
    assert both(events[: random.randint(0, len(events))], config)
    assert both(silent(events), config)


@given(configs, chances, st.booleans(), st.floats(0.05, 0.95))
@settings(max_examples=500)
def test_an_edited_walk_is_judged_alike(
    config: Config, random: random.Random, signals: bool, laziness: float
) -> None:
    events = walk(config, random, signals=signals, laziness=laziness)
    for _ in range(random.randint(1, 3)):
        events = edited(events, config, random)
    if random.random() < 0.3:
        events = silent(events)
    both(events, config)


@given(scaling_configs, st.integers(1, 4), chances, st.booleans(), st.floats(0.05, 0.95))
@settings(max_examples=300)
def test_workers_that_come_and_go_are_judged_alike(
    config: Config, max_workers: int, random: random.Random, signals: bool, laziness: float
) -> None:
    events = walk(config, random, signals=signals, laziness=laziness)
    judged_by = msgspec.structs.replace(config, max_workers=max(config.workers, max_workers))
    for _ in range(3):
        told = interleaved(events, random)
        both(told, config)
        both(told[: random.randint(0, len(told))], judged_by)


def silent(events: list[Event]) -> list[Event]:
    """Return the events as lines on stdout tell them.

    They do not tell why a worker stopped, nor how many attempts a result needed.
    """
    unsaid = {"worker_stopped": {"reason": None}, "result_received": {"attempt": None}}
    return [msgspec.structs.replace(e, **unsaid.get(e.event, {})) for e in events]


@given(
    st.one_of(prioritised, reporting_by_level),
    chances,
    st.integers(1, 3),
    st.integers(0, 2),
    st.integers(0, 1),
)
@settings(max_examples=200)
def test_a_walk_of_a_queue_with_another_rule_is_judged_alike(
    config: Config, random: random.Random, levels: int, aging: int, more: int
) -> None:
    other = msgspec.structs.replace(config, levels=levels, aging=aging, queue=config.queue + more)
    events = walk(other, random, signals=random.random() < 0.4, laziness=random.random() * 0.9)
    both([with_level_of(config, e) for e in events], config)


Prefix = tuple[list[Symbol], Set[Symbol]]
"""A legal prefix, and what may be printed next."""


def prefixes(config: Config, *, signals: bool) -> Iterator[Prefix]:
    """Yield every legal prefix."""
    automaton = Automaton(config, signals=signals)
    pending: list[tuple[list[Symbol], Subset]] = [([], automaton.first)]
    while pending:
        prefix, states = pending.pop()
        following = automaton.successors(states)
        yield prefix, following.keys()
        for symbol, target in following.items():
            pending.append(([*prefix, symbol], target))


def one_for_each_state(config: Config, *, signals: bool) -> Iterator[Prefix]:
    """Yield a legal prefix for every state of the determinised model.

    One is enough for two states that differ in the names of the workers only.
    """
    automaton = Automaton(config, signals=signals)
    pending: list[tuple[list[Symbol], Subset]] = [([], automaton.first)]
    seen = {automaton.first}
    while pending:
        prefix, states = pending.pop()
        following = automaton.successors(states)
        yield prefix, following.keys()
        for symbol, target in following.items():
            if target not in seen:
                seen |= {target, _renamed(target, config)}
                pending.append(([*prefix, symbol], target))


def _renamed(states: Subset, config: Config) -> Subset:
    """Return the states with the workers in the opposite order."""
    if config.scales:  # a worker's number tells how many were started before it
        return states
    return frozenset(state._replace(workers=state.workers[::-1]) for state in states)


SMALL = [
    (Config(workers=workers, queue=queue, jobs=jobs), signals)
    for workers, queue, jobs in [(1, 0, 2), (1, 1, 3), (1, 2, 3), (2, 0, 2), (2, 1, 2), (2, 2, 2)]
    for signals in (False, True)
    if signals or queue == 1
]


SMALLEST = [
    (Config(workers=1, queue=0, jobs=0), True),
    (Config(workers=1, queue=0, jobs=1), False),
    (Config(workers=1, queue=0, jobs=2), False),
    (Config(workers=1, queue=1, jobs=2), False),
    (Config(workers=2, queue=0, jobs=0), False),
]


RETRYING = [
    (Config(workers=1, queue=1, jobs=1, fail=Every(1, 1), attempts=2), True),
    (Config(workers=1, queue=0, jobs=2, fail=Every(2, 3), attempts=2), True),
    (Config(workers=1, queue=1, jobs=1, attempts=2, job_timeout_ns=9), True),
    (Config(workers=2, queue=0, jobs=1, fail=Every(1, 9), attempts=1), False),
    (Config(workers=2, queue=1, jobs=1, fail=Every(1, 1), attempts=2, backoff_ns=0), True),
]


REPORTING = [
    (Config(workers=1, queue=0, jobs=2, results=True), False),
    (Config(workers=1, queue=1, jobs=1, fail=Every(1, 1), attempts=2, results=True), True),
    (Config(workers=2, queue=0, jobs=2, results=True), False),
    (Config(workers=2, queue=1, jobs=2, results=True), False),
]


PRIORITISED = [
    (Config(workers=1, queue=2, jobs=3, levels=2), False),
    (Config(workers=1, queue=1, jobs=2, levels=2), True),
    (Config(workers=1, queue=2, jobs=3, levels=3), False),
    (Config(workers=2, queue=2, jobs=3, levels=2), False),
    (Config(workers=1, queue=2, jobs=4, levels=2, aging=1), False),
]


SCALING = [
    (Config(workers=1, queue=0, jobs=2, max_workers=2), True),
    (Config(workers=1, queue=1, jobs=2, max_workers=2), False),
    (Config(workers=1, queue=1, jobs=2, max_workers=3), False),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("corpus", "config", "signals"),
    [
        *(
            (one_for_each_state, *small)
            for small in (*SMALL, *RETRYING, *REPORTING, *PRIORITISED, *SCALING)
        ),
        *((prefixes, *smallest) for smallest in SMALLEST),
    ],
)
def test_every_next_symbol_of_every_small_prefix_is_judged_alike(
    corpus: Callable[..., Iterator[Prefix]], config: Config, signals: bool
) -> None:
    allowed = ANY_SIGNAL if signals else frozenset[str]()
    letters = alphabet(config)
    told = 0
    for prefix, legal in corpus(config, signals=signals):
        events = numbered([event_of(symbol) for symbol in prefix])
        for symbol in letters:
            extended = [*events, event_of(symbol, line=len(events) + 1)]
            broken = violation(extended, config, signals=allowed)
            assert (broken is None) == (symbol in legal), (prefix, symbol, broken)
            told += 1
    assert told > 500


def test_both_ask_for_the_right_payload_and_for_a_signal_that_may_come() -> None:
    config = Config(workers=1, queue=1, jobs=1)
    begun = [Symbol("pool_starting"), Symbol("worker_started", 1), Symbol("job_submitting", 0, 1)]
    events = [*map(event_of, begun), event_of(Symbol("job_started", 1, 1))]
    assert both(events, config)
    assert not both([*events[:3], msgspec.structs.replace(events[3], payload="Task-2")], config)
    heard = [*events[:3], event_of(Symbol("signal_received"))]
    assert both(heard, config)
    assert not both(heard, config, signals=frozenset({"terminated"}))


def test_both_take_a_worker_at_its_word_why_it_stopped() -> None:
    config = Config(workers=1, queue=1, jobs=1)
    done = [Symbol("pool_starting"), Symbol("worker_started", 1)]
    done += [Symbol("signal_received"), Symbol("shutdown_initiated")]
    why = {"cancelled": True, "closed": False, "": True}  # "": it does not say
    for reason, legal in why.items():
        stopped = Symbol("worker_stopped", 1, 0, reason)
        assert both([event_of(symbol) for symbol in [*done, stopped]], config) == legal


def test_both_take_a_worker_for_busy_until_it_has_said_that_it_abandons_its_job() -> None:
    """The same line shows that ctx is done: main looked at ctx, and had sent job 2, before it."""
    config = Config(workers=1, queue=0, jobs=3, fail=Every(1, 1), attempts=2, backoff_ns=10)
    story = "pool up1 submit1 start1:1 submit2 fail1:1:1 retry1:1:2:10 signal initiated leave1:1"
    assert both(told(story), config)
    assert not both(told(f"{story} submit3 start1:2"), config)
