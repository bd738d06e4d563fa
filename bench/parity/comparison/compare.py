"""Compare two runs of one scenario, up to renaming workers and reordering independent events.

Each run is first judged by itself: see `judge`. Then the two are compared. They are *identical*
when they say the same in the same order. They are *equivalent* when their canonical forms are the
same: for each worker the sequence of its jobs and its exit, up to the workers' names, with the fate
of every job (as in a Mazurkiewicz trace, what commutes has no order). Otherwise they are
*different, both legal*. Only a choice that the specification leaves open can cause that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from itertools import groupby
from operator import attrgetter

import msgspec

from parity.checker.accounting import told
from parity.checker.judge import Area, judge
from parity.checker.real_time import latest
from parity.checker.scaling_time import races
from parity.comparison.alignment import Row, rows
from parity.comparison.excerpt import excerpt
from parity.comparison.result import Comparison, Difference, Verdict
from parity.contract.durations import seconds
from parity.contract.events import OF_SHUTDOWN
from parity.contract.outcome import Outcome
from parity.contract.scenario import Scenario
from parity.contract.trace import Event, line_of
from parity.specification.canonical import canonical


def compare(
    reference: Outcome,
    other: Outcome,
    scenario: Scenario,
    *,
    run: int = 1,
    seed: int = 0,
    tolerance_ns: int | None = None,
    full: bool = False,
) -> Comparison:
    """Return the verdicts on the two runs. `other` is compared with `reference`.

    `tolerance_ns` is how late anything may be on the real clock. Without it, that is what was
    measured beside the runs. With `full`, a difference has all the lines of the two.
    """
    if tolerance_ns is not None:
        reference, other = (
            msgspec.structs.replace(one, tolerance_ns=tolerance_ns) for one in (reference, other)
        )
    if scenario.wrong_usage:
        verdicts: tuple[Verdict, ...] = (_rejected_alike(reference, other, scenario),)
    else:
        verdicts = _fair_verdicts(reference, other, scenario, full=full)
    return Comparison(
        scenario=scenario, run=run, seed=seed, reference=reference, other=other, verdicts=verdicts
    )


def _fair_verdicts(
    reference: Outcome, other: Outcome, scenario: Scenario, *, full: bool
) -> tuple[Verdict, ...]:
    """Return the verdicts. If one fails only because the harness was late, it is not judged.

    Each is first reached as if the harness had been on time. A verdict that fails is reached again,
    without the time by which the harness was late.
    """
    late_ns = max(reference.late_ns, other.late_ns)

    def verdicts(late_ns: int) -> tuple[Verdict, ...]:
        one, two = (msgspec.structs.replace(o, late_ns=late_ns) for o in (reference, other))
        return _Pair(one, two, scenario, full=full).verdicts()

    strict = verdicts(0)
    if not late_ns or not any(verdict.fails for verdict in strict):
        return strict
    return tuple(
        _not_judged(verdict, late_ns) if verdict.fails and not lenient.fails else verdict
        for verdict, lenient in zip(strict, verdicts(late_ns), strict=True)
    )


def _not_judged(failed: Verdict, late_ns: int) -> Verdict:
    words = f"not judged: the harness itself was {_ms(late_ns)} late; seen was: {failed.evidence}"
    return Verdict(name=failed.name, holds=False, judged=False, evidence=words)


class _Pair:
    def __init__(
        self, reference: Outcome, other: Outcome, scenario: Scenario, *, full: bool
    ) -> None:
        self.full = full
        self.reference, self.other, self.scenario = reference, other, scenario
        self.both = (reference, other)
        self.found = [judge(outcome, scenario) for outcome in self.both]
        self.virtual = all(outcome.trace.virtual for outcome in self.both)
        self.reasons = all(outcome.trace.source == "ndjson" for outcome in self.both)

    def verdicts(self) -> tuple[Verdict, ...]:
        four = self.ordering(), self.shutdown(), self.exit(), self.throughput()
        stderr = self.stderr()
        return (*four, stderr) if stderr else four

    def ordering(self) -> Verdict:
        """Judge the events, their order and their instants, and the lives of jobs and workers."""
        wrong = self._first_found("ordering")
        if wrong:
            return _fails("ordering", wrong)
        left, right = (outcome.trace.events for outcome in self.both)
        if self.reference.subject == self.other.subject:
            evidence = f"legal, judged by itself{self._times()}"
            return Verdict(name="ordering", holds=True, evidence=evidence)
        bare = _parts_but(self._chance())
        if list(map(bare, left)) == list(map(bare, right)):
            return Verdict(name="ordering", holds=True, evidence=f"identical{self._times()}")
        difference = self._first_difference(shutdown=False) or self._first_difference(shutdown=True)
        if difference and not self._chosen():
            return _fails("ordering", difference)
        evidence = f"{self._alike_or_not(difference)}{self._times()}"
        return Verdict(name="ordering", holds=True, evidence=evidence)

    def _times(self) -> str:
        """Say which times were judged: none without a clock, and lateness on the real one."""
        if self.scenario.clock == "virtual":
            without = [one.subject for one in self.both if not one.trace.virtual]
            has = "has" if len(without) == 1 else "have"
            return f"; order only: {' and '.join(without)} {has} no clock" if without else ""
        worst = [latest(outcome.trace.events, self.scenario.config) for outcome in self.both]
        late_ns = max((one.late_ns for one in worst if one), default=0)
        allowed_ns = max(outcome.tolerance_ns for outcome in self.both)
        return f"; at most {_ms(late_ns)} late, of {_ms(allowed_ns)} allowed"

    def _alike_or_not(self, difference: Difference | None) -> str:
        if difference:
            return f"different, both legal: {difference.words}"
        if self._same_form(reasons=self.reasons):
            at = ", at the same instants" if self.virtual else ""
            return f"equivalent: the same lives of jobs and workers{at}"
        if self._same_form(reasons=False):
            return "different, both legal: the same jobs; workers stop for other reasons"
        return "different, both legal: the same events; among idle workers others took the jobs"

    def _same_form(self, *, reasons: bool) -> bool:
        left, right = (canonical(o.trace.events, reasons=reasons) for o in self.both)
        return left == right

    def _chosen(self) -> bool:
        """Whether the specification leaves a choice: a signal, a race, or the real clock's."""
        return (
            not self.virtual
            or self.scenario.config.races
            or (self.scenario.config.levels > 1 and self._coincide())
            or (self.scenario.config.scales and self._workers_race())
            or any(
                event.event == "signal_received"
                for outcome in self.both
                for event in outcome.trace.events
            )
        )

    def _coincide(self) -> bool:
        """Whether a job may have come at the instant of a take, which may take it or not."""
        for outcome in self.both:
            moves = [
                e for e in outcome.trace.events if e.event in ("job_submitting", "job_started")
            ]
            for _, at_once in groupby(moves, key=lambda event: event.t_ns):
                jobs = [event.job for event in at_once]
                if len(set(jobs)) > 1:
                    return True
        return False

    def _workers_race(self) -> bool:
        return any(races(outcome.trace.events, self.scenario.config) for outcome in self.both)

    def shutdown(self) -> Verdict:
        """Judge the lines from the first signal or close onward, and every job's fate."""
        if self._has_defect():
            return _unknown("shutdown")
        wrong = self._first_found("shutdown")
        if wrong:
            return _fails("shutdown", wrong)
        difference = self._first_difference(shutdown=True) if self.virtual else None
        if difference and not self._chosen():
            return _fails("shutdown", difference)
        for outcome in self.both:
            if outcome.unsent:
                return _unsent(outcome)
        left, right = (told(outcome.trace.events) for outcome in self.both)
        evidence = f"{left}, in both"
        if left != right:
            names = self.reference.subject, self.other.subject
            evidence = f"{names[0]}: {left}; {names[1]}: {right}; all accounted for"
        if self.scenario.scraped:
            times = (str(len(outcome.scrapes or ())) for outcome in self.both)
            evidence += f"; metrics read {' and '.join(times)} times"
        return Verdict(name="shutdown", holds=True, evidence=evidence)

    def exit(self) -> Verdict:
        wrong = self._first_found("exit")
        if wrong:
            return _fails("exit", wrong)
        one, other = (str(outcome.exit) for outcome in self.both)
        if one == other:
            return Verdict(name="exit", holds=True, evidence=f"{one}, both")
        evidence = f"{self.reference.subject}: {one}; {self.other.subject}: {other}"
        return Verdict(name="exit", holds=True, evidence=evidence)

    def throughput(self) -> Verdict:
        """Say what each cost. A makespan must not exceed that of the greedy schedule."""
        spans = [outcome.trace.makespan_ns for outcome in self.both]
        walls = [outcome.usage.wall_ns for outcome in self.both]
        evidence = f"wall time {walls[1] / max(walls[0], 1):.1f} times the reference's"
        if self._has_defect():
            return Verdict(name="throughput", holds=True, evidence=evidence)
        if wrong := self._first_found("throughput"):
            return _fails("throughput", wrong)
        if None not in spans:
            shown = [seconds(s or 0) if self.virtual else _ms(s or 0) for s in spans]
            evidence = f"makespan {' and '.join(dict.fromkeys(shown))}, {evidence}"
        if self.scenario.config.cpu and (silent := _without_digest(self.both)):
            evidence += f"; not judged: what {silent} computed, as it tells no digest"
        return Verdict(name="throughput", holds=True, evidence=evidence)

    def stderr(self) -> Verdict | None:
        """Judge stderr, if one of our own programs printed something there."""
        wrong = self._first_found("stderr")
        return _fails("stderr", wrong) if wrong else None

    def _has_defect(self) -> bool:
        return any(outcome.defect for outcome in self.both)

    def _first_found(self, area: Area) -> Difference | None:
        """Return what is wrong in that area with one of the runs by itself."""
        for outcome, findings in zip(self.both, self.found, strict=True):
            for finding in findings:
                if finding.area == area:
                    words = f"{outcome.subject}: {finding}"
                    if not finding.lines:
                        return Difference(words=words)
                    return self._at_line(outcome, words, finding.lines)
        return None

    def _chance(self) -> set[str]:
        """Return the parts of an event that differ between runs by chance."""
        parts = {"line", "digest"}  # A digest is judged with each run by itself.
        if not self.virtual:
            parts.add("t_ns")
        if not self.reasons:
            parts.add("reason")
        return parts

    def _first_difference(self, *, shutdown: bool) -> Difference | None:
        """Find the first event that only one of the two has (with exact times: at its instant)."""
        lists = [
            [e for e in outcome.trace.events if (e.event in OF_SHUTDOWN) == shutdown]
            for outcome in self.both
        ]
        nameless = _parts_but({*self._chance(), "worker", "reason"})  # A race decides these two.
        keys = [list(map(nameless, events)) for events in lists]
        counts = [Counter(one) for one in keys]
        found: list[tuple[int, int, Event]] = []
        for side in (0, 1):
            spare = counts[1 - side].copy()
            for event, key in zip(lists[side], keys[side], strict=True):
                spare[key] -= 1
                if spare[key] < 0:
                    found.append((event.t_ns or 0, side, event))
                    break
        if not found:
            return None
        _, side, event = min(found, key=lambda f: f[:2])
        owner = self.both[side]
        words = f"only {owner.subject} says {_quoted(event, self.scenario)}"
        if self.virtual:
            words += f" at {seconds(event.t_ns or 0)}"
        return self._at_line(owner, words, (event.line,))

    def _at_line(self, owner: Outcome, words: str, lines: tuple[int, ...]) -> Difference:
        """Return the difference with the lines that it names, and those around the last."""
        of_left = owner is self.reference
        left, right, marked = excerpt(
            self.rows, lines, of_left=of_left, exact=self.virtual, full=self.full
        )
        return Difference(
            words=words,
            left=left,
            right=right,
            marked_left=marked if of_left else None,
            marked_right=None if of_left else marked,
        )

    @cached_property
    def rows(self) -> list[Row]:
        """The two runs side by side."""
        workers = self.scenario.config.workers
        return rows(self.reference.trace, self.other.trace, workers=workers)


