"""Each scenario run again and again, some runs at once, and each run judged by itself."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from math import inf

import msgspec

from parity.checker.judge import judge
from parity.checker.waiting import last_heard
from parity.checker.wording import telling_unsaid
from parity.comparison.alignment import rows
from parity.contract.counting import counted
from parity.contract.outcome import Outcome
from parity.contract.scenario import Scenario
from parity.contract.words import Words
from parity.errors import CannotJudge, CrashedError, HungError
from parity.execution.runner import run_each
from parity.execution.subject import Subject
from parity.execution.subject_run import Failure
from parity.judging.chance import confidence_of
from parity.judging.evidence import evidence, own_rows
from parity.judging.limits import Limits
from parity.judging.result import Evidence, Judgement, Part
from parity.specification.greedy import makespan_ns

MOST_HUNG = 2
"""If this many scenarios hang, the others get less time."""

HUNG_S = 5.0
"""How much longer than it should a run may then take."""


class Repetition(msgspec.Struct, frozen=True, kw_only=True):
    """What is run, and how often."""

    subject: Subject
    scenarios: Sequence[Scenario]
    runs: int
    at_once: int
    seed: int
    timeout_s: float
    rate: float
    """The rate of the mistakes to find: the share of the runs in which they show."""
    tolerance_ns: int | None = None  # None: as measured beside each run
    full: bool = False  # whether evidence has all the lines of its run

    @property
    def batches(self) -> list[range]:
        """The numbers of the runs that happen at once, counted from 0."""
        starts = range(0, self.runs, self.at_once)
        return [range(start, min(start + self.at_once, self.runs)) for start in starts]


class Tally:
    """The results of one scenario's runs so far."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.judged = self.failed = 0
        self.by_rule: Counter[str] = Counter()
        self.shortest: dict[str, Evidence] = {}
        self.unjudged: list[str] = []

    def add(self, found: Sequence[Evidence]) -> None:
        self.judged += 1
        self.failed += bool(found)
        self.by_rule.update(dict.fromkeys((one.rule for one in found), 1))
        for one in found:
            best = self.shortest.setdefault(one.rule, one)
            if one.length < best.length:
                self.shortest[one.rule] = one

    @property
    def goes_on(self) -> bool:
        """Whether to run it again. If it fails or cannot be run, no more runs are needed."""
        return not self.failed and (bool(self.judged) or not self.unjudged)

    def part(self) -> Part:
        return Part(
            name=self.scenario.name,
            about=self.scenario.about,
            runs=self.judged,
            failed=self.failed,
            found=tuple(self.shortest.values()),
            failed_by_rule=dict(self.by_rule),
            unjudged=tuple(self.unjudged),
        )


class Judging:
    """Does the runs, and collects their results."""

    def __init__(self, plan: Repetition) -> None:
        self._plan = plan
        self._tallies = [Tally(scenario) for scenario in plan.scenarios]
        self._limits = Limits(plan.scenarios[0].clock, plan.subject.words)

    def run(self) -> Iterator[Scenario]:
        """Run every scenario in turn, then all of them again, and yield each as it is done.

        So rare mistakes are looked for in every scenario as early as possible.
        """
        for batch in self._plan.batches:
            for tally in self._tallies:
                if tally.goes_on:
                    self._run_batch(tally, batch)
                yield tally.scenario

    def _run_batch(self, tally: Tally, batch: range) -> None:
        plan = self._plan
        subjects = [msgspec.structs.replace(plan.subject, name=f"run {i + 1}") for i in batch]
        seed = plan.seed + batch.start
        try:
            results = run_each(
                subjects, tally.scenario, seed=seed, timeout_s=self._timeout_s(tally.scenario)
            )
        except CannotJudge as problem:
            tally.unjudged.append(str(problem))
            return
        for result in results:
            if isinstance(result, Failure):
                _failed(tally, result, full=plan.full)
                continue
            if plan.tolerance_ns is not None:
                result = msgspec.structs.replace(result, tolerance_ns=plan.tolerance_ns)
            self._limits.add(result, tally.scenario)
            _judge(tally, result, plan.subject.words, full=plan.full)

    def _timeout_s(self, scenario: Scenario) -> float:
        """Return how long a run may take: less for a program that hangs everywhere."""
        hung = sum("hangs" in tally.by_rule for tally in self._tallies)
        takes_s = makespan_ns(scenario.config) / 1e9
        patience_s = takes_s + HUNG_S if hung >= MOST_HUNG else inf
        return min(self._plan.timeout_s, patience_s)

    def judgement(self) -> Judgement:
        plan = self._plan
        parts = tuple(tally.part() for tally in self._tallies)
        chance = _percent(confidence_of(plan.runs, plan.rate))
        return Judgement(
            subject=shlex.join(plan.subject.command) or plan.subject.name,
            how=f"{plan.scenarios[0].clock} clock, {counted(plan.runs, 'run')} of each scenario",
            chance=(
                f"Where all hold, a mistake that shows in {plan.rate * 100:.3g} % of the runs "
                f"would have been seen with a chance of {chance:g} %."
            ),
            parts=parts,
            not_judged=(*_left_out(parts, plan), *self._limits.told()),
            run_next=tuple(_run_next(plan, parts)),
        )


