"""What is wrong with a run by itself: its output, its order, its instants, its end."""

from __future__ import annotations

from typing import NamedTuple

from parity.checker import exit_status
from parity.checker.global_order import Violation, violation
from parity.checker.virtual_time import untimely
from parity.contract.events import SIGNAL_WORDS
from parity.contract.outcome import Outcome
from parity.contract.scenario import Scenario
from parity.specification.rules import RULES


class Fault(NamedTuple):
    catcher: str  # the address of the broken rule, or what else found it: output, exit
    words: str

    def __str__(self) -> str:
        rule = RULES.get(self.catcher)
        return f"{self.words} [{self.catcher}: {rule.sentence}]" if rule else self.words


def fault(outcome: Outcome, scenario: Scenario) -> Fault | None:
    """Return the first thing that is wrong with the run; None where it is as it should be.

    Of a legal order that is complete every job is accounted for: the model has no other.
    """
    if outcome.defect:
        return Fault("output", outcome.defect)
    if broken := broken_rule(outcome, scenario):
        return Fault(broken.rule, broken.words)
    allowed = exit_status.expected(outcome, scenario)
    if outcome.exit not in allowed:
        words = f"ended with {outcome.exit}, expected {' or '.join(map(str, allowed))}"
        return Fault("exit", words)
    unheard = exit_status.unheard_signal(outcome, scenario)
    if unheard:
        return Fault("signal/expected", unheard)
    outlived = exit_status.outlived_signal(outcome, scenario)
    return Fault("exit", outlived) if outlived else None


def broken_rule(outcome: Outcome, scenario: Scenario) -> Violation | None:
    """Return the first rule that the run breaks by itself."""
    trace, config = outcome.trace, scenario.config
    words = frozenset(SIGNAL_WORDS[signal.name] for signal in config.signals)
    broken = violation(trace.events, config, signals=words)
    if broken:
        return broken
    ended = exit_status.killed(outcome, scenario)
    if not trace.complete and not ended:
        last = trace.events[-1].line if trace.events else 0
        return Violation("main/closes-in-order", "the run ended without main_done", (last,))
    if trace.virtual:
        killed_at_ns = config.signals_in_time[1].at_ns if ended else None
        return untimely(trace.events, config, killed_at_ns=killed_at_ns)
    return None
