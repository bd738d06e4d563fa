"""A picture tells what the trace tells: each job's bar and fate, what waits, the signal."""

from __future__ import annotations

from parity.contract.trace import Event, Header, Trace
from parity.picture.lanes import Bar, Life, Waiting, axis_of, lane_of_event, lanes
from parity.picture.timeline import MOST_EVENTS, lane_names, timeline

from tests.support.stories import told

MS = 10**6


def trace_of(*events: tuple[int, str, int | None, int | None]) -> Trace:
    header = Header(schema="parity.trace/1", program="x", runtime={}, clock="virtual", config={})
    told = (Event(event=e, t_ns=t * MS, worker=w, job=j) for t, e, w, j in events)
    return Trace(events=tuple(told), source="ndjson", header=header)


SHUTDOWN = trace_of(
    (0, "worker_started", 1, None),
    (0, "job_submitting", None, 1),
    (0, "job_started", 1, 1),
    (10, "job_submitting", None, 2),
    (20, "job_submitting", None, 3),
    (25, "signal_received", None, None),
    (25, "job_rejected", None, 3),
    (40, "job_completed", 1, 1),
    (40, "worker_stopped", 1, None),
    (40, "job_abandoned", None, 2),
    (40, "main_done", None, None),
)


def test_each_job_has_a_bar_with_its_fate() -> None:
    drawn = lanes("go", SHUTDOWN, "time", most_workers=9)
    assert set(drawn.bars) == {
        Bar(lane="worker 1", job=1, fate="completed", start=0, end=0.04, at=2, until=7),
        Bar(lane="queue", job=2, fate="abandoned", start=0.01, end=0.04, at=3, until=9),
        Bar(lane="queue", job=3, fate="rejected", start=0.02, end=0.025, at=4, until=6),
    }


def test_a_bar_tells_the_level_of_its_job() -> None:
    events = told("pool up1 submit1:1 submit2:2 start1:1 complete1:1")
    drawn = lanes("go", Trace(events=tuple(events), source="stdout"), "order", most_workers=9)
    assert {bar.label: bar.lane for bar in drawn.bars} == {"1/1": "worker 1", "2/2": "queue"}
    words = [moment.words for moment in drawn.moments if moment.kind == "submission"]
    assert words == ["submits 1, level 1", "submits 2, level 2"]


def test_a_job_whose_program_was_killed_is_unfinished() -> None:
    killed = trace_of(
        (0, "job_submitting", None, 1), (5, "job_started", 1, 1), (9, "x", None, None)
    )
    [bar] = lanes("go", killed, "time", most_workers=9).bars
    assert (bar.fate, bar.start, bar.end) == ("unfinished", 0.005, 0.009)


def test_what_waits_is_counted_after_each_instant() -> None:
    drawn = lanes("go", SHUTDOWN, "time", most_workers=9)
    counts = [(0, 0), (0.01, 1), (0.02, 2), (0.025, 1), (0.04, 0)]
    assert drawn.waiting == tuple(Waiting(x=x, jobs=jobs) for x, jobs in counts)


def test_results_have_a_lane_of_their_own_if_there_are_any() -> None:
    trace = Trace(
        events=tuple(told("pool up1 submit1 start1:1 complete1:1 got1:1")), source="stdout"
    )
    drawn = lanes("go", trace, "order", most_workers=9)
    [result] = [moment for moment in drawn.moments if moment.kind == "result"]
    assert (result.lane, result.words, result.at) == ("results", "result of 1: completed", 5)
    assert lane_names(drawn) == ["main", "worker 1", "results"]
    assert "results" not in lane_names(lanes("go", SHUTDOWN, "time", most_workers=9))
    assert lane_of_event(trace.events[5]) == "results"


def test_workers_that_come_and_go_have_a_life_each() -> None:
    events = told("pool up1 submit1 start1:1 submit2 up2 complete1:1 idle1 start2:2")
    header = Header(
        schema="parity.trace/1", program="x", runtime={}, clock="real", config={"max_workers": 2}
    )
    grown = Trace(events=tuple(events), source="ndjson", header=header)
    drawn = lanes("go", grown, "order", most_workers=9)
    assert set(drawn.lives) == {
        Life(lane="worker 1", start=1, end=7),
        Life(lane="worker 2", start=5, end=8),
    }
    assert lanes("go", grown, "order", most_workers=1).lives == drawn.lives[:1]
    assert "mark-rule" in timeline([("go", grown)], title="grown")
    assert not lanes("go", SHUTDOWN, "time", most_workers=9).lives


def test_a_run_at_one_instant_is_placed_by_order() -> None:
    instant = trace_of(*((0, "job_submitting", None, j) for j in range(1, 9)))
    assert axis_of([SHUTDOWN]) == "time"
    assert axis_of([instant]) == "order"
    drawn = lanes("go", instant, "order", most_workers=9)
    assert [bar.start for bar in drawn.bars] == list(range(8))


def test_only_so_many_workers_have_lanes() -> None:
    many = trace_of(*((w, "job_started", w, w) for w in range(1, 50)))
    drawn = lanes("go", many, "time", most_workers=5)
    assert (drawn.workers, {bar.lane for bar in drawn.bars}) == (
        5,
        {f"worker {w}" for w in range(1, 6)},
    )


def test_the_svg_has_a_title_and_every_bar_and_is_bounded() -> None:
    svg = timeline([("go", SHUTDOWN), ("py", SHUTDOWN)], title='Two "runs" <side by side>')
    assert "aria-label='Two \"runs\" &lt;side by side&gt;'" in svg
    assert svg.count("#CC79A7") == 3  # a bar for each program, and the legend
    endless = trace_of(*((t, "job_submitting", None, t) for t in range(10 * MOST_EVENTS)))
    assert len(timeline([("go", endless)], title="many")) < 1_000_000


def test_attempts_and_the_waits_between_them_are_bars_of_their_worker() -> None:
    story = "pool up1 submit1 start1:1 fail1:1:1 retry1:1:2:7 again1:1:2 late1:1:2 giveup1:1:2"
    drawn = lanes("go", Trace(events=tuple(told(story)), source="ndjson"), "order", most_workers=1)
    assert [(bar.fate, bar.at, bar.until) for bar in drawn.bars] == [
        ("failed", 3, 4),
        ("waits to retry", 4, 6),
        ("timed out", 6, 7),
    ]


def test_a_job_left_in_its_wait_is_abandoned_on_its_worker_s_lane() -> None:
    story = "pool up1 submit1 start1:1 fail1:1:1 retry1:1:2:7 signal initiated leave1:1"
    drawn = lanes("go", Trace(events=tuple(told(story)), source="ndjson"), "order", most_workers=1)
    assert [(bar.lane, bar.fate, bar.until) for bar in drawn.bars[1:]] == [
        ("worker 1", "abandoned", 8)
    ]
    assert drawn.waiting[-1].jobs == 0
