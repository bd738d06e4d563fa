"""What a virtual clock allows: walks of the model that make maximal progress, and no others."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from parity.checker.global_order import violation
from parity.checker.virtual_time import untimely
from parity.contract.durations import seconds
from parity.contract.scenario import Config, Every, ScheduledSignal
from parity.contract.trace import Event

from tests.support.stories import timed
from tests.support.timed_walks import Walk
from tests.support.walks import chances, with_level_of

plain = {
    "workers": st.integers(1, 3),
    "queue": st.integers(0, 3),
    "jobs": st.integers(0, 7),
    "interval_ns": st.sampled_from([0, 7, 10, 30]),
    "work_ns": st.sampled_from([0, 10, 25, 40]),
    "signals": st.one_of(
        st.just(()), st.tuples(st.builds(ScheduledSignal, st.just("SIGINT"), st.integers(0, 90)))
    ),
}
every = st.one_of(st.none(), st.builds(Every, st.integers(1, 3), st.integers(1, 3)))
scaling = st.builds(
    Config,
    **plain | {"workers": st.integers(1, 2)},
    max_workers=st.integers(2, 4),
    keepalive_ns=st.sampled_from([0, 3, 10, 35]),
)
configs = st.one_of(
    st.builds(Config, **plain),
    scaling,
    st.builds(
        Config,
        **plain,
        fail=every,
        slow=every,
        attempts=st.integers(1, 3),
        backoff_ns=st.sampled_from([0, 5, 15]),
        backoff_cap_ns=st.sampled_from([20, 40]),
        jitter=st.booleans(),
        job_timeout_ns=st.sampled_from([0, 10, 30]),
        results=st.booleans(),
    ),
    st.builds(
        Config,
        **(plain | {"queue": st.integers(1, 4)}),
        slow=every,
        fail=st.one_of(st.none(), st.just(Every(2, 1))),
        attempts=st.integers(1, 2),
        backoff_ns=st.sampled_from([0, 15]),
        levels=st.integers(2, 3),
        aging=st.integers(0, 2),
    ),
)


def moved(events: list[Event], start: int, by_ns: int) -> list[Event]:
    """Return the events, those from the start on at other times."""
    late = [msgspec.structs.replace(e, t_ns=(e.t_ns or 0) + by_ns) for e in events[start:]]
    return events[:start] + late


@given(configs, chances)
@settings(max_examples=400)
def test_maximal_progress_is_timely(config: Config, chance: random.Random) -> None:
    events = Walk(config, chance).go()
    assert violation(events, config) is None
    assert untimely(events, config) is None
    assert violation(events, config, timed=True) is None


@given(
    st.builds(
        Config,
        workers=st.integers(1, 3),
        queue=st.integers(1, 4),
        jobs=st.integers(5, 12),
        interval_ns=st.just(1009),
        work_ns=st.just(5003),
        slow=every,
        levels=st.integers(2, 3),
        aging=st.integers(0, 3),
    ),
    chances,
    st.integers(1, 3),
    st.integers(0, 3),
)
@settings(max_examples=200)
def test_jobs_that_come_one_by_one_are_taken_in_one_order(
    config: Config, chance: random.Random, levels: int, aging: int
) -> None:
    own = Walk(config, chance).go()
    other = Walk(msgspec.structs.replace(config, levels=levels, aging=aging), chance).go()
    relabelled = [with_level_of(config, event) for event in other]
    broken = violation(relabelled, config, timed=True)
    assert (broken is None) == (taken(own) == taken(other))


def taken(events: list[Event]) -> list[tuple[int | None, int | None]]:
    return [(event.t_ns, event.job) for event in events if event.event == "job_started"]


@given(configs, chances, st.sampled_from([1, 5, 10]))
@settings(max_examples=400)
def test_an_event_later_than_possible_is_untimely(
    config: Config, chance: random.Random, by_ns: int
) -> None:
    events = Walk(config, chance).go()
    for start in range(len(events)):
        assert untimely(moved(events, start, by_ns), config), start


@given(configs, chances)
@settings(max_examples=400)
def test_an_event_earlier_than_possible_is_untimely(config: Config, chance: random.Random) -> None:
    events = Walk(config, chance).go()
    for start in range(1, len(events)):
        if (events[start].t_ns or 0) > (events[start - 1].t_ns or 0):
            assert untimely(moved(events, start, -1), config), start


@given(configs, chances)
@settings(max_examples=400)
def test_one_event_that_waits_for_the_next_instant_is_untimely_or_illegal(
    config: Config, chance: random.Random
) -> None:
    events = Walk(config, chance).go()
    at = chance.randrange(len(events))
    t_ns = events[at].t_ns or 0
    later = [i for i, e in enumerate(events) if (e.t_ns or 0) > t_ns]
    assume(later)
    then_ns = events[later[0]].t_ns
    rest = [e for i, e in enumerate(events) if i != at]
    place = max(i for i, e in enumerate(rest) if e.t_ns == then_ns) + 1
    waited = [*rest[:place], msgspec.structs.replace(events[at], t_ns=then_ns), *rest[place:]]
    assert violation(waited, config) or untimely(waited, config)


@given(configs, chances, st.integers(0, 120))
@settings(max_examples=400)
def test_a_killed_run_did_all_that_was_due_before(
    config: Config, chance: random.Random, killed_at_ns: int
) -> None:
    events = Walk(config, chance).go()
    assume((events[-1].t_ns or 0) > killed_at_ns)
    before = [e for e in events if (e.t_ns or 0) < killed_at_ns]
    at_once = [e for e in events if (e.t_ns or 0) == killed_at_ns]
    lived = before + at_once[: chance.randint(0, len(at_once))]
    assert untimely(lived, config, killed_at_ns=killed_at_ns) is None
    last_ns = before[-1].t_ns if before else 0
    idle = [e for e in before if e.t_ns != last_ns]
    if idle:
        assert untimely(idle, config, killed_at_ns=killed_at_ns)


def test_the_reason_tells_what_was_due_and_when() -> None:
    config = Config(workers=1, jobs=1, interval_ns=10, work_ns=25)
    events = Walk(config, random.Random(1)).go()
    done = next(i for i, e in enumerate(events) if e.event == "job_completed")
    late = untimely(moved(events, done, 500_000_000), config)
    assert late
    assert late.rule == "time/exact"
    assert "the end of job 1 in the hands of worker 1 is due at 0.000000025 s" in late.words
    assert late.area == "ordering"
    closing = next(i for i, e in enumerate(events) if e.event == "pool_waiting")
    late = untimely(moved(events, closing, 1), config)
    assert late
    assert (late.rule, late.area) == ("time/shutdown", "shutdown")
    assert "the channel was closed, and main did not wait" in late.words


def test_a_worker_that_lets_a_job_wait_is_told_by_the_job() -> None:
    config = Config(workers=1, queue=5, jobs=2, interval_ns=10, work_ns=25)
    found = untimely(
        timed(
            "0 pool up1 submit1",
            "10 submit2 start1:1",
            "20 closing waiting",
            "35 complete1:1 start1:2",
            "60 complete1:2 closed1 stopped done",
        ),
        config,
    )
    assert found
    assert found.words == "when 0 s was over, job 1 waited, and worker 1 was idle"
    assert (found.rule, found.lines) == ("worker/takes-what-waits", (1,))


def test_a_worker_that_starts_late_is_told_by_its_number() -> None:
    config = Config(workers=2, jobs=1, interval_ns=10, work_ns=10)
    found = untimely(timed("0 pool up1 submit1 start1:1", "10 complete1:1 up2 closing"), config)
    assert found
    assert found.words == "when 0 s was over, worker 2 of 2 had not started"


def test_a_signal_at_another_time_is_told_by_both_times() -> None:
    config = Config(workers=1, jobs=0, signals=(ScheduledSignal("SIGINT", 5),))
    found = untimely(timed("0 pool signal initiated up1"), config)
    assert found
    assert found.words == "the signal was received at 0 s, due at 0.000000005 s (line 2)"
    assert (found.rule, found.lines) == ("time/shutdown", (2,))


def test_a_killed_run_need_not_have_ended_its_last_instant() -> None:
    twice = msgspec.structs.replace(ONE, signals=SIGNAL * 2)
    assert untimely(timed(BUSY, "5 signal"), twice, killed_at_ns=5) is None
    found = untimely(timed(BUSY, "5 signal"), twice, killed_at_ns=6)
    assert found
    assert found.words == "when 0.000000005 s was over, the shutdown was not initiated"


def test_what_a_killed_run_missed_is_told_at_its_last_line() -> None:
    found = untimely(timed(BUSY), ONE, killed_at_ns=11)
    assert found
    assert (
        found.words == "the end of the pause after job 1 is due at 0.00000001 s, and did not happen"
    )
    assert found.lines == (4,)


def test_a_killed_run_that_said_nothing_missed_its_start() -> None:
    found = untimely([], ONE, killed_at_ns=11)
    assert found
    assert found.words == "the start is due at 0 s, and did not happen"
    assert found.lines == (0,)


def test_no_line_is_no_instant() -> None:
    assert untimely([], ONE) is None


def test_times_are_told_to_the_nanosecond() -> None:
    told = [seconds(ns) for ns in (0, 1, 1_500_000_000, 11 * 10**9, -1)]
    assert told == ["0 s", "0.000000001 s", "1.5 s", "11 s", "-0.000000001 s"]


ONE = Config(workers=1, queue=5, jobs=2, interval_ns=10, work_ns=25)
SIGNAL = (ScheduledSignal("SIGINT", 5),)
HEARD = msgspec.structs.replace(ONE, signals=SIGNAL)
TWO = Config(workers=2, queue=5, jobs=2, interval_ns=10, work_ns=25, signals=SIGNAL)
HAND_TO_HAND = msgspec.structs.replace(ONE, queue=0)
BUSY = "0 pool up1 submit1 start1:1"


@pytest.mark.parametrize(
    ("config", "story", "rule", "words"),
    [
        (ONE, ["3 pool"], "time/exact", "the start is due at 0 s, and line 1 is at 0.000000003 s"),
        (
            ONE,
            ["-1 pool up1", "0 submit1 start1:1"],
            "time/exact",
            "the start is due at 0 s, and line 1 is at -0.000000001 s",
        ),
        (
            ONE,
            [BUSY + " submit2"],
            "time/exact",
            "job 2 was submitted at 0 s, due at 0.00000001 s (line 5)",
        ),
        (
            ONE,
            [BUSY + " complete1:1"],
            "time/exact",
            "worker 1 completed job 1 at 0 s, due at 0.000000025 s (line 5)",
        ),
        (
            ONE,
            [BUSY, "5 complete1:1"],
            "time/exact",
            "worker 1 completed job 1 at 0.000000005 s, due at 0.000000025 s (line 5)",
        ),
        (
            ONE,
            [BUSY, "10 submit2 closing"],
            "time/shutdown",
            "the channel was closed at 0.00000001 s, due at 0.00000002 s (line 6)",
        ),
        (
            HEARD,
            [BUSY, "10 submit2"],
            "time/shutdown",
            "the signal is due at 0.000000005 s, and line 5 is at 0.00000001 s",
        ),
        (
            HEARD,
            [BUSY, "5 signal"],
            "time/shutdown",
            "when 0.000000005 s was over, the shutdown was not initiated",
        ),
        (
            HEARD,
            [BUSY, "5 signal initiated"],
            "time/shutdown",
            "when 0.000000005 s was over, ctx was done, and the channel not closed",
        ),
        (
            HEARD,
            [BUSY, "5 signal initiated closing"],
            "time/shutdown",
            "when 0.000000005 s was over, the channel was closed, and main did not wait for the "
            "workers",
        ),
        (
            TWO,
            ["0 pool up1 up2 submit1 start1:1", "5 signal initiated closing waiting"],
            "time/shutdown",
            "when 0.000000005 s was over, ctx was done, and 1 idle workers had not shut down",
        ),
        (
            HAND_TO_HAND,
            ["0 pool up1 submit1"],
            "worker/takes-what-waits",
            "when 0 s was over, job 1 waited, and worker 1 was idle",
        ),
        (
            Config(workers=1, jobs=0),
            ["0 pool up1 closing waiting"],
            "time/shutdown",
            "when 0 s was over, no job was left, and 1 idle workers had not shut down",
        ),
        (
            Config(workers=1, jobs=0),
            ["0 pool up1 closing waiting closed1"],
            "time/shutdown",
            "when 0 s was over, every worker had ended, and main did not",
        ),
    ],
)
def test_what_is_too_early_or_left_undone_is_told(
    config: Config, story: list[str], rule: str, words: str
) -> None:
    found = untimely(timed(*story), config)
    assert found
    assert (found.rule, found.words) == (rule, words)


def test_to_compute_takes_no_virtual_time() -> None:
    config = Config(workers=1, jobs=1, interval_ns=0, work_ns=25, cpu=9)
    story = "0 pool up1 submit1 start1:1 complete1:1 closing waiting closed1 stopped done"
    assert untimely(timed(story), config) is None
    assert untimely(timed(story), msgspec.structs.replace(config, cpu=0))
