"""What a legal order does not show: whether idle workers hear the context, and jobs do their work."""

from __future__ import annotations

import msgspec
from parity.checker.computed import MOST_ROUNDS, digest, not_computed
from parity.checker.waiting_workers import deaf
from parity.contract.scenario import Config
from parity.contract.trace import Event, Trace

WORKERS = 60


def stopped_for(cancelled: int, *, busy: int = 0) -> list[Event]:
    """Return a run in which a signal finds workers that wait; so many of them stop for it."""
    workers = range(1, WORKERS + 1)
    reasons = ["cancelled"] * cancelled + ["closed"] * (WORKERS - cancelled)
    return [
        *(Event(event="worker_started", t_ns=0, worker=w) for w in workers),
        *(Event(event="job_started", t_ns=0, worker=w, job=w) for w in workers[:busy]),
        Event(event="shutdown_initiated", t_ns=5),
        *(
            Event(event="worker_stopped", t_ns=5, worker=w, reason=reason)
            for w, reason in zip(workers, reasons, strict=True)
        ),
    ]


def test_idle_workers_that_all_find_the_channel_closed_are_deaf() -> None:
    words = deaf(stopped_for(0))
    assert words
    assert words.startswith("60 workers waited for a job when ctx was done, and 0 stopped for it")


def test_a_fair_coin_is_not_deaf() -> None:
    assert [heard for heard in range(WORKERS + 1) if deaf(stopped_for(heard))] == [*range(8)]


def test_workers_with_a_job_are_no_idle_workers() -> None:
    assert deaf(stopped_for(0, busy=WORKERS - 20)) is None


COMPLETED = Event(event="job_completed", job=3, worker=1)


def computed(told: str | None, cpu: int, *, ours: bool) -> str | None:
    trace = Trace(events=(msgspec.structs.replace(COMPLETED, digest=told),), source="ndjson")
    return not_computed(trace, Config(cpu=cpu), must_tell=ours)


def test_a_digest_is_that_of_as_many_rounds_as_asked_for() -> None:
    words = computed(digest(5), 10, ours=False)
    assert words
    assert f"want {digest(10)}" in words
    assert computed(digest(10), 10, ours=True) is None


def test_only_our_own_programs_have_to_tell_a_digest() -> None:
    assert computed(None, 10, ours=False) is None
    assert computed(None, 10, ours=True)
    assert computed(None, 0, ours=True) is None
    assert computed(digest(1), 0, ours=True)
    assert computed(None, MOST_ROUNDS + 1, ours=True) is None
