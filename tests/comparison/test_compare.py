"""The verdicts: two real runs are alike, and each bug fails the verdict it belongs to."""

from __future__ import annotations

import msgspec
import pytest
from parity.comparison.compare import compare
from parity.contract.outcome import Outcome
from parity.contract.trace import lines_of
from parity.contract.trace_reader import read_stdout

from tests.support.pairs import (
    CANCELLED,
    MS,
    SHORT,
    Edit,
    Events,
    Run,
    edited,
    evidence,
    failed,
    on,
    pair,
    run,
)

__all__ = ["pair", "run"]


def index(events: Events, name: str, job: int | None = None) -> int:
    return next(i for i, e in enumerate(events) if e.event == name and job in (None, e.job))


def late(events: Events) -> Events:
    """Say one event 500 ms late, and nothing else."""
    i = index(events, "job_completed", 3)
    moved = msgspec.structs.replace(events.pop(i), t_ns=(events[i].t_ns or 0) + 500 * MS)
    j = next((k for k, e in enumerate(events) if (e.t_ns or 0) > (moved.t_ns or 0)), len(events))
    return [*events[:j], moved, *events[j:]]


def late_in_the_end(events: Events) -> Events:
    i = index(events, "job_completed", 8)
    moved = [msgspec.structs.replace(e, t_ns=(e.t_ns or 0) + 500 * MS) for e in events[i:]]
    return events[:i] + moved


def retimed(events: Events) -> Events:
    i = index(events, "job_completed", 8)
    events[i] = msgspec.structs.replace(events[i], t_ns=(events[i].t_ns or 0) - 1)
    return events


def dropped(events: Events) -> Events:
    return [e for e in events if e.job != 5 or e.event == "job_submitting"]


def swapped(events: Events) -> Events:
    i, j = index(events, "pool_closing"), index(events, "pool_waiting")
    events[i], events[j] = events[j], events[i]
    return events


def twice(events: Events) -> Events:
    again = [e for e in events if e.job == 1 and e.event in ("job_started", "job_completed")]
    i = index(events, "worker_stopped")
    return [*events[:i], *again, *events[i:]]


def not_waited_for(events: Events) -> Events:
    i, j = index(events, "worker_stopped"), index(events, "pool_stopped")
    return [*events[:i], *events[i + 1 : j + 1], events[i], *events[j + 1 :]]


def last_in_first_out(events: Events) -> Events:
    swap = {6: 7, 7: 6}
    return [
        msgspec.structs.replace(e, job=swap[e.job], payload=e.payload and f"Task-{swap[e.job]}")
        if e.job in swap and e.event in ("job_started", "job_completed")
        else e
        for e in events
    ]


def other_payload(events: Events) -> Events:
    i = index(events, "job_started", 2)
    events[i] = msgspec.structs.replace(events[i], payload="Task-02")
    return events


def cut(events: Events) -> Events:
    return events[: index(events, "pool_stopped")]


def test_two_runs_without_a_bug_are_alike(pair: tuple[Outcome, Outcome]) -> None:
    comparison = compare(*pair, SHORT)
    assert failed(comparison) == []
    assert evidence(comparison, "ordering").split(":")[0] in ("identical", "equivalent")


@pytest.mark.parametrize(
    ("edit", "names", "says"),
    [
        (late, {"ordering"}, "job 3"),
        (retimed, {"ordering"}, "job 8"),
        (dropped, {"ordering", "shutdown"}, "job 5"),
        (swapped, {"shutdown"}, "pool_waiting"),
        (twice, {"ordering", "shutdown"}, "job 1"),
        (not_waited_for, {"shutdown"}, "had not shut down"),
        (last_in_first_out, {"ordering"}, "job 7"),
        (other_payload, {"ordering"}, "Task-02"),
        (cut, {"ordering", "shutdown"}, "without main_done"),
    ],
)
@pytest.mark.parametrize("side", [0, 1])
def test_a_bug_fails_its_verdict(
    pair: tuple[Outcome, Outcome], side: int, edit: Edit, names: set[str], says: str
) -> None:
    runs = list(pair)
    runs[side] = edited(runs[side], edit)
    comparison = compare(runs[0], runs[1], SHORT)
    assert names <= set(failed(comparison)) <= {*names, "throughput"}
    told = " ".join(evidence(comparison, name) for name in sorted(names))
    assert runs[side].subject in told
    assert says in told
    marked = [v.difference for v in comparison.verdicts if v.difference and v.difference.left]
    assert all(d.marked_left is not None or d.marked_right is not None for d in marked)


