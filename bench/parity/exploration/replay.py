"""The commands that run a scenario, or a sweep, again."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from parity.scenario import CATALOGUE, Scenario
from parity.subject import Subject

if TYPE_CHECKING:
    from parity.exploration.sweep import Plan


SOURCES = ("PARITY_GO_SOURCES", "PARITY_PY_PORT")
"""The variables that have other sources run than parity's own."""


def command(words: Sequence[str]) -> str:
    """Return the words as a shell takes them, after what has it run the same sources."""
    values = ((name, os.environ.get(name)) for name in SOURCES)
    named = [f"{name}={shlex.quote(value)}" for name, value in values if value]
    return " ".join([*named, shlex.join(words)])


def replay(scenario: Scenario, subjects: Sequence[Subject], seed: int) -> str:
    """Return the `parity run` that runs the scenario on the subjects with this seed."""
    named = [f"--subject={said(subject)}" for subject in subjects]
    clock = ["--clock=real"] if scenario.clock == "real" else []
    flags = [f"-{flag}" for flag in scenario.flags()]
    return command(["parity", "run", *named, *clock, *flags, f"--seed={seed}"])


def said(subject: Subject) -> str:
    """Return the subject as --subject takes it."""
    if not subject.command:
        return subject.kind
    return f"{subject.name.partition('#')[0]}={shlex.join(subject.command)}"


def replay_sweep(plan: Plan) -> str:
    """Return the command that does the whole sweep again.

    When a process is killed is no part of a scenario, and what it had done by then no part of
    anything: so what came of that has no shorter command.
    """
    named = [f"--subject={said(subject)}" for subject in plan.subjects]
    scenario = plan.scenario.name
    catalogued = [f"--scenario={scenario}"] if scenario in CATALOGUE else []
    flags = [f"-{flag}" for flag in plan.scenario.flags()]
    often = [f"--seed={plan.seed}", f"--runs={plan.runs}", f"--real={plan.real}"]
    return command(["parity", "explore", "--signal-sweep", *named, *catalogued, *flags, *often])