def _percent(share: float) -> float:
    return min(99.9, round(100 * share, 1))


def _left_out(parts: Sequence[Part], plan: Repetition) -> Iterator[str]:
    why: dict[str, list[str]] = {}
    for part in parts:
        if part.unjudged:
            name = f"{part.name} ({counted(len(part.unjudged), 'run')})"
            why.setdefault(part.unjudged[0], []).append(name)
    yield from (f"{', '.join(names)}: {reason}" for reason, names in why.items())
    for part in parts:
        if part.unjudged and part.verdict == "holds":
            chance = _percent(confidence_of(part.runs, plan.rate))
            yield f"what is rare in {part.name}: the chance to have seen it is {chance:g} % only"
    cut = [part.name for part in parts if part.failed and part.runs < plan.runs]
    if cut:
        yield f"what is rarer in {', '.join(cut)}: what fails is not repeated further"


def _run_next(plan: Repetition, parts: Sequence[Part]) -> Iterator[str]:
    command = shlex.join(plan.subject.command) or plan.subject.name
    failing = next((part.name for part in parts if part.failed), None)
    clock = "" if plan.scenarios[0].clock == "real" else "--clock virtual "
    if failing:
        yield f"parity judge {clock}--scenario {failing} {command}   (the same, quickly again)"
        yield "parity check --rules   (every rule, with its address)"
        return
    if not any(part.runs for part in parts if part.name != "bad-input"):
        yield "parity kit DIR   (what a program has to take and to say, and programs that do)"
        return
    rarer = plan.rate / 10
    yield f"parity judge {clock}--rate {rarer * 100:g} {command}   (mistakes ten times as rare)"
    named = shlex.quote(f"mine={command}") if plan.subject.command else "py"
    real = "--clock real " if plan.scenarios[0].clock == "real" else ""
    if real and plan.subject.command and not plan.subject.words:
        yield f"parity explore signals --clock real --subject {named}   (signals at any moment)"
    yield f"parity run --all {real}--subject go --subject {named}   (beside the reference)"


def _failed(tally: Tally, failure: Failure, *, full: bool) -> None:
    """Note a run without an outcome: a hang or a crash is a mistake of the program."""
    problem, config, trace = failure.problem, tally.scenario.config, failure.trace
    if isinstance(problem, HungError):
        words = f"{problem}; {last_heard(trace.events, config)}"
        tally.add([Evidence(rule="hangs", words=words)])
    elif isinstance(problem, CrashedError) and trace.events:
        last = (trace.events[-1].line,)
        beside = rows(trace, trace, workers=config.workers)
        tally.add([evidence("crashes", str(problem), beside, last, full=full)])
    else:
        tally.unjudged.append(str(problem))


def _judge(tally: Tally, outcome: Outcome, words: Words | None, *, full: bool) -> None:
    scenario, trace = tally.scenario, outcome.trace
    found = judge(msgspec.structs.replace(outcome, late_ns=0), scenario)
    if found and outcome.late_ns:
        # What remains without the harness's lateness is the program's.
        certain = {one.catcher for one in judge(outcome, scenario)}
        seen, found = found[0], [one for one in found if one.catcher in certain]
        if not found:
            late = f"the harness itself was {outcome.late_ns / 1e6:.0f} ms late"
            tally.unjudged.append(f"{late}; seen was: {seen.words}")
            return
    if not found:
        tally.add([])
    elif words and trace.source == "stdout":
        beside = own_rows(outcome.stdout.decode(errors="replace").split("\n"), trace.events)
        told = [telling_unsaid(one.words, words.lacks) for one in found]
        pairs = zip(found, told, strict=True)
        tally.add(
            [evidence(one.catcher, text, beside, one.lines, full=full) for one, text in pairs]
        )
    else:
        beside, exact = rows(trace, trace, workers=scenario.config.workers), trace.virtual
        tally.add(
            [
                evidence(one.catcher, one.words, beside, one.lines, exact=exact, full=full)
                for one in found
            ]
        )
