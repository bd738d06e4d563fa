"""What is late on the real clock: every step that is due, each caught when it alone is late."""

from __future__ import annotations

import msgspec
import pytest
from parity.checker.judge import judge_trace
from parity.checker.real_time import first_early, latest, timers
from parity.contract.scenario import Config, ScheduledSignal
from parity.contract.trace import Event, Header, Trace

from tests.support.real_times import (
    CONFIG,
    INTERRUPTED,
    INTERRUPTED_CONFIG,
    LEFT,
    LEFT_CONFIG,
    MS,
    ORDERLY,
    REPORTED,
    REPORTED_CONFIG,
    RETRIED,
    RETRIED_CONFIG,
    TIMED_OUT,
    TIMED_OUT_CONFIG,
    said,
)


def delayed(events: list[Event], index: int, by_ns: int) -> list[Event]:
    """Return the events, those from the index on so much later."""
    moved = [msgspec.structs.replace(e, t_ns=(e.t_ns or 0) + by_ns) for e in events[index:]]
    return events[:index] + moved


@pytest.mark.parametrize("times", [(ORDERLY, CONFIG), (INTERRUPTED, INTERRUPTED_CONFIG)])
def test_nothing_is_late_or_early_in_a_run_on_time(times: tuple[list[Event], Config]) -> None:
    events, config = times
    assert {timer.late_ns for timer in timers(events, config)} == {0}
    worst = latest(events, config)
    assert worst
    assert worst.late_ns == 0
    assert first_early(events, config) is None


@pytest.mark.parametrize(
    ("events", "config", "name", "words"),
    [
        (ORDERLY, CONFIG, "worker_started", "the start of worker 1"),
        (ORDERLY, CONFIG, "job_started", "the start of job 1, with worker 1 idle,"),
        (ORDERLY, CONFIG, "job_completed", "the completion of job 1"),
        (ORDERLY, CONFIG, "pool_closing", "the close of the channel"),
        (ORDERLY, CONFIG, "pool_waiting", "the wait for the workers"),
        (ORDERLY, CONFIG, "worker_stopped", "the end of worker 1"),
        (ORDERLY, CONFIG, "pool_stopped", "the end of the pool"),
        (ORDERLY, CONFIG, "main_done", "the end of main"),
        (INTERRUPTED, INTERRUPTED_CONFIG, "signal_received", "the signal"),
        (
            INTERRUPTED,
            INTERRUPTED_CONFIG,
            "shutdown_initiated",
            "the shutdown after the signal",
        ),
        (INTERRUPTED, INTERRUPTED_CONFIG, "pool_closing", "the close of the channel"),
        (INTERRUPTED, INTERRUPTED_CONFIG, "worker_stopped", "the end of worker 1"),
        (RETRIED, RETRIED_CONFIG, "attempt_failed", "the end of an attempt at job 1 (error)"),
        (RETRIED, RETRIED_CONFIG, "job_retrying", "the wait for another attempt at job 1"),
        (RETRIED, RETRIED_CONFIG, "attempt_started", "the next attempt at job 1"),
        (RETRIED, RETRIED_CONFIG, "job_completed", "the completion of job 1"),
        (TIMED_OUT, TIMED_OUT_CONFIG, "attempt_failed", "the end of an attempt at job 1 (timeout)"),
        (TIMED_OUT, TIMED_OUT_CONFIG, "job_failed", "the end of job 1"),
        (REPORTED, REPORTED_CONFIG, "result_received", "the result of job 1"),
        (
            LEFT,
            LEFT_CONFIG,
            "job_abandoned",
            "the end of the wait for another attempt at job 1",
        ),
    ],
)
def test_each_step_is_caught_where_it_alone_is_late(
    events: list[Event], config: Config, name: str, words: str
) -> None:
    index = next(i for i, event in enumerate(events) if event.event == name)
    worst = latest(delayed(events, index, 700 * MS), config)
    assert worst
    assert (worst.late_ns, worst.words) == (700 * MS, words)


@pytest.mark.parametrize(
    ("events", "config", "name"),
    [
        (RETRIED, RETRIED_CONFIG, "attempt_failed"),
        (RETRIED, RETRIED_CONFIG, "attempt_started"),
        (TIMED_OUT, TIMED_OUT_CONFIG, "attempt_failed"),
    ],
)
def test_no_attempt_and_no_wait_ends_before_its_time(
    events: list[Event], config: Config, name: str
) -> None:
    assert first_early(events, config) is None
    index = next(i for i, event in enumerate(events) if event.event == name)
    early = first_early(delayed(events, index, -5 * MS), config)
    assert early
    assert (early.late_ns, early.event.event) == (-5 * MS, name)


