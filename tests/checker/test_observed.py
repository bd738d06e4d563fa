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


def waits_of_no_length(abandoned: int, *, of: int, delay_ns: int = 0) -> list[Event]:
    """Return a run in which so many jobs wait for another attempt when ctx is done."""
    jobs = range(1, of + 1)
    return [
        Event(event="shutdown_initiated", t_ns=5),
        *(Event(event="job_retrying", t_ns=5, job=j, worker=1, delay=delay_ns) for j in jobs),
        *(Event(event="job_abandoned", t_ns=5, job=j, worker=1) for j in jobs[:abandoned]),
        *(Event(event="attempt_started", t_ns=5, job=j, worker=1) for j in jobs[abandoned:]),
    ]


def test_waits_of_no_length_that_all_end_in_another_attempt_are_deaf() -> None:
    words = deaf(waits_of_no_length(0, of=30))
    assert words
    assert words.startswith("30 waits of no length began when ctx was done, and 0 ended for it")


def test_waits_of_no_length_may_show_a_fair_coin() -> None:
    assert deaf(waits_of_no_length(0, of=29)) is None
    assert deaf(waits_of_no_length(8, of=60)) is None
    assert deaf(waits_of_no_length(0, of=60, delay_ns=1)) is None
    before = waits_of_no_length(0, of=60)
    assert deaf([*before[1:], before[0]]) is None


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