def test_a_job_dropped_on_cancel_is_caught_though_the_coin_may_fall_either_way(run: Run) -> None:
    def forgets(events: Events) -> Events:
        lost = next(e.job for e in reversed(events) if e.job and e.event == "job_completed")
        return [e for e in events if e.job != lost or e.event == "job_submitting"]

    reference = run("go", CANCELLED)
    comparison = compare(reference, edited(run("py", CANCELLED), forgets), CANCELLED)
    assert "shutdown" in failed(comparison)


def test_a_job_interrupted_by_the_signal_is_caught_on_both_clocks(run: Run) -> None:
    def interrupted(events: Events) -> Events:
        at = events[index(events, "signal_received")].t_ns or 0
        return [msgspec.structs.replace(e, t_ns=min(e.t_ns or 0, at)) for e in events]

    for clock in ("virtual", "real"):
        runs = [on(clock, run(name, CANCELLED)) for name in ("go", "py")]
        comparison = compare(runs[0], edited(runs[1], interrupted), CANCELLED)
        assert "ordering" in failed(comparison), clock
        assert "py: " in evidence(comparison, "ordering")


def test_a_late_timer_is_caught_on_the_real_clock_unless_both_are_late(
    pair: tuple[Outcome, Outcome],
) -> None:
    reference, other = (on("real", outcome) for outcome in pair)
    assert failed(compare(reference, other, SHORT)) == []
    comparison = compare(reference, edited(other, late_in_the_end), SHORT)
    assert failed(comparison) == ["ordering", "throughput"]
    assert "500 ms late" in evidence(comparison, "ordering")
    # What both are is no excuse: how late a program may be is measured beside it.
    both = edited(reference, late_in_the_end), edited(other, late_in_the_end)
    assert failed(compare(*both, SHORT)) == ["ordering", "throughput"]
    assert failed(compare(*both, SHORT, tolerance_ns=600 * MS)) == []


@pytest.mark.parametrize(
    ("harness_ms", "judged"), [(0, True), (100, True), (190, True), (200, False), (3763, False)]
)
def test_what_the_harness_itself_was_late_is_taken_off(
    pair: tuple[Outcome, Outcome], harness_ms: int, judged: bool
) -> None:
    """The program is 500 ms late, and 300 ms are tolerated."""
    reference, other = (on("real", outcome) for outcome in pair)
    late = edited(other, late_in_the_end)
    late = msgspec.structs.replace(late, late_ns=harness_ms * MS)
    comparison = compare(reference, late, SHORT, tolerance_ns=300 * MS)
    ordering = comparison.verdicts[0]
    assert (ordering.fails, ordering.judged) == (judged, judged)
    assert "500 ms late" in ordering.evidence
    assert comparison.fails == judged
    assert (f"the harness itself was {harness_ms} ms late" in ordering.evidence) != judged


def test_a_late_harness_excuses_no_illegal_order(pair: tuple[Outcome, Outcome]) -> None:
    reference, other = (on("real", outcome) for outcome in pair)
    other = msgspec.structs.replace(edited(other, not_waited_for), late_ns=10_000 * MS)
    comparison = compare(reference, other, SHORT)
    assert [verdict.name for verdict in comparison.verdicts if verdict.fails] == ["shutdown"]


def test_a_run_from_its_lines_alone_is_judged(pair: tuple[Outcome, Outcome]) -> None:
    def silent(outcome: Outcome, workers: int = 3) -> Outcome:
        said = "".join(f"{line}\n" for line in lines_of(outcome.trace, workers=workers))
        trace, defect = read_stdout(said.encode())
        assert defect is None
        return msgspec.structs.replace(outcome, trace=trace)

    assert failed(compare(pair[0], silent(pair[1]), SHORT)) == []
    broken = silent(edited(pair[1], not_waited_for))
    assert failed(compare(pair[0], broken, SHORT)) == ["shutdown"]


def test_what_cannot_be_judged_after_a_defect_is_not(pair: tuple[Outcome, Outcome]) -> None:
    cut = msgspec.structs.replace(
        edited(pair[1], lambda events: events[:9]), defect="trace line 11 is no event"
    )
    comparison = compare(pair[0], cut, SHORT)
    judged = {verdict.name: verdict.judged for verdict in comparison.verdicts}
    assert judged == {"ordering": True, "shutdown": False, "exit": True, "throughput": True}
    assert [verdict.name for verdict in comparison.verdicts if verdict.fails] == ["ordering"]
    assert not comparison.holds
    assert "makespan" not in evidence(comparison, "throughput")
