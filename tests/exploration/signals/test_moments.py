"""The moments at which a sweep delivers signals, and what is possible after them."""

from __future__ import annotations

import pytest
from parity.contract.outcome import Exit
from parity.contract.scenario import MS, Config, Scenario
from parity.exploration.signals.moments import (
    APART_NS,
    KINDS,
    LONGEST_REAL_NS,
    TOLD_NS,
    Instant,
    SignalKind,
    instants,
    points,
    sample,
    sampled_points,
    scale,
)
from parity.exploration.signals.possible import possible

from tests.support.decisions import BEFORE
from tests.support.results import SHORT, outcome
from tests.support.traces import told

SCENARIO = Scenario(name="s", about="", config=Config(interval_ns=10 * MS, work_ns=20 * MS))


def moment(t_ns: int, *, choice: bool = False) -> Instant:
    return Instant(t_ns=t_ns, events=("job_started",), choice=choice)


def signals(kind: str, moments: list[Instant], *, runs: int = 2, real: int = 0) -> list[str]:
    """Return the signals of each point of that kind."""
    return [
        " ".join(map(str, point.scenario.config.signals))
        for point in points(SCENARIO, moments, runs=runs, real=real)
        if point.kind == kind
    ]


def test_the_moments_are_the_instants_of_the_run_without_signals() -> None:
    found = instants(told(*SHORT).events)
    assert [one.t_ns for one in found] == [0, 500 * MS, 2000 * MS]
    assert found[1].events == ("pool_closing", "pool_waiting")
    assert not any(one.choice for one in found)


def test_there_is_a_choice_if_a_worker_is_busy_and_a_job_waits() -> None:
    found = instants(told(*BEFORE).events)
    assert [one.choice for one in found] == [False, False, True, True, True]


def test_each_instant_is_tried_just_before_at_and_just_after() -> None:
    moments = [moment(0), moment(50, choice=True)]
    assert signals("before", moments) == ["SIGTERM@49ns"] * 2
    assert signals("at", moments) == ["SIGINT@0s"] * 2 + ["SIGTERM@50ns"] * 2
    assert signals("after", moments) == ["SIGINT@1ns"] + ["SIGTERM@51ns"] * 2


def test_a_second_signal_comes_at_once_and_at_later_instants() -> None:
    moments = [moment(t_ns) for t_ns in (0, 10, 20, 30)]
    assert signals("both", moments)[1] == "SIGTERM@10ns SIGINT@10ns"
    assert [line.split("@")[-1] for line in signals("twice", moments)] == [
        "10ns",
        "30ns",
        "30ns",
    ]


def test_the_real_clock_is_sampled_evenly_with_signals_of_all_kinds() -> None:
    planned = list(points(SCENARIO, [moment(t) for t in range(10)], runs=1, real=4))
    on_it = [point for point in planned if point.scenario.clock == "real"]
    assert [(p.instant, p.kind) for p in on_it] == [
        (index, kind) for index in (0, 2, 5, 7) for kind in ("real", "real twice", "killed")
    ]
    times = [instant * TOLD_NS / (9 - instant) for instant in (0, 2, 5, 7)]
    found = [p.kill_at_ns for p in on_it if p.kind == "killed"]
    assert found == pytest.approx(times)
    assert {point.kind for point in planned} == set(KINDS)


def test_no_more_instants_are_sampled_than_there_are() -> None:
    assert len(signals("real", [moment(0), moment(1)], real=9)) == 2


def test_a_run_on_the_real_clock_goes_on_long_enough_to_show_an_unheard_signal() -> None:
    scenario, factor = scale(SCENARIO, 4000 * MS, 0)
    assert factor == 0.1
    assert (scenario.config.interval_ns, scenario.config.work_ns) == (1 * MS, 2 * MS)
    assert scenario.clock == "real"
    for makespan_ns, at_ns in ((230 * MS, 160 * MS), (10_000 * MS, 4000 * MS), (7, 3)):
        factor = scale(SCENARIO, makespan_ns, at_ns)[1]
        assert (makespan_ns - at_ns) * factor == pytest.approx(TOLD_NS)
    # But it does not go on for ever.
    for at_ns in (100 * MS, 99 * MS, 80 * MS + 1):
        assert scale(SCENARIO, 100 * MS, at_ns)[1] * 100 * MS == LONGEST_REAL_NS
    scenario, factor = scale(SCENARIO, 0, 0)
    assert (scenario.clock, scenario.config, factor) == ("real", SCENARIO.config, 1)


@pytest.mark.parametrize("number", range(8, 27))
def test_each_signal_comes_first_on_the_real_clock_for_any_instants(number: int) -> None:
    moments = [moment(t_ns) for t_ns in range(number)]
    for kind in ("real", "real twice"):
        names = {line[:7] for line in signals(kind, moments, real=4)}
        assert names == {"SIGINT@", "SIGTERM"}


def test_a_sample_has_a_moment_of_each_part_of_the_run() -> None:
    moments = [m.t_ns for m in sample(1000 * MS, 20, seed=3)]
    assert [t_ns // (50 * MS) for t_ns in moments] == list(range(20))
    assert moments == [m.t_ns for m in sample(1000 * MS, 20, seed=3)]
    assert moments != [m.t_ns for m in sample(1000 * MS, 20, seed=4)]


def test_a_sampled_moment_is_tried_in_every_way_of_the_real_clock() -> None:
    moments = sample(100 * MS, 4, seed=1)
    made = list(sampled_points(SCENARIO, moments, 100 * MS, runs=2))
    ways: list[SignalKind] = ["real", "real twice", "killed"]
    assert [(p.instant, p.kind) for p in made] == [
        (index, kind) for index in range(4) for _ in range(2) for kind in ways
    ]
    assert {point.scenario.clock for point in made} == {"real"}
    twice = [p.scenario.config.signals for p in made if p.kind == "real twice"]
    # Even the last has a second signal that cannot arrive as one with the first.
    assert all(second.at_ns - first.at_ns >= APART_NS for first, second in twice)
    singles = {p.scenario.config.signals[0].name for p in made if p.kind == "real"}
    assert singles == {"SIGINT", "SIGTERM"}


AFTER = ("10 Worker 1 completed Job ID: 1",)
BLOCKED = (*BEFORE[:9], "3.1 Submitting Job ID: 5", *BEFORE[9:11], "3.5 Rejected Job ID: 5")


def test_any_number_of_the_jobs_in_the_channel_may_still_be_taken() -> None:
    found = possible(outcome(trace=told(*BEFORE, *AFTER)))
    assert found == (Exit(status=0), 4, 0, 2, 4)
    assert found.number == 3
    assert str(found) == "exit status 0, 4 submitted, 0 rejected, 2 to 4 taken"


def test_a_rejected_job_is_not_in_the_channel() -> None:
    assert possible(outcome(trace=told(*BLOCKED)))[1:] == (5, 1, 2, 4)


def test_no_job_is_taken_if_no_worker_is_busy() -> None:
    idle = tuple(line for line in BEFORE if "processing" not in line)
    assert possible(outcome(trace=told(*idle)))[3:] == (0, 0)


def test_without_a_signal_one_class_is_possible() -> None:
    found = possible(outcome())
    assert (found.number, found.most_taken) == (1, 1)
