"""The twin that must pass: the programs as they are, in the mutants' runs and in many others.

A check that catches every mutant may do so by finding fault with everything. So the unmutated
programs run the same scenarios with the same seeds; and then on, by turns in one of these with a
new seed, and in a configuration drawn at random.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice

import msgspec

from parity.exploration.replay import replay
from parity.mutants.finding import Finding, run_and_judge
from parity.mutants.hunt import PATIENCE_S, side_by_side
from parity.mutants.mutant import LANGUAGES, Mutant
from parity.scenario import MS, Config, Scenario, ScheduledSignal
from parity.subject import Subject

_TIMES_MS = (0, 1, 10, 30, 100)


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One run of an unmutated program."""

    subject: str
    scenario: Scenario
    seed: int


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was found wrong with a program that is as it should be."""

    subject: str
    catcher: str
    words: str
    replay: str  # the command that runs it again


def run(trials: Sequence[Trial]) -> Iterator[tuple[Trial, Alarm | None]]:
    """Run them, and yield each with what was found wrong, as they come. Raises CannotJudge."""

    def once(trial: Trial) -> Callable[[], tuple[Trial, Alarm | None]]:
        def found() -> tuple[Trial, Alarm | None]:
            subject, scenario = _program(trial.subject), trial.scenario
            wrong = run_and_judge(subject, scenario, seed=trial.seed, timeout_s=PATIENCE_S)
            return trial, _alarm(trial, wrong) if wrong else None

        return found

    yield from side_by_side(map(once, trials))


def _alarm(trial: Trial, finding: Finding) -> Alarm:
    return Alarm(
        subject=trial.subject,
        catcher=finding.catcher,
        words=finding.words,
        replay=replay(trial.scenario, [_program(trial.subject)] * 2, trial.seed),
    )


def _program(name: str) -> Subject:
    return Subject(name=name, kind=name)


def trials(mutants: Sequence[Mutant], runs: int, *, seed: int) -> list[Trial]:
    """Return the mutants' own runs and, up to that many in all, others; half of each program."""
    own = _own_runs(mutants, seed)
    others = islice(_other_runs(mutants, seed), max(0, runs // len(LANGUAGES) - len(own)))
    return [
        Trial(subject=subject, scenario=scenario, seed=number)
        for scenario, number in (*own, *others)
        for subject in LANGUAGES
    ]


def _own_runs(mutants: Sequence[Mutant], seed: int) -> list[tuple[Scenario, int]]:
    """Return the mutants' runs; one that several of them ask for comes once."""
    asked = ((m.scenario, seed + run) for m in mutants for run in range(m.runs))
    return list(dict.fromkeys(asked))


def _other_runs(mutants: Sequence[Mutant], seed: int) -> Iterator[tuple[Scenario, int]]:
    scenarios = list(dict.fromkeys(mutant.scenario for mutant in mutants))
    first_new = seed + max(mutant.runs for mutant in mutants)
    for number in count(first_new):
        yield scenarios[number % len(scenarios)], number
        yield varied(random.Random(number)), number


def varied(chance: random.Random) -> Scenario:
    """Return a scenario on the virtual clock, drawn at random."""
    config = Config(
        workers=chance.randint(1, 5),
        queue=chance.randint(0, 5),
        jobs=chance.randint(0, 20),
        interval_ns=chance.choice(_TIMES_MS) * MS,
        work_ns=chance.choice(_TIMES_MS) * MS,
    )
    return Scenario(
        name="varied",
        about="drawn at random",
        config=msgspec.structs.replace(config, signals=_signals(config, chance)),
    )


def _signals(config: Config, chance: random.Random) -> tuple[ScheduledSignal, ...]:
    """Return none, one or two, at any time of the run: often at an instant of an event."""
    end_ns = config.jobs * max(config.interval_ns, config.work_ns, MS)
    times = [chance.randrange(0, end_ns + 1, MS // 2) for _ in range(chance.choice((0, 1, 1, 2)))]
    return tuple(ScheduledSignal(chance.choice(("SIGINT", "SIGTERM")), t) for t in sorted(times))
