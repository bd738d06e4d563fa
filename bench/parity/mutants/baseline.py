"""The baseline: the programs as they are must pass, in the mutants' runs and in many others.

A check that rejects everything would catch every mutant. So the unmutated programs run the same
scenarios with the same seeds. Then they run more: in turn one of these scenarios with a new seed,
and a random configuration.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import chain, count, islice

import msgspec

from parity.checker.judge import Finding
from parity.contract.catalogue import named
from parity.contract.scenario import MS, Config, Every, Scenario, ScheduledSignal
from parity.execution.subject import Subject
from parity.exploration.replay import replay
from parity.exploration.workers.cluster import Cluster
from parity.exploration.workers.runner import attempts_in_order
from parity.exploration.workers.trial import Failed, Trial, Trialled
from parity.mutants.hunt import RUN_TIMEOUT_S, first_fault
from parity.mutants.mutant import PROGRAM_FOLDERS, Mutant

_TIMES_MS = (0, 1, 10, 30, 100)

EXTENDED = 0.5
"""The share of the random configurations that have extensions."""

PROCESSORS_BY_TURN = (1, 1, 2, 4)
"""How many processors Go gets, in turn. With several, the events of one instant really race."""


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """A false alarm: a fault found in a correct program."""

    subject: str
    catcher: str
    words: str
    replay: str  # the command that runs it again


CleanRun = tuple[Trial, Alarm | None]
"""A run of an unchanged program, and its false alarm, if any."""


def run_clean(todo: Sequence[Trial], *, cluster: Cluster | None = None) -> Iterator[CleanRun]:
    """Run the trials, and yield each with its false alarm, in their order. Raises CannotJudge."""
    if cluster:
        units = cluster.batches(todo, len(todo))
        return chain.from_iterable(cluster.map(_clean_runs, units))
    return map(_clean_run, attempts_in_order(todo, timeout_s=RUN_TIMEOUT_S))


def _clean_runs(todo: Sequence[Trial]) -> list[CleanRun]:
    results = attempts_in_order(todo, timeout_s=RUN_TIMEOUT_S, processes=1)
    return [_clean_run(result) for result in results]


def _clean_run(result: Trialled | Failed) -> CleanRun:
    return result.trial, _alarm(result)


def _alarm(result: Trialled | Failed) -> Alarm | None:
    trial = result.trial
    if isinstance(result, Failed):
        found: Finding | None = Finding("exit", "hang" if result.hung else "crash", result.why)
    else:
        found = first_fault(result.outcome, trial.scenario, result.findings)
    return found and Alarm(
        subject=trial.subject.name,
        catcher=found.catcher,
        words=f"{found.words}{_schedule(trial)}",
        replay=replay(trial.scenario, [trial.subject] * 2, trial.seed),
    )


def _schedule(trial: Trial) -> str:
    """Return, in words, the part of the schedule that the replay command cannot set."""
    if trial.subject.kind == "go" and trial.processors > 1:
        return f" (on {trial.processors} processors)"
    return " (ready tasks shuffled)" if trial.subject.kind == "py" and trial.shuffled else ""


def trials(mutants: Sequence[Mutant], runs: int, *, seed: int) -> list[Trial]:
    """Return the mutants' own runs, and other runs until there are `runs` in all.

    Half of them are of each program. The others use more schedules: several processors for Go, and
    shuffled tasks for the port.
    """
    own = [(scenario, number, False) for scenario, number in _own_runs(mutants, seed)]
    wanted = max(0, runs // len(PROGRAM_FOLDERS) - len(own))
    others = ((*run, True) for run in islice(_other_runs(mutants, seed), wanted))
    return [
        _trial(subject, scenario, number, loose=loose)
        for scenario, number, loose in (*own, *others)
        for subject in PROGRAM_FOLDERS
    ]


def _trial(name: str, scenario: Scenario, seed: int, *, loose: bool) -> Trial:
    processors = PROCESSORS_BY_TURN[seed % len(PROCESSORS_BY_TURN)] if loose else 1
    subject = Subject(name=name, kind=name)
    return Trial(subject, scenario, seed, processors=processors, shuffled=loose and seed % 2 == 1)


def _own_runs(mutants: Sequence[Mutant], seed: int) -> list[tuple[Scenario, int]]:
    """Return the mutants' runs, each once."""
    asked = ((m.scenario, seed + run) for m in _virtual(mutants) for run in range(m.runs))
    return list(dict.fromkeys(asked))


def _virtual(mutants: Sequence[Mutant]) -> list[Mutant]:
    """Return the virtual clock's trials: on the real clock, parallel runs delay each other."""
    return [mutant for mutant in mutants if mutant.scenario.clock == "virtual"]


def _other_runs(mutants: Sequence[Mutant], seed: int) -> Iterator[tuple[Scenario, int]]:
    scenarios = list(dict.fromkeys(mutant.scenario for mutant in _virtual(mutants)))
    scenarios = scenarios or [named("default")]
    first_new = seed + max(mutant.runs for mutant in mutants)
    for number in count(first_new):
        yield scenarios[number % len(scenarios)], number
        yield random_scenario(random.Random(number)), number


def random_scenario(chance: random.Random) -> Scenario:
    """Draw a scenario on the virtual clock."""
    config = Config(
        workers=chance.randint(1, 5),
        queue=chance.randint(0, 5),
        jobs=chance.randint(0, 20),
        interval_ns=chance.choice(_TIMES_MS) * MS,
        work_ns=chance.choice(_TIMES_MS) * MS,
    )
    if chance.random() < EXTENDED:
        config = _extended(config, chance)
    return Scenario(
        name="varied",
        about="drawn at random",
        config=msgspec.structs.replace(config, signals=_signals(config, chance)),
        metrics=chance.random() < EXTENDED,
    )


def _extended(config: Config, chance: random.Random) -> Config:
    """Draw the extensions: each is on or off."""
    every = (None, None, *(Every(n, value) for n in (1, 2, 3) for value in (1, 2, 3)))
    attempts = chance.choice((1, 2, 3, 5))
    changed = msgspec.structs.replace(
        config,
        fail=chance.choice(every),
        slow=chance.choice(every),
        attempts=attempts,
        job_timeout_ns=chance.choice((0, *_TIMES_MS)) * MS,
        results=chance.random() < 0.5,
    )
    if config.queue and chance.random() < 0.5:
        levels, aging = chance.choice((2, 3)), chance.choice((0, 1, 2))
        changed = msgspec.structs.replace(changed, levels=levels, aging=aging)
    if chance.random() < 0.5:
        changed = msgspec.structs.replace(
            changed,
            max_workers=config.workers + chance.randint(0, 3),
            keepalive_ns=chance.choice(_TIMES_MS) * MS,
        )
    if attempts == 1:
        return changed
    return msgspec.structs.replace(
        changed,
        backoff_ns=chance.choice(_TIMES_MS) * MS,
        backoff_cap_ns=chance.choice((10, 50, 1000)) * MS,
        jitter=chance.random() < 0.5,
    )


def _signals(config: Config, chance: random.Random) -> tuple[ScheduledSignal, ...]:
    """Draw none, one or two signals, at any time, often at an instant of an event."""
    end_ns = config.jobs * max(config.interval_ns, config.work_ns, MS)
    times = [chance.randrange(0, end_ns + 1, MS // 2) for _ in range(chance.choice((0, 1, 1, 2)))]
    return tuple(ScheduledSignal(chance.choice(("SIGINT", "SIGTERM")), t) for t in sorted(times))
