"""A pool that is not ours, judged by its stdout on the real clock: honest, and with one mistake."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence

import msgspec
import pytest
from parity.checker.judge import judge
from parity.comparison.compare import compare
from parity.comparison.plan import Plan, collected, execute
from parity.contract.catalogue import CATALOGUE
from parity.contract.outcome import Outcome
from parity.contract.scenario import MS, Config, Scenario, parse_signal
from parity.errors import CannotJudge
from parity.execution.runner import run_side_by_side
from parity.execution.subject import resolve

from tests.support.command import MOST_TRIES
from tests.support.programs import ROOT

SCENARIO = Scenario(
    name="planted",
    about="",
    clock="real",
    config=Config(jobs=6, interval_ns=50 * MS, work_ns=500 * MS),
)

CAUGHT = {
    "lazy-workers": {"worker/takes-what-waits", "time/makespan"},
    "polls": {"worker/takes-what-waits"},
    "late-line": {"time/prompt"},
    "late-shutdown": {"time/prompt-shutdown"},
    "hurries": {"time/not-early"},
    "lingers": {"main/ends-the-process"},
    "buffers": {"main/says-at-once"},
    "loses-its-buffer": {"main/says-at-once"},
}


SIGNALLED = msgspec.structs.replace(
    SCENARIO,
    config=msgspec.structs.replace(
        SCENARIO.config, signals=(parse_signal("SIGINT@120ms"), parse_signal("SIGTERM@320ms"))
    ),
)


def planted(mistake: str) -> str:
    command = [sys.executable, str(ROOT / "tests/support/pool.py"), mistake]
    return f"{mistake}={shlex.join(command)}"


MOST_LATE_NS = 200 * MS
"""A harness that was later cannot tell a program that buffers from one that it heard late."""


def run_undisturbed(mistakes: Sequence[str], scenario: Scenario) -> list[Outcome]:
    """Run the pools side by side, and again where the machine was too busy to judge them."""
    subjects = resolve([planted(mistake) for mistake in mistakes])
    for _ in range(MOST_TRIES):
        ran = run_side_by_side(subjects, scenario, seed=1, timeout_s=60)
        if all(outcome.late_ns < MOST_LATE_NS for outcome in ran):
            break
    return ran


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    ran = run_undisturbed(("none", *CAUGHT), SCENARIO)
    return {outcome.subject: outcome for outcome in ran}


def test_an_honest_pool_is_held_to_the_machine_s_own_noise(outcomes: dict[str, Outcome]) -> None:
    assert judge(outcomes["none"], SCENARIO) == []


@pytest.mark.parametrize("mistake", CAUGHT)
def test_a_mistake_is_told_by_its_rule(outcomes: dict[str, Outcome], mistake: str) -> None:
    # What a busy machine adds does not hide the mistake, as the tolerance is set by hand.
    strict = msgspec.structs.replace(outcomes[mistake], late_ns=0, tolerance_ns=100 * MS)
    caught = {finding.catcher for finding in judge(strict, SCENARIO)}
    assert caught >= CAUGHT[mistake]


def test_lines_of_a_short_run_that_come_at_once_tell_of_no_buffer() -> None:
    """It ends before a busy harness hears its first line."""
    config = Config(jobs=2, interval_ns=1 * MS, work_ns=1 * MS)
    short = msgspec.structs.replace(SCENARIO, config=config)
    (short_run,) = run_side_by_side(resolve([planted("buffers")]), short, seed=1, timeout_s=60)
    assert not short_run.buffers
    assert judge(short_run, short) == []


def test_a_late_harness_does_not_judge_whether_lines_were_held_back(
    outcomes: dict[str, Outcome],
) -> None:
    """It cannot tell them from lines that it heard late. Nor does it say that parity holds."""
    on_time = msgspec.structs.replace(outcomes["none"], late_ns=0)
    held_back = msgspec.structs.replace(outcomes["buffers"], late_ns=0)
    assert held_back.buffers
    late = msgspec.structs.replace(held_back, late_ns=1000 * MS)
    assert not late.buffers
    ordering, *_ = compare(on_time, late, SCENARIO).verdicts
    assert not ordering.judged
    assert "the harness itself was" in ordering.evidence
    assert "buffers: it buffers its output" in ordering.evidence


def test_a_signal_that_was_never_sent_is_not_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines are in a buffer, so no line says when the signals are due."""
    # The harness's own environment does not make the program say its lines at once.
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    # One that is slow to start says its lines late too, but one by one.
    mistakes = ("starts-late", "buffers", "loses-its-buffer")
    reference, buffering, silent = run_undisturbed(mistakes, SIGNALLED)
    assert not reference.buffers
    assert buffering.unsent == silent.unsent == ("SIGINT@120ms", "SIGTERM@320ms")
    assert [finding.catcher for finding in judge(silent, SIGNALLED)] == ["main/says-at-once"]
    assert [found.catcher for found in judge(buffering, SIGNALLED)] == ["main/says-at-once"]
    ordering, shutdown, *_ = compare(reference, buffering, SIGNALLED).verdicts
    assert "buffers: it buffers its output" in ordering.evidence
    assert "not judged: no line of buffers was heard in time to send" in shutdown.evidence