def _parts_but(left_out: Collection[str]) -> Callable[[Event], object]:
    return attrgetter(*(part for part in Event.__struct_fields__ if part not in left_out))


def _fails(name: str, difference: Difference) -> Verdict:
    return Verdict(name=name, holds=False, evidence=difference.words, difference=difference)  # type: ignore[arg-type]


def _unknown(name: str) -> Verdict:
    words = "not judged: what the output tells ends at its defect"
    return Verdict(name=name, holds=False, judged=False, evidence=words)  # type: ignore[arg-type]


def _unsent(outcome: Outcome) -> Verdict:
    signals = " and ".join(outcome.unsent)
    words = f"not judged: no line of {outcome.subject} was heard in time to send it {signals}"
    return Verdict(name="shutdown", holds=False, judged=False, evidence=words)


def _without_digest(outcomes: Sequence[Outcome]) -> str:
    """Return the subjects that completed jobs but told no digest."""
    return " and ".join(
        outcome.subject
        for outcome in outcomes
        if any(e.event == "job_completed" and not e.digest for e in outcome.trace.events)
    )


def _ms(t_ns: int) -> str:
    return f"{t_ns / 1e6:.0f} ms"


def _quoted(event: Event, scenario: Scenario) -> str:
    return f"“{line_of(event, scenario.config.workers)}”"


def _rejected_alike(reference: Outcome, other: Outcome, scenario: Scenario) -> Verdict:
    """Judge two rejections of wrong usage: status 2, nothing on stdout, a message on stderr.

    The two programs of this repository print the same line.
    """
    both = (reference, other)
    said = [outcome.stderr.decode(errors="replace").rstrip("\n") for outcome in both]
    for outcome in both:
        for finding in judge(outcome, scenario):
            return _fails("exit", Difference(words=f"{outcome.subject}: {finding}"))
    if not (reference.ours and other.ours):
        return Verdict(name="exit", holds=True, evidence="exit status 2, both")
    if said[0] != said[1]:
        words = "the two reject it in other words"
        return _fails(
            "exit",
            Difference(
                words=words, left=(said[0],), right=(said[1],), marked_left=0, marked_right=0
            ),
        )
    return Verdict(name="exit", holds=True, evidence=f"exit status 2, both: {said[0]}")
