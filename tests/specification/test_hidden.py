"""A trace without some events is legal iff the model allows it with those events hidden."""

from __future__ import annotations

import itertools
import random

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from parity.checker.global_order import violation
from parity.contract.events import LINES, OF_ATTEMPTS, OF_EVERY_POOL, OF_JOBS
from parity.contract.scenario import Config, Every
from parity.contract.trace import Event
from parity.specification.hidden import NEEDED_BY, completed
from parity.specification.rules import RULES

from tests.support.subsets import simulate
from tests.support.walks import edited, numbered, walk

SMALL = st.builds(
    Config, workers=st.integers(1, 2), queue=st.integers(0, 2), jobs=st.integers(0, 4)
)
SEEDS = st.integers(0, 2**32)
OF_JOBS_OF_EVERY_POOL = [event for event in OF_EVERY_POOL if event in OF_JOBS]


def judged(
    events: list[Event], config: Config, lacks: frozenset[str], *, ended: bool = False
) -> str | None:
    left = [event for event in events if event.event not in lacks]
    whole = completed(left, config, lacks, signal="interrupt", ended=ended)
    broken = violation(whole, config)
    if broken is None and ended and not any(event.event == "main_done" for event in whole):
        return "it did not end"
    return None if broken is None else str(broken)


@pytest.mark.parametrize("lacking", OF_EVERY_POOL)
@example(config=Config(workers=1, queue=1, jobs=1), seed=1742, laziness=0.2, edits=1)
@given(config=SMALL, seed=SEEDS, laziness=st.sampled_from([0.2, 0.8]), edits=st.integers(0, 2))
@settings(max_examples=60)
def test_one_hidden_event_is_judged_as_the_model_does(
    lacking: str, config: Config, seed: int, laziness: float, edits: int
) -> None:
    generator = random.Random(seed)
    events = walk(config, generator, signals=True, laziness=laziness)
    for _ in range(edits):
        events = edited(events, config, generator)
    lacks = frozenset([lacking])
    told = numbered([event for event in events if event.event not in lacks])
    if not told:
        return
    model = simulate(told, config, hidden=lacks)
    assert (judged(told, config, lacks) is None) == (model is None)


@example(
    config=Config(workers=1, queue=1, jobs=1),
    seed=1001,
    laziness=0.2,
    lacks=frozenset(OF_JOBS_OF_EVERY_POOL),
    reasons=False,
)
@given(
    config=SMALL,
    seed=SEEDS,
    laziness=st.sampled_from([0.2, 0.8]),
    lacks=st.frozensets(st.sampled_from(sorted(OF_EVERY_POOL)), max_size=8),
    reasons=st.booleans(),
)
@settings(max_examples=600)
def test_no_legal_run_is_blamed_whatever_is_hidden(
    config: Config, seed: int, laziness: float, lacks: frozenset[str], reasons: bool
) -> None:
    if {"job_started", "job_completed"} <= lacks:
        lacks -= {"job_started"}
    events = numbered(walk(config, random.Random(seed), signals=True, laziness=laziness))
    if not reasons:
        events = [msgspec.structs.replace(event, reason=None) for event in events]
    assert judged(events, config, lacks, ended=True) is None


RETRYING = st.builds(
    Config,
    workers=st.integers(1, 2),
    queue=st.integers(0, 2),
    jobs=st.integers(0, 3),
    fail=st.builds(Every, st.integers(1, 2), st.integers(1, 3)),
    attempts=st.integers(1, 3),
)
HIDDEN_OF_ATTEMPTS = [
    frozenset(hidden)
    for count in (1, 2, 3)
    for hidden in itertools.combinations(OF_ATTEMPTS, count)
    if not {"attempt_failed", "job_failed"} <= set(hidden)
]


@given(
    config=RETRYING,
    seed=SEEDS,
    laziness=st.sampled_from([0.2, 0.8]),
    lacks=st.sampled_from(HIDDEN_OF_ATTEMPTS),
    named=st.booleans(),
)
@settings(max_examples=300)
def test_no_legal_run_is_blamed_whatever_is_hidden_of_its_attempts(
    config: Config, seed: int, laziness: float, lacks: frozenset[str], named: bool
) -> None:
    events = numbered(walk(config, random.Random(seed), signals=True, laziness=laziness))
    silent = {"delay": None, "reason": None, "attempt": None}
    told = [
        msgspec.structs.replace(event, **silent, **({} if named else {"worker": None}))
        if event.event in (*OF_ATTEMPTS, "job_abandoned")
        else event
        for event in events
    ]
    # Where the wait is not said, no delay is due.
    unknown = msgspec.structs.replace(config, backoff_ns=0)
    assert judged(told, unknown, lacks, ended=True) is None


@given(
    config=RETRYING,
    seed=SEEDS,
    lacking=st.sampled_from(OF_ATTEMPTS),
    edits=st.integers(1, 2),
)
@settings(max_examples=300)
def test_a_hidden_event_of_an_attempt_is_judged_as_the_model_does(
    config: Config, seed: int, lacking: str, edits: int
) -> None:
    generator = random.Random(seed)
    config = msgspec.structs.replace(config, backoff_ns=0)
    events = walk(config, generator, signals=True, laziness=0.5)
    for _ in range(edits):
        events = edited(events, config, generator)
    lacks = frozenset([lacking])
    told = numbered([event for event in events if event.event not in lacks])
    if not told:
        return
    model = simulate(told, config, hidden=lacks)
    assert (judged(told, config, lacks) is None) == (model is None)


@example(config=Config(workers=2, queue=0, jobs=4), seed=9883, both=True, laziness=0.8)
@example(config=Config(workers=2, queue=0, jobs=3), seed=2922527612, both=True, laziness=0.8)
@given(config=SMALL, seed=SEEDS, both=st.booleans(), laziness=st.sampled_from([0.2, 0.8]))
@settings(max_examples=200)
def test_no_legal_run_is_blamed_where_lines_name_no_worker(
    config: Config, seed: int, both: bool, laziness: float
) -> None:
    events = numbered(walk(config, random.Random(seed), signals=True, laziness=laziness))
    nameless = {"job_started", "job_completed"} if both else {"job_started"}
    told = [
        msgspec.structs.replace(event, worker=None) if event.event in nameless else event
        for event in events
    ]
    assert judged(told, config, frozenset(), ended=True) is None


def test_submissions_that_are_not_said_come_before_a_line_that_shows_ctx_done() -> None:
    """Worker 1 stops first; the other still takes what was sent before the signal."""
    config = Config(workers=2, queue=5, jobs=5)
    said = [
        *(Event(event="pool_starting"), Event(event="worker_started", worker=1)),
        *(
            Event(event="worker_started", worker=2),
            Event(event="signal_received", signal="interrupt"),
        ),
        *(Event(event="shutdown_initiated"), Event(event="worker_stopped", worker=1)),
        *(
            Event(event=name, worker=2, job=job, payload=f"Task-{job}")
            for job in (1, 2, 3)
            for name in ("job_started", "job_completed")
        ),
        *(Event(event="pool_closing"), Event(event="pool_waiting")),
    ]
    lacks = frozenset(["job_submitting"])
    assert simulate(said, config, hidden=lacks) is None
    assert judged(numbered(said), config, lacks) is None


def test_each_event_has_rules_that_need_it() -> None:
    assert tuple(NEEDED_BY) == tuple(e for e in LINES if e in (*OF_EVERY_POOL, *OF_ATTEMPTS))
    assert {rule for rules in NEEDED_BY.values() for rule in rules} <= RULES.keys()
