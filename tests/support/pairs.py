"""Real runs of the two programs, changed as a bug would change them, and what a comparison says."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

import msgspec
import pytest
from parity.comparison.result import Comparison
from parity.contract.catalogue import CATALOGUE
from parity.contract.outcome import Exit, Outcome, Usage
from parity.contract.scenario import Config, Scenario
from parity.contract.trace import Event
from parity.contract.trace_reader import read_ndjson

from tests.support.programs import GoBinary, port

MS = 1_000_000
Events = list[Event]
Edit = Callable[[Events], Events]
Run = Callable[[str, Scenario], Outcome]


@pytest.fixture(scope="module")
def run(go_binary: GoBinary, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that runs a program on the virtual clock."""
    path = tmp_path_factory.mktemp("traces") / "trace"

    def one(name: str, scenario: Scenario) -> Outcome:
        commands = {
            "go": [str(go_binary("virtual"))],
            "py": port("-clock", "virtual", "-seed", "1"),
            "py@trio": port("-clock", "virtual", "-backend", "trio", "-seed", "1"),
        }
        signals = [f"-signal={signal}" for signal in scenario.config.signals]
        argv = [*commands[name], *scenario.config.flags(), *signals, "-trace", str(path)]
        ran = subprocess.run(
            argv, capture_output=True, timeout=30, env={**os.environ, "GOMAXPROCS": "1"}
        )
        trace, defect = read_ndjson(path.read_bytes())
        ended = ran.returncode
        names = {-2: "SIGINT", -15: "SIGTERM"}
        return Outcome(
            subject=name,
            argv=tuple(argv),
            trace=trace,
            stdout=b"",
            stderr=ran.stderr,
            exit=Exit(status=ended) if ended >= 0 else Exit(signal=names[ended]),
            usage=Usage(wall_ns=1, cpu_ns=1, peak_rss_bytes=1),
            defect=defect,
        )

    return one


SHORT = Scenario(
    name="short", about="", config=Config(jobs=8, interval_ns=100 * MS, work_ns=350 * MS)
)
CANCELLED = CATALOGUE["interrupt-busy"]


@pytest.fixture(scope="module")
def pair(run: Run) -> tuple[Outcome, Outcome]:
    return run("go", SHORT), run("py", SHORT)


def edited(outcome: Outcome, edit: Edit) -> Outcome:
    events = [
        msgspec.structs.replace(e, line=i)
        for i, e in enumerate(edit(list(outcome.trace.events)), start=2)
    ]
    trace = msgspec.structs.replace(outcome.trace, events=tuple(events))
    return msgspec.structs.replace(outcome, trace=trace)


def failed(comparison: Comparison) -> list[str]:
    return [verdict.name for verdict in comparison.verdicts if not verdict.holds]


def evidence(comparison: Comparison, name: str) -> str:
    return next(verdict.evidence for verdict in comparison.verdicts if verdict.name == name)


def on(clock: str, outcome: Outcome) -> Outcome:
    assert outcome.trace.header
    header = msgspec.structs.replace(outcome.trace.header, clock=clock)
    return msgspec.structs.replace(
        outcome, trace=msgspec.structs.replace(outcome.trace, header=header)
    )