def test_what_gives_no_clock_is_said_beside_what_holds() -> None:
    scenario = msgspec.structs.replace(SCENARIO, clock="virtual")
    mine, other = run_side_by_side(
        resolve([planted("none"), planted("lingers")]), scenario, seed=1, timeout_s=60
    )
    verdicts = compare(mine, other, scenario).verdicts
    assert verdicts[0].evidence.endswith("; order only: none and lingers have no clock")
    # How long a process lives is told on either clock.
    assert "after main_done" in verdicts[2].evidence


@pytest.mark.parametrize("other", ["none", "go"])
def test_another_program_rejects_wrong_usage_in_its_own_words(other: str) -> None:
    scenario = CATALOGUE["bad-input"]
    subjects = resolve([other if other == "go" else planted(other), planted("polls")])
    outcomes = run_side_by_side(subjects, scenario, seed=1, timeout_s=60)
    assert compare(*outcomes, scenario).holds


def test_a_trace_of_the_real_clock_is_no_answer_where_a_virtual_one_was_asked_for() -> None:
    command = shlex.join([sys.executable, "-m", "py_port.cmd.main", "-clock", "real"])
    quick = msgspec.structs.replace(CATALOGUE["no-jobs"], name="quick")
    with pytest.raises(CannotJudge, match=r"^mine: .* of the real clock.*--clock real"):
        run_side_by_side(resolve([f"mine={command}"]), quick, seed=1, timeout_s=60)


def test_one_that_fails_hides_nothing_of_the_others() -> None:
    """The reference hangs, one crashes, one leaves a child: the others are judged none the less."""
    names = ["hangs", "crashes", "leaves-a-child", "polls", "none"]
    plan = Plan(
        scenarios=[SCENARIO],
        subjects=resolve(list(map(planted, names))),
        seeds=[1],
        timeout_s=6,
        tolerance_ns=100 * MS,
    )
    for _ in range(MOST_TRIES):
        result = collected(list(execute(plan)))
        # A busy machine makes an honest program late, too.
        if not any("time/" in v.evidence for v in result.comparisons[-1].verdicts):
            break
    assert result.exit_status == 1
    assert [one.verdict for one in result.unjudged] == ["hangs", "crashes"]
    hung = result.unjudged[0].why
    assert "; the last line was “" in hung
    assert "main waits for workers" in hung
    # Without its reference, each is held to the first that came to its end.
    first = "leaves-a-child"
    pairs = [(one.reference.subject, one.other.subject) for one in result.comparisons]
    assert pairs == [(first, first), (first, "polls"), (first, "none")]
    alone, polls, none = result.comparisons
    assert [v.name for v in none.verdicts if v.fails] == ["exit"]
    assert all("[main/leaves-no-process" in one.verdicts[2].evidence for one in (alone, none))
    assert "polls: " in polls.verdicts[0].evidence
    assert "[worker/takes-what-waits" in polls.verdicts[0].evidence
