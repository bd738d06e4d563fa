"""How a run may end: with status 0, or killed by its second signal, at once."""

from __future__ import annotations

from collections.abc import Sequence

from parity.contract.durations import seconds
from parity.contract.outcome import TOLERANCE_NS, Exit, Outcome
from parity.contract.scenario import Scenario, ScheduledSignal
from parity.execution.crash import most_telling_line

LINGER_NS = 750_000_000
"""How long a process may live after main_done: its runtime has to clean up."""

CLOCKS_NS = 20_000_000
"""How far two clocks may differ: a program's begins at its start, ours at its first line."""


def expected(outcome: Outcome, scenario: Scenario) -> list[Exit]:
    """Return the ways in which the run may have ended."""
    signals = scenario.config.signals_in_time
    if len(signals) < 2:
        by_late_signal = [Exit(signal=s.name) for s in signals if _ended_before_it(outcome)]
        return [Exit(status=0), *by_late_signal]
    grace_ns = _grace_ns(outcome)
    first_ns, second_ns = signals[0].at_ns, signals[1].at_ns
    # If two come together, either may be the first.
    names = {s.name for s in signals if s.at_ns >= second_ns or second_ns <= first_ns + grace_ns}
    by_signal = [Exit(signal=name) for name in sorted(names)]
    if not outcome.trace.complete:
        return by_signal
    if _may_be_one(outcome, signals):
        return [Exit(status=0), *by_signal]
    survived = _last_ns(outcome) > second_ns + grace_ns
    return by_signal if survived else [Exit(status=0), *by_signal]


def _may_be_one(outcome: Outcome, signals: Sequence[ScheduledSignal]) -> bool:
    """Whether the first two signals may have arrived as one.

    The kernel keeps one signal of a kind. A second one is lost until the program receives the
    first.
    """
    first, second = signals[:2]
    if outcome.trace.virtual or first.name != second.name:
        return False
    times = [e.t_ns for e in outcome.trace.events if e.event == "signal_received"]
    received_ns = times[0] if times else None
    return received_ns is None or received_ns > second.at_ns - CLOCKS_NS


def _ended_before_it(outcome: Outcome) -> bool:
    """Whether the signal came when the program had done all, and only had to end.

    Another program's runtime may remove its handlers before the process is gone.
    """
    heard = any(event.event == "signal_received" for event in outcome.trace.events)
    return not (outcome.ours or outcome.trace.virtual or heard) and outcome.trace.complete


def unexpected(outcome: Outcome, scenario: Scenario) -> str | None:
    """Return how the run ended, if it must not end so."""
    allowed = expected(outcome, scenario)
    if outcome.exit in allowed:
        return None
    why = f"; on stderr: {most_telling_line(outcome.stderr)}" if outcome.stderr else ""
    return f"ended with {outcome.exit}, expected {' or '.join(map(str, allowed))}{why}"


def unrejected(outcome: Outcome) -> str | None:
    """Return how a run with wrong usage ended, unless with status 2 and words only on stderr.

    The two programs of this repository print one line there.
    """
    words = outcome.stderr.decode(errors="replace")
    lines = len(words.rstrip("\n").splitlines())
    enough = lines == 1 if outcome.ours else bool(words.strip())
    if outcome.exit == Exit(status=2) and not outcome.stdout and enough:
        return None
    wanted = "one" if outcome.ours else "at least one"
    return (
        f"{outcome.exit}, {len(outcome.stdout)} bytes on stdout, "
        f"{lines} lines on stderr; want exit status 2, none and {wanted}"
    )


def killed(outcome: Outcome, scenario: Scenario) -> bool:
    """Whether a second signal ended the run, as it should. Its trace is then a prefix."""
    if len(scenario.config.signals_in_time) < 2 or outcome.exit.signal is None:
        return False
    return outcome.exit in expected(outcome, scenario)


def unheard_signal(outcome: Outcome, scenario: Scenario) -> str | None:
    """Return the signal that came in time and was not received."""
    signals = scenario.config.signals_in_time
    heard = any(event.event == "signal_received" for event in outcome.trace.events)
    if not signals or heard:
        return None
    by_second = len(signals) > 1 and killed(outcome, scenario)
    lived_ns = signals[1].at_ns if by_second else _last_ns(outcome)
    heard_by_ns = signals[0].at_ns + outcome.tolerance_ns + outcome.late_ns
    return f"{signals[0]} was never received" if lived_ns > heard_by_ns else None


def outlived_signal(outcome: Outcome, scenario: Scenario) -> str | None:
    """Return the second signal, if the program went on after it. Every clock shows that."""
    signals = scenario.config.signals_in_time
    last_ns = _last_ns(outcome)
    if len(signals) < 2 or last_ns <= signals[1].at_ns + _grace_ns(outcome):
        return None
    if _may_be_one(outcome, signals):
        return None
    return f"{signals[1]} was to end it at once, and it went on until {seconds(last_ns)}"


def outlived_main(outcome: Outcome) -> str | None:
    """Return how long the process lived after main_done, in real time on both clocks."""
    noise_ns = outcome.tolerance_ns - TOLERANCE_NS + outcome.late_ns
    if outcome.lingered_ns <= LINGER_NS + max(0, noise_ns):
        return None
    return f"the process lived for {outcome.lingered_ns / 1e9:.1f} s of real time after main_done"


def _grace_ns(outcome: Outcome) -> int:
    """Return how late a signal may reach the program.

    The harness's own lateness is added: it is not charged to the program.
    """
    return 0 if outcome.trace.virtual else outcome.tolerance_ns + outcome.late_ns


def _last_ns(outcome: Outcome) -> int:
    """Return the time of the last event; -1 if there is none."""
    events = outcome.trace.events
    return events[-1].t_ns or 0 if events else -1
