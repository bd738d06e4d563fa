"""Random walks of the specification, and edits of them."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec
from hypothesis import strategies as st
from parity.contract.events import REASONS
from parity.contract.scenario import Config, Every
from parity.contract.trace import Event
from parity.specification.model import Symbol, initial, steps

plain = st.builds(
    Config,
    workers=st.integers(1, 3),
    queue=st.integers(0, 3),
    jobs=st.integers(0, 6),
)
retrying = st.builds(
    Config,
    workers=st.integers(1, 3),
    queue=st.integers(0, 2),
    jobs=st.integers(0, 4),
    fail=st.one_of(st.none(), st.builds(Every, st.integers(1, 3), st.integers(1, 3))),
    attempts=st.integers(1, 3),
    backoff_ns=st.sampled_from([0, 10]),
    jitter=st.booleans(),
    job_timeout_ns=st.sampled_from([0, 10]),
)
reporting = st.builds(
    Config,
    workers=st.integers(1, 3),
    queue=st.integers(0, 2),
    jobs=st.integers(0, 5),
    results=st.just(True),
    fail=st.one_of(st.none(), st.builds(Every, st.integers(1, 3), st.integers(1, 3))),
    attempts=st.integers(1, 2),
    backoff_ns=st.just(10),
    job_timeout_ns=st.sampled_from([0, 10]),
)
prioritised = st.builds(
    Config,
    workers=st.integers(1, 3),
    queue=st.integers(1, 4),
    jobs=st.integers(0, 6),
    levels=st.integers(2, 3),
    aging=st.sampled_from([0, 0, 1, 2]),
)
retrying_by_level = st.builds(
    msgspec.structs.replace, retrying, queue=st.integers(1, 2), levels=st.just(2)
)
reporting_by_level = st.builds(
    msgspec.structs.replace, reporting, queue=st.integers(1, 2), levels=st.just(2)
)
scaling = st.builds(
    Config,
    workers=st.integers(1, 2),
    queue=st.integers(0, 2),
    jobs=st.integers(0, 5),
    max_workers=st.integers(2, 4),
)
scaling_beside_others = st.one_of(
    *(
        st.builds(
            msgspec.structs.replace,
            others,
            workers=st.integers(1, 2),
            jobs=st.integers(1, 3),
            max_workers=st.integers(2, 3),
        )
        for others in (retrying, reporting, prioritised, retrying_by_level, reporting_by_level)
    )
)
configs = st.one_of(plain, retrying, reporting, prioritised, retrying_by_level, scaling)
chances = st.builds(random.Random, st.integers(0, 2**32))
"""Generators, each from a seed.

