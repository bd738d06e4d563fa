"""The commands that run a scenario, or a sweep, again."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence

from parity.contract.durations import format_ns
from parity.contract.scenario import Scenario
from parity.execution.subject import Subject, resolve
from parity.exploration.explore import ExplorationPlan
from parity.exploration.workers.trial import Trial

SOURCES = ("PARITY_GO_SOURCES", "PARITY_PY_PORT")
"""The variables that name other sources to run than parity's own."""


def command(words: Sequence[str]) -> str:
    """Return the shell command, with the variables that make it run the same sources."""
    values = ((name, os.environ.get(name)) for name in SOURCES)
    named = [f"{name}={shlex.quote(value)}" for name, value in values if value]
    return " ".join([*named, shlex.join(words)])


def replay(scenario: Scenario, subjects: Sequence[Subject], seed: int) -> str:
    """Return the `parity run` that runs the scenario on the subjects with this seed.

    One subject runs beside Go's program, since `run` compares.
    """
    if len(subjects) == 1:
        subjects = [*resolve(["go"]), *subjects]
    named = [f"--subject={said(subject)}" for subject in subjects]
    clock = ["--clock=real"] if scenario.clock == "real" else []
    flags = [f"-{flag}" for flag in scenario.flags()]
    flags += ["--metrics"] if scenario.metrics else []
    flags += ["--scrape"] if scenario.scraped else []
    return command(["parity", "run", *named, *clock, *flags, f"--seed={seed}"])


def said(subject: Subject) -> str:
    """Return the subject as --subject takes it."""
    if not subject.command:
        return subject.kind
    return f"{subject.name.partition('#')[0]}={shlex.join(subject.command)}"


AGAIN = 200
"""How often to run again what has no seed: Go's coin, and every race on the real clock."""


def by_chance(plan: ExplorationPlan, trial: Trial) -> bool:
    """Whether the same seed may give another run."""
    return trial.subject.kind == "go" or plan.clock == "real"


def replay_trial(plan: ExplorationPlan, trial: Trial) -> str:
    """Return the command that runs the trial again."""
    config = plan.config
    words = [
        *("parity", "explore", "--workers", str(config.workers), "--jobs", str(config.jobs)),
        *("--queue", str(config.queue), *(["--signal"] if plan.signals else [])),
        *(f"--{flag}={value}" for flag, value in config.extensions().items()),
        *("--subject", said(trial.subject), "--replay", str(trial.seed)),
        *(["--clock", "real"] if plan.clock == "real" else []),
        *([] if plan.preempted or plan.clock == "real" else ["--no-preemption"]),
        *("--timeout", format_ns(round(plan.timeout_s * 1e9))),
        *(["--runs", str(AGAIN)] if by_chance(plan, trial) else []),
    ]
    return command(words)
