"""The verdicts: two real runs are alike, and each bug fails the verdict it belongs to."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

import msgspec
import pytest
from parity.checker import exit_status
from parity.checker.judge import judge
from parity.comparison.compare import compare
from parity.comparison.result import Comparison
from parity.contract.catalogue import CATALOGUE
from parity.contract.header import another_run
from parity.contract.outcome import TOLERANCE_NS, Exit, Outcome, Usage
from parity.contract.scenario import Clock, Config, Scenario
from parity.contract.trace import Event, Trace, lines_of
from parity.contract.trace_reader import disagreement, read_ndjson, read_stdout

from tests.support.programs import GoBinary, port

MS = 1_000_000
Events = list[Event]
Edit = Callable[[Events], Events]
Run = Callable[[str, Scenario], Outcome]


@pytest.fixture(scope="module")
def run(go_binary: GoBinary, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that runs a program on the virtual clock."""
    path = tmp_path_factory.mktemp("traces") / "trace"

    def one(name: str, scenario: Scenario) -> Outcome:
        commands = {
            "go": [str(go_binary("virtual"))],
            "py": port("-clock", "virtual", "-seed", "1"),
            "py@trio": port("-clock", "virtual", "-backend", "trio", "-seed", "1"),
        }
        signals = [f"-signal={signal}" for signal in scenario.config.signals]
        argv = [*commands[name], *scenario.config.flags(), *signals, "-trace", str(path)]
        ran = subprocess.run(
            argv, capture_output=True, timeout=30, env={**os.environ, "GOMAXPROCS": "1"}
        )
        trace, defect = read_ndjson(path.read_bytes())
        ended = ran.returncode
        names = {-2: "SIGINT", -15: "SIGTERM"}
        return Outcome(
            subject=name,
            argv=tuple(argv),
            trace=trace,
            stdout=b"",
            stderr=ran.stderr,
            exit=Exit(status=ended) if ended >= 0 else Exit(signal=names[ended]),
            usage=Usage(wall_ns=1, cpu_ns=1, peak_rss_bytes=1),
            defect=defect,
        )

    return one


SHORT = Scenario(
    name="short", about="", config=Config(jobs=8, interval_ns=100 * MS, work_ns=350 * MS)
)
CANCELLED = CATALOGUE["interrupt-busy"]


@pytest.fixture(scope="module")
def pair(run: Run) -> tuple[Outcome, Outcome]:
    return run("go", SHORT), run("py", SHORT)


def edited(outcome: Outcome, edit: Edit) -> Outcome:
    events = [
        msgspec.structs.replace(e, line=i)
        for i, e in enumerate(edit(list(outcome.trace.events)), start=2)
    ]
    trace = msgspec.structs.replace(outcome.trace, events=tuple(events))
    return msgspec.structs.replace(outcome, trace=trace)


def failed(comparison: Comparison) -> list[str]:
    return [verdict.name for verdict in comparison.verdicts if not verdict.holds]


def evidence(comparison: Comparison, name: str) -> str:
    return next(verdict.evidence for verdict in comparison.verdicts if verdict.name == name)


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


def on(clock: str, outcome: Outcome) -> Outcome:
    assert outcome.trace.header
    header = msgspec.structs.replace(outcome.trace.header, clock=clock)
    return msgspec.structs.replace(
        outcome, trace=msgspec.structs.replace(outcome.trace, header=header)
    )


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


def test_a_signal_that_was_never_heard_is_caught(run: Run) -> None:
    def deaf(events: Events) -> Events:
        return [e for e in events if e.event not in ("signal_received", "shutdown_initiated")]

    scenario = CATALOGUE["interrupt-draining"]
    for clock in ("virtual", "real"):
        reference = on(clock, run("go", scenario))
        unsignalled = msgspec.structs.replace(
            scenario, config=msgspec.structs.replace(scenario.config, signals=())
        )
        other = on(clock, run("py", unsignalled))
        slow = [msgspec.structs.replace(e, t_ns=4 * (e.t_ns or 0)) for e in other.trace.events]
        if clock == "real":
            other = msgspec.structs.replace(
                other, trace=msgspec.structs.replace(other.trace, events=tuple(slow))
            )
        assert "shutdown" in failed(compare(reference, other, scenario)), clock


@pytest.mark.parametrize("wrong", [Exit(status=3), Exit(signal="SIGTERM")])
def test_another_exit_is_named(pair: tuple[Outcome, Outcome], wrong: Exit) -> None:
    comparison = compare(pair[0], msgspec.structs.replace(pair[1], exit=wrong), SHORT)
    assert failed(comparison) == ["exit"]
    assert evidence(comparison, "exit") == f"py: ended with {wrong}, expected exit status 0"


def test_a_second_signal_that_did_not_kill_is_named(run: Run) -> None:
    scenario = CATALOGUE["second-signal"]
    first = msgspec.structs.replace(
        scenario,
        config=msgspec.structs.replace(scenario.config, signals=scenario.config.signals[:1]),
    )
    comparison = compare(run("go", scenario), run("py", first), scenario)
    assert (
        evidence(comparison, "exit") == "py: ended with exit status 0, expected killed by SIGTERM"
    )