SCALING_CONFIG = msgspec.structs.replace(
    CONFIG, jobs=2, work_ns=120 * MS, max_workers=2, keepalive_ns=40 * MS
)
SCALED = said(
    (0, "pool_starting"),
    (0, "worker_started worker=1"),
    (0, "job_submitting job=1"),
    (0, "job_started worker=1 job=1 payload=Task-1"),
    (50, "job_submitting job=2"),
    (50, "worker_started worker=2"),
    (50, "job_started worker=2 job=2 payload=Task-2"),
    (120, "job_completed worker=1 job=1"),
    (160, "worker_stopped worker=1 reason=idle"),
    (170, "job_completed worker=2 job=2"),
)


def test_a_worker_starts_with_its_job_and_leaves_after_its_keepalive() -> None:
    assert not any(timer.late_ns for timer in timers(SCALED, SCALING_CONFIG))
    for at, words in ((5, "the start of worker 2"), (8, "the end of worker 1, which was idle")):
        late = latest(delayed(SCALED, at, 200 * MS), SCALING_CONFIG)
        assert late
        assert (late.words, late.late_ns) == (words, 200 * MS)
    early = first_early(delayed(SCALED, 8, -20 * MS), SCALING_CONFIG)
    assert early
    assert early.words == "the end of worker 1, which was idle"


def test_a_worker_that_left_takes_no_job() -> None:
    """Job 3 was due when worker 3 was there, and not when it came: worker 1 had left."""
    after = said(
        (165, "job_submitting job=3"),
        (190, "worker_started worker=3"),
        (190, "job_started worker=3 job=3 payload=Task-3"),
    )
    found = {one.words: one.late_ns for one in timers([*SCALED[:-1], *after], SCALING_CONFIG)}
    assert found["the start of worker 3"] == 25 * MS
    assert found["the start of job 3, with worker 3 idle,"] == 0


def test_a_result_is_due_after_its_job_and_after_the_result_before_it() -> None:
    """The collector has printed one result before it receives the next."""
    both = said(
        (0, "job_completed worker=1 job=1"),
        (0, "job_completed worker=2 job=2"),
        (70, "result_received job=1 fate=completed attempt=1"),
        (90, "result_received job=2 fate=completed attempt=1"),
        (90, "pool_stopped"),
    )
    found = [t for t in timers(both, REPORTED_CONFIG) if t.event.event == "result_received"]
    assert [timer.late_ns for timer in found] == [70 * MS, 20 * MS]


def test_work_that_goes_on_beyond_its_limit_is_late() -> None:
    """Its attempt was to end at the limit, whatever it says in the end."""
    completed = said((0, "job_started worker=1 job=1"), (30, "job_completed worker=1 job=1"))
    worst = latest(completed, TIMED_OUT_CONFIG)
    assert worst
    assert worst.late_ns == 10 * MS


def test_a_second_submission_is_late_if_the_first_found_room_and_early_in_any_case() -> None:
    index = [i for i, e in enumerate(ORDERLY) if e.event == "job_submitting"][1]
    late = delayed(ORDERLY, index, 700 * MS)
    worst = latest(late, CONFIG)
    assert worst
    assert (worst.late_ns, worst.words) == (700 * MS, "the submission of job 2")
    # At a rendezvous the first may have waited: then the pause began later.
    rendezvous = msgspec.structs.replace(CONFIG, queue=0)
    assert all(timer.words != worst.words for timer in timers(late, rendezvous))
    early = first_early(delayed(ORDERLY, index, -20 * MS), rendezvous)
    assert early
    assert (early.late_ns, early.words) == (-20 * MS, worst.words)
    assert first_early(delayed(ORDERLY, index, -20 * MS), CONFIG, grain_ns=30 * MS) is None


def test_while_jobs_compute_nothing_is_late() -> None:
    computing = msgspec.structs.replace(CONFIG, cpu=1000)
    assert list(timers(delayed(ORDERLY, 1, 700 * MS), computing)) == []


def test_one_of_many_workers_stops_after_another() -> None:
    config = msgspec.structs.replace(CONFIG, workers=3, jobs=0)
    events = said(
        (0, "pool_starting"),
        *((100 * n, f"worker_started worker={n}") for n in (1, 2, 3)),
        (300, "pool_closing"),
        (300, "pool_waiting"),
        *((300 + 100 * n, f"worker_stopped worker={n}") for n in (1, 2, 3)),
        (600, "pool_stopped"),
        (600, "main_done"),
    )
    worst = latest(events, config)
    assert worst
    assert worst.late_ns == 100 * MS


def judged(events: list[Event], config: Config) -> dict[str, str]:
    """Return the words of each broken rule, on the real clock, with 100 ms of tolerance."""
    header = Header(schema="", program="", runtime={}, clock="real", config={})
    trace = Trace(events=tuple(events), source="ndjson", header=header)
    return {found.catcher: found.words for found in judge_trace(trace, config)}


