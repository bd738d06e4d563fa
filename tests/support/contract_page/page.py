"""The contract's page, the runs that its statements are held to, and the checks found so far."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import msgspec
from parity.contract.outcome import Outcome
from parity.contract.scenario import MS, Config, Scenario, parse_signal
from parity.execution.runner import run_side_by_side
from parity.execution.subject import resolve
from parity.kit.kit import contract_page

PAGE = contract_page()

SIGNALLED = Scenario(
    name="signalled",
    about="jobs of each fate",
    config=Config(
        workers=1,
        queue=40,
        jobs=60,
        interval_ns=0,
        work_ns=100 * MS,
        signals=(parse_signal("SIGINT@150ms"),),
    ),
)


def with_config(**changes: Any) -> Scenario:
    config = msgspec.structs.replace(SIGNALLED.config, **changes)
    return msgspec.structs.replace(SIGNALLED, config=config)


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the section's table, without its head."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def run(scenario: Scenario) -> list[Outcome]:
    return run_side_by_side(resolve(["go", "py"]), scenario, seed=1, timeout_s=60)


def records(outcome: Outcome) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    header, *events = map(json.loads, outcome.raw_trace.splitlines())
    return header, events


def printed(outcome: Outcome) -> list[str]:
    return outcome.stdout.decode().splitlines()


# The statements: each is a function by the words with which it begins.
Check = Callable[[list[Outcome], list[Outcome], list[list[str]]], None]
CHECKS: dict[str, Check] = {}


def states(words: str) -> Callable[[Check], Check]:
    def add(check: Check) -> Check:
        CHECKS[words] = check
        return check

    return add


def refused(command: list[str], *arguments: str) -> str:
    done = subprocess.run([*command, *arguments], capture_output=True, timeout=20, check=False)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    return done.stderr.decode()