@pytest.mark.parametrize(("clock", "after_ns"), [("virtual", 0), ("real", TOLERANCE_NS)])
def test_what_goes_on_after_its_second_signal_is_named(
    run: Run, clock: Clock, after_ns: int
) -> None:
    scenario = CATALOGUE["second-signal"]
    second_ns = scenario.config.signals_in_time[1].at_ns
    go, py = (on(clock, run(subject, scenario)) for subject in ("go", "py"))

    def until(t_ns: int) -> Outcome:
        return edited(py, lambda events: [*events[:-1], moved(events[-1], t_ns)])

    def moved(event: Event, t_ns: int) -> Event:
        return msgspec.structs.replace(event, t_ns=t_ns)

    assert "exit" not in failed(compare(go, until(second_ns + after_ns), scenario))
    comparison = compare(go, until(second_ns + after_ns + 1), scenario)
    assert "exit" in failed(comparison)
    assert "py: SIGTERM@520ms was to end it at once, and it went on" in evidence(comparison, "exit")
    late = until(second_ns + after_ns + 1)
    assert exit_status.outlived_signal(late, scenario)
    if clock == "real":
        assert "exit" in [finding.catcher for finding in judge(late, scenario)]


def test_a_first_signal_is_missed_where_the_second_ends_the_run(run: Run) -> None:
    scenario = CATALOGUE["second-signal"]

    def deaf(events: Events) -> Events:
        return [e for e in events if e.event not in ("signal_received", "shutdown_initiated")][:9]

    go, py = (on("real", run(subject, scenario)) for subject in ("go", "py"))
    comparison = compare(go, edited(py, deaf), scenario)
    assert evidence(comparison, "shutdown").startswith("py: SIGINT@120ms was never received [")


def test_a_run_from_its_lines_alone_is_judged(pair: tuple[Outcome, Outcome]) -> None:
    def silent(outcome: Outcome, workers: int = 3) -> Outcome:
        said = "".join(f"{line}\n" for line in lines_of(outcome.trace, workers=workers))
        trace, defect = read_stdout(said.encode())
        assert defect is None
        return msgspec.structs.replace(outcome, trace=trace)

    assert failed(compare(pair[0], silent(pair[1]), SHORT)) == []
    broken = silent(edited(pair[1], not_waited_for))
    assert failed(compare(pair[0], broken, SHORT)) == ["shutdown"]


def test_stdout_must_say_what_the_trace_says(pair: tuple[Outcome, Outcome]) -> None:
    trace = pair[0].trace
    lines = [f"{line}\n" for line in lines_of(trace, workers=3)]

    def found(said: list[str], trace: Trace = trace, quiet: bool = False) -> str | None:
        return disagreement(trace, "".join(said).encode(), workers=3, quiet=quiet)

    assert found(lines) is None
    assert found([line for line in lines if "Job ID" not in line], quiet=True) is None
    assert "stdout line 4" in str(found([*lines[:3], lines[4], lines[3], *lines[5:]]))
    assert "lines, where the trace has" in str(found(lines[:-1]))
    assert "cut off" in str(found([*lines[:-1], lines[-1].rstrip("\n")]))
    prefix = msgspec.structs.replace(trace, events=trace.events[:5])
    assert found(lines[:4], prefix) is None
    # The end of the program may cut off its signal handler, and nobody else.
    handler = Event(event="signal_received", line=len(lines) + 1, signal="interrupt")
    late = msgspec.structs.replace(trace, events=(*trace.events, handler))
    assert found(lines, late) is None
    assert found([*lines, "Received signal: interrupt\n"]) is None
    assert found([*lines, "Initiating graceful shutdown...\n"]) is None
    assert found(lines[:-1], late) is not None
    assert found([*lines, "Abandoned Job ID: 1\n"]) is not None
    assert found(lines[:3], prefix) is not None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"queue": 9}, "says queue 9, where 10 was asked for"),
        ({"quiet": True}, "says quiet true, where false was asked for"),
        ({"signals": ["SIGINT@1s"]}, "says signals SIGINT@1s, where none was asked for"),
        ({"workers": None}, "says nothing of workers"),
        ({"jobs": "many"}, "has no configuration: "),
        ({}, None),
    ],
)
def test_another_configuration_in_the_header_is_named(
    pair: tuple[Outcome, Outcome], changed: dict[str, object], says: str | None
) -> None:
    header = pair[1].trace.header
    assert header
    config = {k: v for k, v in {**header.config, **changed}.items() if v is not None}
    found = another_run(msgspec.structs.replace(header, config=config), SHORT)
    assert (says in str(found)) if says else found is None


def test_another_clock_in_the_header_is_named_and_signals_of_the_system_are_not(
    pair: tuple[Outcome, Outcome],
) -> None:
    header = pair[1].trace.header
    real = msgspec.structs.replace(SHORT, clock="real")
    found = another_run(header, real)
    assert found == "its trace's header says clock virtual, where real was asked for"
    assert header
    asked = CANCELLED.config
    told = {**header.config, "jobs": asked.jobs, "signals": []}
    for name in ("workers", "queue", "interval_ns", "work_ns"):
        told[name] = getattr(asked, name)
    outside = msgspec.structs.replace(header, clock="real", config=told)
    assert asked.signals
    assert another_run(outside, msgspec.structs.replace(real, config=asked)) is None


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