LONELY = said(
    (0, "pool_starting"),
    (0, "worker_started worker=1"),
    (0, "worker_started worker=2"),
    (0, "job_submitting job=1"),
    (0, "job_started worker=1 job=1 payload=Task-1"),
    (50, "job_submitting job=2"),
    (100, "pool_closing"),
    (100, "pool_waiting"),
    (600, "job_completed worker=1 job=1"),
    (600, "job_started worker=1 job=2 payload=Task-2"),
    (600, "worker_stopped worker=2 reason=closed"),
    (1200, "job_completed worker=1 job=2"),
    (1200, "worker_stopped worker=1 reason=closed"),
    (1200, "pool_stopped"),
    (1200, "main_done"),
)
"""Worker 2 never takes a job."""


def test_a_job_that_waits_beside_an_idle_worker_is_told_with_both() -> None:
    config = msgspec.structs.replace(CONFIG, workers=2, work_ns=600 * MS)
    assert judged(LONELY, config) == {
        "worker/takes-what-waits": (
            "the start of job 2, with worker 2 idle, came 550 ms late (line 11, possible since line 7)"
        ),
        "time/makespan": "the makespan is 1.2 s; where no worker idles it is 0.65 s",
    }


def test_a_job_that_waited_until_the_shutdown_is_told_too() -> None:
    config = msgspec.structs.replace(INTERRUPTED_CONFIG, workers=2, work_ns=600 * MS)
    config = msgspec.structs.replace(config, signals=(ScheduledSignal("SIGINT", 300 * MS),))
    told = said(
        *((0, line) for line in ("pool_starting", "worker_started worker=1")),
        *((0, line) for line in ("worker_started worker=2", "job_submitting job=1")),
        (0, "job_started worker=1 job=1 payload=Task-1"),
        (50, "job_submitting job=2"),
        (300, "signal_received signal=interrupt"),
        (300, "shutdown_initiated"),
    )
    found = judged(told, config)
    assert found["worker/takes-what-waits"] == (
        "the start of job 2, with worker 2 idle, came 250 ms late (line 9, possible since line 7)"
    )


def test_a_shutdown_that_follows_its_signal_late_is_late() -> None:
    """No job waited beside an idle worker, so that rule is not the one that is broken."""
    index = next(i for i, e in enumerate(INTERRUPTED) if e.event == "shutdown_initiated")
    found = judged(delayed(INTERRUPTED, index, 700 * MS), INTERRUPTED_CONFIG)
    assert "worker/takes-what-waits" not in found
    assert found["time/prompt-shutdown"] == (
        "the shutdown after the signal came 700 ms late (line 7)"
    )


def test_times_are_judged_as_far_as_the_order_is_legal() -> None:
    """A job that is completed twice frees its worker once."""
    config = msgspec.structs.replace(CONFIG, workers=2, jobs=3, work_ns=600 * MS)
    lines = [(0, f"worker_started worker={n}") for n in (1, 2)]
    lines += [(0, "job_submitting job=1"), (0, "job_started worker=1 job=1 payload=Task-1")]
    lines += [(50, "job_submitting job=2"), (50, "job_started worker=2 job=2 payload=Task-2")]
    lines += [(600, "job_completed worker=1 job=1"), (600, "job_completed worker=1 job=1")]
    late = [(1400, "job_completed worker=2 job=2")]
    broken = judged(said((0, "pool_starting"), *lines, *late), config)
    assert list(broken) == ["worker/one-job-at-a-time"]
    early = [*lines[:-1], *late]
    assert "time/prompt" in judged(said((0, "pool_starting"), *early), config)


def test_many_lines_that_are_due_at_once_are_not_late() -> None:
    """Each of a thousand workers takes half a ms to start, and the first then takes its job."""
    config = msgspec.structs.replace(CONFIG, workers=1000, jobs=1, interval_ns=0)
    told = said(
        (0, "pool_starting"),
        (0, "job_submitting job=1"),
        *((n // 2, f"worker_started worker={n}") for n in range(1, 1001)),
        (501, "job_started worker=1 job=1 payload=Task-1"),
        (531, "job_completed worker=1 job=1"),
    )
    assert judged(told, config).keys() <= {"main/closes-in-order"}
    few = [told[0], told[1], told[2], *told[-2:]]
    assert "worker/takes-what-waits" in judged(few, config)


def test_a_signal_does_not_wait_for_a_backlog() -> None:
    """Two thousand lines take a slow program a second; it hears the signal in between."""
    signals = (ScheduledSignal("SIGINT", 10 * MS),)
    config = msgspec.structs.replace(CONFIG, queue=2000, jobs=2000, signals=signals)
    config = msgspec.structs.replace(config, interval_ns=0, work_ns=0)

    def heard_at(t_ms: int) -> dict[str, str]:
        lines = ((n // 2, f"job_submitting job={n}") for n in range(1, 2 * t_ms))
        told = [(0, "pool_starting"), *lines, (t_ms, "signal_received signal=interrupt")]
        return judged(said(*told), config)

    assert "time/prompt-shutdown" not in heard_at(350)
    assert heard_at(500)["time/prompt-shutdown"].startswith("the signal came 490 ms late")