Those of `hypothesis.strategies.randoms` draw each number by itself, which takes longer than all
that the tests do with it.
"""


def event_of(symbol: Symbol, line: int = 0) -> Event:
    return Event(
        event=symbol.event,
        worker=symbol.worker or None,
        job=symbol.job or None,
        payload=f"Task-{symbol.job}" if symbol.event == "job_started" else None,
        signal="interrupt" if symbol.event == "signal_received" else None,
        reason=symbol.reason or None,
        attempt=symbol.attempt or None,
        delay=symbol.delay if symbol.event == "job_retrying" else None,
        fate=symbol.fate or None,
        level=symbol.level or None,
        line=line,
    )


def with_level_of(config: Config, event: Event) -> Event:
    """Return the event with the level that its job has in this configuration."""
    if event.event != "job_submitting":
        return event
    return msgspec.structs.replace(event, level=config.level_of(event.job or 0) or None)


def numbered(events: list[Event]) -> list[Event]:
    return [msgspec.structs.replace(e, line=i) for i, e in enumerate(events, start=1)]


def walk(config: Config, random: random.Random, *, signals: bool, laziness: float) -> list[Event]:
    """Return the events of a random path of the model to its end.

    Lazy paths take visible steps late, so that much is hidden; busy ones print at once.
    """
    state, events = initial(config), []
    while True:
        ways = list(steps(state, config, signals=signals and random.random() < 0.2))
        hidden = [way for way in ways if way[0] is None]
        visible = [way for way in ways if way[0] is not None]
        if not ways:
            if state.ended:
                return events
            continue
        pool = hidden if hidden and (not visible or random.random() < laziness) else visible
        symbol, state = random.choice(pool)
        if symbol:
            events.append(event_of(symbol))


def edited(events: list[Event], config: Config, random: random.Random) -> list[Event]:
    """Return the events with one moved, swapped, dropped, doubled or changed."""
    events = list(events)
    i, j = random.randrange(len(events)), random.randrange(len(events))
    match random.randrange(6):
        case 0:
            events.insert(j, events.pop(i))
        case 1:
            i = min(i, len(events) - 2)
            events[i], events[i + 1] = events[i + 1], events[i]
        case 2 if len(events) > 2:
            del events[i]
        case 3:
            events.insert(j, events[i])
        case 4:
            events[i] = event_of(random.choice(alphabet(config)))
        case _:
            workers = [k for k, e in enumerate(events) if e.worker]
            if workers:
                k = random.choice(workers)
                other = random.randint(1, max(e.worker or 0 for e in events))
                events[k] = msgspec.structs.replace(events[k], worker=other)
    return events


def interleaved(events: list[Event], random: random.Random) -> list[Event]:
    """Return the events with some that are neighbours, and of two processes, swapped."""
    events = list(events)
    for _ in range(random.choice((2, 10, 40))):
        i = random.randrange(len(events) - 1)
        one, other = events[i : i + 2]
        if _process(one) != _process(other):
            events[i : i + 2] = other, one
    return events


def _process(event: Event) -> int | str:
    """Return which process says the event: a worker, main, or the signal handler."""
    handler = event.event in ("signal_received", "shutdown_initiated")
    return event.worker or ("handler" if handler else "main")


def alphabet(config: Config) -> list[Symbol]:
    """Return every symbol of the configuration, and a few that it lacks."""
    most = config.workers + (config.jobs if config.scales else 0)
    workers, jobs = range(1, most + 2), range(1, config.jobs + 2)
    plain = ("pool_starting", "signal_received", "shutdown_initiated", "pool_closing")
    symbols = [Symbol(e) for e in (*plain, "pool_waiting", "pool_stopped", "main_done")]
    symbols += [Symbol("job_submitting", job=j, level=config.level_of(j)) for j in jobs]
    symbols += [Symbol(e, job=j) for e in ("job_rejected", "job_abandoned") for j in jobs]
    if config.levels > 1:
        symbols += [Symbol("job_submitting", job=j, level=config.levels + 1) for j in jobs]
    symbols += [Symbol("worker_started", w) for w in workers]
    symbols += [Symbol("worker_stopped", w, 0, r) for w in workers for r in REASONS]
    symbols += [
        Symbol(e, w, j) for e in ("job_started", "job_completed") for w in workers for j in jobs
    ]
    if config.may_fail:
        symbols += [symbol for w in workers for j in jobs for symbol in of_attempts(w, j, config)]
    if config.results:
        symbols += [symbol for j in jobs for symbol in of_results(j, config)]
    return symbols


def of_results(job: int, config: Config) -> Iterator[Symbol]:
    """Yield the symbols of a job's result, and a few that are never right."""
    for fate in ("completed", "failed", "abandoned"):
        for attempt in range(1, config.attempts + 2):
            yield Symbol("result_received", job=job, attempt=attempt, fate=fate)


def of_attempts(worker: int, job: int, config: Config) -> Iterator[Symbol]:
    """Yield the symbols of a job that fails, and a few that are never right."""
    yield Symbol("job_abandoned", worker, job)
    for attempt in range(1, config.attempts + 2):
        for reason in ("error", "timeout"):
            yield Symbol("attempt_failed", worker, job, reason, attempt)
        yield Symbol("attempt_started", worker, job, "", attempt)
        yield Symbol("job_failed", worker, job, "", attempt)
        for delay_ns in {config.delay_of(job, max(1, attempt - 1)), 7}:
            yield Symbol("job_retrying", worker, job, "", attempt, delay_ns)
