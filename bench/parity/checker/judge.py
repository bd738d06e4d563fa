"""Judge one run by the specification: its output, its order, its times, its jobs, its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from parity.checker import exit_status
from parity.checker.accounting import misreported, unaccounted
from parity.checker.computed import not_computed
from parity.checker.global_order import ANY_SIGNAL, Violation, violation
from parity.checker.keepalive import overstayed
from parity.checker.metrics import disagreement, untimely_answer
from parity.checker.real_time import first_early, first_late, too_long
from parity.checker.virtual_time import untimely
from parity.checker.waiting_workers import deaf
from parity.contract.durations import seconds
from parity.contract.events import OF_SHUTDOWN, SIGNAL_WORDS
from parity.contract.outcome import TOLERANCE_NS, Outcome
from parity.contract.scenario import Config, Scenario
from parity.contract.trace import Trace
from parity.specification.greedy import makespan_ns
from parity.specification.rules import RULES, Area

__all__ = ["Area", "Finding", "judge", "judge_trace"]


FLUSH = "Have it flush each line (Python: -u, or print with flush=True; C: setvbuf)"
BUFFERS = f"it buffers its output: its lines arrived at the end, all at once. {FLUSH}"
LOST = f"it said nothing on stdout: perhaps its end lost what was in a buffer. {FLUSH}"


class Finding(NamedTuple):
    """Something that is wrong with a run."""

    area: Area
    catcher: str
    """The address of the broken rule, or what else found it: output, exit, accounting."""
    words: str
    lines: tuple[int, ...] = ()  # the trace's lines that the words name

    def __str__(self) -> str:
        rule = RULES.get(self.catcher)
        return f"{self.words} [{self.catcher}: {rule.sentence}]" if rule else self.words


def judge(outcome: Outcome, scenario: Scenario) -> list[Finding]:
    """Return what is wrong with the run; the finding that explains most comes first."""
    if scenario.wrong_usage:
        wrong = exit_status.unrejected(outcome)
        found = [Finding("exit", "exit", wrong)] if wrong else []
        return [*found, *_left_behind(outcome)]
    found = [*_findings(outcome, _as_sent(outcome, scenario)), *_left_behind(outcome)]
    if outcome.stderr and outcome.ours:
        # Another program may log on stderr: this is shown, but not judged.
        found.append(Finding("stderr", "main/silent-on-stderr", _on_stderr(outcome)))
    return found


def _left_behind(outcome: Outcome) -> Iterator[Finding]:
    if outcome.left:
        words = f"left running, until the harness ended them: {'; '.join(outcome.left)}"
        yield Finding("exit", "main/leaves-no-process", words)


def _on_stderr(outcome: Outcome) -> str:
    """Return how many lines are on stderr, and the first."""
    lines = outcome.stderr.decode(errors="replace").splitlines()
    first = next((line for line in lines if line.strip()), "")
    many = "a line" if len(lines) == 1 else f"{len(lines):,} lines, the first"
    return f"said on stderr {many}: {first[:100]}"


def _held(outcome: Outcome) -> str | None:
    """Return which line a buffer held, where the trace tells when its event happened."""
    allowed_ns = outcome.tolerance_ns + outcome.late_ns
    if not outcome.slowest or outcome.slowest.held_ns <= allowed_ns:
        return None
    line, held_ns = outcome.slowest
    said = outcome.stdout.decode(errors="replace").splitlines()[line - 1]
    return (
        f"line {line} of stdout, “{said[:100]}”, was heard {held_ns / 1e6:.0f} ms after its event. "
        f"{FLUSH}"
    )


def _as_sent(outcome: Outcome, scenario: Scenario) -> Scenario:
    """Return the scenario without the signals that were not sent: nobody can have received them."""
    if not outcome.unsent:
        return scenario
    sent = tuple(s for s in scenario.config.signals if str(s) not in outcome.unsent)
    config = msgspec.structs.replace(scenario.config, signals=sent)
    return msgspec.structs.replace(scenario, config=config)


def _findings(outcome: Outcome, scenario: Scenario) -> Iterator[Finding]:
    trace, config = outcome.trace, scenario.config
    if outcome.defect:
        yield Finding("ordering", "output", outcome.defect)
    else:
        if outcome.buffers:
            words = BUFFERS if outcome.stdout else LOST
            yield Finding("ordering", "main/says-at-once", words)
            if not outcome.stdout:
                return
        elif held := _held(outcome):
            yield Finding("ordering", "main/says-at-once", held)
        ended = exit_status.killed(outcome, scenario)
        yield from judge_trace(
            trace,
            config,
            signals=frozenset(SIGNAL_WORDS[signal.name] for signal in config.signals),
            may_be_cut=ended,
            killed_at_ns=config.signals_in_time[1].at_ns if ended else None,
            timed=not outcome.buffers or trace.source == "ndjson",
            tolerance_ns=outcome.tolerance_ns + outcome.late_ns,
        )
    if wrong := exit_status.unexpected(outcome, scenario):
        yield Finding("exit", "exit", wrong)
    if outcome.defect:
        return
    # Another program may always take the same arm of a select.
    if outcome.ours and trace.virtual and (wrong := deaf(trace.events)):
        yield Finding("shutdown", "worker/hears-the-context", wrong)
    if wrong := not_computed(trace, config, must_tell=outcome.ours):
        yield Finding("ordering", "job/computes", wrong)
    if wrong := exit_status.unheard_signal(outcome, scenario):
        yield Finding("shutdown", "signal/expected", wrong)
    # A complete legal order accounts for every job, so this only adds to findings above.
    if not ended and (wrong := unaccounted(trace.events)):
        yield Finding("shutdown", "accounting", wrong)
    if not ended and config.results and (wrong := misreported(trace.events)):
        yield Finding("shutdown", "accounting", wrong)
    if outcome.metrics is not None and (found := disagreement(outcome.metrics, trace, config)):
        rule, words = found
        yield Finding(RULES[rule].area, rule, words)
    if outcome.scrapes is not None and (found := untimely_answer(outcome.scrapes, trace, config)):
        rule, words = found
        yield Finding(RULES[rule].area, rule, words)
    if wrong := exit_status.outlived_signal(outcome, scenario):
        yield Finding("exit", "exit", wrong)
    if wrong := exit_status.outlived_main(outcome):
        yield Finding("exit", "main/ends-the-process", wrong)


def judge_trace(
    trace: Trace,
    config: Config,
    *,
    signals: frozenset[str] = ANY_SIGNAL,
    may_be_cut: bool = False,
    killed_at_ns: int | None = None,
    timed: bool = True,
    tolerance_ns: int = TOLERANCE_NS,
    exact: bool = False,
) -> list[Finding]:
    """Return what is wrong with the order of the events and with their times.

    `signals` are the words of those that may arrive; `may_be_cut` says that the run may have been
    killed, and `killed_at_ns` when. Times are judged if `timed`: if they follow from what is known.
    `tolerance_ns` is how late things may be on the real clock. If `exact`, the order of takes from
    levels is decided however long that takes.
    """
    broken = illegal = violation(trace.events, config, signals=signals, exact=exact)
    if not broken and not trace.complete and not may_be_cut:
        last = trace.events[-1].line if trace.events else 0
        broken = Violation("main/closes-in-order", "the run ended without main_done", (last,))
    if not timed:
        return _found(broken)
    if trace.virtual:
        broken = broken or untimely(trace.events, config, killed_at_ns=killed_at_ns)
        if not broken and config.levels > 1:
            broken = violation(trace.events, config, signals=signals, timed=True, exact=exact)
        return [*_found(broken), *_exact_makespan(trace, config)]
    return [*_found(broken), *_real_times(_until(trace, illegal), config, tolerance_ns)]


def _until(trace: Trace, illegal: Violation | None) -> Trace:
    """Return the trace as far as its order is legal. After that nobody knows what is due."""
    if not illegal or not illegal.lines:
        return trace
    legal = tuple(event for event in trace.events if event.line < max(illegal.lines))
    return msgspec.structs.replace(trace, events=legal)


def _found(broken: Violation | None) -> list[Finding]:
    return [Finding(broken.area, broken.rule, broken.words, broken.lines)] if broken else []


def _exact_makespan(trace: Trace, config: Config) -> Iterator[Finding]:
    """Yield a finding if a run without signals did not take the time of the greedy schedule."""
    took_ns = trace.makespan_ns
    if not trace.complete or any(event.event == "signal_received" for event in trace.events):
        return
    least_ns = makespan_ns(config)
    if took_ns != least_ns and config.has_one_makespan:
        words = f"the makespan is {seconds(took_ns or 0)}, due are {seconds(least_ns)}"
        yield Finding("throughput", "time/makespan", words)


def _real_times(trace: Trace, config: Config, tolerance_ns: int) -> Iterator[Finding]:
    """Yield what was early on the real clock, or late beyond the tolerance."""
    # Lines are heard more or less late. A trace has the program's own times.
    early = first_early(trace.events, config, grain_ns=tolerance_ns if trace.heard else None)
    if early:
        words = f"{early.words} came {-early.late_ns / 1e6:.0f} ms early"
        yield Finding("ordering", "time/not-early", words, (early.event.line,))
    if any(event.t_ns is None for event in trace.events):
        return
    for late in first_late(trace.events, config, tolerance_ns=tolerance_ns):
        of_shutdown = late.event.event in OF_SHUTDOWN
        prompt = "time/prompt-shutdown" if of_shutdown else "time/prompt"
        rule = "worker/takes-what-waits" if late.waits else prompt
        since = f", possible since line {late.since_line}" if late.since_line else ""
        line = late.event.line
        words = f"{late.words} came {late.late_ns / 1e6:.0f} ms late (line {line}{since})"
        lines = (late.since_line, line) if late.since_line else (line,)
        yield Finding(RULES[rule].area, rule, words, lines)
    if config.scales and (stayed := overstayed(trace.events, config, tolerance_ns=tolerance_ns)):
        rule = "scaling/keepalive"
        yield Finding(RULES[rule].area, rule, stayed.words, (stayed.line,))
    if trace.complete and (wrong := too_long(trace.events, config, tolerance_ns=tolerance_ns)):
        yield Finding("throughput", "time/makespan", wrong)
