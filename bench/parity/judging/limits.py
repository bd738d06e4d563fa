"""What the runs of a program could not show, and why. The report says it beside what holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parity.checker import scaling
from parity.checker.accounting import jobs_named
from parity.contract.counting import counted
from parity.contract.events import LINES
from parity.contract.outcome import Outcome
from parity.contract.scenario import Clock, Scenario
from parity.contract.trace import Event
from parity.contract.words import Words
from parity.execution.crash import most_telling_line
from parity.specification.hidden import NEEDED_BY


def not_said(words: Words) -> Iterator[str]:
    """Yield what the program does not say, and the rules that are therefore judged only in part."""
    for event in LINES:
        if event in words.lacks:
            rules = " and ".join(NEEDED_BY[event])
            yield f"{rules}, in part: {event} is not said, so it may be at any moment"
    if words.nameless:
        yield "which worker had a job: not every line names it, so it may be any that fits"


def perhaps_lost(jobs: Sequence[int | str]) -> str:
    """Say that of these jobs nothing was heard, where the program names no abandoned ones."""
    they = "it was" if len(jobs) == 1 else "they were"
    what = f"perhaps {they} abandoned, perhaps lost"
    return f"of {jobs_named(jobs)} nothing is said after the submission: {what}"


def silent_jobs(events: Sequence[Event]) -> list[int]:
    """Return the jobs that were abandoned, if the program does not say so."""
    return [event.job or 0 for event in events if event.event == "job_abandoned"]


class Limits:
    """Gathered run by run."""

    def __init__(self, clock: Clock, words: Words | None) -> None:
        self._clock, self._words = clock, words
        self._silent: dict[str, str] = {}  # jobs that were perhaps abandoned, by scenario
        self._tolerance_ns = 0
        self._by_stdout = self._without_clock = self._scales_unsaid = False
        self._without_digest = False
        self._unsent: dict[str, None] = {}
        self._stderr = 0
        self._said = ""

    def add(self, outcome: Outcome, scenario: Scenario) -> None:
        if scenario.wrong_usage:
            return
        self._by_stdout |= outcome.trace.source == "stdout"
        self._scales_unsaid |= scenario.config.scales and not scaling.decides(outcome.trace.events)
        self._without_clock |= not outcome.trace.virtual
        self._tolerance_ns = max(self._tolerance_ns, outcome.tolerance_ns)
        told_digest = any(event.digest for event in outcome.trace.events)
        self._without_digest |= bool(scenario.config.cpu) and not told_digest
        self._unsent.update(dict.fromkeys(outcome.unsent))
        silent = self._words is not None and "job_abandoned" in self._words.lacks
        if silent and (jobs := silent_jobs(outcome.trace.events)):
            self._silent.setdefault(scenario.name, perhaps_lost(jobs))
        if outcome.stderr and not outcome.ours:
            self._stderr += 1
            self._said = self._said or most_telling_line(outcome.stderr)

    def told(self) -> list[str]:
        """Return what was not judged, each with its reason."""
        told = ["-quiet: without a trace, its lines tell no order"]
        if self._without_digest:
            told.append("what a job computes with -cpu: the program tells no digest in a trace")
        if self._words and self._words.lacks:
            told.append("times, except for what comes early: some of the events are not said")
        elif self._tolerance_ns and self._clock == "real":
            late_ms = self._tolerance_ns / 1e6
            told.append(
                f"what is late by less than {late_ms:.0f} ms: the machine's noise hides it "
                "(a program with a virtual clock has exact times: --clock virtual)"
            )
        elif self._clock == "virtual" and self._without_clock:
            told.append("times: its trace has no virtual clock, so only the order was judged")
        if self._by_stdout:
            told.append(
                "why a worker stopped: stdout does not say whether ctx was done or the channel "
                "closed (a trace does: see `parity schema trace`)"
            )
        if self._scales_unsaid:
            told.append(scaling.UNDECIDED)
        if self._words:
            told += not_said(self._words)
        told += (f"{name}: {what}" for name, what in self._silent.items())
        if self._unsent:
            told.append(f"{', '.join(self._unsent)}: never sent, as no first line came in time")
        if self._stderr:
            runs = counted(self._stderr, "run")
            told.append(f"what it said on stderr, in {runs}: {self._said}")
        return told
