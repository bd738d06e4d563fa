"""The command that runs a scenario again."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from parity.scenario import Scenario
from parity.subject import Subject


def replay(scenario: Scenario, subjects: Sequence[Subject], seed: int) -> str:
    """Return the `parity run` that runs the scenario on the subjects with this seed."""
    named = [f"--subject={said(subject)}" for subject in subjects]
    clock = ["--clock=real"] if scenario.clock == "real" else []
    flags = [f"-{flag}" for flag in scenario.flags()]
    return shlex.join(["parity", "run", *named, *clock, *flags, f"--seed={seed}"])


def said(subject: Subject) -> str:
    """Return the subject as --subject takes it."""
    if not subject.command:
        return subject.kind
    return f"{subject.name.partition('#')[0]}={shlex.join(subject.command)}"


def replay_killed(scenario: Scenario, subjects: Sequence[Subject], seed: int, at_ns: int) -> str:
    """Return the commands that kill each subject after that time."""
    flags = scenario.flags(signals=False)
    return "; ".join(
        shlex.join(
            [
                "timeout",
                "-s",
                "KILL",
                f"{at_ns / 1e9:g}",
                *subject.argv(scenario.clock, seed),
                *flags,
            ]
        )
        for subject in subjects
    )
