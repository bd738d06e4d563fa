"""One run held to the specification: its output, its order, its times, its jobs, its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from parity.checker import exit_status
from parity.checker.accounting import unaccounted
from parity.checker.global_order import ANY_SIGNAL, Violation, violation
from parity.checker.real_time import TOLERANCE_NS, first_early
from parity.checker.virtual_time import untimely
from parity.contract.events import SIGNAL_WORDS
from parity.contract.outcome import Outcome
from parity.contract.scenario import Config, Scenario
from parity.contract.trace import Trace
from parity.specification.rules import RULES

Area = Literal["ordering", "shutdown", "exit", "throughput"]


class Finding(NamedTuple):
    """Something that is wrong with a run."""

    area: Area
    catcher: str
    """The address of the broken rule, or what else found it: output, exit, accounting, timers."""
    words: str
    lines: tuple[int, ...] = ()  # of the trace, which the words name

    def __str__(self) -> str:
        rule = RULES.get(self.catcher)
        return f"{self.words} [{self.catcher}: {rule.sentence}]" if rule else self.words


def judge(
    outcome: Outcome, scenario: Scenario, *, tolerance_ns: int = TOLERANCE_NS
) -> list[Finding]:
    """Return what is wrong with the run, what explains most first; nothing where all is right.

    `tolerance_ns` is how late a line on stdout may be heard, on the real clock.
    """
    return list(_findings(outcome, scenario, tolerance_ns))


def _findings(outcome: Outcome, scenario: Scenario, tolerance_ns: int) -> Iterator[Finding]:
    trace, config = outcome.trace, scenario.config
    if outcome.defect:
        yield Finding("ordering", "output", outcome.defect)
    else:
        ended = exit_status.killed(outcome, scenario)
        yield from judge_trace(
            trace,
            config,
            signals=frozenset(SIGNAL_WORDS[signal.name] for signal in config.signals),
            may_be_cut=ended,
            killed_at_ns=config.signals_in_time[1].at_ns if ended else None,
            tolerance_ns=tolerance_ns,
        )
    if wrong := exit_status.unexpected(outcome, scenario):
        yield Finding("exit", "exit", wrong)
    if outcome.defect:
        return
    if wrong := exit_status.unheard_signal(outcome, scenario):
        yield Finding("shutdown", "signal/expected", wrong)
    # A legal order that is complete accounts for every job: this adds to what was found above.
    if not ended and (wrong := unaccounted(trace.events)):
        yield Finding("shutdown", "accounting", wrong)
    if wrong := exit_status.outlived_signal(outcome, scenario):
        yield Finding("exit", "exit", wrong)


def judge_trace(
    trace: Trace,
    config: Config,
    *,
    signals: frozenset[str] = ANY_SIGNAL,
    may_be_cut: bool = False,
    killed_at_ns: int | None = None,
    timed: bool = True,
    tolerance_ns: int = TOLERANCE_NS,
) -> list[Finding]:
    """Return what is wrong with the order of the events and with their times.

    `signals` are the words of those that may arrive; `may_be_cut` says that the run may have been
    killed, and `killed_at_ns` when. Times that follow from nothing that is known are not `timed`.
    """
    broken = violation(trace.events, config, signals=signals)
    if not broken and not trace.complete and not may_be_cut:
        last = trace.events[-1].line if trace.events else 0
        broken = Violation("main/closes-in-order", "the run ended without main_done", (last,))
    if not broken and trace.virtual and timed:
        broken = untimely(trace.events, config, killed_at_ns=killed_at_ns)
    found = [Finding(broken.area, broken.rule, broken.words, broken.lines)] if broken else []
    return found if trace.virtual or not timed else [*found, *_early(trace, config, tolerance_ns)]


def _early(trace: Trace, config: Config, tolerance_ns: int) -> Iterator[Finding]:
    """Yield a timer that was early on the real clock."""
    # Lines are heard late, each by more or less; a trace has the program's own times.
    heard = trace.source == "stdout"
    early = first_early(trace.events, config, grain_ns=tolerance_ns if heard else None)
    if early:
        words = f"{early.words} came {-early.late_ns / 1e6:.0f} ms early"
        yield Finding("ordering", "timers", words, (early.event.line,))
