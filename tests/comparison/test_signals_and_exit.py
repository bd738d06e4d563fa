"""A signal that was missed or outlived, and another exit, fail their verdicts."""

from __future__ import annotations

import msgspec
import pytest
from parity.checker import exit_status
from parity.checker.judge import judge
from parity.comparison.compare import compare
from parity.contract.catalogue import CATALOGUE
from parity.contract.outcome import TOLERANCE_NS, Exit, Outcome
from parity.contract.scenario import Clock
from parity.contract.trace import Event

from tests.support.pairs import SHORT, Events, Run, edited, evidence, failed, on, pair, run

__all__ = ["pair", "run"]


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
